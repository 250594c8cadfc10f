"""Is a copy still the model? Both read the same texts; the largest difference of a logit, and how often they agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.api.words import words_of
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.text_model import Logits, sigmoid
from engine.progress import Work

TEXTS = 500
STAGE = "verify"
_LARGEST = 1e-3  # of the logits' size: what fp32 arithmetic in another order never reaches
_SAME_SCORE = 0.01  # of the standard deviation of the scores

# logits of texts, or of all words of the texts one after the other: (rows, C)
Scorer = Callable[[Sequence[str]], Work[Logits]]


@dataclass(frozen=True)
class Check:
    """``rows`` texts were read; ``agreement`` is the share of texts (words, for tags) with the same answer."""

    rows: int
    largest_difference: float
    agreement: float


def check_texts(project: Project, task: str) -> list[str]:
    """The first validation texts, else texts of another split, else unlabelled ones. Raises SPLIT_EMPTY."""
    for split in ("validation", "test", "train"):
        documents = project.documents
        rows = documents.tagged(split) if task == "tagging" else documents.labelled(split)
        texts: list[str] = []
        for row in rows:
            if row[1].strip():
                texts.append(row[1])
            if len(texts) == TEXTS:
                break
        if texts:
            return texts
    raise KnownError(ErrorKind.SPLIT_EMPTY, split="validation")


def scorer(model: RunModel) -> Scorer:
    """How a model of ours reads, in fp32."""

    def score(texts: Sequence[str]) -> Work[Logits]:
        if isinstance(model, AnyTaggingModel):
            words = yield from model.score(texts, [words_of(text) for text in texts], STAGE)
            return np.concatenate(words) if words else np.zeros((0, model.outputs), np.float32)
        return (yield from model.score(texts, "fp32", STAGE))

    return score


def compare(model: RunModel, original: Logits, copy: Logits, rows: int) -> Check:
    """Both are (texts or words, C)."""
    same = _same(model, original, copy)
    return Check(
        rows=rows,
        largest_difference=float(np.abs(original - copy).max(initial=0.0)),
        agreement=float(same.mean()) if len(same) else 1.0,
    )


def demand_equal(check: Check, original: Logits, format: str, *, exact: bool) -> None:
    """Raises EXPORT_DIFFERS where the copy is not the model: a number that is none, or fp32 beyond rounding."""
    size = max(1.0, float(np.abs(original).max(initial=0.0)))  # a score may be in thousands
    broken = not np.isfinite(check.largest_difference)
    if broken or (exact and check.largest_difference > _LARGEST * size):
        raise KnownError(
            ErrorKind.EXPORT_DIFFERS, format=format, difference=f"{check.largest_difference:.2g}"
        )


def _same(model: RunModel, original: Logits, copy: Logits) -> NDArray[np.bool_]:
    same: NDArray[np.bool_]
    if model.task == "score":
        same = np.abs(original - copy)[:, 0] <= _SAME_SCORE * float(original.std()) + 1e-9
    elif model.task == "multi" and not isinstance(model, AnyTaggingModel):
        limits = np.asarray(model.thresholds or [0.5] * len(model.labels))
        same = ((sigmoid(original) >= limits) == (sigmoid(copy) >= limits)).all(axis=1)
    else:
        same = original.argmax(axis=1) == copy.argmax(axis=1)
    return same
