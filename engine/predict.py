"""Scoring: one text, or a file streamed to a new file, row by row in the same order, in constant memory.

A killed scoring goes on where it stopped: rows are scored in fixed blocks, and after each block the output is
forced to disk before the record says so. The finished file is the same, byte for byte, as without the kill.
"""

from __future__ import annotations

import csv
import io
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import FilePredicted, PredictFile, PredictText, ReadOptions, TextPredicted
from engine.api.pairs import joined
from engine.api.results import Entity, FoundEntity, Unreadable
from engine.api.store.tags import pack_entities, unpack_entities, unpack_words
from engine.api.tasks import NO_LABEL, split_labels
from engine.data.entities import SCHEMES, Spans, entities_to_tags, words_of
from engine.data.exported import disarmed
from engine.data.records import RowReader
from engine.data.rows import Row, open_rows
from engine.devices import scoring_precision
from engine.models.answers import answers
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.tag_answers import found_entities, kind_probabilities
from engine.models.text_model import TextModel, TorchModel, softmax
from engine.progress import Progressed, Work, retold

_BLOCK = 1024  # rows between two records; also what is sorted by length


class Record(msgspec.Struct, kw_only=True):
    """How far a scoring is, beside its unfinished output."""

    run: str
    model_hash: str
    path: str
    size: int
    modified_ns: int
    text_column: str
    second_column: str = ""
    read: ReadOptions = ReadOptions()
    precision: str
    tag_scheme: str = "bio"
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    label_counts: dict[str, int] = {}


def predict_text(model: RunModel, request: PredictText, words: Spans | None = None) -> TextPredicted:
    """The answer to one text, in fp32; ``words`` are the text's own where it brings them. Raises TEXT_EMPTY."""
    if not request.text.strip():
        raise KnownError(ErrorKind.TEXT_EMPTY)
    read_to = model.read_to(request.text)
    if isinstance(model, AnyTaggingModel):
        spans = words_of(request.text) if words is None else words
        (found,) = model.logits([request.text], [spans])
        entities = found_entities(model.labels, model.tags, spans, found)
        return TextPredicted(
            run=request.run,
            labels=("O", *model.labels),
            probabilities=tuple(float(p) for p in kind_probabilities(softmax(found)).mean(0))
            if spans
            else (),
            read_to=read_to,
            task=model.task,
            label=_packed(entities),
            entities=entities,
        )
    (answer,) = answers(model, model.logits([request.text]))
    return TextPredicted(
        run=request.run,
        labels=model.labels,
        probabilities=answer.probabilities,
        read_to=read_to,
        task=model.task,
        label=answer.label,
        thresholds=model.thresholds if model.task == "multi" else (),
    )


def predict_file(model: RunModel, request: PredictFile) -> Work[FilePredicted]:
    """Write ``request.out``: the input's columns and what the model says of each row.

    One or several labels: label, probability, margin; a score: score; tagged words: entities (JSON), probability,
    margin, of the least sure word. A CoNLL file becomes one, with the predicted tags in a last column.

    Raises what reading raises, OPTION_VALUE (the scheme), and FILE_CHANGED where the input changed while it was
    read.
    """
    path, out = Path(request.path), Path(request.out)
    partial, record_path = out.with_name(out.name + ".part"), out.with_name(out.name + ".part.json")
    if out.resolve() == path.resolve():
        raise KnownError(ErrorKind.NOT_WRITABLE, path=str(out))
    if request.tag_scheme not in SCHEMES:
        valid = ", ".join(SCHEMES)
        raise KnownError(ErrorKind.OPTION_VALUE, option="tag_scheme", value=request.tag_scheme, valid=valid)
    reader = open_rows(path, request.read)
    for column in (request.text_column, *_second(request)):
        if column not in reader.columns:
            raise KnownError(ErrorKind.COLUMN_MISSING, column=column, valid=", ".join(reader.columns))
    table = _table_for(model, reader, request)
    started = _record(model, request, path)
    record = _resumable(started, partial, record_path) or started
    rows = iter(reader)
    if record.rows:
        next(islice(rows, record.rows - 1, record.rows), None)
    began = time.monotonic() - record.seconds
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("r+b" if record.rows else "wb") as file:
            if record.rows:
                file.truncate(record.bytes)
                file.seek(record.bytes)
            else:
                file.write(table.head())
            while block := list(islice(rows, _BLOCK)):
                shown = _progress(record, reader.progress())
                lines = yield from _shifted(table.score(block, record), shown, len(block))
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
                record.rows += len(block)
                record.bytes = file.tell()
                record.seconds = time.monotonic() - began
                _write_record(record, record_path)
                yield _progress(record, reader.progress())
    except OSError as error:
        error.filename = error.filename or str(out)
        raise
    _check_unchanged(started, path)
    os.replace(partial, out)
    record_path.unlink(missing_ok=True)
    seconds = max(time.monotonic() - began, 1e-9)
    return FilePredicted(
        rows=record.rows,
        seconds=seconds,
        texts_per_second=record.rows / seconds,
        out=str(out),
        label_counts=record.label_counts,
    )


