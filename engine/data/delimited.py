"""CSV, TSV and their kin: streamed, with true line numbers; no record is dropped, none swallows others."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from engine.api.messages import ReadOptions
from engine.api.results import Unreadable
from engine.data import dialects, headers
from engine.data.encodings import Encoding
from engine.data.lines import MAX_CHARACTERS, TextLines
from engine.data.records import Row, RowReader, column_names, flaw, numbered, unreadable

_SAMPLE_CHARACTERS = 256_000
_SAMPLE_LINES = 1_000

csv.field_size_limit(MAX_CHARACTERS)


class DelimitedReader(RowReader):
    """Columns are those of the header, or as many as most rows of the file's beginning have."""

    def __init__(self, path: Path, encoding: Encoding, read: ReadOptions) -> None:
        self._path = path
        self.encoding, self.encoding_certain = encoding.name, encoding.certain
        self._lines = TextLines(path, encoding.name)
        sample = _beginning(self._lines)
        self._dialect = dialects.detect(sample, path.suffix.lower(), read.delimiter)
        self.delimiter = self._dialect.delimiter
        self.format = "tsv" if self.delimiter == "\t" else "csv"
        lines = iter(io.StringIO(sample, newline=""))
        records = [cells for _, cells, _ in islice(_Records(lines, self._dialect), 500) if cells]
        self._above = headers.header_position(records) if records and read.has_header is not False else 0
        table = records[self._above :]
        self.has_header = headers.looks_like_header(table) if table else False
        if read.has_header is not None:
            self.has_header = read.has_header
        elif not self.has_header:
            self._above = 0
        self._set_columns(records[self._above :])

    def _set_columns(self, table: list[list[str]]) -> None:
        if not table:
            self.columns = numbered(1)
        elif self.has_header:
            self.columns = column_names(table[0])
        else:
            widths = [len(record) for record in table]
            self.columns = numbered(max(set(widths), key=widths.count))
        # cells that a row may lack: columns at the end that have no name
        named = [index for index, cell in enumerate(table[0], start=1) if cell.strip()] if table else []
        self._needed = max(named, default=len(self.columns)) if self.has_header else len(self.columns)

    def __iter__(self) -> Iterator[Row | Unreadable]:
        self._lines = lines = TextLines(self._path, self.encoding)
        records = _Records(iter(lines), self._dialect)
        width = len(self.columns)
        skip = self._above + self.has_header
        for line, cells, raw in records:
            if skip:
                skip -= 1
                if skip or not self.has_header:  # a title above the header
                    yield unreadable(
                        line, (cells is None and "quote") or flaw("".join(raw)) or "columns", "".join(raw)
                    )
                continue
            if cells is None:
                text = "".join(raw)
                yield unreadable(line, flaw(text) or "quote", text)
            elif lines.suspect and (found := flaw("".join(raw))):
                yield unreadable(line, found, "".join(raw))
            elif len(cells) == width:
                yield Row(line, tuple(cells))
            else:
                fitted = self._fit(cells)
                if fitted is None:
                    text = "".join(raw)
                    yield unreadable(line, flaw(text) or "columns", text)
                else:
                    yield Row(line, fitted)

    def _fit(self, cells: list[str]) -> tuple[str, ...] | None:
        """The row in the table's width, where only empty cells at its end differ."""
        width = len(self.columns)
        if len(cells) > width:
            return None if any(cell.strip() for cell in cells[width:]) else tuple(cells[:width])
        if len(cells) < self._needed:
            return None
        return (*cells, *[""] * (width - len(cells)))

    def progress(self) -> tuple[int, int]:
        return self._lines.done, max(1, self._lines.total)


def _beginning(lines: TextLines) -> str:
    """Whole lines from the beginning of the file, bounded in number and size."""
    kept: list[str] = []
    size = 0
    for line in islice(lines, _SAMPLE_LINES):
        kept.append(line)
        size += len(line)
        if size > _SAMPLE_CHARACTERS:
            break
    return "".join(kept)


class _Records:
    """(first line, cells, raw lines) of each record; cells are None where a quote does not close properly.

    After such a record reading goes on at its second line. Lines without a character are no records. The raw
    lines are only good until the next record is asked for.
    """

    def __init__(self, lines: Iterator[str], dialect: dialects.Dialect) -> None:
        self._lines = lines
        self._dialect = dialect

    def __iter__(self) -> Iterator[tuple[int, list[str] | None, list[str]]]:
        pending: list[str] = []
        again: deque[str] = deque()  # lines that a record with an open quote had swallowed
        line = 1
        while True:
            reader = dialects.csv_reader(self._pull(again, pending), self._dialect)
            try:
                for cells in reader:
                    if cells:
                        yield line, cells, pending
                    line += len(pending)
                    pending.clear()
                return
            except csv.Error:
                first, *rest = pending
            if first.strip("\r\n"):
                yield line, None, [first]
            line += 1
            pending.clear()
            again.extendleft(reversed(rest))

    def _pull(self, again: deque[str], pending: list[str]) -> Iterator[str]:
        """Hands lines on, remembering those of the current record; a quote open for too long ends it."""
        while again:
            pending.append(again.popleft())
            yield pending[-1]
        held = 0
        for line in self._lines:
            pending.append(line)
            if len(pending) == 1:
                held = 0
            held += len(line)
            if held > MAX_CHARACTERS + 1 and len(pending) > 1:
                raise csv.Error("quote open for too long")
            yield line
