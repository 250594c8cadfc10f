"""Confident learning: which labels are wrong, counted from probabilities by models that did not learn from the text.

Northcutt, Jiang, Chuang: Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70 (2021), section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]


@dataclass(frozen=True)
class Confident:
    """``wrong`` (N,): another class is confidently more likely than the given one. ``expected``: about how many are.

    Where the probabilities are poor the count is too high: a hard text looks like a wrong label.
    """

    wrong: NDArray[np.bool_]
    expected: float


def confident_learning(probabilities: Floats, given: Classes) -> Confident:
    """``probabilities`` (N, C) out of sample, ``given`` (N,) classes.

    A text counts for the likeliest of the classes whose probability reaches their threshold, the mean probability of
    a class over the texts that are labelled so. The counts of each given class are scaled to its number of texts.
    """
    classes = probabilities.shape[1]
    counts = np.bincount(given, minlength=classes)
    own = probabilities[np.arange(len(given)), given]
    thresholds = np.bincount(given, own, classes) / np.maximum(counts, 1)
    thresholds[counts == 0] = np.inf  # nothing is known of a class that no text has
    reached = np.where(probabilities >= thresholds, probabilities, -1.0)
    called = np.where(reached.max(1) >= 0, reached.argmax(1), -1)
    joint = np.zeros((classes, classes))
    np.add.at(joint, (given[called >= 0], called[called >= 0]), 1)
    right = np.diag(joint) / np.maximum(joint.sum(1), 1)
    expected = float((counts * np.where(joint.sum(1) > 0, 1 - right, 0.0)).sum())
    return Confident((called >= 0) & (called != given), expected)
