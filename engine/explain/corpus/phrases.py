"""Phrases of one to three adjacent words, counted over many texts in bounded memory.

Two passes after Park, Chen and Yu (1995): the first counts hashed phrases in a table of fixed size, the second counts
exactly those that can be frequent enough, since no phrase is in more texts than its cell has counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from engine.models.ngrams import words

_LONGEST = 3
_CELLS = 1 << 22  # 16 MB
_MOST_NUMBERS = 20_000_000  # of exact counts, phrases x labels: 80 MB
_MOST_PHRASES = 300_000
_FIRST_ROWS = 1024

Span = tuple[int, int]


def phrases_of(text: str) -> dict[str, list[list[Span]]]:
    """Each phrase of the text, case-folded, its words parted by a space -> the words of each occurrence.

    Adjacent words have nothing but white space between them.
    """
    spans = words(text)
    folded = [text[start:end].casefold() for start, end in spans]
    found: dict[str, list[list[Span]]] = {}
    for first in range(len(spans)):
        for last in range(first, min(len(spans), first + _LONGEST)):
            if last > first and text[spans[last - 1][1] : spans[last][0]].strip():
                break
            phrase = " ".join(folded[first : last + 1])
            found.setdefault(phrase, []).append(spans[first : last + 1])
    return found


def names_of(text: str) -> list[str]:
    """The phrases alone, each once: for counting, in a third of the time."""
    spans = words(text)
    folded = [text[start:end].casefold() for start, end in spans]
    found = dict.fromkeys(folded)
    before = ""  # the word and its left neighbour, where they are adjacent
    for at in range(1, len(spans)):
        if text[spans[at - 1][1] : spans[at][0]].strip():
            before = ""
            continue
        pair = f"{folded[at - 1]} {folded[at]}"
        found[pair] = None
        if before:
            found[f"{before} {folded[at]}"] = None
        before = pair
    return list(found)


def parts_of(phrase: str) -> list[str]:
    """The shorter phrases inside a phrase."""
    held = phrase.split(" ")
    return [
        " ".join(held[first : first + size])
        for size in range(1, len(held))
        for first in range(len(held) - size + 1)
    ]


class PhraseCounts:
    """In how many texts each phrase stands, in all (P,) and by label (P, L); ``least`` texts or it is not counted.

    Call ``sketch`` with every text, then ``count`` with every text. Of more phrases than fit, those that are met first
    are counted.
    """

    def __init__(self, labels: int, least: int) -> None:
        self._least = least
        self._cells = np.zeros(_CELLS, np.uint32)
        self._most = min(_MOST_PHRASES, _MOST_NUMBERS // max(1, labels))
        self._places: dict[str, int] = {}
        self._texts = np.zeros(_FIRST_ROWS, np.int32)
        self._labels = np.zeros((_FIRST_ROWS, labels), np.int32)

    def sketch(self, phrases: Iterable[str]) -> None:
        """First pass: the different phrases of a text."""
        np.add.at(self._cells, _cells_of(phrases), 1)

    def count(self, phrases: Iterable[str], labels: Sequence[int]) -> None:
        """Second pass: the different phrases of a text, and the labels of its answer."""
        every = list(phrases)
        able = np.flatnonzero(self._cells[_cells_of(every)] >= self._least)
        rows = [row for i in able if (row := self._row(every[i])) is not None]
        self._texts[rows] += 1
        for label in labels:
            self._labels[rows, label] += 1

    def found(self) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
        """The phrases that ``least`` texts have, in the order met, with their counts (P,) and (P, L)."""
        used = len(self._places)
        kept = np.flatnonzero(self._texts[:used] >= self._least)
        names = list(self._places)
        return (
            [names[row] for row in kept],
            self._texts[kept].astype(np.int64),
            self._labels[kept].astype(np.int64),
        )

    def _row(self, phrase: str) -> int | None:
        row = self._places.get(phrase)
        if row is None and len(self._places) < self._most:
            row = self._places[phrase] = len(self._places)
            if row == len(self._texts):
                self._texts = np.concatenate([self._texts, np.zeros_like(self._texts)])
                self._labels = np.concatenate([self._labels, np.zeros_like(self._labels)])
        return row


def _cells_of(phrases: Iterable[str]) -> NDArray[np.int64]:
    # not Python's own hash, which differs from process to process
    hashes = [crc32(phrase.encode("utf-8", "surrogatepass")) for phrase in phrases]
    return np.array(hashes, np.int64) % _CELLS
