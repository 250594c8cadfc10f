"""What a file looks like before it is imported: its first 50 rows and what was guessed about it."""

from __future__ import annotations

from pathlib import Path

from engine.api.messages import ReadOptions
from engine.api.results import Entity, FilePreview, Unreadable
from engine.data.conll import ConllReader
from engine.data.exported import ExportedReader
from engine.data.guesses import guess_task
from engine.data.headers import guess_columns
from engine.data.records import Row, RowReader
from engine.data.rows import open_rows
from engine.data.targets import read_entities

_ROWS = 50
_UNREADABLE = 50
_CELL_CHARACTERS = 2_000  # of a cell are shown


def inspect(path: Path, read: ReadOptions = ReadOptions()) -> FilePreview:
    """Detect, and read the first rows. Raises what ``open_rows`` raises."""
    reader = open_rows(path, read)
    rows: list[Row] = []
    bad: list[Unreadable] = []
    for entry in reader:
        if isinstance(entry, Unreadable):
            bad.append(entry)
        else:
            rows.append(entry)
        if len(rows) >= _ROWS or len(bad) >= _UNREADABLE:
            break
    size = path.stat().st_size if path.is_file() else 0
    shown = len(reader.columns)
    if isinstance(reader, ConllReader):
        shown -= 1  # places of words are nothing to look at
    columns, cells = reader.columns[:shown], [row.cells[:shown] for row in rows]
    text, label, split = (0, 1, None) if isinstance(reader, ConllReader) else guess_columns(columns, cells)
    task, separator = guess_task(cells, text, label)
    if isinstance(reader, ExportedReader):  # its columns say what they are
        text, label, split, task = 0, 1, 2, reader.task
    return FilePreview(
        path=str(path),
        format=reader.format,
        size_bytes=size,
        encoding=reader.encoding,
        encoding_certain=reader.encoding_certain,
        delimiter=reader.delimiter,
        has_header=reader.has_header,
        columns=columns,
        rows=tuple(tuple(cell[:_CELL_CHARACTERS] for cell in row) for row in cells),
        row_lines=tuple(row.line for row in rows),
        estimated_rows=_estimate(path, reader, rows),
        unreadable=tuple(bad),
        text_column=text,
        label_column=label,
        split_column=split,
        sheets=reader.sheets,
        task_guess=task,
        separator_guess=separator,
        entities=_entities(cells, text, label) if task == "tagging" else (),
    )


def _entities(
    cells: list[tuple[str, ...]], text: int | None, label: int | None
) -> tuple[tuple[Entity, ...], ...]:
    """The entities of each row; none where its cell is empty or damaged."""
    if text is None or label is None:
        return ()
    found = (read_entities(row[label], row[text]) for row in cells)
    return tuple(() if isinstance(each, str) else tuple(each) for each in found)


def _estimate(path: Path, reader: RowReader, rows: list[Row]) -> int:
    """Rows in the whole file, from the mean size of the first ones; exact where all of them were seen."""
    if len(rows) < _ROWS:
        return len(rows)
    if not path.is_file() or path.suffix.lower().startswith((".xls", ".ods")):
        return reader.progress()[1]
    wide = reader.encoding if not reader.encoding.startswith("utf-8") else "utf-8"
    if isinstance(reader, ConllReader):
        size = reader.read_bytes
    else:
        size = sum(len(",".join(row.cells).encode(wide, "replace")) + 1 for row in rows)
    return max(len(rows), round(path.stat().st_size * len(rows) / max(1, size)))
