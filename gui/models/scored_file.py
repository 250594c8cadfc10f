"""Reading a scored file back, finished or not: its first rows, and those the model was unsure of."""

from __future__ import annotations

import csv
import heapq
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.api.project import Project

HEAD_ROWS = 200
UNSURE_ROWS = 500
_STEP = 2000
_NEW_COLUMNS = 3  # label, probability, margin: always the last ones
_LONGEST_CELL = 1 << 24


@dataclass(frozen=True, order=True)
class ScoredRow:
    """``row`` counts from 1; no label: the row could not be read or has no text."""

    margin: float
    row: int
    text: str = field(compare=False)
    label: str = field(compare=False)
    probability: float = field(compare=False)


@dataclass(frozen=True)
class Head:
    """The first rows of a file that is written or being written."""

    rows: tuple[ScoredRow, ...]


@dataclass(frozen=True)
class Unsure:
    """All margins in ascending order (4 bytes a row), and the rows with the smallest ones."""

    margins: array[float]
    rows: tuple[ScoredRow, ...]


@dataclass(frozen=True)
class ReadHead:
    """``out`` is the finished file's path; while it is written its rows are beside it in ``.part``."""

    out: Path
    text_column: str

    def answers(self, project: Project) -> Iterator[Head]:
        rows: list[ScoredRow] = []
        for row in _rows(self.out, self.text_column):
            rows.append(row)
            if len(rows) == HEAD_ROWS:
                break
        yield Head(tuple(rows))


@dataclass(frozen=True)
class ReadUnsure:
    """Goes through the whole file once, in pieces; the answer comes at the end."""

    out: Path
    text_column: str

    def answers(self, project: Project) -> Iterator[Unsure | None]:
        margins = array("f")
        smallest: list[tuple[float, int, ScoredRow]] = []  # a heap with the largest of the small ones on top
        for row in _rows(self.out, self.text_column):
            if not row.label:
                continue
            margins.append(row.margin)
            entry = (-row.margin, -row.row, row)
            if len(smallest) < UNSURE_ROWS:
                heapq.heappush(smallest, entry)
            elif entry > smallest[0]:
                heapq.heapreplace(smallest, entry)
            if len(margins) % _STEP == 0:
                yield None  # a place where the reading can be dropped
        rows = sorted(entry[2] for entry in smallest)
        yield Unsure(array("f", sorted(margins)), tuple(rows))


def _rows(out: Path, text_column: str) -> Iterator[ScoredRow]:
    """The rows of a scored file; a last line that is only half written is left out."""
    part = out.with_name(out.name + ".part")
    path = part if part.exists() else out
    csv.field_size_limit(_LONGEST_CELL)
    try:
        file = path.open(encoding="utf-8", newline="")
    except FileNotFoundError:
        return  # renamed between the two looks, or nothing is written yet
    with file:
        reader = csv.reader(file)
        columns = next(reader, [])
        if text_column not in columns:
            return
        at = columns.index(text_column)
        for number, cells in enumerate(reader, start=1):
            row = _row(number, cells, at, len(columns))
            if row is not None:
                yield row


def _row(number: int, cells: list[str], at: int, width: int) -> ScoredRow | None:
    if len(cells) != width:
        return None
    label, probability, margin = cells[-_NEW_COLUMNS:]
    try:
        return ScoredRow(float(margin or 0), number, cells[at], label, float(probability or 0))
    except ValueError:
        return None  # cut in the middle of a number