def _shifted(work: Work[bytes], shown: Progressed, block_rows: int) -> Work[bytes]:
    """A block's progress as progress through the whole file."""

    def tell(step: Progressed) -> Progressed:
        total = max(shown.total, shown.done + block_rows)
        return Progressed("score", shown.done + step.done, total, shown.rate, shown.label_counts)

    return retold(work, tell)


# --- what is written ---------------------------------------------------------------------------------------


def _second(request: PredictFile) -> tuple[str, ...]:
    """The column of the second texts, where there is one."""
    return (request.second_column,) if request.second_column else ()


def _table_for(model: RunModel, reader: RowReader, request: PredictFile) -> _Table:
    if not isinstance(model, AnyTaggingModel):
        return _TextTable(model, reader, request)
    if reader.format == "conll":
        return _ConllTable(model, request.tag_scheme)
    return _EntityTable(model, reader, request)


class _Table(Protocol):
    """How rows are scored and written."""

    def head(self) -> bytes:
        """What stands above the rows."""
        ...

    def score(self, block: list[Row | Unreadable], record: Record) -> Work[bytes]:
        """The lines of some rows; adds to the record's counts of labels.

        A row that cannot be read or has no text keeps its place, without an answer.
        """
        ...


class _CsvTable:
    """The input's columns, and new ones."""

    def __init__(self, reader: RowReader, request: PredictFile, new: tuple[str, ...]) -> None:
        self._columns = reader.columns
        self._at = reader.columns.index(request.text_column)
        self._second = [reader.columns.index(name) for name in _second(request)]
        self._new = new

    def head(self) -> bytes:
        new = [name if name not in self._columns else f"predicted_{name}" for name in self._new]
        return _csv_line([*self._columns, *new])

    def texts(self, block: list[Row | Unreadable]) -> tuple[list[int], list[str]]:
        """The rows that have a text, and their texts."""
        texts = [self._text(row.cells) if isinstance(row, Row) else "" for row in block]
        full = [i for i, text in enumerate(texts) if text.strip()]
        return full, [texts[i] for i in full]

    def _text(self, cells: Sequence[str]) -> str:
        text = cells[self._at]
        return joined(text, cells[self._second[0]]) if self._second and text.strip() else text

    def lines(self, block: list[Row | Unreadable], answers: dict[int, list[str]]) -> bytes:
        found = []
        for i, entry in enumerate(block):
            cells = list(entry.cells) if isinstance(entry, Row) else [""] * len(self._columns)
            if isinstance(entry, Unreadable):
                cells[self._at] = entry.raw.strip("\r\n")
            found.append(_csv_line([*cells, *answers.get(i, [""] * len(self._new))]))
        return b"".join(found)


class _TextTable(_CsvTable):
    """Labels or scores of whole texts."""

    def __init__(self, model: TextModel, reader: RowReader, request: PredictFile) -> None:
        score = model.task == "score"
        super().__init__(reader, request, ("score",) if score else ("label", "probability", "margin"))
        self._model = model

    def score(self, block: list[Row | Unreadable], record: Record) -> Work[bytes]:
        full, texts = self.texts(block)
        logits = yield from self._model.score(texts, record.precision)
        cells = {}
        for i, answer in zip(full, answers(self._model, logits) if full else [], strict=True):
            if self._model.task == "score":
                cells[i] = [answer.label]
                continue
            cells[i] = [answer.label, f"{answer.probability:.6f}", f"{answer.margin:.6f}"]
            several = self._model.task == "multi"
            _count(record, (split_labels(answer.label) or (NO_LABEL,)) if several else (answer.label,))
        return self.lines(block, cells)


