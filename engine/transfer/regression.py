"""Logistic regression with its strength chosen on validation: the head of frozen features and bag-of-words."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from engine.progress import Progressed, Work

Features: TypeAlias = "NDArray[np.float32] | csr_matrix"


@dataclass(frozen=True)
class Fit:
    """``weights`` (C, F) and ``intercept`` (C,) give logits for every class, two classes included."""

    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]
    strength: float
    macro_f1: float


def fit_best(
    train: Features,
    targets: NDArray[np.int64],
    validation: Features,
    validation_targets: NDArray[np.int64],
    strengths: tuple[float, ...],
    classes: int,
) -> Work[Fit]:
    """Fit at every strength (scikit-learn's C) and keep the best by validation macro-F1; the first wins a tie."""
    best: Fit | None = None
    for done, strength in enumerate(strengths):
        yield Progressed("fit", done, len(strengths))
        fit = _fit(train, targets, validation, validation_targets, strength, classes)
        if best is None or fit.macro_f1 > best.macro_f1:
            best = fit
    assert best is not None
    yield Progressed("fit", len(strengths), len(strengths))
    return best


def _fit(
    train: Features,
    targets: NDArray[np.int64],
    validation: Features,
    validation_targets: NDArray[np.int64],
    strength: float,
    classes: int,
) -> Fit:
    model = LogisticRegression(C=strength, max_iter=400)
    with warnings.catch_warnings():
        # 400 iterations are a bound on time; what has not converged is judged by validation all the same
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(train, targets)
    weights, intercept = np.asarray(model.coef_, np.float64), np.asarray(model.intercept_, np.float64)
    if (
        len(weights) == 1
    ):  # two classes: one row, the second class's; halved it gives each class its own logit
        weights = np.concatenate([-weights / 2, weights / 2])
        intercept = np.concatenate([-intercept / 2, intercept / 2])
    assert len(weights) == classes
    logits = validation @ weights.T + intercept
    f1 = float(f1_score(validation_targets, np.asarray(logits).argmax(1), average="macro", zero_division=0))
    return Fit(weights, intercept, strength, f1)
