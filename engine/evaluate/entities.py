"""Entities in sequences of BIO tags, and how many were found: exact span and type, as seqeval counts them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int, str]  # words [first, last), type


def spans(tags: Sequence[str]) -> list[Span]:
    """The entities of one sentence. An I without its B begins an entity, as conlleval and seqeval read it."""
    found: list[Span] = []
    start, kind = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        mark, _, label = tag.partition("-")
        if kind and (mark != "I" or label != kind):
            found.append((start, index, kind))
            kind = ""
        if mark != "O" and not kind:
            start, kind = index, label
    return found


def sentence_counts(
    true: Sequence[Sequence[str]], called: Sequence[Sequence[str]], labels: Sequence[str]
) -> NDArray[np.int64]:
    """(N, L, 3) counts for each sentence and type: entities found rightly, entities called, entities there are."""
    index = {label: k for k, label in enumerate(labels)}
    counts = np.zeros((len(true), len(labels), 3), np.int64)
    for row, (one, other) in enumerate(zip(true, called, strict=True)):
        truth, answer = set(spans(one)), set(spans(other))
        for which, members in enumerate((truth & answer, answer, truth)):
            for _, _, label in members:
                if label in index:
                    counts[row, index[label], which] += 1
    return counts


def f1(hits: float, called: float, support: float) -> float:
    """2 x hits / (called + support), 0 where there is nothing."""
    return float(2 * hits / (called + support)) if called + support else 0.0
