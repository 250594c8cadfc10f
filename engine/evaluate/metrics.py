"""Accuracy, macro-F1 and the figures of each class, from counts, for one matrix or a thousand at once.

Definitions are scikit-learn's with ``zero_division=0``. Macro-F1 is the mean F1 over the classes that occur
in the truth or in the predictions; a class that occurs in neither says nothing and is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Counts(NamedTuple):
    """Per class, any leading axes: texts called it rightly, texts that are it, texts called it. (..., C)"""

    hits: Floats
    support: Floats
    called: Floats


class ClassFigures(NamedTuple):
    """Precision, recall and F1, each (..., C), 0 where undefined."""

    precision: Floats
    recall: Floats
    f1: Floats


def confusion_matrix(true: Integers, predicted: Integers, classes: int) -> Integers:
    """(C, C) counts: texts of class i (rows) that were called j (columns). Classes are 0 to C - 1."""
    if true.shape != predicted.shape:
        raise ValueError(f"{true.shape} true classes for {predicted.shape} predictions")
    if true.size and not (
        min(true.min(), predicted.min()) >= 0 and max(true.max(), predicted.max()) < classes
    ):
        raise ValueError(f"a class outside 0 to {classes - 1}")
    cells = true.astype(np.int64) * classes + predicted
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def counts(confusion: Integers) -> Counts:
    """What the figures need of one confusion matrix (C, C) or of many (..., C, C)."""
    whole = confusion.astype(np.float64)
    return Counts(np.diagonal(whole, axis1=-2, axis2=-1), whole.sum(axis=-1), whole.sum(axis=-2))


def class_figures(counts: Counts) -> ClassFigures:
    return ClassFigures(
        precision=_ratio(counts.hits, counts.called),
        recall=_ratio(counts.hits, counts.support),
        f1=_ratio(2 * counts.hits, counts.support + counts.called),
    )


def accuracy(counts: Counts) -> Floats:
    """Share of texts called rightly, (...)."""
    return _ratio(counts.hits.sum(axis=-1), counts.support.sum(axis=-1))


def macro_f1(counts: Counts) -> Floats:
    """Mean F1 over the classes that occur in the truth or in the predictions, (...)."""
    occurs = (counts.support + counts.called) > 0
    return _ratio(class_figures(counts).f1.sum(axis=-1), occurs.sum(axis=-1))


def log_loss(true: Integers, probabilities: Floats) -> float:
    """Mean negative log of the probability given to the true class, in nats.

    Over the texts whose class has a column: a class that the model has never seen has no finite loss.
    """
    known = true < probabilities.shape[1]
    given = probabilities[known, true[known]]
    # fp32 probabilities underflow; the bound keeps one hopeless text from making the mean infinite
    return float(-np.log(np.maximum(given, 1e-12)).mean()) if given.size else 0.0


def _ratio(above: Floats, below: Floats) -> Floats:
    out = np.zeros(np.broadcast_shapes(np.shape(above), np.shape(below)))
    return np.divide(above, below, out=out, where=np.asarray(below) > 0)