class _EntityTable(_CsvTable):
    """Entities of texts that bring no words."""

    def __init__(self, model: AnyTaggingModel, reader: RowReader, request: PredictFile) -> None:
        super().__init__(reader, request, ("entities", "probability", "margin"))
        self._model = model

    def score(self, block: list[Row | Unreadable], record: Record) -> Work[bytes]:
        full, texts = self.texts(block)
        words = [words_of(text) for text in texts]
        found = yield from self._model.score(texts, words)
        cells = {}
        for i, spans, logits in zip(full, words, found, strict=True):
            entities = found_entities(self._model.labels, self._model.tags, spans, logits)
            sure, margin = _least_sure(logits)
            cells[i] = [_packed(entities), f"{sure:.6f}", f"{margin:.6f}"]
            _count(record, [entity.label for entity in entities])
        return self.lines(block, cells)


class _ConllTable:
    """Sentences with their own words: token, the file's tag, the predicted tag."""

    def __init__(self, model: AnyTaggingModel, scheme: str) -> None:
        self._model = model
        self._scheme = scheme

    def head(self) -> bytes:
        return b""

    def score(self, block: list[Row | Unreadable], record: Record) -> Work[bytes]:
        rows = [row for row in block if isinstance(row, Row)]
        texts = [row.cells[0] for row in rows]
        words = [unpack_words(row.cells[2]) for row in rows]
        found = iter((yield from self._model.score(texts, words)))
        lines: list[str] = []
        for entry in block:
            if isinstance(entry, Unreadable):
                lines.append(f"# {entry.raw.strip()}\n")
                continue
            text, given, packed = entry.cells
            spans = unpack_words(packed)
            entities = found_entities(self._model.labels, self._model.tags, spans, next(found))
            _count(record, [entity.label for entity in entities])
            plain = [Entity(entity.start, entity.end, entity.label) for entity in entities]
            tags = zip(
                spans,
                entities_to_tags(spans, unpack_entities(given), self._scheme),
                entities_to_tags(spans, plain, self._scheme),
                strict=True,
            )
            lines += [f"{text[start:end]}\t{own}\t{predicted}\n" for (start, end), own, predicted in tags]
            lines.append("\n")
        return "".join(lines).encode("utf-8", "replace")


def _count(record: Record, labels: Iterable[str]) -> None:
    record.label_counts = dict(Counter(record.label_counts) + Counter(labels))


def _packed(entities: Iterable[FoundEntity]) -> str:
    return pack_entities(Entity(entity.start, entity.end, entity.label) for entity in entities)


def _least_sure(logits: NDArray[np.float32]) -> tuple[float, float]:
    """Probability and margin of the least sure of some words (W, C); of no words they are 1."""
    if not len(logits):
        return 1.0, 1.0
    top = np.sort(softmax(logits), axis=1)
    return float(top[:, -1].min()), float((top[:, -1] - top[:, -2]).min())


def _csv_line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([disarmed(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def _record(model: RunModel, request: PredictFile, path: Path) -> Record:
    stat = path.stat()
    precision = scoring_precision(model.device) if isinstance(model, TorchModel) else "fp32"
    return Record(
        run=request.run,
        model_hash=model.model_hash,
        path=str(path.resolve()),
        size=stat.st_size,
        modified_ns=stat.st_mtime_ns,
        text_column=request.text_column,
        second_column=request.second_column,
        read=request.read,
        precision=precision,
        tag_scheme=request.tag_scheme,
    )


def _resumable(now: Record, partial: Path, record_path: Path) -> Record | None:
    """The record of an unfinished scoring that was asked for in exactly this way, if its output is all there."""
    try:
        then = msgspec.json.decode(record_path.read_bytes(), type=Record)
        if partial.stat().st_size < then.bytes:
            return None
    except (OSError, msgspec.MsgspecError):
        return None
    # the precision was measured at the start: the rest is scored as the beginning was
    begun = msgspec.structs.replace(now, precision=then.precision)
    return (
        then
        if msgspec.structs.replace(then, rows=0, bytes=0, seconds=0.0, label_counts={}) == begun
        else None
    )


def _write_record(record: Record, path: Path) -> None:
    beside = path.with_name(path.name + ".writing")
    beside.write_bytes(msgspec.json.encode(record))
    os.replace(beside, path)


def _check_unchanged(started: Record, path: Path) -> None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise KnownError(ErrorKind.FILE_CHANGED, path=str(path)) from None
    if (stat.st_size, stat.st_mtime_ns) != (started.size, started.modified_ns):
        raise KnownError(ErrorKind.FILE_CHANGED, path=str(path))


def _progress(record: Record, read: tuple[int, int]) -> Progressed:
    done, total = read
    expected = record.rows if not done else max(record.rows, round(record.rows * total / done))
    rate = record.rows / max(record.seconds, 1e-9)
    return Progressed("score", record.rows, expected, rate, dict(record.label_counts))
