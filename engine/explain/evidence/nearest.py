"""Nearest neighbours by cosine, and how many of them agree with a text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from engine.explain.evidence.state_cache import row_lengths
from engine.models.states import States
from engine.progress import Progressed, Work

NEIGHBOURS = 10
_ROWS = 1000
_MOST_COMPARED = 20_000  # beyond it a text's neighbours are looked for among so many, drawn with a seed


def unit_rows(states: States) -> States:
    """Rows of length 1; a row of zeros stays one."""
    inverse = (1 / np.maximum(row_lengths(states), 1e-12)).astype(np.float32)
    if isinstance(states, csr_matrix):
        return csr_matrix(states.multiply(inverse[:, None]))
    return states * inverse[:, None]


def agreement(
    states: States,
    values: NDArray[Any],
    tolerance: float,
    seed: int,
    asked: NDArray[np.int64] | None = None,
) -> Work[NDArray[np.float64]]:
    """The share (N, L) of each text's nearest others whose ``values`` (N, L) differ by ``tolerance`` at most.

    Neighbours count by their cosine. 0.5 where a text has none that is at all alike, and, where rows are ``asked``
    about, for all others.
    """
    count = states.shape[0]
    if asked is None:
        asked = np.arange(count)
    pool = np.arange(count)
    if count > _MOST_COMPARED:
        pool = np.sort(np.random.default_rng(seed).permutation(count)[:_MOST_COMPARED])
    units = unit_rows(states)
    others = units[pool].T
    nearest = min(NEIGHBOURS, len(pool) - 1)
    found = np.full(values.shape, 0.5)
    for start in range(0, len(asked) if nearest else 0, _ROWS):
        rows = asked[start : start + _ROWS]
        cosines = units[rows] @ others
        cosines = cosines.toarray() if isinstance(cosines, csr_matrix) else cosines
        cosines[rows[:, None] == pool[None, :]] = -1.0  # not itself
        best = np.argpartition(-cosines, nearest - 1, axis=1)[:, :nearest]
        weights = np.maximum(np.take_along_axis(cosines, best, axis=1), 0.0).astype(np.float64)  # (rows, k)
        same = np.abs(values[pool[best]] - values[rows][:, None]) <= tolerance  # (rows, k, L)
        total = weights.sum(1, keepdims=True)
        shares = (weights[:, :, None] * same).sum(1) / np.maximum(total, 1e-12)
        found[rows] = np.where(total > 0, shares, 0.5)
        yield Progressed("fit", start + len(rows), len(asked))
    return found
