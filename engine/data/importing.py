"""A file into the project: read, checked, stored and indexed in batches; all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, Imported, ImportFile
from engine.api.pairs import joined
from engine.api.project import Project
from engine.api.results import Unreadable
from engine.api.run_lock import RunLock
from engine.data.records import Row, RowReader, unreadable
from engine.data.rows import open_rows
from engine.data.split_words import split_of
from engine.data.targets import LabelledRow, TaggedRow, Targets, targets_for
from engine.progress import Noticed, Progressed, Work

# one short transaction each: another writer waits for a tenth of a second at most
_BATCH_ROWS = 5_000
_BATCH_CHARACTERS = 1_000_000
_NAMED = 12  # labels in a notice


@dataclass
class _Batch:
    """``rows`` are all labelled, or all tagged."""

    rows: list[LabelledRow | TaggedRow]
    unreadable: list[Unreadable]


def import_file(project: Project, request: ImportFile) -> Work[Imported]:
    """Read a file or folder into the project. Cancelled or failed, it leaves nothing behind.

    Raises what ``open_rows`` raises, and FILE_CHANGED, ENCODING_WRONG, COLUMN_MISSING, ONE_COLUMN, NO_ROWS,
    OPTION_VALUE, TASK_DIFFERS, DISK_FULL, PROJECT_BUSY.
    """
    started = time.perf_counter()
    path = Path(request.path)
    if request.as_split is not None and request.as_split not in SPLITS:
        raise KnownError(
            ErrorKind.OPTION_VALUE, option="split", value=request.as_split, valid=", ".join(SPLITS)
        )
    with RunLock(project.path / ".import") as lock:
        if not lock.acquire():
            # the rows of the other import look unfinished: they must not be taken for a crash's
            raise KnownError(ErrorKind.PROJECT_BUSY, path=str(project.path))
        imported = yield from _import(project, request, path, started)
    return imported


def _import(project: Project, request: ImportFile, path: Path, started: float) -> Work[Imported]:
    yield Progressed("inspect", 0, 1)
    before = _fingerprint(path)
    reader = open_rows(path, request.read)
    task = _task(project, request, reader)
    columns = _Columns.find(reader, request.mapping)
    targets = targets_for(task, request.separator, reader)
    _drop_unfinished(project)
    with project.transaction():
        source = project.documents.add_source(
            path, reader.format, reader.encoding, reader.delimiter, request.mapping
        )
    finished = False
    try:
        tally = _Tally()
        for batch in _batches(reader, columns, request.as_split or "", targets):
            with project.transaction():
                if task == "tagging":
                    project.documents.add_tagged_rows(source, cast(list[TaggedRow], batch.rows))
                else:
                    project.documents.add_rows(source, cast(list[LabelledRow], batch.rows))
                project.documents.add_unreadable(source, batch.unreadable)
            tally.add(batch, targets)
            done, total = reader.progress()
            rate = tally.rows / max(1e-6, time.perf_counter() - started)
            yield Progressed("read", done, total, rate)
        if _fingerprint(path) != before:
            raise KnownError(ErrorKind.FILE_CHANGED, path=str(path))
        tally.check(request, path)
        alike = _look_alike(tally.labels if targets is None else targets.labels)
        if alike:
            yield Noticed("labels-look-alike", {"names": ", ".join(alike[:_NAMED])})
        if targets is not None:
            yield from targets.notices()
        with project.transaction():
            rows = project.documents.finish_source(source, task)
        finished = True
    finally:
        if not finished:
            _drop_quietly(project)
    return Imported(
        source=source, rows=rows, unreadable=tally.unreadable, seconds=time.perf_counter() - started
    )


def _task(project: Project, request: ImportFile, reader: RowReader) -> str:
    """What the file is imported for. Raises OPTION_VALUE, TASK_DIFFERS."""
    task = request.task
    if not task:
        chosen = project.task_fixed or project.meta("task")
        task = "tagging" if reader.format == "conll" and not chosen else project.task
    project.check_task(task)
    if reader.format == "conll" and request.mapping.label is not None and task != "tagging":
        # its tags are no labels
        raise KnownError(ErrorKind.TASK_DIFFERS, task=task, wanted="tagging")
    if task == "tagging" and request.mapping.second is not None:
        # the places of its entities are those of one text
        second = request.mapping.second
        raise KnownError(ErrorKind.OPTION_VALUE, option="second", value=second, valid="none")
    return task


@dataclass(frozen=True)
class _Columns:
    text: int
    second: int | None
    label: int | None
    split: int | None

    @classmethod
    def find(cls, reader: RowReader, mapping: ColumnMapping) -> _Columns:
        """Positions of the mapped columns. Raises COLUMN_MISSING, ONE_COLUMN."""
        if mapping.label is not None and len(reader.columns) == 1:
            raise KnownError(ErrorKind.ONE_COLUMN)
        text = _position(reader, mapping.text)
        assert text is not None
        rest = (_position(reader, name) for name in (mapping.second, mapping.label, mapping.split))
        return cls(text, *rest)


def _position(reader: RowReader, name: str | None) -> int | None:
    if name is None:
        return None
    if name in reader.columns:
        return reader.columns.index(name)
    # a position is understood too where there is a header
    if name.startswith("#") and name[1:].isdecimal() and 1 <= int(name[1:]) <= len(reader.columns):
        return int(name[1:]) - 1
    raise KnownError(ErrorKind.COLUMN_MISSING, column=name, valid=", ".join(reader.columns))


class _Tally:
    """What has been read so far."""

    def __init__(self) -> None:
        self.rows = self.unreadable = self.undecodable = self.first_undecodable = 0
        self.labels: set[str] = set()

    def add(self, batch: _Batch, targets: Targets | None) -> None:
        self.rows += len(batch.rows)
        self.unreadable += len(batch.unreadable)
        if targets is None:
            self.labels.update([cast(LabelledRow, row)[2] for row in batch.rows])
        for row in batch.unreadable:
            if row.reason == "encoding":
                self.undecodable += 1
                self.first_undecodable = self.first_undecodable or row.line

    def check(self, request: ImportFile, path: Path) -> None:
        """Raises ENCODING_WRONG where the chosen encoding fails on most rows, NO_ROWS where none was read."""
        if request.read.encoding is not None and self.undecodable * 2 > self.rows + self.unreadable:
            raise KnownError(
                ErrorKind.ENCODING_WRONG,
                path=str(path),
                encoding=request.read.encoding,
                line=self.first_undecodable,
            )
        if not self.rows:
            raise KnownError(ErrorKind.NO_ROWS, path=str(path))


def _batches(
    reader: RowReader, columns: _Columns, as_split: str, targets: Targets | None
) -> Iterator[_Batch]:
    batch = _Batch([], [])
    splits = {"": ""}  # a file's words, each looked up once
    text_at, second_at = columns.text, columns.second
    label_at, split_at = columns.label, columns.split
    characters = 0
    for entry in reader:
        if isinstance(entry, Row):
            line, cells = entry
            text = cells[text_at]
            split: str | None = as_split
            if split_at is not None and not as_split:
                word = cells[split_at].strip()
                split = splits.get(word)
                if split is None and (split := split_of(word)) is not None:
                    splits[word] = split
            if second_at is not None and text and not text.isspace():
                text = joined(text, cells[second_at])
            if not text or text.isspace():
                batch.unreadable.append(unreadable(line, "empty", "\t".join(cells)))
            elif split is None:
                batch.unreadable.append(unreadable(line, "split", "\t".join(cells)))
            elif targets is None:
                label = cells[label_at].strip() if label_at is not None else ""
                batch.rows.append((line, text, label, split))
            else:
                cell = cells[label_at] if label_at is not None else None
                row = targets.row(line, text, cell, split, cells)
                if isinstance(row, str):
                    batch.unreadable.append(unreadable(line, row, "\t".join(cells)))
                else:
                    batch.rows.append(row)
            characters += len(text)
        else:
            batch.unreadable.append(entry)
        if len(batch.rows) + len(batch.unreadable) >= _BATCH_ROWS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = _Batch([], []), 0
    yield batch


def _look_alike(labels: set[str]) -> list[str]:
    """Labels that differ only by space or case, next to each other."""
    groups: dict[str, list[str]] = {}
    for label in sorted(labels - {""}):
        groups.setdefault("".join(label.split()).casefold(), []).append(label)
    return [label for group in groups.values() if len(group) > 1 for label in group]


def _fingerprint(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of the file, or of every text file in a folder; empty where it is gone."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    found = []
    for file in files:
        try:
            status = file.stat()
        except FileNotFoundError:
            continue
        except PermissionError as error:
            raise KnownError(ErrorKind.FILE_NO_PERMISSION, path=str(file)) from error
        if file.is_file():
            found.append((str(file), status.st_size, status.st_mtime_ns))
    return tuple(found)


def _drop_unfinished(project: Project) -> None:
    """Remove the rows of imports that never ended, in short transactions."""
    more = True
    while more:
        with project.transaction():
            more = project.documents.drop_unfinished_sources()


def _drop_quietly(project: Project) -> None:
    """The same on the way out of a failed import: a full disk must not hide why it failed."""
    with suppress(KnownError):  # its rows stay invisible, and the next import removes them
        _drop_unfinished(project)
