"""Automatic splits: stratified by what the task asks, the same text never on both sides, recorded as one edit."""

from __future__ import annotations

import random
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from engine.api.catalog import SPLITS
from engine.api.project import Project
from engine.api.tasks import NO_LABEL, split_labels

_SCORE_BINS = 10


class _Group:
    """Documents with the same text (whitespace and case aside): they stay together. 8 bytes a document."""

    __slots__ = ("documents", "labels")

    def __init__(self, labels: frozenset[str]) -> None:
        self.labels = labels
        self.documents = array("q")


def ensure_splits(project: Project, seed: int, validation_share: float) -> dict[str, int] | None:
    """Make the splits that training needs and does not have; None where nothing is missing.

    Nothing assigned: ``validation_share`` of the texts for validation, as many for test, the rest to train.
    Else texts without a split go to train, and a missing validation is taken from there; an existing
    validation or test is never touched; texts without a label (or tags) stay out. Gives the number of labelled
    texts of each split afterwards.
    """
    counts = project.documents.labelled_counts()
    pool = counts[""] + counts["train"]
    if not pool or (not counts[""] and counts["validation"]):
        return None
    untouched = not any(counts[split] for split in SPLITS)
    shares = {"validation": 0.0 if counts["validation"] else validation_share}
    if untouched:
        shares["test"] = validation_share
    groups = list(_groups(project).values())
    chance = random.Random(seed)
    task = project.task
    if task == "score":
        _bin_scores(groups)
    placed = (
        _place_sets(groups, shares, chance)
        if task in ("multi", "tagging")
        else _place(groups, shares, chance)
    )
    after: dict[str, array[int]] = {split: array("q") for split in SPLITS}
    for split, documents in placed:
        after[split].extend(documents)
    train = set(array("q", (row[0] for row in _labelled(project, "train"))))
    moved = [(d, split) for split in SPLITS for d in after[split] if not (split == "train" and d in train)]
    if not moved:
        return None
    with project.transaction():
        project.documents.set_split(moved, kind="split-made")
    return {split: len(after[split]) + (counts[split] if split != "train" else 0) for split in SPLITS}


def _labelled(project: Project, split: str) -> Iterator[tuple[int, str, Iterable[str]]]:
    """(id, text, labels) of a split; a text without any of several labels, or entities, has ``NO_LABEL``."""
    documents, task = project.documents, project.task
    if task == "tagging":
        for id, text, _, entities in documents.tagged(split):
            yield id, text, {entity.label for entity in entities} or (NO_LABEL,)
    else:
        for id, text, label in documents.labelled(split):
            yield id, text, (split_labels(label) or (NO_LABEL,)) if task == "multi" else (label,)


def _groups(project: Project) -> dict[bytes, _Group]:
    """The texts that may be placed (without a split, or in train), by their hash."""
    groups: dict[bytes, _Group] = {}
    shared: dict[frozenset[str], frozenset[str]] = {}  # one object a set of labels
    for split in ("", "train"):
        for document, text, labels in _labelled(project, split):
            key = blake2b(" ".join(text.split()).casefold().encode(), digest_size=8).digest()
            group = groups.get(key)
            if group is None:
                found = frozenset(labels)
                group = groups[key] = _Group(shared.setdefault(found, found))
            group.documents.append(document)
    return groups


def _bin_scores(groups: list[_Group]) -> None:
    """Label each group with the quantile bin of its score; equal scores share a bin."""
    ranked = sorted(groups, key=lambda group: float(next(iter(group.labels))))
    bins = min(_SCORE_BINS, max(1, len(ranked) // 5))
    before, quantile = None, ""
    for rank, group in enumerate(ranked):
        if group.labels != before:
            before, quantile = group.labels, f"{rank * bins // len(ranked):02}"
        group.labels = frozenset((quantile,))


def _place(
    groups: list[_Group], shares: dict[str, float], chance: random.Random
) -> Iterator[tuple[str, array[int]]]:
    """(split, documents) of every group of one label. A class with one text alone stays in train."""
    by_label: dict[str, list[_Group]] = {}
    for group in groups:
        by_label.setdefault(next(iter(group.labels)), []).append(group)
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


def _place_sets(
    groups: list[_Group], shares: dict[str, float], chance: random.Random
) -> Iterator[tuple[str, array[int]]]:
    """The same for groups of several labels: iterative stratification, rare labels first.

    Every label has a text in train before another split gets one. After Sechidis, Tsoumakas & Vlahavas 2011,
    "On the stratification of multi-label data".
    """
    order = list(groups)
    chance.shuffle(order)
    by_label: dict[str, list[_Group]] = {}
    for group in order:
        for label in group.labels:
            by_label.setdefault(label, []).append(group)
    totals = Counter({label: sum(len(g.documents) for g in members) for label, members in by_label.items()})
    others = {split: share for split, share in shares.items() if share}
    lacking = {
        split: {label: max(1, round(total * share)) for label, total in totals.items()}
        for split, share in others.items()
    }
    learnt: set[str] = set()
    left = {label: len(members) for label, members in by_label.items()}
    placed: set[int] = set()
    for label in sorted(by_label, key=lambda label: (len(by_label[label]), label)):
        for group in by_label[label]:
            if id(group) in placed:
                continue
            placed.add(id(group))
            for each in group.labels:
                left[each] -= 1
            wanting = [split for split in others if lacking[split][label] > 0]
            if not wanting or label not in learnt or any(not left[e] for e in group.labels - learnt):
                learnt |= group.labels
                yield "train", group.documents
                continue
            split = max(wanting, key=lambda each: lacking[each][label])
            for each in group.labels:
                lacking[split][each] -= len(group.documents)
            yield split, group.documents
