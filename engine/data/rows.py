"""Open any file that can be read, as rows. Used to preview, to import and to score."""

from __future__ import annotations

from pathlib import Path

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ReadOptions
from engine.api.results import Unreadable
from engine.data import encodings
from engine.data.conll import ConllReader, shape_of
from engine.data.delimited import DelimitedReader
from engine.data.encodings import Encoding
from engine.data.exported import ExportedReader, is_export
from engine.data.folder import FolderReader
from engine.data.jsonl import JsonReader
from engine.data.records import Row, RowReader

__all__ = ["Row", "RowReader", "Unreadable", "open_rows"]

SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
JSONS = (".jsonl", ".ndjson", ".json")
# beginnings of files that are no tables, whatever their names say
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"PAR1",
    b"SQLite format 3",
    b"\x7fELF",
    b"Rar!",
)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def open_rows(path: Path, read: ReadOptions = ReadOptions()) -> RowReader:
    """Detect what is not given and open the file.

    Raises FILE_MISSING, FILE_EMPTY, FILE_NO_PERMISSION, FILE_FORMAT_UNKNOWN, FILE_DAMAGED, ENCODING_WRONG
    (an unknown name), OPTION_VALUE, NO_ROWS (a folder without TXT files), ONE_COLUMN (CoNLL without tags).
    """
    try:
        reader = _open(path, read)
        return ExportedReader(reader) if is_export(reader.columns) else reader
    except FileNotFoundError as error:
        raise KnownError(ErrorKind.FILE_MISSING, path=str(path)) from error
    except PermissionError as error:
        raise KnownError(ErrorKind.FILE_NO_PERMISSION, path=str(path)) from error
    except (IsADirectoryError, NotADirectoryError) as error:
        raise KnownError(ErrorKind.FILE_MISSING, path=str(path)) from error


def _open(path: Path, read: ReadOptions) -> RowReader:
    if read.encoding is not None and not encodings.is_known(read.encoding):
        raise KnownError(ErrorKind.ENCODING_WRONG, path=str(path), encoding=read.encoding, line=1)
    if read.delimiter and (len(read.delimiter) != 1 or read.delimiter in '"\r\n\0'):
        raise KnownError(ErrorKind.OPTION_VALUE, option="delimiter", value=read.delimiter, valid=", ; tab |")
    if path.is_dir():
        return FolderReader(path, read.encoding)
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise KnownError(ErrorKind.FILE_EMPTY, path=str(path))
    suffix = path.suffix.lower()
    if suffix in SHEETS or head.startswith((_ZIP, _OLE)):
        if suffix not in SHEETS:
            raise KnownError(ErrorKind.FILE_FORMAT_UNKNOWN, path=str(path))
        if not head.startswith((_ZIP, _OLE)):
            raise KnownError(ErrorKind.FILE_DAMAGED, path=str(path))
        # calamine is only loaded where a sheet is read
        from engine.data.sheets import SheetReader

        return SheetReader(path, read)
    if head.startswith(_FOREIGN):
        raise KnownError(ErrorKind.FILE_FORMAT_UNKNOWN, path=str(path))
    encoding = _encoding(path, read)
    if suffix in JSONS:
        return JsonReader(path, encoding)
    # who has chosen a delimiter or a header means a table
    shape = shape_of(path, encoding) if read.delimiter is None and read.has_header is None else None
    return DelimitedReader(path, encoding, read) if shape is None else ConllReader(path, encoding, shape)


def _encoding(path: Path, read: ReadOptions) -> Encoding:
    if read.encoding is None:
        return encodings.detect(path)
    name = read.encoding
    if name.lower().replace("_", "-") in ("utf-8", "utf8"):
        name = "utf-8-sig"  # a mark at the beginning must not become part of the first column's name
    return Encoding(name, certain=True, clean=False)
