"""A model's figures on validation, for each task: what the loop chooses by and what heads are fitted for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from engine.evaluate import entities
from engine.evaluate.thresholds import label_f1, tune
from engine.models.text_model import sigmoid, softmax
from engine.transfer.objective import Judgement

_SMALLEST = 1e-12


def judge(task: str, logits: NDArray[np.float32], targets: NDArray[Any]) -> Judgement:
    """``logits`` (N, C) against ``targets`` as ``Examples`` holds them; not for tagging."""
    if task == "multi":
        return _several(logits, targets)
    if task == "score":
        return _score(logits[:, 0].astype(np.float64), targets)
    probabilities = softmax(logits)
    given = probabilities[np.arange(len(targets)), targets]
    called = logits.argmax(1)
    return Judgement(
        float(-np.log(np.maximum(given, _SMALLEST)).mean()),
        float(f1_score(targets, called, average="macro", zero_division=0)),
        float((called == targets).mean()),
    )


def judge_tags(
    logits: NDArray[np.float32], targets: NDArray[np.int64], firsts: NDArray[np.int64], tags: Sequence[str]
) -> Judgement:
    """Logits (W, C) of all words; entity F1 over the sentences that ``firsts`` bound."""
    called = logits.argmax(1)
    given = softmax(logits)[np.arange(len(targets)), targets]
    true_tags = [[tags[t] for t in targets[a:b]] for a, b in pairwise(firsts)]
    called_tags = [[tags[t] for t in called[a:b]] for a, b in pairwise(firsts)]
    kinds = sorted({tag[2:] for tag in tags if tag != "O"})
    hits, answered, there = entities.sentence_counts(true_tags, called_tags, kinds).sum((0, 1))
    return Judgement(
        float(-np.log(np.maximum(given, _SMALLEST)).mean()),
        entities.f1(hits, answered, there),
        float((called == targets).mean()),
    )


def _several(logits: NDArray[np.float32], targets: NDArray[np.float32]) -> Judgement:
    probabilities = sigmoid(logits)
    called = probabilities >= np.asarray(tune(probabilities, targets))
    right = np.where(targets > 0, probabilities, 1 - probabilities)
    return Judgement(
        float(-np.log(np.maximum(right, _SMALLEST)).mean()),
        float(label_f1(called, targets).mean()),
        float((called == (targets > 0)).all(1).mean()),
    )


def _score(called: NDArray[np.float64], targets: NDArray[np.float64]) -> Judgement:
    deviations = float(called.std() * targets.std())
    together = float(((called - called.mean()) * (targets - targets.mean())).mean())
    scale = float(targets.std()) or 1.0
    return Judgement(
        float((((called - targets) / scale) ** 2).mean()),
        together / deviations if deviations > 1e-12 else 0.0,
    )
