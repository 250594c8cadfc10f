"""What bag-of-words reads of a tagged word: the word, its beginnings, endings and shape, and the words beside it.

The words next to it are read as closely; of those two away, and of runs of words, which words they are. A character of
a script without spaces is a word, so that runs of words are its n-grams.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

BESIDE = 2  # words that are read on each side
ITSELF = "0l "  # begins the features that say which word the word itself is
_AFFIX = 4  # characters of the longest beginning and ending
_RUN = 4  # "Xxxxx": of more characters of a kind the shape shows so many


def read_words(cleaned: str, positions: Sequence[int], words: Sequence[tuple[int, int]]) -> list[str]:
    """The words, spans of a text, as they stand in the cleaned one, whose characters come from ``positions``.

    '' for one that cleaning has taken away.
    """
    places = positions[:-1]
    return [cleaned[bisect_left(places, start) : bisect_left(places, end)].strip() for start, end in words]


class Reading(NamedTuple):
    """Features that read the words ``first`` up to ``end`` of a text, and no others."""

    first: int
    end: int
    keys: tuple[str, ...]


def readings(words: Sequence[str], at: int, longest: int) -> list[Reading]:
    """All features of the word ``at``, by the words that they read; '' stands for a word that is not read.

    Runs have 2 to ``longest`` words. A feature is named after what is read and how far from the word it stands.
    """
    edges = (("first",) if at == 0 else ()) + (("last",) if at == len(words) - 1 else ())
    found = [Reading(at, at + 1, _closely(0, words[at]) + edges)]
    low, high = max(0, at - BESIDE), min(len(words), at + BESIDE + 1)
    for other in range(low, high):
        distance = other - at
        if abs(distance) == 1:
            found.append(Reading(other, other + 1, _closely(distance, words[other])))
        elif distance:
            found.append(Reading(other, other + 1, _which(distance, words[other])))
    for size in range(2, longest + 1):
        for first in range(low, high - size + 1):
            run = words[first : first + size]
            if all(run):
                found.append(Reading(first, first + size, (f"{first - at}n {' '.join(run).lower()}",)))
    return found


@lru_cache(maxsize=2**16)
def _closely(distance: int, word: str) -> tuple[str, ...]:
    """The word in lower case, as it stands where that differs, its affixes and its shape."""
    if not word:
        return ()
    lower = word.lower()
    longest = min(_AFFIX, len(lower) - 1)
    return (
        *_which(distance, word),
        *((f"{distance}w {word}",) if word != lower else ()),
        *(f"{distance}b {lower[:size]}" for size in range(1, longest + 1)),
        *(f"{distance}e {lower[-size:]}" for size in range(1, longest + 1)),
        f"{distance}s {shape(word)}",
    )


def _which(distance: int, word: str) -> tuple[str, ...]:
    return (f"{distance}l {word.lower()}",) if word else ()


def shape(word: str) -> str:
    """X for capitals, x for other letters, d for digits, other characters as they are: ``iPhone-12`` is xXxxxx-dd."""
    kinds = ""
    for character in word:
        kind = character
        if character.isdigit():
            kind = "d"
        elif character.isalpha():
            kind = "X" if character.isupper() else "x"
        if not kinds.endswith(kind * _RUN):
            kinds += kind
    return kinds
