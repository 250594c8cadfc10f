"""The figures of a run that gives each text any number of labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.api.results import ClassScore, Evaluation
from engine.evaluate import calibration, intervals
from engine.evaluate.metrics import Floats

_SMALLEST = 1e-12


def several_labels_evaluation(
    split: str,
    labels: Sequence[str],
    true: NDArray[np.floating],
    probabilities: Floats,
    thresholds: Sequence[float],
) -> Evaluation:
    """(N, L) zeros and ones against (N, L) probabilities. Calibration is over all decisions, label by label."""
    truth = true > 0
    called = probabilities >= np.asarray(thresholds)
    exact = (called == truth).all(1).astype(np.float64)
    parts = np.concatenate([truth & called, called, truth], axis=1).astype(np.float64)  # (N, 3 L)
    sure = np.where(called, probabilities, 1 - probabilities).ravel()
    correct = (called == truth).ravel().astype(np.float64)
    ece = intervals.ece_interval(sure, correct)
    given = np.where(truth, probabilities, 1 - probabilities)
    return Evaluation(
        split=split,
        rows=len(truth),
        labels=tuple(labels),
        figures={
            "macro_f1": intervals.sums_interval(parts, lambda sums: _f1(sums).mean(-1)),
            "micro_f1": intervals.sums_interval(parts, _micro_f1),
            "subset_accuracy": intervals.mean_interval(exact),
        },
        ece=ece.value,
        ece_interval=ece,
        loss=float(-np.log(np.maximum(given, _SMALLEST)).mean()),
        per_class=_class_scores(labels, parts.sum(0)),
        confusion=(),
        reliability=calibration.reliability(sure, correct),
        task="multi",
        thresholds=tuple(float(t) for t in thresholds),
    )


def _f1(sums: Floats) -> Floats:
    """(..., 3 L) hits, called, support -> F1 of each label (..., L)."""
    hits, called, support = np.split(sums, 3, axis=-1)
    return ratio(2 * hits, called + support)


def _micro_f1(sums: Floats) -> Floats:
    hits, called, support = (part.sum(-1) for part in np.split(sums, 3, axis=-1))
    return ratio(2 * hits, called + support)


def ratio(above: Floats, below: Floats) -> Floats:
    """Element by element, 0 where there is nothing below."""
    return np.divide(above, below, out=np.zeros(np.shape(below)), where=np.asarray(below) > 0)


def _class_scores(labels: Sequence[str], sums: Floats) -> tuple[ClassScore, ...]:
    hits, called, support = np.split(sums, 3)
    precision, recall, f1 = ratio(hits, called), ratio(hits, support), _f1(sums)
    return tuple(
        ClassScore(label, float(precision[k]), float(recall[k]), float(f1[k]), int(support[k]))
        for k, label in enumerate(labels)
    )
