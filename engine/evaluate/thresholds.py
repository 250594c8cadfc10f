"""From which probability on a label holds: chosen for each label by its F1 on validation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DEFAULT = 0.5
_ENOUGH = 5  # with fewer texts of a label, its best threshold is noise


def tune(probabilities: Floats, targets: NDArray[np.floating]) -> tuple[float, ...]:
    """The threshold of each label that gives the highest F1; (N, L) probabilities and zeros and ones.

    Halfway between two neighbouring probabilities. Labels with fewer than five texts keep 0.5.
    """
    return tuple(_best(probabilities[:, k], targets[:, k]) for k in range(probabilities.shape[1]))


def _best(probabilities: Floats, targets: NDArray[np.floating]) -> float:
    support = float(targets.sum())
    if support < _ENOUGH or support == len(targets):
        return _DEFAULT
    order = np.argsort(-probabilities, kind="stable")
    sure = probabilities[order]
    hits = np.cumsum(targets[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + support)
    # a border between equal probabilities cannot be drawn
    f1[:-1][sure[:-1] == sure[1:]] = -1.0
    best = int(f1.argmax())
    below = sure[best + 1] if best + 1 < len(sure) else 0.0
    return float((sure[best] + below) / 2)


def label_f1(called: NDArray[np.bool_], targets: NDArray[np.floating]) -> Floats:
    """F1 of each label (L,), 0 where it occurs in neither."""
    truth = targets > 0
    hits = (called & truth).sum(0).astype(np.float64)
    whole = called.sum(0) + truth.sum(0)
    f1: Floats = np.divide(2 * hits, whole, out=np.zeros(len(hits)), where=whole > 0)
    return f1
