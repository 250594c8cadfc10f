"""What a round of self-training learns from, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.models.run_model import RunModel
from engine.models.tagging_model import Spans
from engine.progress import Work
from engine.transfer.examples import Examples
from engine.transfer.method import Job

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """The texts without labels, with their documents; where words are tagged, with their words."""

    documents: list[int]
    texts: list[str]
    words: list[Spans] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def firsts(self) -> Rows:
        """Tagging: text i has the words ``firsts[i]`` to ``firsts[i + 1]`` of all."""
        return np.concatenate([[0], np.cumsum([len(spans) for spans in self.words], dtype=np.int64)])

    def beginning(self, count: int) -> Pool:
        """The first texts."""
        return Pool(self.documents[:count], self.texts[:count], self.words[:count])


@dataclass(frozen=True)
class Lesson:
    """What a round learns from: ``labelled`` rows of the training texts, ``rows`` of the pool with ``targets``.

    Targets as in ``Examples``; where words are tagged, an array of tags (words of the text,) for each row.
    """

    labelled: Rows
    rows: Rows
    targets: NDArray[Any]


@dataclass(frozen=True)
class Learnt:
    """Logits of the validation texts, of the training texts that were left out, and of the pool.

    Where words are tagged, those of all words, one after the other. ``limits`` are the thresholds of several labels.
    """

    model: RunModel
    validation: NDArray[np.float32]
    left_out: NDArray[np.float32]
    pool: NDArray[np.float32]
    limits: tuple[float, ...]
    seconds: float
    tokens: int


class Learner(Protocol):
    """``source_folder`` is the encoder folder that its models share, if any."""

    source_folder: Path | None

    def learn(self, lesson: Lesson, folder: Path) -> Work[Learnt]:
        """A model from a lesson; ``folder`` is for what a killed training needs to go on."""
        ...


def left_out(job: Job, lesson: Lesson) -> Rows:
    """The training texts that a lesson does not learn from."""
    return np.setdiff1d(np.arange(len(job.data.train)), lesson.labelled)


def taught(job: Job, pool: Pool, lesson: Lesson) -> Examples:
    """A lesson as training texts: the labelled ones, then those of the pool."""
    labelled = job.data.train.subset(lesson.labelled)
    if not len(lesson.rows):
        return labelled
    if job.data.task == "tagging":
        targets = np.concatenate([labelled.targets, *lesson.targets])
        words = labelled.words + _of(pool.words, lesson.rows)
    else:
        targets = np.concatenate([labelled.targets, lesson.targets.astype(labelled.targets.dtype)])
        words = []
    return Examples(
        labelled.documents + _of(pool.documents, lesson.rows),
        labelled.texts + _of(pool.texts, lesson.rows),
        targets,
        words,
    )


def _of(values: Sequence[Any], rows: Rows) -> list[Any]:
    return [values[i] for i in rows]
