"""Words and n-grams of a text with the characters they stand on: what bag-of-words reads.

Latin words are cut at word borders and lower-cased; where a text is mostly CJK its characters are the words,
so that their n-grams do for Chinese what words do for English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from engine.api.words import UNSPACED, word_parts

# how words are cut: 1, marks are no parts of words (models trained before there was 2), 2, they are
WORD_RULE = 2
# repeated ! and ? and emoji carry feeling and count as words too
_SIGNS = "[!?]+|[\u2600-\u27bf\U0001f300-\U0001faff]"
_CJK_CHARACTER = re.compile(f"[{UNSPACED}]")

Span = tuple[int, int]


def words(text: str, rule: int = WORD_RULE) -> list[Span]:
    """The words of a text as spans of code points."""
    return [match.span() for match in _pattern(text, rule).finditer(text)]


def ngrams(text: str, longest: int, rule: int = WORD_RULE) -> list[tuple[str, list[Span]]]:
    """All n-grams of 1 to ``longest`` words, each with the spans of its words; keys are lower-cased."""
    spans = words(text, rule)
    keys = [text[start:end].lower() for start, end in spans]
    found = []
    for size in range(1, longest + 1):
        for first in range(len(spans) - size + 1):
            found.append((" ".join(keys[first : first + size]), spans[first : first + size]))
    return found


def keys(text: str, longest: int, rule: int = WORD_RULE) -> list[str]:
    """The n-grams' keys alone, for counting."""
    words = [match.group().lower() for match in _pattern(text, rule).finditer(text)]
    found = list(words)
    for size in range(2, longest + 1):
        found += [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)]
    return found


def _pattern(text: str, rule: int) -> re.Pattern[str]:
    return _words(1 if text.isascii() else rule)  # without marks both cut alike, and 1 is faster


@cache
def _words(rule: int) -> re.Pattern[str]:
    """A CJK character is a word of its own; else a run of letters and digits, with inner apostrophes."""
    character, run = word_parts() if rule > 1 else (f"[{UNSPACED}]", rf"[^\W_{UNSPACED}]+")
    return re.compile(rf"{character}|{run}(?:['\u2019]{run})*|{_SIGNS}")


def mostly_cjk(texts: Iterable[str]) -> bool:
    """Whether CJK characters are the larger part of what is written."""
    cjk = total = 0
    for text in texts:
        cjk += len(_CJK_CHARACTER.findall(text))
        total += len(text)
    return total > 0 and cjk / total > 0.3


def longest_for(texts: Sequence[str], longest: int) -> int:
    """Characters need longer n-grams than words: one more where the texts are mostly CJK."""
    return longest + 1 if mostly_cjk(texts[:1000]) else longest
