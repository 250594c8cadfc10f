"""Is 80 % sure right 80 % of the time? Expected calibration error and the bins of the reliability curve.

ECE (Naeini et al. 2015; Guo et al. 2017): texts are put into 15 equally wide bins of the highest
probability; the mean distance between a bin's confidence and its accuracy, weighted by its texts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from engine.api.results import ReliabilityBin
from engine.evaluate.metrics import Floats, Integers

BINS = 15
_WIDEST = 20.0  # a temperature beyond says no more than that the model knows nothing, or all


def bin_of(confidence: Floats) -> Integers:
    """The bin [k / 15, (k + 1) / 15) of each confidence; 1.0 belongs to the last."""
    return np.minimum((confidence * BINS).astype(np.int64), BINS - 1)


def ece(confidence: Floats, correct: Floats) -> float:
    """Expected calibration error of (N,) highest probabilities and (N,) zeros and ones; 0 for no texts."""
    if not confidence.size:
        return 0.0
    gaps = np.bincount(bin_of(confidence), weights=correct - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / confidence.size)


def reliability(confidence: Floats, correct: Floats) -> tuple[ReliabilityBin, ...]:
    """The bins that hold texts, from unsure to sure."""
    bins = bin_of(confidence)
    count = np.bincount(bins, minlength=BINS)
    sure = np.bincount(bins, weights=confidence, minlength=BINS)
    right = np.bincount(bins, weights=correct, minlength=BINS)
    return tuple(
        ReliabilityBin(
            low=k / BINS,
            high=(k + 1) / BINS,
            confidence=float(sure[k] / count[k]),
            accuracy=float(right[k] / count[k]),
            count=int(count[k]),
        )
        for k in range(BINS)
        if count[k]
    )


def temperature(logits: NDArray[np.floating], targets: NDArray[np.floating] | Integers) -> float:
    """The number that logits (N, C) are divided by so that their probabilities fit the targets best (Guo et al. 2017).

    ``targets`` (N,) are classes, or (N, C) zeros and ones of labels that exclude nothing. Between 1/20 and 20;
    1 where there are no texts.
    """
    if not len(logits):
        return 1.0
    scores = logits.astype(np.float64)

    def loss(exponent: float) -> float:
        return float(log_losses(scores / np.exp(exponent), targets).mean())

    bound = float(np.log(_WIDEST))
    found = minimize_scalar(loss, bounds=(-bound, bound), method="bounded", options={"xatol": 1e-3})
    return float(np.exp(found.x))


def log_losses(logits: NDArray[np.floating], targets: NDArray[np.floating] | Integers) -> Floats:
    """Negative log-likelihoods (N,) of logits (N, C); of several labels (targets (N, C)) the mean over them."""
    scores = logits.astype(np.float64)
    if targets.ndim == 2:
        each: Floats = (np.logaddexp(0.0, scores) - targets * scores).mean(1)
        return each
    found: Floats = -log_softmax(scores, axis=1)[np.arange(len(scores)), targets.astype(np.int64)]
    return found
