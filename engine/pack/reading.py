"""A pack from any of the files that hold one: JSON as it is, in a page or an SVG, in a PDF's or a PNG's keywords."""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.pack import Pack
from engine.pack.content import decoded

SCRIPT_ID = "lexplain-pack"
MARK = "lexplain-pack:"
_IN_PAGE = re.compile(rb'<script type="application/json" id="lexplain-pack">(.*?)</script>', re.DOTALL)
_IN_SVG = re.compile(rb'<metadata id="lexplain-pack">(.*?)</metadata>', re.DOTALL)
_IN_KEYWORDS = re.compile(rb"lexplain-pack:([A-Za-z0-9+/=]+)")
_KEYWORDED = (b"%PDF", b"\x89PNG")  # how such a file begins
_MOST_BYTES = 512 * 1024 * 1024


def read_pack(path: Path) -> Pack:
    """Raises FILE_MISSING and the like, PACK_DAMAGED (also of a table, which holds no pack), PACK_NEWER."""
    data = path.read_bytes()
    if data[:4] in _KEYWORDED:
        return decoded(_from_keywords(data, str(path)), str(path))
    page = _IN_PAGE.search(data) or _IN_SVG.search(data)
    if page is not None:
        return decoded(page.group(1), str(path))  # nothing in it is markup: "&amp;" is the text's own
    return decoded(data, str(path))


def for_keywords(data: bytes) -> str:
    """A pack's JSON as it stands in a PDF's keywords, or a PNG's."""
    return MARK + base64.b64encode(zlib.compress(data, 9)).decode()


def for_markup(data: bytes) -> str:
    """A pack's JSON, written so that no text of it can end the element that it stands in, nor is forbidden there."""
    text = data.decode()
    for character in ("<", ">", "&", "\ufffe", "\uffff"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _from_keywords(data: bytes, path: str) -> bytes:
    found = _IN_KEYWORDS.search(data)
    if found is None:
        raise KnownError(ErrorKind.PACK_DAMAGED, path=path)
    try:
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(base64.b64decode(found.group(1)), _MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise KnownError(ErrorKind.PACK_DAMAGED, path=path) from error
    return unpacked
