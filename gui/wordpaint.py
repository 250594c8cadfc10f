"""Scored words: their colours, and the way from a text's characters to Qt's positions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from gui.theme import Palette, mix

Span = tuple[int, int, float]  # start, end (code points of the original text), score


@dataclass(frozen=True)
class ScoredText:
    """A text and the scores of its words; `scale` is the score drawn in full strength."""

    text: str
    spans: tuple[Span, ...]
    scale: float


def word_colour(
    palette: Palette, score: float, scale: float, fade: float = 1.0, *, signed: bool = True
) -> str:
    """Background of a word, #RRGGBB: hue by sign, strength by |score| / scale, times `fade`.

    Not `signed`: the score tells no side, and there is one hue.
    """
    strength = min(1.0, abs(score) / scale) if scale > 0 else 0.0
    side = palette.word_for if score > 0 else palette.word_against
    return mix(palette.surface, side if signed else palette.word_mattered, strength * fade)


def strongest(spans: Sequence[Span], count: int = 3) -> set[int]:
    """Indices of the `count` words with the largest |score|; a zero is never among them."""
    order = sorted(range(len(spans)), key=lambda i: -abs(spans[i][2]))
    return {i for i in order[:count] if spans[i][2] != 0}


def as_shown(text: str) -> str:
    """The text as a QTextDocument keeps it, with newline for every kind of line end."""
    for end in ("\r\n", "\r", "\u2028", "\u2029", "\ufdd0", "\ufdd1"):
        text = text.replace(end, "\n")
    return text


class Positions:
    """From code-point offsets of the original text to UTF-16 positions in Qt's document and back.

    A carriage return before a newline takes no position, a character beyond U+FFFF takes two.
    """

    def __init__(self, text: str) -> None:
        self._size = len(text)
        # Nearly every text needs no table.
        plain = "\r\n" not in text and (text.isascii() or max(text, default="") <= "\uffff")
        self._table: list[int] | None = None if plain else self._build(text)

    @staticmethod
    def _build(text: str) -> list[int]:
        table, at = [], 0
        for i, char in enumerate(text):
            table.append(at)
            if char == "\r" and text[i + 1 : i + 2] == "\n":
                continue
            at += 2 if char > "\uffff" else 1
        table.append(at)
        return table

    def to_qt(self, offset: int) -> int:
        """Position of the code point; offsets outside the text are held to its ends."""
        offset = min(max(offset, 0), self._size)
        return offset if self._table is None else self._table[offset]

    def to_text(self, position: int) -> int:
        """The first code point at or after a position in Qt's document."""
        if self._table is None:
            return min(max(position, 0), self._size)
        return min(bisect_left(self._table, position), self._size)


def shifted(spans: Sequence[tuple[int, int]], old: str, new: str) -> list[tuple[int, int] | None]:
    """Where each span of `old` stands in `new`, None where the change touched it.

    What both texts begin and end with is kept; a span counts as touched when it is not wholly in
    one of these, or when the change stands against it with no space between (the word grew).
    """
    if old == new:
        return list(spans)
    head = _common(old, new)
    room = min(len(old), len(new)) - head
    tail = min(room, _common(old[::-1], new[::-1]))
    delta = len(new) - len(old)
    changed_end = len(old) - tail  # old[head:changed_end] was replaced by new[head:len(new) - tail]
    put_in = new[head : len(new) - tail]
    out: list[tuple[int, int] | None] = []
    for start, end in spans:
        if end < head or (end == head and not put_in[:1].isalnum()):
            out.append((start, end))
        elif start > changed_end or (start == changed_end and not put_in[-1:].isalnum()):
            out.append((start + delta, end + delta))
        else:
            out.append(None)
    return out


def _common(one: str, other: str) -> int:
    """Length of the common beginning, by halving: slices compare faster than a loop."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
