"""Losses: one label (cross-entropy, focal, class-balanced; smoothed, weighted), several, scores, tags.

Focal loss: Lin et al., ICCV 2017 (gamma 2). Class-balanced weights: Cui et al., CVPR 2019 (beta 0.999).
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

_FOCUS = 2.0
_BETA = 0.999
IGNORED = -100  # a token that begins no word


class Criterion(Protocol):
    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Losses (B,) of logits (B, C); for tags (B, T, C)."""
        ...


def class_weights(targets: NDArray[Any], classes: int, loss: str, weights: str) -> NDArray[np.float32] | None:
    """Weights (C,) with mean 1 over the texts, or None for all alike.

    ``balanced``: the inverse of a class's count; class-balanced loss: the inverse of its effective number.
    """
    if weights == "none" and loss != "class-balanced":
        return None
    counts = targets.sum(0) if targets.ndim == 2 else np.bincount(targets, minlength=classes)
    counts = np.maximum(counts.astype(np.float64), 1.0)
    inverse = (1 - _BETA) / (1 - _BETA**counts) if loss == "class-balanced" else 1 / counts
    return (inverse * counts.sum() / (inverse * counts).sum()).astype(np.float32)  # type: ignore[no-any-return]


class OneLabel:
    """Targets (B,) are classes."""

    def __init__(
        self, loss: str = "cross-entropy", weights: Tensor | None = None, smoothing: float = 0.0
    ) -> None:
        self._focal = loss == "focal"
        self._weights = weights
        self._smoothing = smoothing

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        losses = functional.cross_entropy(
            logits, targets, self._weights, reduction="none", label_smoothing=self._smoothing
        )
        if self._focal:
            given = logits.softmax(-1).gather(-1, targets[:, None])[:, 0]
            losses = losses * (1 - given) ** _FOCUS
        return losses


class SeveralLabels:
    """Targets (B, L) are zeros and ones. The sum over the labels, so that a text counts as with one label."""

    def __init__(
        self, loss: str = "cross-entropy", weights: Tensor | None = None, smoothing: float = 0.0
    ) -> None:
        self._focal = loss == "focal"
        self._weights = weights
        self._smoothing = smoothing

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        smooth = targets * (1 - self._smoothing) + self._smoothing / 2
        losses = functional.binary_cross_entropy_with_logits(logits, smooth, reduction="none")
        if self._focal:
            sure = logits.sigmoid()
            losses = losses * torch.where(targets > 0, 1 - sure, sure) ** _FOCUS
        if self._weights is not None:
            losses = losses * torch.where(targets > 0, self._weights, torch.ones_like(self._weights))
        return losses.sum(-1)


class Score:
    """Targets (B,) are standardised numbers; squared error."""

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        return (logits[:, 0] - targets) ** 2


class Tags:
    """Targets (B, T) are tags, ``IGNORED`` where no word begins. A text counts by its words."""

    def __init__(
        self,
        words_per_text: float,
        loss: str = "cross-entropy",
        weights: Tensor | None = None,
        smoothing: float = 0.0,
    ) -> None:
        self._one = OneLabel(loss, weights, smoothing)
        self.words_per_text = max(1.0, words_per_text)

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        begun = targets != IGNORED
        losses = logits.new_zeros(targets.shape)
        losses[begun] = self._one(logits[begun], targets[begun])
        return losses.sum(-1) / self.words_per_text
