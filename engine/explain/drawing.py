"""Texts to measure a run's explanations on: drawn from a split by a fixed seed, whatever order a file was in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.data.entities import Spans

SEED = 13


def drawn_texts(project: Project, split: str, count: int) -> tuple[list[str], list[Spans]]:
    """(texts, of tagged ones their words) of at most ``count`` labelled documents of a split, in a random order.

    A larger ``count`` may give other texts; the same count gives the same. Raises SPLIT_EMPTY.
    """
    random = np.random.default_rng(SEED)
    # reservoir sampling: one pass, bounded memory
    kept: list[tuple[str, Spans]] = []
    for seen, found in enumerate(_labelled(project, split)):
        if len(kept) < count:
            kept.append(found)
        elif (place := int(random.integers(0, seen + 1))) < count:
            kept[place] = found
    if not kept:
        raise KnownError(ErrorKind.SPLIT_EMPTY, split=split)
    kept = [kept[i] for i in random.permutation(len(kept))]
    return [text for text, _ in kept], [words for _, words in kept]


def _labelled(project: Project, split: str) -> Iterator[tuple[str, Spans]]:
    if project.task == "tagging":
        for _, text, words, entities in project.documents.tagged(split):
            if entities:
                yield text, words
        return
    for _, text, _ in project.documents.labelled(split):
        if text.strip():
            yield text, ()
