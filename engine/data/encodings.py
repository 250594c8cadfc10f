"""Which encoding a file is in: byte-order mark, strict UTF-8 over the whole file, UTF-16, then detection.

Nothing is replaced silently: bytes that cannot be decoded become ``MARK``, a lone surrogate that no decoder
gives and no database takes, so that exactly the rows that hold it are listed as unreadable.
"""

from __future__ import annotations

import codecs
import logging
import re
from pathlib import Path
from typing import NamedTuple

MARK = "\udcff"
MARK_ERRORS = "lexplain-mark"
_BLOCK = 1 << 20
_SAMPLE = 64 << 10
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# the most frequent characters of running text; a wrong decoding hardly ever gives them
_FREQUENT = {
    "gb18030": "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学"
    "对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头"
    "面公同三已老从动两长，。、！？：；味送餐快很太吃点买电话",
    "big5": "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學"
    "對可她裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭"
    "面公同三已老從動兩長，。、！？：；「」",
    "cp949": "이다는에의을를가은하고지한로기사도리아서대인자시어나정스수해일그부전들라으보있",
}
_KANA = re.compile("[\u3041-\u30ff]")
_UTF16_TEXT = re.compile(
    "[\t\n\r -~\u00a0-\u024f\u0370-\u06ff\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7af\uff00-\uffef]"
)


class Encoding(NamedTuple):
    """A codec's name; ``certain`` where the bytes themselves prove it; ``clean`` where all of them decode."""

    name: str
    certain: bool
    clean: bool


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    # one byte at a time, so that a broken character never takes a delimiter or a line end with it
    wide = error.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32"))
    return MARK, error.end if wide else error.start + 1


codecs.register_error(MARK_ERRORS, _mark)


def is_known(name: str) -> bool:
    """Whether Python can decode text from an encoding of this name."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def detect(path: Path) -> Encoding:
    """Read the file once in blocks (the first non-ASCII character may come late). Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, certain=True, clean=_decodes(path, name))
    if b"\0" in head and (wide := _utf16(head)):
        return Encoding(wide, certain=False, clean=_decodes(path, wide))
    if _decodes(path, "utf-8"):
        if b"\x1b$" in head and head.isascii() and _east_asian(head, "iso2022_jp") > 0.12:
            return Encoding("iso2022_jp", certain=False, clean=_decodes(path, "iso2022_jp"))
        return Encoding("utf-8", certain=True, clean=True)
    sample, broken_utf8 = _foreign_lines(path)
    if broken_utf8:  # UTF-8 with a few broken bytes: its rows are listed, the rest is read
        return Encoding("utf-8", certain=False, clean=False)
    name = guess(sample)
    return Encoding(name, certain=False, clean=_decodes(path, name))


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", True)
    except UnicodeError:
        return False
    return True


def _utf16(head: bytes) -> str:
    """The byte order of UTF-16 text without a mark, by which bytes are zero; '' where it is not UTF-16."""
    head = head[: len(head) // 2 * 2]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < 20 * min(even, odd) or max(even, odd) * 50 < len(head):
        return ""
    name = "utf-16-be" if even > odd else "utf-16-le"
    text = head.decode(name, "replace")
    return name if len(_UTF16_TEXT.findall(text)) > 0.9 * len(text) else ""


def _foreign_lines(path: Path) -> tuple[bytes, bool]:
    """Lines with non-ASCII bytes from all of the file, bounded; and whether nearly all of them are UTF-8."""
    kept: list[bytes] = []
    size = good = bad = 0
    with path.open("rb") as file:
        while block := file.readlines(_BLOCK):
            for line in block:
                if line.isascii():
                    continue
                try:
                    line.decode("utf-8")
                    good += 1
                except UnicodeDecodeError:
                    bad += 1
                if size < _SAMPLE:
                    kept.append(line[: _SAMPLE - size])
                    size += len(kept[-1])
            if size >= _SAMPLE and good + bad >= 1000:
                break
    return b"".join(kept), good > 5 * bad


def guess(sample: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8: East Asian ones by their frequent characters."""
    best, best_score = "", 0.12
    for name in ("gb18030", "big5", "cp949", "cp932", "euc_jp"):
        score = _east_asian(sample, name)
        if score > best_score:
            best, best_score = name, score
    return best or _single_byte(sample)


def _east_asian(sample: bytes, name: str) -> float:
    """Share of frequent characters among the non-ASCII ones; 0 where the bytes do not decode."""
    # the sample may end inside a character, and a few broken bytes must not hide the rest
    text = sample.decode(name, MARK_ERRORS)
    foreign = [character for character in text if character >= "\x80"]
    if len(foreign) < 2 or foreign.count(MARK) > 1 + len(foreign) // 50:
        return 0.0
    if name in ("cp932", "euc_jp", "iso2022_jp"):
        # half-width katakana is what Latin and Chinese bytes look like in Shift-JIS: it does not count
        return len(_KANA.findall(text)) / len(foreign)
    frequent = set(_FREQUENT[name])
    return sum(character in frequent for character in foreign) / len(foreign)


def _single_byte(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    logging.getLogger("charset_normalizer").setLevel(logging.ERROR)
    if sum(byte >= 0x80 for byte in sample) < 4:
        return "cp1252" if _can(sample, "cp1252") else "iso8859-1"
    match = from_bytes(sample).best()
    name = match.encoding if match is not None else "cp1252"
    # Latin text decodes alike in many code pages; the Western one is by far the commonest
    if name in (
        "cp1250",
        "cp1252",
        "iso8859_15",
        "latin_1",
        "cp437",
        "cp850",
        "mac_roman",
        "hp_roman8",
        "cp775",
    ):
        same = _can(sample, "cp1252") and sample.decode("cp1252") == sample.decode(name, "replace")
        if same or (_can(sample, "cp1252") and name in ("cp437", "cp850", "hp_roman8", "cp775", "latin_1")):
            name = "cp1252"
    return name


def _can(sample: bytes, name: str) -> bool:
    try:
        sample.decode(name)
    except UnicodeError:
        return False
    return True
