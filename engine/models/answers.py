"""From logits to answers, for each task: the label a text gets, how sure, and by what margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.tasks import join_labels
from engine.models.text_model import TextModel, sigmoid, softmax


@dataclass(frozen=True)
class Answer:
    """``label`` is the stored form of the task; ``probability`` is how sure the model is of it.

    One label: its probability, and how far the second lies below. Several labels: the probability that the
    weakest decision is right, and how far the closest label is from its threshold. A score has neither (0).
    """

    label: str
    probability: float
    margin: float
    probabilities: tuple[float, ...]


def probabilities_of(task: str, logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N, C) probabilities; of a score the score itself (N, 1)."""
    if task == "single":
        return softmax(logits)
    return sigmoid(logits) if task == "multi" else logits.astype(np.float64)


def answers(model: TextModel, logits: NDArray[np.float32]) -> list[Answer]:
    """The answers of a model to texts with logits (N, C)."""
    found = probabilities_of(model.task, logits)
    if model.task == "single":
        return [_one(model.labels, row) for row in found]
    if model.task == "multi":
        limits = np.asarray(model.thresholds or [0.5] * len(model.labels))
        return [_several(model.labels, row, limits) for row in found]
    return [Answer(score_label(float(row[0])), 0.0, 0.0, (float(row[0]),)) for row in found]


def score_label(value: float) -> str:
    """A score as it is written."""
    return f"{value:.6g}"


def _one(labels: Sequence[str], row: NDArray[np.float64]) -> Answer:
    best = int(row.argmax())
    rest = np.delete(row, best)
    margin = float(row[best] - rest.max()) if len(rest) else float(row[best])
    return Answer(labels[best], float(row[best]), margin, tuple(float(p) for p in row))


def _several(labels: Sequence[str], row: NDArray[np.float64], limits: NDArray[np.float64]) -> Answer:
    held = row >= limits
    sure = np.where(held, row, 1 - row)
    label = join_labels(label for label, yes in zip(labels, held, strict=True) if yes)
    return Answer(label, float(sure.min()), float(np.abs(row - limits).min()), tuple(float(p) for p in row))
