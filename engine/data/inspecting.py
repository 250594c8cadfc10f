"""What a file looks like before it is imported: its first 50 rows and what was guessed about it."""

from __future__ import annotations

from pathlib import Path

from engine.api.messages import ReadOptions
from engine.api.results import FilePreview, Unreadable
from engine.data.headers import guess_columns
from engine.data.records import Row
from engine.data.rows import open_rows

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
    cells = [row.cells for row in rows]
    text, label, split = guess_columns(reader.columns, cells)
    return FilePreview(
        path=str(path),
        format=reader.format,
        size_bytes=size,
        encoding=reader.encoding,
        encoding_certain=reader.encoding_certain,
        delimiter=reader.delimiter,
        has_header=reader.has_header,
        columns=reader.columns,
        rows=tuple(tuple(cell[:_CELL_CHARACTERS] for cell in row) for row in cells),
        row_lines=tuple(row.line for row in rows),
        estimated_rows=_estimate(path, reader.progress(), rows, reader.encoding),
        unreadable=tuple(bad),
        text_column=text,
        label_column=label,
        split_column=split,
        sheets=reader.sheets,
    )


def _estimate(path: Path, progress: tuple[int, int], rows: list[Row], encoding: str) -> int:
    """Rows in the whole file, from the mean size of the first ones; exact where all of them were seen."""
    if len(rows) < _ROWS:
        return len(rows)
    if not path.is_file() or path.suffix.lower().startswith((".xls", ".ods")):
        return progress[1]
    wide = encoding if not encoding.startswith("utf-8") else "utf-8"
    size = sum(len(",".join(row.cells).encode(wide, "replace")) + 1 for row in rows)
    return max(len(rows), round(path.stat().st_size * len(rows) / max(1, size)))
