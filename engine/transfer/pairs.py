"""Pairs of texts drawn by label or score at the moment they are needed; n texts have n² pairs, and none is listed."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

_ENDS = (0.05, 0.95)


class Partners:
    """A partner for each row: with even chances of the same class, or of another class drawn evenly.

    Drawing the other class first, then its text, gives a rare class as many pairs as a common one. Memory: the
    rows' order by class, 8 bytes a row.
    """

    def __init__(self, classes: NDArray[np.int64]) -> None:
        """``classes`` (R,) of the rows."""
        self._names, self._class, counts = np.unique(classes, return_inverse=True, return_counts=True)
        self._order = np.argsort(self._class, kind="stable")
        self._firsts = np.concatenate([[0], np.cumsum(counts)])
        self._place = np.empty(len(classes), np.int64)
        self._place[self._order] = np.arange(len(classes)) - self._firsts[self._class[self._order]]

    def draw(self, rows: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
        """(B,) partners of ``rows`` (B,). A row that is alone in its class is its own: dropout tells the two apart."""
        own = self._class[rows]
        kinds = len(self._names)
        same = random.random(len(rows)) < 0.5 if kinds > 1 else np.ones(len(rows), bool)
        other = (own + 1 + random.integers(0, max(1, kinds - 1), len(rows))) % kinds
        chosen = np.where(same, own, other)
        sizes = self._firsts[chosen + 1] - self._firsts[chosen]
        draws = random.random(len(rows))
        # of the same class any but the row itself: it is stepped over
        among = np.where(same, np.maximum(sizes - 1, 1), sizes)
        at = np.minimum((draws * among).astype(np.int64), among - 1)
        at = np.where(same, (self._place[rows] + 1 + at) % sizes, at)
        found: NDArray[np.int64] = self._order[self._firsts[chosen] + at]
        return found


def likeness(targets: NDArray[Any]) -> NDArray[np.float32]:
    """(B, B) how alike the labels of texts are: 1 or 0 for classes (B,), the Jaccard index of label sets (B, L)."""
    if targets.ndim == 1:
        same: NDArray[np.float32] = (targets[:, None] == targets[None, :]).astype(np.float32)
        return same
    held = targets.astype(np.float32)
    shared = held @ held.T
    either = held.sum(1)[:, None] + held.sum(1)[None, :] - shared
    # two texts without any label are alike
    found: NDArray[np.float32] = np.where(either > 0, shared / np.maximum(either, 1), 1).astype(np.float32)
    return found


def span_of(scores: NDArray[np.float64]) -> float:
    """How far apart scores (N,) have nothing in common: from the 5th to the 95th percentile, else from end to end.

    One score far beyond the others must not make all of them alike. 1 where they are all the same.
    """
    low, high = np.quantile(scores, _ENDS)
    return float(high - low) or float(np.ptp(scores)) or 1.0


def nearness(scores: NDArray[np.float64], span: float) -> NDArray[np.float32]:
    """(B, B) how near to each other scores (B,) lie: 1 where they are the same, 0 where ``span`` apart or more."""
    apart = np.abs(scores[:, None] - scores[None, :]) / span
    found: NDArray[np.float32] = (1 - np.minimum(apart, 1)).astype(np.float32)
    return found


def cosine_loss(states: Tensor, wanted: Tensor, itself: Tensor) -> Tensor:
    """Mean squared error of the cosines of all pairs of ``states`` (B, H) against ``wanted`` (B, B): SetFit's loss.

    Pairs that are alike and pairs that are not weigh the same together, however many there are of each;
    ``itself`` (B, B) marks a text's pairs with itself, which count only where there are no others.
    """
    directions = functional.normalize(states, dim=-1)
    errors = (directions @ directions.T - wanted) ** 2
    diagonal = torch.eye(len(states), dtype=torch.bool, device=states.device)
    parts = []
    for kind in (wanted > 0, wanted == 0):
        pairs = kind & ~itself
        if not bool(pairs.any()):
            pairs = kind & ~diagonal
        if bool(pairs.any()):
            parts.append(errors[pairs].mean())
    return torch.stack(parts).mean() if parts else errors.sum() * 0.0


def nearness_loss(states: Tensor, wanted: Tensor, itself: Tensor) -> Tensor:
    """Mean squared error of the cosines of all pairs of ``states`` (B, H) against ``wanted`` (B, B).

    A text's pairs with itself, which ``itself`` (B, B) marks, do not count.
    """
    directions = functional.normalize(states, dim=-1)
    errors = (directions @ directions.T - wanted) ** 2
    pairs = ~itself
    return errors[pairs].mean() if bool(pairs.any()) else errors.sum() * 0.0
