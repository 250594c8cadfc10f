"""The figures of a run that tags words: entity F1 (exact span and type), each type, and the words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.api.results import ClassScore, Evaluation
from engine.evaluate import calibration, entities, intervals, metrics
from engine.evaluate.metrics import Floats
from engine.evaluate.several import ratio

_SMALLEST = 1e-12


def tagging_evaluation(
    split: str,
    labels: Sequence[str],
    tags: Sequence[str],
    true: NDArray[np.int64],
    probabilities: Floats,
    firsts: NDArray[np.int64],
) -> Evaluation:
    """Tags (W,) of all words against (W, T) probabilities; sentence i has the words ``firsts[i]:firsts[i + 1]``.

    Intervals resample sentences. The confusion is of words by their type, "O" first.
    """
    called = probabilities.argmax(1)
    true_tags = [[tags[t] for t in true[a:b]] for a, b in pairwise(firsts)]
    called_tags = [[tags[t] for t in called[a:b]] for a, b in pairwise(firsts)]
    counts = entities.sentence_counts(true_tags, called_tags, labels).astype(np.float64)  # (N, L, 3)
    together = counts.sum(1)
    correct = (called == true).astype(np.float64)
    words = np.add.reduceat(np.append(correct, 0.0), firsts[:-1]) * (np.diff(firsts) > 0)
    sure = probabilities.max(1)
    ece = intervals.ece_interval(sure, correct)
    kinds = ("O", *labels)
    kind_of = np.array([0, *(1 + k for k in range(len(labels)) for _ in "BI")], np.int64)
    confusion = metrics.confusion_matrix(kind_of[true], kind_of[called], len(kinds))
    flat = counts.reshape(len(counts), -1)
    return Evaluation(
        split=split,
        rows=len(true_tags),
        labels=kinds,
        figures={
            "entity_f1": intervals.sums_interval(
                together, lambda s: ratio(2 * s[..., 0], s[..., 1] + s[..., 2])
            ),
            "entity_precision": intervals.sums_interval(together, lambda s: ratio(s[..., 0], s[..., 1])),
            "entity_recall": intervals.sums_interval(together, lambda s: ratio(s[..., 0], s[..., 2])),
            "macro_f1": intervals.sums_interval(flat, lambda s: _macro(s, len(labels))),
            "accuracy": intervals.sums_interval(
                np.stack([words, np.diff(firsts)], axis=1).astype(np.float64),
                lambda s: ratio(s[..., 0], s[..., 1]),
            ),
        },
        ece=ece.value,
        ece_interval=ece,
        loss=float(-np.log(np.maximum(probabilities[np.arange(len(true)), true], _SMALLEST)).mean()),
        per_class=_class_scores(labels, counts.sum(0)),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        reliability=calibration.reliability(sure, correct),
        task="tagging",
    )


def _macro(sums: Floats, labels: int) -> Floats:
    """(..., 3 L) -> mean F1 over the types that occur, (...)."""
    parts = sums.reshape(*sums.shape[:-1], labels, 3)
    f1 = ratio(2 * parts[..., 0], parts[..., 1] + parts[..., 2])
    occurs = (parts[..., 1] + parts[..., 2] > 0).sum(-1).astype(np.float64)
    return ratio(f1.sum(-1), occurs)


def _class_scores(labels: Sequence[str], sums: Floats) -> tuple[ClassScore, ...]:
    hits, called, support = sums[:, 0], sums[:, 1], sums[:, 2]
    precision, recall = ratio(hits, called), ratio(hits, support)
    f1 = ratio(2 * hits, called + support)
    return tuple(
        ClassScore(label, float(precision[k]), float(recall[k]), float(f1[k]), int(support[k]))
        for k, label in enumerate(labels)
    )
