"""How alike two explanations of the same words are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

LEAST_WORDS = 3  # of two words any two orders agree or disagree wholly


def rank_correlation(first: NDArray[np.floating], second: NDArray[np.floating]) -> float | None:
    """Spearman's rank correlation of two scores (W,) of the same words, from -1 to 1; ties share their rank.

    None for fewer than three words. 0 where one of them says the same of all words: it orders nothing.
    """
    if len(first) < LEAST_WORDS:
        return None
    ranks = np.stack([rankdata(first), rankdata(second)])
    ranks -= ranks.mean(1, keepdims=True)
    size = float(np.sqrt((ranks**2).sum(1).prod()))
    return float(ranks[0] @ ranks[1] / size) if size else 0.0
