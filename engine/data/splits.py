"""Automatic splits: stratified by label, the same text never on both sides, recorded as one edit."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from hashlib import blake2b

from engine.api.catalog import SPLITS
from engine.api.project import Project


class _Group:
    """Documents with the same text (whitespace and case aside): they stay together. 8 bytes a document."""

    __slots__ = ("documents", "label")

    def __init__(self, label: str) -> None:
        self.label = label
        self.documents = array("q")


def ensure_splits(project: Project, seed: int, validation_share: float) -> dict[str, int] | None:
    """Make the splits that training needs and does not have; None where nothing is missing.

    Nothing assigned: ``validation_share`` of the texts for validation, as many for test, the rest to train.
    Else texts without a split go to train, and a missing validation is taken from there; an existing
    validation or test is never touched. Gives the number of labelled texts of each split afterwards.
    """
    counts = dict.fromkeys(("", *SPLITS), 0)
    for group in project.documents.groups():
        if group.label:
            counts[group.split] += group.count
    pool = counts[""] + counts["train"]
    if not pool or (not counts[""] and counts["validation"]):
        return None
    untouched = not any(counts[split] for split in SPLITS)
    shares = {"validation": 0.0 if counts["validation"] else validation_share}
    if untouched:
        shares["test"] = validation_share
    placed = _place(_groups(project), shares, random.Random(seed))
    after: dict[str, array[int]] = {split: array("q") for split in SPLITS}
    for split, documents in placed:
        after[split].extend(documents)
    train = set(array("q", (row[0] for row in project.documents.labelled("train"))))
    moved = [(d, split) for split in SPLITS for d in after[split] if not (split == "train" and d in train)]
    if not moved:
        return None
    with project.transaction():
        project.documents.set_split(moved, kind="split-made")
    return {split: len(after[split]) + (counts[split] if split != "train" else 0) for split in SPLITS}


def _groups(project: Project) -> dict[bytes, _Group]:
    """The texts that may be placed (without a split, or in train), by their hash."""
    groups: dict[bytes, _Group] = {}
    for split in ("", "train"):
        for document, text, label in project.documents.labelled(split):
            key = blake2b(" ".join(text.split()).casefold().encode(), digest_size=8).digest()
            group = groups.get(key)
            if group is None:
                group = groups[key] = _Group(label)
            group.documents.append(document)
    return groups


def _place(
    groups: dict[bytes, _Group], shares: dict[str, float], chance: random.Random
) -> Iterator[tuple[str, array[int]]]:
    """(split, documents) of every group. A class with one text alone stays in train."""
    by_label: dict[str, list[_Group]] = {}
    for group in groups.values():
        by_label.setdefault(group.label, []).append(group)
    for label in sorted(by_label):
        members = by_label[label]
        chance.shuffle(members)
        total = sum(len(group.documents) for group in members)
        for split, share in shares.items():
            wanted = max(1, round(total * share)) if share else 0
            taken = 0
            # small groups from the end; one always stays to learn from
            while taken < wanted and len(members) > 1:
                group = members.pop()
                taken += len(group.documents)
                yield split, group.documents
        for group in members:
            yield "train", group.documents
