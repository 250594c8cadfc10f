"""The words of a text that brings none, and words cut so that entities are made of whole ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from engine.api.results import Entity

# scripts written without spaces, a character a word: kana and Chinese characters
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# what explanations give a score where a script has no spaces: each character, or words found by a small model
WORD_UNITS = (CHARACTER, WORD) = ("character", "word")
_LAST_MARK = 0x20000  # beyond are only variation selectors
_ASCII_WORDS = re.compile(r"[A-Za-z0-9]+|\S")


@cache
def word_parts() -> tuple[str, str]:
    """Patterns of a character of a script without spaces, and of a run of letters and digits, with their marks."""
    # Python's \w has no combining marks, without which the words of Indian scripts fall apart
    marks = [code for code in range(_LAST_MARK) if unicodedata.category(chr(code))[0] == "M"]
    ends = [at for at, (a, b) in enumerate(pairwise(marks), start=1) if b != a + 1]
    runs = [(marks[a], marks[b - 1]) for a, b in pairwise([0, *ends, len(marks)])]
    of_marks = "".join(f"{chr(a)}-{chr(b)}" for a, b in runs)
    letters = f"[^\\W_{UNSPACED}]"
    return f"[{UNSPACED}][{of_marks}]*", f"{letters}+(?:[{of_marks}]+{letters}*)*"


@cache
def _any_words() -> re.Pattern[str]:
    return re.compile(rf"{'|'.join(word_parts())}|\S")


def words_of(text: str) -> list[tuple[int, int]]:
    """Runs of letters and digits, each Chinese or Japanese character, each other character that is no space.

    Spans of code points, in order.
    """
    pattern = _ASCII_WORDS if text.isascii() else _any_words()
    return [match.span() for match in pattern.finditer(text)]


def whole_words(words: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """From the first to the last word that has a character in [start, end); None where there is none."""
    met = [word for word in words if word[0] < end and start < word[1]]
    return (met[0][0], met[-1][1]) if met else None


def words_within(words: Iterable[tuple[int, int]], entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """The words, cut where an entity begins or ends inside one, so that every entity is made of whole words."""
    borders = sorted({at for entity in entities for at in (entity.start, entity.end)})
    cut: list[tuple[int, int]] = []
    for start, end in words:
        for border in borders:
            if start < border < end:
                cut.append((start, border))
                start = border
        cut.append((start, end))
    return cut
