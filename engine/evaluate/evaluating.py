"""One evaluation: every figure of a run on a split, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.api.results import ClassScore, Evaluation
from engine.evaluate import calibration, intervals, metrics


def evaluation(split: str, labels: Sequence[str], true: ArrayLike, probabilities: ArrayLike) -> Evaluation:
    """Evaluate (N,) true classes, positions in ``labels``, against (N, M) probabilities, M <= len(labels).

    Labels beyond the M columns are classes that the model has never seen: their texts count as errors.
    Raises ``ValueError`` on shapes that do not fit.
    """
    given = np.asarray(probabilities, dtype=np.float64)
    classes = np.asarray(true, dtype=np.int64)
    if given.ndim != 2 or given.shape[0] != classes.size or not 0 < given.shape[1] <= len(labels):
        raise ValueError(f"probabilities {given.shape} for {classes.size} texts and {len(labels)} labels")
    predicted = given.argmax(axis=1)
    confidence = given.max(axis=1)
    correct = (predicted == classes).astype(np.float64)
    confusion = metrics.confusion_matrix(classes, predicted, len(labels))
    counted = metrics.counts(confusion)
    ece = intervals.ece_interval(confidence, correct)
    return Evaluation(
        split=split,
        rows=int(classes.size),
        labels=tuple(labels),
        figures={
            "macro_f1": intervals.figure_interval(confusion, metrics.macro_f1),
            "accuracy": intervals.figure_interval(confusion, metrics.accuracy),
        },
        ece=ece.value,
        ece_interval=ece,
        loss=metrics.log_loss(classes, given),
        per_class=_class_scores(labels, counted),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        reliability=calibration.reliability(confidence, correct),
    )


def _class_scores(labels: Sequence[str], counted: metrics.Counts) -> tuple[ClassScore, ...]:
    figures = metrics.class_figures(counted)
    return tuple(
        ClassScore(label, float(precision), float(recall), float(f1), int(support))
        for label, precision, recall, f1, support in zip(labels, *figures, counted.support, strict=True)
    )
