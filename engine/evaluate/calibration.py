"""Is 80 % sure right 80 % of the time? Expected calibration error and the bins of the reliability curve.

ECE (Naeini et al. 2015; Guo et al. 2017): texts are put into 15 equally wide bins of the highest
probability; the mean distance between a bin's confidence and its accuracy, weighted by its texts.
"""

from __future__ import annotations

import numpy as np

from engine.api.results import ReliabilityBin
from engine.evaluate.metrics import Floats, Integers

BINS = 15


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
