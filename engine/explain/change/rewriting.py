"""A text with some of its words taken out or exchanged, and where its other words then stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]
Edit = tuple[int, int, str]  # the characters [start, end) and what stands there afterwards


@dataclass(frozen=True)
class Rewritten:
    """``edits`` are in the order of the text and do not overlap; ``text`` is the text after them."""

    text: str
    edits: tuple[Edit, ...]

    def moved(self, span: Span) -> Span | None:
        """Where a span of the first text stands now; an edited word is what stands in its place, None: nothing."""
        start, end = self._place(span[0], first=True), self._place(span[1], first=False)
        return (start, end) if start < end else None

    def _place(self, at: int, first: bool) -> int:
        shift = 0
        for start, end, new in self.edits:
            if at >= end and not (first and at == end == start):
                shift += len(new) - (end - start)
            elif at > start:
                return start + shift + (0 if first else len(new))
        return at + shift


def rewritten(text: str, edits: Sequence[Edit]) -> Rewritten:
    """The text after some edits."""
    ordered = tuple(sorted(edits))
    pieces = []
    at = 0
    for start, end, new in ordered:
        pieces += [text[at:start], new]
        at = end
    return Rewritten("".join([*pieces, text[at:]]), ordered)


def without(text: str, spans: Sequence[Span]) -> Rewritten:
    """The text without some words; of the spaces around what goes one goes with it, line breaks stay."""
    runs: list[Span] = []
    for start, end in sorted(spans):
        if runs and not text[runs[-1][1] : start].strip(" "):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    edits: list[Edit] = []
    for start, end in runs:
        if end < len(text) and text[end] == " " and (start == 0 or text[start - 1].isspace()):
            end += 1
        elif end == len(text) and start and text[start - 1] == " ":
            start -= 1
        edits.append((start, end, ""))
    return rewritten(text, edits)


def in_its_case(word: str, other: str) -> str:
    """``other`` written as ``word`` is: in capitals, with a capital, or as it stands."""
    if len(word) > 1 and word.isupper():
        return other.upper()
    return other[:1].upper() + other[1:] if word[:1].isupper() else other
