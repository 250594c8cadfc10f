"""The table that an export of texts writes, and how it is read back: the same cells, character by character.

A spreadsheet takes a cell that begins with =, +, - or @ for a formula, so a quote is put before it. In a table
with exactly these columns that quote is taken away again, and an empty cell is a text without a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.api.results import Unreadable
from engine.api.tasks import TASKS
from engine.data.records import Row, RowReader

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_TARGETS = {"single": "label", "multi": "labels", "tagging": "entities", "score": "score"}


def columns_of(task: str) -> tuple[str, ...]:
    """The columns of an export."""
    return ("text", _TARGETS[task], "split", "file", "line")


_TASKS = {columns_of(task): task for task in TASKS}


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote is put before =, +, -, @ unless it is a number."""
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def quoted(cell: str) -> str:
    """The same so that ``unquoted`` gives the cell back: one that has such a quote already gets another."""
    return "'" + cell if _QUOTED_FORMULA.match(cell) else disarmed(cell)


def unquoted(cell: str) -> str:
    """The cell that ``quoted`` was given."""
    return cell[1:] if cell[:1] == "'" and _QUOTED_FORMULA.match(cell) else cell


def is_export(columns: tuple[str, ...]) -> bool:
    """Whether a table has the columns of an export, first and in this order."""
    return columns[:5] in _TASKS


class ExportedReader(RowReader):
    """An export of a project of ``task`` as rows, its quotes taken away; JSON has none."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        self.format = reader.format
        self.encoding, self.encoding_certain = reader.encoding, reader.encoding_certain
        self.delimiter, self.has_header = reader.delimiter, reader.has_header
        self.columns, self.sheets = reader.columns, reader.sheets
        self.task = _TASKS[reader.columns[:5]]
        self._quotes = reader.format not in ("json", "jsonl")

    def __iter__(self) -> Iterator[Row | Unreadable]:
        if not self._quotes:
            yield from self._reader
            return
        for entry in self._reader:
            yield Row(entry.line, tuple(map(unquoted, entry.cells))) if isinstance(entry, Row) else entry

    def progress(self) -> tuple[int, int]:
        return self._reader.progress()
