"""Bootstrap 95 % intervals: how much a figure would move with other texts of the same kind.

Drawing n texts with replacement is drawing the counts of their distinct kinds from a multinomial, so the
time depends on the kinds (cells of a confusion matrix), not on n: a million texts cost what a thousand do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.api.results import Interval
from engine.evaluate import calibration, metrics
from engine.evaluate.metrics import Counts, Floats, Integers

RESAMPLES = 1000
SEED = 13
_TAIL = 0.025
_CONFIDENCE_CELLS = 1024  # confidences closer than 1/1024 are one kind: below what an interval shows
_BLOCK_NUMBERS = 4_000_000  # 32 MB of drawn counts at once

Figure = Callable[[Counts], Floats]


def figure_interval(confusion: Integers, figure: Figure, seed: int = SEED) -> Interval:
    """Percentile interval of ``metrics.accuracy`` or ``metrics.macro_f1`` over a (C, C) confusion matrix."""
    value = float(figure(metrics.counts(confusion)))
    true, called = np.nonzero(confusion)
    classes = confusion.shape[0]
    low, high = _resample(
        confusion[true, called], seed, lambda w: figure(_marginals(w, true, called, classes))
    )
    rows = int(confusion.sum())
    if rows and np.trace(confusion) == rows:
        # resampling cannot show an error that was never met; this is the exact (Clopper-Pearson) bound
        low = min(low, float(_TAIL ** (1 / rows)))
    elif rows and np.trace(confusion) == 0:
        high = max(high, 1 - float(_TAIL ** (1 / rows)))
    return Interval(value, low, high)


def paired_difference(
    true: Integers, ours: Integers, theirs: Integers, classes: int, figure: Figure, seed: int = SEED
) -> Interval:
    """How much better ``ours`` is than ``theirs`` on the same texts, (N,) each, by paired resampling.

    Pairing takes out what both find hard, so it sees differences that two separate intervals cannot.
    """
    cells, times = np.unique(np.stack((true, ours, theirs)), axis=1, return_counts=True)

    def difference(weights: Floats) -> Floats:
        first = _marginals(weights, cells[0], cells[1], classes)
        second = _marginals(weights, cells[0], cells[2], classes)
        return figure(first) - figure(second)

    value = float(difference(times[None, :].astype(np.float64))[0]) if times.size else 0.0
    return Interval(value, *_resample(times, seed, difference))


def ece_interval(confidence: Floats, correct: Floats, seed: int = SEED) -> Interval:
    """Interval of the expected calibration error of (N,) confidences and (N,) zeros and ones.

    ECE is a mean of absolute values, so noise can only raise it, and resampling raises it once more: the
    plain percentile interval can lie wholly above the figure. The basic interval (2 x value - quantile;
    Davison and Hinkley 1997, 5.2) takes that bias back; it is cut at 0 and widened to hold the figure itself.
    """
    value = calibration.ece(confidence, correct)
    if not confidence.size:
        return Interval(0.0, 0.0, 0.0)
    bins = calibration.bin_of(confidence)
    fine = np.minimum((confidence * _CONFIDENCE_CELLS).astype(np.int64), _CONFIDENCE_CELLS - 1)
    kind = np.stack((bins, fine, correct.astype(np.int64)))
    cells, cell_of, times = np.unique(kind, axis=1, return_inverse=True, return_counts=True)
    gap = np.bincount(cell_of.ravel(), weights=correct - confidence) / times  # (K,) mean of each cell
    in_bin = cells[0][:, None] == np.arange(calibration.BINS)  # (K, 15)
    low, high = _resample(times, seed, lambda w: np.abs((w * gap) @ in_bin).sum(axis=1) / confidence.size)
    return Interval(value, min(value, max(0.0, 2 * value - high)), max(value, 2 * value - low))


def sums_interval(sums: Floats, figure: Callable[[Floats], Floats], seed: int = SEED) -> Interval:
    """Percentile interval of a figure of sums over texts: ``sums`` (N, K) are each text's part.

    ``figure`` takes the sums of one or many samples, (..., K) -> (...).
    """
    value = float(figure(sums.sum(0)))
    return Interval(value, *_resample(np.ones(len(sums), np.int64), seed, lambda w: figure(w @ sums)))


def mean_interval(values: Floats, seed: int = SEED) -> Interval:
    """Percentile interval of the mean of (N,) values, for figures that are means over texts."""
    if not values.size:
        return Interval(0.0, 0.0, 0.0)
    distinct, times = np.unique(values, return_counts=True)
    return Interval(float(values.mean()), *_resample(times, seed, lambda w: w @ distinct / values.size))


def _resample(times: Integers, seed: int, statistic: Callable[[Floats], Floats]) -> tuple[float, float]:
    return middle(resamples(times, seed, statistic))


def middle(values: Floats) -> tuple[float, float]:
    """The bounds of the middle 95 % of some draws."""
    low, high = np.quantile(values, (_TAIL, 1 - _TAIL))
    return float(low), float(high)


def resamples(times: Integers, seed: int, statistic: Callable[[Floats], Floats]) -> Floats:
    """``statistic`` of each sample, (RESAMPLES,): it takes (R, K) weightings of K kinds met ``times`` times to (R,).

    Worked off in blocks of bounded memory; the draws do not depend on the size of the blocks.
    """
    total = int(times.sum())
    if not total:
        return np.zeros(1)
    random = np.random.default_rng(seed)
    block = max(1, _BLOCK_NUMBERS // times.size)
    return np.concatenate(
        [
            statistic(
                random.multinomial(total, times / total, size=min(block, RESAMPLES - start)).astype(
                    np.float64
                )
            )
            for start in range(0, RESAMPLES, block)
        ]
    )


def _marginals(weights: Floats, true: Integers, called: Integers, classes: int) -> Counts:
    """(R, C) counts of R weightings (R, K) of the K cells (true, called)."""
    is_true = (true[:, None] == np.arange(classes)).astype(np.float64)  # (K, C)
    is_called = (called[:, None] == np.arange(classes)).astype(np.float64)
    return Counts(weights @ (is_true * is_called), weights @ is_true, weights @ is_called)
