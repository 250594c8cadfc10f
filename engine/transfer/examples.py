"""What a training learns from: labelled texts of the project's splits, with what is wrong with them said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.api.tasks import split_labels
from engine.data.entities import OUTSIDE, entities_to_tags
from engine.data.splits import ensure_splits
from engine.models.tagging_model import Spans, tag_names
from engine.progress import Noticed
from engine.transfer.conflicts import conflicts_notice

_SPLITS = ("train", "validation", "test")
_NAMED = 10


@dataclass(frozen=True)
class Examples:
    """Texts of one split with their documents' ids and ``targets``, by task:

    single (N,) indices into the labels; multi (N, L) zeros and ones; score (N,) numbers; tagging: the tags of
    the ``words`` of all texts, one after the other, as indices into ``tag_names(labels)``.
    """

    documents: list[int]
    texts: list[str]
    targets: NDArray[Any]
    words: list[Spans] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def firsts(self) -> NDArray[np.int64]:
        """Tagging: text i has the targets ``firsts[i]`` to ``firsts[i + 1]``."""
        return np.concatenate([[0], np.cumsum([len(spans) for spans in self.words], dtype=np.int64)])

    def subset(self, rows: NDArray[np.int64]) -> Examples:
        """Some of the texts, in the order of ``rows``."""
        documents, texts = [self.documents[i] for i in rows], [self.texts[i] for i in rows]
        if not self.words:
            return Examples(documents, texts, self.targets[rows])
        firsts = self.firsts
        targets = [self.targets[firsts[i] : firsts[i + 1]] for i in rows]
        flat = np.concatenate(targets) if targets else self.targets[:0]
        return Examples(documents, texts, flat, [self.words[i] for i in rows])


@dataclass(frozen=True)
class TrainingData:
    """``labels`` are the training split's, sorted; texts of other splits with other labels are left out."""

    labels: tuple[str, ...]
    train: Examples
    validation: Examples
    test: Examples
    notices: tuple[Noticed, ...]
    task: str = "single"

    @property
    def strata(self) -> NDArray[np.int64]:
        """A class (N,) of each training text, to draw from evenly: its label, first label, or quarter of scores."""
        targets = self.train.targets
        if self.task == "single":
            return targets.astype(np.int64)
        if self.task == "multi":
            return np.where(targets.any(1), targets.argmax(1) + 1, 0).astype(np.int64)
        if self.task == "score":
            return np.searchsorted(np.quantile(targets, (0.25, 0.5, 0.75)), targets).astype(np.int64)
        held = [self.train.targets[a:b].max(initial=0) for a, b in pairwise(self.train.firsts)]
        return np.asarray(held, np.int64)


def gather(project: Project, seed: int, validation_share: float) -> TrainingData:
    """Make the splits where there are none and read them.

    Raises NO_LABELLED_TEXTS, SPLIT_EMPTY, ONE_CLASS, TOO_FEW_TEXTS, NO_ENTITIES.
    """
    notices = []
    made = ensure_splits(project, seed, validation_share)
    if made:
        notices.append(Noticed("split-made", dict(made)))
    task = project.task
    if task == "tagging":
        return _gather_tagged(project, notices)
    read = {split: list(project.documents.labelled(split)) for split in _SPLITS}
    _check_sizes({split: len(rows) for split, rows in read.items()})
    if task == "score":
        values = {float(label) for _, _, label in read["train"]}
        if len(values) == 1:
            raise KnownError(ErrorKind.ONE_CLASS, label=str(values.pop()), count=len(read["train"]))
        labels: tuple[str, ...] = ("score",)
    else:
        labels = _labels(read, task, notices)
        _notice_conflicts(project, (row for rows in read.values() for row in rows), notices)
    train, validation, test = (_examples(read[split], labels, task) for split in _SPLITS)
    return TrainingData(labels, train, validation, test, tuple(notices), task)


def _notice_conflicts(project: Project, rows: Iterable[tuple[int, str, str]], notices: list[Noticed]) -> None:
    found = conflicts_notice(project, rows)
    if found is not None:
        notices.append(found)


def examples_of(project: Project, split: str, labels: tuple[str, ...]) -> Examples:
    """The labelled texts of a split whose label a run knows. Raises SPLIT_EMPTY."""
    if project.task == "tagging":
        found = _tagged(list(project.documents.tagged(split)), labels)
    else:
        found = _examples(list(project.documents.labelled(split)), labels, project.task)
    if not len(found):
        raise KnownError(ErrorKind.SPLIT_EMPTY, split=split)
    return found


