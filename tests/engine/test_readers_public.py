"""The public collection of awkward files: encodings, delimiters, and no row that vanishes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.data.rows import open_rows
from tests.shared_data import shared

# too short to tell: 7 Greek letters; commas that are only inside back-tick quotes
_UNDECIDABLE = ("table-infer-iso-8859-7", "csvparser__backtick")


def _manifest() -> list[dict[str, str]]:
    with (shared("nasty") / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_encodings() -> None:
    wrong = []
    for entry in _manifest():
        path = shared("nasty") / entry["file"]
        data = path.read_bytes()
        if not data or any(name in entry["file"] for name in _UNDECIDABLE) or path.suffix == ".json":
            continue
        found = open_rows(path).encoding
        # names differ (gbk, gb18030; iso8859-9, cp1254): what counts is the text
        expected = data.decode(entry["encoding"].replace("tis-620", "cp874"), "replace")
        if data.decode(found, "replace") != expected:
            wrong.append((entry["file"], found))
    assert wrong == []


def test_delimiters() -> None:
    wrong = []
    for entry in _manifest():
        path = shared("nasty") / entry["file"]
        expected = {"tab": "\t"}.get(entry["delimiter"], entry["delimiter"])
        if not expected or not path.stat().st_size or any(name in entry["file"] for name in _UNDECIDABLE):
            continue
        if open_rows(path).delimiter != expected:
            wrong.append(entry["file"])
    assert wrong == []


def _records(path: Path, encoding: str, delimiter: str) -> int:
    text = path.read_bytes().decode(encoding)
    return sum(
        any(record) or len(record) > 1
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    )


def test_no_row_vanishes() -> None:
    """Rows and listed rows are the file's records, less the header; an open quote may only add some."""
    checked = 0
    for entry in _manifest():
        path = shared("nasty") / entry["file"]
        if not entry["delimiter"] or any(name in entry["file"] for name in _UNDECIDABLE):
            continue
        if not path.stat().st_size:
            with pytest.raises(KnownError) as refused:
                open_rows(path)
            assert refused.value.kind is ErrorKind.FILE_EMPTY
            continue
        reader = open_rows(path)
        found = len(list(reader)) + reader.has_header
        assert found >= _records(path, reader.encoding, reader.delimiter), entry["file"]
        if "quote" not in entry["feature"]:
            assert found == _records(path, reader.encoding, reader.delimiter), entry["file"]
        checked += 1
    assert checked > 35
