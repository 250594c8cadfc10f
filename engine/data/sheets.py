"""Spreadsheets (XLSX and its kin) through python-calamine. Cells come as a person would type them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ReadOptions
from engine.api.results import Unreadable
from engine.data import headers
from engine.data.records import Row, RowReader, column_names, flaw, numbered, unreadable


class SheetReader(RowReader):
    """One sheet: the one asked for, else the first that has cells. ``line`` is the sheet's row number."""

    def __init__(self, path: Path, read: ReadOptions) -> None:
        self._path = path
        self.format = path.suffix.lower().lstrip(".")
        self._done = 0
        try:
            book = CalamineWorkbook.from_path(str(path))
            self.sheets = tuple(book.sheet_names)
            self._rows = self._load(book, read.sheet)
        except OSError:
            raise
        except KnownError:
            raise
        except (CalamineError, ValueError, RuntimeError, KeyError) as error:
            raise KnownError(ErrorKind.FILE_DAMAGED, path=str(path)) from error
        records = [cells for _, cells in self._rows[:300] if any(cells)]
        if not records:
            raise KnownError(ErrorKind.FILE_EMPTY, path=str(path))
        self._above = headers.header_position(records) if read.has_header is not False else 0
        table = records[self._above :]
        self.has_header = headers.looks_like_header(table) if read.has_header is None else read.has_header
        if not self.has_header:
            self._above = 0
        self.columns = column_names(table[0]) if self.has_header else numbered(len(table[0]))

    def _load(self, book: CalamineWorkbook, wanted: str | None) -> list[tuple[int, tuple[str, ...]]]:
        if wanted is not None and wanted not in self.sheets:
            raise KnownError(
                ErrorKind.OPTION_VALUE, option="sheet", value=wanted, valid=", ".join(self.sheets)
            )
        for name in self.sheets if wanted is None else (wanted,):
            sheet = book.get_sheet_by_name(name)
            rows = [
                (number, tuple([_cell(cell) for cell in row]))
                for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1)
            ]
            if any(any(cells) for _, cells in rows):
                return rows
        return []

    def __iter__(self) -> Iterator[Row | Unreadable]:
        skip = self._above + self.has_header
        width = len(self.columns)
        for done, (line, cells) in enumerate(self._rows, start=1):
            self._done = done
            if not any(cells):
                continue
            if skip:
                skip -= 1
                if skip or not self.has_header:
                    yield unreadable(line, "columns", "\t".join(cells))
                continue
            raw = "\t".join(cells)
            found = flaw(raw)
            yield unreadable(line, found, raw) if found else Row(line, cells[:width])

    def progress(self) -> tuple[int, int]:
        return self._done, max(1, len(self._rows))


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return "" if value is None else str(value)
