"""Reading a scored file back, finished or not: its first rows, and those the model was unsure of."""

from __future__ import annotations

import csv
import heapq
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.api.pairs import joined
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.store.tags import pack_entities

HEAD_ROWS = 200
UNSURE_ROWS = 500
CONLL = ".conll"  # how the page names the output of a CoNLL file
_STEP = 2000
_BUCKETS = 10
_LONGEST_CELL = 1 << 24


@dataclass(frozen=True, order=True)
class ScoredRow:
    """``row`` counts from 1; no label: the row could not be read or has no text.

    ``label`` is the answer in the stored form of the task. A score has no probability, nor have CoNLL sentences.
    """

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
class ScoreSpread:
    """(from, to, how many) of the scores of a whole file, in buckets of equal width."""

    buckets: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class ReadHead:
    """``out`` is the finished file's path; while it is written its rows are beside it in ``.part``."""

    out: Path
    text_columns: tuple[str, ...]
    task: str = "single"

    def answers(self, project: Project) -> Iterator[Head]:
        rows: list[ScoredRow] = []
        for row in _rows(self.out, self.text_columns, self.task):
            rows.append(row)
            if len(rows) == HEAD_ROWS:
                break
        yield Head(tuple(rows))


@dataclass(frozen=True)
class ReadUnsure:
    """Goes through the whole file once, in pieces; the answer comes at the end. Scores give a ``ScoreSpread``."""

    out: Path
    text_columns: tuple[str, ...]
    task: str = "single"

    def answers(self, project: Project) -> Iterator[Unsure | ScoreSpread | None]:
        if self.task == "score":
            yield from self._spread()
            return
        margins = array("f")
        smallest: list[tuple[float, int, ScoredRow]] = []  # a heap with the largest of the small ones on top
        for row in _rows(self.out, self.text_columns, self.task):
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

    def _spread(self) -> Iterator[ScoreSpread | None]:
        values = array("d")
        for row in _rows(self.out, self.text_columns, self.task):
            if row.label:
                values.append(float(row.label))
            if row.row % _STEP == 0:
                yield None
        if not values:
            yield ScoreSpread(())
            return
        low, high = min(values), max(values)
        width = (high - low) / _BUCKETS or 1.0
        counts = [0] * _BUCKETS
        for value in values:
            counts[min(_BUCKETS - 1, int((value - low) / width))] += 1
        yield ScoreSpread(tuple((low + k * width, low + (k + 1) * width, n) for k, n in enumerate(counts)))


def _rows(out: Path, text_columns: tuple[str, ...], task: str) -> Iterator[ScoredRow]:
    """The rows of a scored file, whose texts are in one column or, as pairs, in two.

    A last line that is only half written is left out.
    """
    part = out.with_name(out.name + ".part")
    path = part if part.exists() else out
    if out.suffix == CONLL:
        yield from _sentences(path)
        return
    csv.field_size_limit(_LONGEST_CELL)
    try:
        file = path.open(encoding="utf-8", newline="")
    except FileNotFoundError:
        return  # renamed between the two looks, or nothing is written yet
    with file:
        reader = csv.reader(file)
        columns = next(reader, [])
        if not set(text_columns) <= set(columns):
            return
        at = [columns.index(name) for name in text_columns]
        for number, cells in enumerate(reader, start=1):
            row = _row(number, cells, at, len(columns), task)
            if row is not None:
                yield row


def _row(number: int, cells: list[str], at: list[int], width: int, task: str) -> ScoredRow | None:
    """What the engine writes stands in the last columns: a score, or label (entities), probability, margin."""
    if len(cells) != width:
        return None
    text = cells[at[0]] if len(at) == 1 else joined(*(cells[place] for place in at))
    try:
        if task == "score":
            return ScoredRow(0.0, number, text, f"{float(cells[-1]):.6g}" if cells[-1] else "", 0.0)
        label, probability, margin = cells[-3:]
        return ScoredRow(float(margin or 0), number, text, label, float(probability or 0))
    except ValueError:
        return None  # cut in the middle of a number


def _sentences(path: Path) -> Iterator[ScoredRow]:
    """Sentences of a CoNLL file whose last column is the predicted tag."""
    try:
        file = path.open(encoding="utf-8", newline="\n")
    except FileNotFoundError:
        return
    with file:
        tokens: list[tuple[str, str]] = []
        number = 0
        for line in file:
            if not line.endswith("\n"):
                return  # half written
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 3:
                tokens.append((cells[0], cells[2]))
            elif not line.strip() and tokens:
                number += 1
                yield _sentence(number, tokens)
                tokens = []


def _sentence(number: int, tokens: list[tuple[str, str]]) -> ScoredRow:
    at = 0
    entities: list[Entity] = []
    inside = False
    for token, tag in tokens:
        end = at + len(token)
        mark, _, kind = tag.partition("-")
        if mark in "IE" and inside and entities[-1].label == kind:
            entities[-1] = Entity(entities[-1].start, end, kind)
        elif kind:
            entities.append(Entity(at, end, kind))
        inside = bool(kind)
        at = end + 1
    return ScoredRow(1.0, number, " ".join(token for token, _ in tokens), pack_entities(entities), 0.0)
