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
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import FilePredicted, PredictFile, PredictText, TextPredicted
from engine.api.results import Unreadable
from engine.data.rows import Row, open_rows
from engine.devices import scoring_precision
from engine.models.text_model import RunModel, TorchModel, softmax
from engine.progress import Progressed, Work

_BLOCK = 1024  # rows between two records; also what is sorted by length
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Record(msgspec.Struct, kw_only=True):
    """How far a scoring is, beside its unfinished output."""

    run: str
    model_hash: str
    path: str
    size: int
    modified_ns: int
    text_column: str
    precision: str
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    label_counts: dict[str, int] = {}


def predict_text(model: RunModel, request: PredictText) -> TextPredicted:
    """Probabilities of one text, in fp32. Raises TEXT_EMPTY."""
    if not request.text.strip():
        raise KnownError(ErrorKind.TEXT_EMPTY)
    probabilities = softmax(model.logits([request.text]))[0]
    return TextPredicted(
        run=request.run,
        labels=model.labels,
        probabilities=tuple(float(p) for p in probabilities),
        read_to=model.read_to(request.text),
    )


def predict_file(model: RunModel, request: PredictFile) -> Work[FilePredicted]:
    """Write ``request.out`` with the input's columns and label, probability, margin.

    Raises what reading raises, and FILE_CHANGED where the input changed while it was read.
    """
    path, out = Path(request.path), Path(request.out)
    partial, record_path = out.with_name(out.name + ".part"), out.with_name(out.name + ".part.json")
    if out.resolve() == path.resolve():
        raise KnownError(ErrorKind.NOT_WRITABLE, path=str(out))
    reader = open_rows(path, request.read)
    if request.text_column not in reader.columns:
        valid = ", ".join(reader.columns)
        raise KnownError(ErrorKind.COLUMN_MISSING, column=request.text_column, valid=valid)
    column = reader.columns.index(request.text_column)
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
                file.write(_csv_line([*reader.columns, *_new_columns(reader.columns)]))
            while block := list(islice(rows, _BLOCK)):
                shown = _progress(record, reader.progress())
                lines = yield from _shifted(
                    _score_block(model, block, column, len(reader.columns), record), shown, len(block)
                )
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
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        if isinstance(step, Progressed):
            done = shown.done + step.done
            total = max(shown.total, shown.done + block_rows)
            yield Progressed("score", done, total, shown.rate, shown.label_counts)


def _score_block(
    model: RunModel, block: list[Row | Unreadable], column: int, width: int, record: Record
) -> Work[bytes]:
    """The block's output lines. A row that cannot be read or has no text keeps its place, without a label."""
    texts = [row.cells[column] if isinstance(row, Row) else "" for row in block]
    full = [i for i, text in enumerate(texts) if text.strip()]
    logits = yield from model.score([texts[i] for i in full], record.precision)
    probabilities = softmax(logits) if full else np.zeros((0, len(model.labels)))
    top = np.sort(probabilities, axis=1)
    answers = {}
    for row, i in enumerate(full):
        label = model.labels[int(probabilities[row].argmax())]
        answers[i] = [label, f"{top[row, -1]:.6f}", f"{top[row, -1] - top[row, -2]:.6f}"]
    record.label_counts = dict(Counter(record.label_counts) + Counter(a[0] for a in answers.values()))
    lines = []
    for i, entry in enumerate(block):
        cells = list(entry.cells) if isinstance(entry, Row) else [""] * width
        if isinstance(entry, Unreadable):
            cells[column] = entry.raw.strip("\r\n")
        lines.append(_csv_line([*cells, *answers.get(i, ["", "", ""])]))
    return b"".join(lines)


def _csv_line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([disarmed(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote is put before =, +, -, @ unless it is a number."""
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def _new_columns(columns: tuple[str, ...]) -> Iterator[str]:
    for name in ("label", "probability", "margin"):
        yield name if name not in columns else f"predicted_{name}"


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
        precision=precision,
    )


def _resumable(now: Record, partial: Path, record_path: Path) -> Record | None:
    """The record of an unfinished scoring of the same file by the same model, if its output is all there."""
    try:
        then = msgspec.json.decode(record_path.read_bytes(), type=Record)
        if partial.stat().st_size < then.bytes:
            return None
    except (OSError, msgspec.MsgspecError):
        return None
    # not the precision: that was measured at the start, and the rest is scored as the beginning was
    same = ("run", "model_hash", "path", "size", "modified_ns", "text_column")
    return then if all(getattr(now, name) == getattr(then, name) for name in same) else None


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