def _check_sizes(counts: dict[str, int]) -> None:
    if not any(counts.values()):
        raise KnownError(ErrorKind.NO_LABELLED_TEXTS)
    if not counts["train"]:
        raise KnownError(ErrorKind.SPLIT_EMPTY, split="train")


def _labels(
    read: dict[str, list[tuple[int, str, str]]], task: str, notices: list[Noticed]
) -> tuple[str, ...]:
    """The training split's labels, sorted; what is odd about them is noticed."""

    def parts(split: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for _, _, label in read[split]:
            found.update(split_labels(label) if task == "multi" else (label,))
        return found

    counts = parts("train")
    if task == "single" and len(counts) == 1:
        raise KnownError(ErrorKind.ONE_CLASS, label=next(iter(counts)), count=counts.total())
    if task == "multi" and all(count == len(read["train"]) for count in counts.values()):
        raise KnownError(ErrorKind.ONE_CLASS, label=", ".join(counts) or "∅", count=len(read["train"]))
    if not read["validation"]:
        raise KnownError(ErrorKind.TOO_FEW_TEXTS, count=len(read["train"]), classes=len(counts))
    single = sorted(label for label, count in counts.items() if count == 1)
    if single:
        notices.append(Noticed("small-classes", {"names": ", ".join(single[:_NAMED]), "count": len(single)}))
    unseen = sorted((parts("validation") + parts("test")).keys() - counts.keys())
    if unseen:
        notices.append(Noticed("labels-unseen", {"names": ", ".join(unseen[:_NAMED]), "count": len(unseen)}))
    return tuple(sorted(counts))


def _examples(rows: list[tuple[int, str, str]], labels: tuple[str, ...], task: str) -> Examples:
    index = {label: i for i, label in enumerate(labels)}
    if task == "single":
        rows = [row for row in rows if row[2] in index]
        targets: NDArray[Any] = np.array([index[row[2]] for row in rows], np.int64)
    elif task == "multi":
        targets = np.zeros((len(rows), len(labels)), np.float32)
        for i, (_, _, label) in enumerate(rows):
            targets[i, [index[part] for part in split_labels(label) if part in index]] = 1.0
    else:
        targets = np.array([float(row[2]) for row in rows], np.float64)
    return Examples([row[0] for row in rows], [row[1] for row in rows], targets)


def _gather_tagged(project: Project, notices: list[Noticed]) -> TrainingData:
    read = {split: list(project.documents.tagged(split)) for split in _SPLITS}
    _check_sizes({split: len(rows) for split, rows in read.items()})
    kinds = Counter(entity.label for _, _, _, entities in read["train"] for entity in entities)
    if not kinds:
        raise KnownError(ErrorKind.NO_ENTITIES, count=len(read["train"]))
    if not read["validation"]:
        raise KnownError(ErrorKind.TOO_FEW_TEXTS, count=len(read["train"]), classes=len(kinds))
    others = {e.label for split in ("validation", "test") for _, _, _, es in read[split] for e in es}
    unseen = sorted(others - kinds.keys())
    if unseen:
        notices.append(Noticed("labels-unseen", {"names": ", ".join(unseen[:_NAMED]), "count": len(unseen)}))
    tagged = (
        (document, text, ", ".join(f"{text[e.start : e.end]} ({e.label})" for e in entities) or OUTSIDE)
        for rows in read.values()
        for document, text, _, entities in rows
    )
    _notice_conflicts(project, tagged, notices)
    labels = tuple(sorted(kinds))
    train, validation, test = (_tagged(read[split], labels) for split in _SPLITS)
    return TrainingData(labels, train, validation, test, tuple(notices), "tagging")


def _tagged(rows: list[Any], labels: tuple[str, ...]) -> Examples:
    index = {tag: i for i, tag in enumerate(tag_names(labels))}
    targets: list[int] = []
    for _, _, words, entities in rows:
        # a type that no training text has is outside for this model
        targets += [index.get(tag, 0) for tag in entities_to_tags(words, entities, "bio")]
    return Examples(
        [row[0] for row in rows],
        [row[1] for row in rows],
        np.array(targets, np.int64),
        [row[2] for row in rows],
    )
