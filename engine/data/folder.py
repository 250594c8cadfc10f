"""A folder of TXT files: one text a file; a sub-folder is a label, or a split where it is named as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Unreadable
from engine.data import encodings
from engine.data.lines import MAX_CHARACTERS
from engine.data.records import Row, RowReader, flaw, unreadable
from engine.data.split_words import split_of


class FolderReader(RowReader):
    """Columns text, label, split, file. ``line`` is the file's number in the order of the paths."""

    format = "folder"
    columns = ("text", "label", "split", "file")

    def __init__(self, path: Path, encoding: str | None) -> None:
        self._path = path
        self._chosen = encoding
        self.encoding = encoding or ""
        self._files = sorted(
            (entry for entry in path.rglob("*") if entry.suffix.lower() == ".txt" and entry.is_file()),
            key=lambda entry: entry.relative_to(path).as_posix(),
        )
        self._done = 0
        if not self._files:
            raise KnownError(ErrorKind.NO_ROWS, path=str(path))

    def __iter__(self) -> Iterator[Row | Unreadable]:
        for number, file in enumerate(self._files, start=1):
            name = file.relative_to(self._path).as_posix()
            try:
                yield self._row(number, file, name)
            except FileNotFoundError:
                raise KnownError(ErrorKind.FILE_CHANGED, path=str(file)) from None
            self._done = number

    def _row(self, number: int, file: Path, name: str) -> Row | Unreadable:
        # four bytes are the longest character
        if file.stat().st_size > 4 * MAX_CHARACTERS:
            return unreadable(number, "too-long", name)
        encoding = self._chosen or encodings.detect(file).name
        self.encoding = self.encoding or encoding
        text = file.read_bytes().decode(encoding, encodings.MARK_ERRORS).removeprefix("\ufeff")
        found = flaw(text)
        if found:
            return unreadable(number, found, f"{name}: {text[:500]}")
        label, split = _place(file.relative_to(self._path).parent.parts)
        return Row(number, (text, label, split, name))

    def progress(self) -> tuple[int, int]:
        return self._done, len(self._files)


def _place(folders: tuple[str, ...]) -> tuple[str, str]:
    """(label, split) from a file's folders: the first that names a split, or the last, is the split."""
    rest = list(folders)
    for index in (0, -1):
        if rest and (split := split_of(rest[index])):
            rest.pop(index)
            return "/".join(rest), split
    return "/".join(rest), ""
