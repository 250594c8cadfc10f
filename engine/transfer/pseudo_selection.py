"""Which unlabelled texts a model may label for itself: the surest of every class, by calibrated probabilities.

Class-balanced self-training (Zou et al., ECCV 2018): each class has a threshold of its own, so that an easy class
does not drown the others. The thresholds follow from how many texts each class is to get.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.text_model import sigmoid, softmax

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """How texts are chosen. ``labels`` (G,): how the labelled texts are spread over the groups.

    ``class_shares``: by the labelled texts (``labels``), by the model (``predicted``), or the geometric mean
    (``between``); ``least``: the calibrated probability below which nothing is chosen.
    """

    class_shares: str
    least: float
    labels: Floats


@dataclass(frozen=True)
class Opinion:
    """What a model says of the pool: ``targets`` as in ``Examples``, the ``groups`` (N,) they count for, how sure."""

    targets: NDArray[Any]
    groups: NDArray[np.int64]
    sure: Floats


@dataclass(frozen=True)
class Chosen:
    """``rows`` (M,) of the pool, sorted, with their targets and probabilities; ``thresholds`` (G,), NaN: no text."""

    rows: NDArray[np.int64]
    targets: NDArray[Any]
    sure: Floats
    thresholds: Floats


def opinion_of(
    task: str, logits: NDArray[np.float32], temperature: float, limits: tuple[float, ...] = ()
) -> Opinion:
    """Logits (N, C) of the pool as labels; several labels are as sure as the least sure of them.

    Several labels count for their likeliest label, or for the last group (C) where none holds; ``limits`` are the
    model's thresholds.
    """
    scaled = (logits / temperature).astype(np.float32)
    if task == "multi":
        chances = sigmoid(logits)
        called = chances >= np.asarray(limits or (0.5,) * logits.shape[1])
        calibrated = sigmoid(scaled)
        sure = np.where(called, calibrated, 1 - calibrated).min(1)
        groups = np.where(called.any(1), np.where(called, chances, -1).argmax(1), logits.shape[1])
        return Opinion(called.astype(np.float32), groups.astype(np.int64), sure)
    chances = softmax(scaled)
    groups = chances.argmax(1).astype(np.int64)
    return Opinion(groups, groups, chances.max(1))


def select(opinion: Opinion, allowed: NDArray[np.bool_], share: float, rule: Rule) -> Chosen:
    """The surest texts of every group: ``share`` of the ``allowed`` (N,) texts in all, at most.

    A group that the model calls less often than its share gets fewer; equal probabilities go by place.
    """
    count = len(rule.labels)
    predicted = np.bincount(opinion.groups[allowed], minlength=count) / max(1, int(allowed.sum()))
    quotas = share * int(allowed.sum()) * _shares(rule, predicted)
    picked: list[NDArray[np.int64]] = []
    thresholds = np.full(count, np.nan)
    for group in range(count):
        rows = np.flatnonzero(allowed & (opinion.groups == group) & (opinion.sure >= rule.least))
        best = rows[np.argsort(-opinion.sure[rows], kind="stable")][: round(quotas[group])]
        if len(best):
            thresholds[group] = opinion.sure[best].min()
            picked.append(best)
    rows = np.sort(np.concatenate(picked)) if picked else np.zeros(0, np.int64)
    return Chosen(rows, opinion.targets[rows], opinion.sure[rows], thresholds)


def _shares(rule: Rule, predicted: Floats) -> Floats:
    """The share (G,) of each group in what is chosen; they sum to 1."""
    if rule.class_shares == "labels":
        wanted = rule.labels
    elif rule.class_shares == "predicted":
        wanted = predicted
    else:
        wanted = np.sqrt(rule.labels * predicted)
    total = wanted.sum()
    return wanted / total if total else predicted
