"""A project's texts into a file that an import reads back: written beside and renamed, all of it or nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

import msgspec

from engine.api.errors import ErrorKind, KnownError, known
from engine.api.messages_data import DataExported, ExportData
from engine.api.project import Project
from engine.api.store.documents import Document, DocumentFilter
from engine.api.tasks import DATA_FORMATS, split_labels
from engine.data.entities import SCHEMES, conll_lines
from engine.data.exported import columns_of, quoted
from engine.progress import Progressed, Work

_BLOCK = 1_000
_ENDINGS = {
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "conll": (".conll", ".iob", ".iob2", ".bio", ".bioes"),
    "csv": (".csv", ".txt"),
}


def export_data(project: Project, request: ExportData) -> Work[DataExported]:
    """Write ``request.out``. Cancelled or failed, it leaves what was there before.

    CSV and JSONL hold all that an import reads: text, label, split, and besides the file and line that the text
    came from. CoNLL holds words and tags alone: of texts that are tagged, white space as single spaces.

    Raises OPTION_VALUE (format, separator, scheme), NOTHING_TO_EXPORT, NOT_WRITABLE, DISK_FULL.
    """
    out, task = Path(request.out), project.task
    format = _format(request, out, task)
    line = _LineMaker(project, request, task, format)
    if out.is_dir():
        raise KnownError(ErrorKind.NOT_WRITABLE, path=str(out))
    yield Progressed("read", 0, 1)
    ids = _ids(project, request)
    rows = left_out = 0
    started = time.perf_counter()
    beside = out.with_name(f".{out.name}.{token_hex(4)}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            file.write(line.head())
            for at in range(0, len(ids), _BLOCK):
                lines = [line.of(each) for each in project.documents.page(ids[at : at + _BLOCK])]
                found = [each for each in lines if each]
                rows, left_out = rows + len(found), left_out + len(lines) - len(found)
                file.write("".join(found).encode("utf-8", "replace"))
                rate = (rows + left_out) / max(1e-6, time.perf_counter() - started)
                yield Progressed("write", min(at + _BLOCK, len(ids)), len(ids), rate)
            file.flush()
            os.fsync(file.fileno())
        if not rows:
            raise KnownError(ErrorKind.NOTHING_TO_EXPORT)
        os.replace(beside, out)
    except OSError as error:
        seen = known(error)
        kind = seen.kind if seen and seen.kind is ErrorKind.DISK_FULL else ErrorKind.NOT_WRITABLE
        raise KnownError(kind, path=str(out)) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return DataExported(out=str(out), format=format, rows=rows, left_out=left_out)


def _format(request: ExportData, out: Path, task: str) -> str:
    """The format that was asked for, else the one of the name's ending, else the task's first."""
    formats = DATA_FORMATS[task]
    named = next((name for name, ends in _ENDINGS.items() if out.suffix.lower() in ends), "")
    found = request.format or named or formats[0]
    if found not in formats:
        valid = ", ".join(formats)
        raise KnownError(ErrorKind.OPTION_VALUE, option="format", value=found, valid=valid)
    if not request.separator.strip("\r\n"):
        raise KnownError(ErrorKind.OPTION_VALUE, option="separator", value=request.separator, valid="| ; , /")
    if request.tag_scheme not in SCHEMES:
        valid = ", ".join(SCHEMES)
        raise KnownError(ErrorKind.OPTION_VALUE, option="tag_scheme", value=request.tag_scheme, valid=valid)
    return found


def _ids(project: Project, request: ExportData) -> array[int]:
    """What is written, in the files' order: 8 bytes a text."""
    which = DocumentFilter(request.search, request.label, request.split, request.scores, request.word)
    wanted = frozenset(request.ids)
    found = array("q")
    for block in project.documents.ids(which):
        found.extend(id for id in block if id in wanted) if wanted else found.extend(block)
    return found


class _LineMaker:
    """A document as a row (CoNLL: a sentence) of the file; '' where the format cannot say it."""

    def __init__(self, project: Project, request: ExportData, task: str, format: str) -> None:
        self._documents = project.documents
        self._request = request
        self._task = task
        self._format = format
        self._columns = columns_of(task)
        self._sources = {source.id: source.name for source in project.documents.sources()}
        makers: dict[str, Callable[[Document], str]] = {
            "csv": self._row,
            "jsonl": self._object,
            "conll": self._sentence,
        }
        self.of = makers[format]

    def head(self) -> bytes:
        """What stands above the rows; the mark is for spreadsheets, which else guess the encoding."""
        return _csv_line(self._columns).encode("utf-8-sig") if self._format == "csv" else b""

    def _row(self, document: Document) -> str:
        label = self._labels_cell(document.label) if self._task == "multi" else document.label
        file = self._sources.get(document.source, "")
        return _csv_line((document.text, label, document.split, file, str(document.line)))

    def _labels_cell(self, label: str) -> str:
        """Labels by the separator; as a JSON list where a label holds it or would be taken for a list."""
        parts, separator = split_labels(label), self._request.separator
        if any(separator in part or part.startswith("[") for part in parts):
            return json.dumps(parts, ensure_ascii=False)
        return separator.join(parts) if parts else label

    def _object(self, document: Document) -> str:
        file = self._sources.get(document.source, "")
        values = (document.text, self._value(document), document.split or None, file, document.line)
        return msgspec.json.encode(dict(zip(self._columns, values, strict=True))).decode() + "\n"

    def _value(self, document: Document) -> object:
        if self._task == "tagging":
            if document.entities is None:
                return None
            return [{"start": e.start, "end": e.end, "label": e.label} for e in document.entities]
        if not document.label:
            return None
        if self._task == "multi":
            return list(split_labels(document.label))
        return float(document.label) if self._task == "score" else document.label

    def _sentence(self, document: Document) -> str:
        if document.entities is None:
            return ""
        words = self._documents.words(document.id)
        return "".join(conll_lines(document.text, words, document.entities, self._request.tag_scheme))


def _csv_line(cells: tuple[str, ...]) -> str:
    # every cell quoted: no text can be taken for another delimiter, no space at its beginning is lost
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow([quoted(cell) for cell in cells])
    return text.getvalue()
