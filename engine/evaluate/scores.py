"""The figures of a run that gives each text a number: Pearson, Spearman, mean absolute error."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from engine.api.results import Evaluation, Interval
from engine.evaluate import intervals
from engine.evaluate.metrics import Floats


def score_evaluation(split: str, labels: tuple[str, ...], true: Floats, called: Floats) -> Evaluation:
    """(N,) true scores against (N,) predicted ones. ``loss`` is the mean squared error.

    Spearman's interval resamples the ranks in the whole split, which is quick and hardly differs.
    """
    nothing = Interval(0.0, 0.0, 0.0)
    return Evaluation(
        split=split,
        rows=len(true),
        labels=labels,
        figures={
            "pearson": intervals.sums_interval(_moments(true, called), correlation),
            "spearman": intervals.sums_interval(_moments(rankdata(true), rankdata(called)), correlation),
            "mae": intervals.mean_interval(np.abs(true - called)),
        },
        ece=0.0,
        ece_interval=nothing,
        loss=float(((true - called) ** 2).mean()),
        per_class=(),
        confusion=(),
        reliability=(),
        task="score",
    )


def _moments(x: Floats, y: Floats) -> Floats:
    """(N, 6): one, x, y, xx, yy, xy of each text, about the means so that nothing large cancels."""
    x, y = x - x.mean(), y - y.mean()
    return np.stack([np.ones(len(x)), x, y, x * x, y * y, x * y], axis=1)


def correlation(sums: Floats) -> Floats:
    """Pearson's r of summed moments (..., 6); 0 where one side does not vary."""
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    below = np.sqrt(np.maximum(n * xx - x * x, 0) * np.maximum(n * yy - y * y, 0))
    found: Floats = np.divide(n * xy - x * y, below, out=np.zeros(np.shape(n)), where=below > 1e-9)
    return found
