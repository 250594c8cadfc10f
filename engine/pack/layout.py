"""Text broken into the lines of a picture: where each piece stands, in which face, and what is tinted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from engine.pack.faces import Face, face_of
from engine.pack.fonts import is_cjk

WIDTH = 760  # of a picture, in pixels of a plain screen; so are all places and sizes here
MARGIN = 40
ROOM = WIDTH - 2 * MARGIN
BASELINE = 0.68  # of a line's height, down from its top
BOX = 1.3  # a tint's height over the size of its letters
_LEADING = 1.45
_NOT_FIRST = frozenset("，。、；：！？）》」』”’…")  # never begins a line


@dataclass(frozen=True)
class Mark:
    """Characters [start, end) of a text on a colour; ``note`` says what the colour means."""

    start: int
    end: int
    colour: str
    note: str = ""


@dataclass(frozen=True)
class Run:
    """Characters in one face, from ``left`` on."""

    left: float
    text: str
    face: Face


@dataclass(frozen=True)
class Tint:
    """The part of a mark that stands in a line."""

    left: float
    right: float
    colour: str
    note: str


@dataclass(frozen=True)
class Line:
    """``height`` with the space between lines; without runs and tints it is a gap."""

    height: float
    size: float = 0.0
    colour: str = ""
    runs: tuple[Run, ...] = ()
    tints: tuple[Tint, ...] = ()


def gap(height: float) -> Line:
    return Line(height)


def height_of(lines: Sequence[Line]) -> float:
    """Of lines under each other, without margins."""
    return sum(line.height for line in lines)


def printable(text: str) -> str:
    """Control characters and halves of broken surrogate pairs as spaces; every other one stays in its place."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def set_text(
    text: str,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    leading: float = _LEADING,
    marks: Sequence[Mark] = (),
) -> list[Line]:
    """Lines of a text; ``leading`` is their height over ``size``; marks are sorted and do not overlap."""
    shown = printable(text)
    faces = [face_of(c, bold=bold) for c in shown]
    widths = [
        0.0 if c == "\n" else face.width(c) * size / face.em for c, face in zip(shown, faces, strict=True)
    ]
    starts, ends = [mark.start for mark in marks], [mark.end for mark in marks]
    lines = []
    for start, end in _broken(shown, widths):
        lefts = list(accumulate(widths[start:end], initial=0.0))
        here = marks[bisect_right(ends, start) : bisect_left(starts, end)]
        tints = (
            Tint(
                lefts[max(mark.start, start) - start],
                lefts[min(mark.end, end) - start],
                mark.colour,
                mark.note,
            )
            for mark in here
        )
        runs = _runs(shown, faces, start, end, lefts)
        lines.append(Line(leading * size, size, colour, tuple(runs), tuple(tints)))
    return lines


def _runs(text: str, faces: Sequence[Face], start: int, end: int, lefts: Sequence[float]) -> Iterator[Run]:
    """A run a word and face; a space needs none."""
    pieces = groupby(range(start, end), key=lambda at: (text[at] == " ", faces[at]))
    for (is_space, face), places in pieces:
        if not is_space:
            inside = list(places)
            yield Run(lefts[inside[0] - start], text[inside[0] : inside[-1] + 1], face)


def _broken(text: str, widths: Sequence[float]) -> Iterator[tuple[int, int]]:
    """[start, end) of each line: ended by a line end, at a space or beside a Chinese character, else anywhere."""
    start = at = last = 0  # the last place where the line may end
    used = 0.0
    while at < len(text):
        if text[at] == "\n":
            yield start, at
            start = at = last = at + 1
            used = 0.0
        elif used + widths[at] > ROOM and at > start and text[at] != " ":
            end = last if last > start else at
            yield start, end
            start = at = last = end
            used = 0.0
        else:
            used += widths[at]
            at += 1
            if _may_break(text, at):
                last = at
    yield start, len(text)


def _may_break(text: str, at: int) -> bool:
    """Whether a line may end before ``text[at]``."""
    if at == len(text) or text[at] in _NOT_FIRST:
        return False
    return text[at - 1] == " " or is_cjk(text[at - 1]) or is_cjk(text[at])
