"""What a training learns from: labelled texts of the project's splits, with what is wrong with them said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.data.splits import ensure_splits
from engine.progress import Noticed


@dataclass(frozen=True)
class Examples:
    """Texts of one split with their documents' ids; ``targets`` (N,) are indices into the labels."""

    documents: list[int]
    texts: list[str]
    targets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class TrainingData:
    """``labels`` are the training split's, sorted; texts of other splits with other labels are left out."""

    labels: tuple[str, ...]
    train: Examples
    validation: Examples
    test: Examples
    notices: tuple[Noticed, ...]


def gather(project: Project, seed: int, validation_share: float) -> TrainingData:
    """Make the splits where there are none and read them.

    Raises NO_LABELLED_TEXTS, ONE_CLASS, TOO_FEW_TEXTS.
    """
    notices = []
    made = ensure_splits(project, seed, validation_share)
    if made:
        notices.append(Noticed("split-made", dict(made)))
    read = {split: list(project.documents.labelled(split)) for split in ("train", "validation", "test")}
    counts = Counter(label for _, _, label in read["train"])
    if not any(read.values()):
        raise KnownError(ErrorKind.NO_LABELLED_TEXTS)
    if not counts:
        raise KnownError(ErrorKind.SPLIT_EMPTY, split="train")
    if len(counts) == 1:
        raise KnownError(ErrorKind.ONE_CLASS, label=next(iter(counts)), count=counts.total())
    if not read["validation"]:
        raise KnownError(ErrorKind.TOO_FEW_TEXTS, count=counts.total(), classes=len(counts))
    single = sorted(label for label, count in counts.items() if count == 1)
    if single:
        notices.append(Noticed("small-classes", {"names": ", ".join(single[:10]), "count": len(single)}))
    unseen = sorted(
        {label for split in ("validation", "test") for _, _, label in read[split]} - counts.keys()
    )
    if unseen:
        notices.append(Noticed("labels-unseen", {"names": ", ".join(unseen[:10]), "count": len(unseen)}))
    labels = tuple(sorted(counts))
    train, validation, test = (_examples(read[split], labels) for split in ("train", "validation", "test"))
    return TrainingData(labels, train, validation, test, tuple(notices))


def examples_of(project: Project, split: str, labels: tuple[str, ...]) -> Examples:
    """The labelled texts of a split whose label a run knows. Raises SPLIT_EMPTY."""
    found = _examples(list(project.documents.labelled(split)), labels)
    if not len(found):
        raise KnownError(ErrorKind.SPLIT_EMPTY, split=split)
    return found


def _examples(rows: list[tuple[int, str, str]], labels: tuple[str, ...]) -> Examples:
    index = {label: i for i, label in enumerate(labels)}
    known = [row for row in rows if row[2] in index]
    return Examples(
        [row[0] for row in known],
        [row[1] for row in known],
        np.array([index[row[2]] for row in known], np.int64),
    )
