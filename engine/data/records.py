"""What every reader gives: rows of cells, and the rows that could not be read, each with its line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.api.results import Unreadable
from engine.data.encodings import MARK
from engine.data.lines import MAX_CHARACTERS

RAW_CHARACTERS = 2_000  # of an unreadable row's text are kept


class Row(NamedTuple):
    """``line`` is the row's first line in the file (1-based); ``cells`` has the length of ``columns``."""

    line: int
    cells: tuple[str, ...]


class RowReader(ABC):
    """A file as rows, streamed. Every iteration starts again at the first row and gives the same rows.

    ``unreadable_above`` are title rows above the header; iteration gives them too, first.
    """

    format: str
    encoding: str = ""
    encoding_certain: bool = True
    delimiter: str = ""
    has_header: bool = True
    columns: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    @abstractmethod
    def __iter__(self) -> Iterator[Row | Unreadable]:
        """Raises FILE_MISSING, FILE_NO_PERMISSION, FILE_CHANGED, FILE_DAMAGED."""

    @abstractmethod
    def progress(self) -> tuple[int, int]:
        """(done, total) in bytes, or in rows or files where bytes say nothing; ``total`` is at least 1."""


def unreadable(line: int, reason: str, raw: str) -> Unreadable:
    """An unreadable row whose raw text can be stored: cut, with what could not be decoded shown as U+FFFD."""
    shown = raw[:RAW_CHARACTERS].rstrip("\r\n").replace("\0", "\u2400")
    return Unreadable(
        line, reason, shown.encode("utf-8", "replace").decode() if MARK not in shown else _shown(shown)
    )


def _shown(raw: str) -> str:
    return raw.replace(MARK, "\ufffd").encode("utf-8", "replace").decode()


def flaw(raw: str) -> str:
    """Why a row's text cannot be used whatever its columns are: encoding, nul, too-long; '' where it can."""
    if MARK in raw:
        return "encoding"
    if "\0" in raw:
        return "nul"
    return "too-long" if len(raw) > MAX_CHARACTERS else ""


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """Names that are all different: empty ones become ``#3`` (their position), repeated ones ``name (2)``."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(header, start=1):
        name = base = " ".join(cell.split()) or f"#{position}"
        count = 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def numbered(width: int) -> tuple[str, ...]:
    return tuple(f"#{position}" for position in range(1, width + 1))
