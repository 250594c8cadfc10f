"""JSON: a file with an object a line, or one list of objects; both streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Unreadable
from engine.data.encodings import Encoding
from engine.data.lines import MAX_CHARACTERS, TextLines
from engine.data.records import Row, RowReader, flaw, unreadable

_SAMPLE = 1_000
_DECODE_ERRORS = (msgspec.DecodeError, ValueError, RecursionError)
_decoder = json.JSONDecoder()
_BETWEEN = " \t\r\n,]"  # what may stand between two elements of a list, and after the last


class JsonReader(RowReader):
    """Columns are the keys of the first 1,000 objects, in the order in which they come."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._path = path
        self.encoding, self.encoding_certain = encoding.name, encoding.certain
        self._lines = TextLines(path, encoding.name, only_lf=True)
        first = next((line for line in self._lines if line.strip("\ufeff \t\r\n")), "").lstrip("\ufeff \t")
        self.format = "json" if first.startswith("[") else "jsonl"
        if self.format == "json" and path.suffix.lower() != ".json" and _is_json(first):
            self.format = "jsonl"  # an array a line: every one is listed as no object
        if first.startswith("{") and path.suffix.lower() == ".json" and not _is_json(first):
            raise KnownError(ErrorKind.FILE_FORMAT_UNKNOWN, path=str(path))
        names: dict[str, None] = {}
        for _, value in islice(self._objects(), _SAMPLE):
            if isinstance(value, dict):
                names.update(dict.fromkeys(map(str, value)))
        self.columns = tuple(names) or ("#1",)

    def __iter__(self) -> Iterator[Row | Unreadable]:
        for line, value in self._objects():
            if isinstance(value, Unreadable):
                yield value
                continue
            cells = tuple([_cell(value.get(name)) for name in self.columns])
            text = "".join(cells)
            found = flaw(text)
            # an escaped lone surrogate is no character and cannot be stored
            if not found and not text.isascii() and not _encodes(text):
                found = "encoding"
            yield unreadable(line, found, text) if found else Row(line, cells)

    def _objects(self) -> Iterator[tuple[int, dict[str, object] | Unreadable]]:
        self._lines = TextLines(self._path, self.encoding, only_lf=True)
        return self._from_list() if self.format == "json" else self._from_lines()

    def _from_lines(self) -> Iterator[tuple[int, dict[str, object] | Unreadable]]:
        for number, line in enumerate(self._lines, start=1):
            if number == 1:
                line = line.removeprefix("\ufeff")
            if not line.strip():
                continue
            if (self._lines.suspect or len(line) > MAX_CHARACTERS) and (found := flaw(line)):
                yield number, unreadable(number, found, line)
                continue
            try:
                value = msgspec.json.decode(line)
            except _DECODE_ERRORS:
                yield number, unreadable(number, "json", line)
                continue
            yield number, value if isinstance(value, dict) else unreadable(number, "object", line)

    def _from_list(self) -> Iterator[tuple[int, dict[str, object] | Unreadable]]:
        """Elements of one list. After a damaged element reading goes on at the next line that begins one."""
        held, line = "", 1
        started = fresh = False
        for text in self._lines.pieces():
            begins = fresh and text.lstrip(" \t")[:1] == "{"
            fresh = text.endswith("\n")
            if begins and held and _is_damaged(held):
                yield line, unreadable(line, flaw(held) or "json", held)
                line, held = line + held.count("\n"), ""
            held += text
            if not started:
                table = held.lstrip("\ufeff \t\r\n")
                if not table:
                    line, held = line + held.count("\n"), ""
                    continue
                line += held[: len(held) - len(table)].count("\n")
                started, held = True, table[1:]
            # an element is tried only where it may have ended
            if not text.rstrip(_BETWEEN).endswith("}") and len(held) < 1_000_000:
                continue
            elements, held, line = self._take(held, line)
            yield from elements
            if len(held) > MAX_CHARACTERS:
                yield line, unreadable(line, "too-long", held)
                line, held = line + held.count("\n"), ""
        elements, held, line = self._take(held, line)
        yield from elements
        if held:
            yield line, unreadable(line, flaw(held) or "json", held)

    def _take(
        self, held: str, line: int
    ) -> tuple[list[tuple[int, dict[str, object] | Unreadable]], str, int]:
        """All whole elements at the beginning of ``held``, what is left, and its line."""
        found: list[tuple[int, dict[str, object] | Unreadable]] = []
        position = 0
        while True:
            start = position
            while start < len(held) and held[start] in _BETWEEN:
                start += 1
            line += held.count("\n", position, start)
            position = start
            if position == len(held):
                return found, "", line
            try:
                value, end = _decoder.raw_decode(held, position)
            except (ValueError, RecursionError):
                rest = held[position:]
                if rest[0] == "{":
                    return found, rest, line
                # not the beginning of an object: its line is listed
                end = held.find("\n", position) + 1 or len(held)
                raw = held[position:end]
                found.append((line, unreadable(line, flaw(raw) or "json", raw)))
                line, position = line + raw.count("\n"), end
                continue
            raw = held[position:end]
            bad = flaw(raw)
            if bad or not isinstance(value, dict):
                found.append((line, unreadable(line, bad or "object", raw)))
            else:
                found.append((line, value))
            line += raw.count("\n")
            position = end

    def progress(self) -> tuple[int, int]:
        return self._lines.done, max(1, self._lines.total)


def _is_json(line: str) -> bool:
    try:
        msgspec.json.decode(line)
    except _DECODE_ERRORS:
        return False
    return True


def _is_damaged(text: str) -> bool:
    """Whether an element goes wrong before its end, rather than only going on."""
    text = text.strip(_BETWEEN)
    if not text:
        return False
    try:
        _decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos < len(text) and not error.msg.startswith("Unterminated")
    except (ValueError, RecursionError):
        return True
    return False


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value}"
    return json.dumps(value, ensure_ascii=False)
