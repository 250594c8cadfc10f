"""CoNLL files: a token and its tag a line, an empty line between sentences; read as texts with entities.

Two to four columns, parted by tabs or spaces, the token first and the tag last. The schemes IOB1, BIO (IOB2),
BIOES, BILOU and BMES are told apart by the file's beginning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Unreadable
from engine.api.store.tags import pack_entities, pack_words
from engine.api.words import UNSPACED
from engine.data.encodings import Encoding
from engine.data.entities import OUTSIDE, parse_tag, tags_to_entities
from engine.data.lines import MAX_CHARACTERS, TextLines
from engine.data.records import Row, RowReader, flaw, unreadable

SUFFIXES = (".conll", ".iob", ".iob2", ".bio", ".bioes", ".bilou")
COLUMNS = ("text", "entities", "words")
_WIDTHS = (2, 3, 4)
_SAMPLE_LINES = 20_000
_NAMED = 5  # lines in a notice
_DOCUMENT = "-DOCSTART-"
_SPACES = re.compile(r"[ \t]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


class Shape(NamedTuple):
    """``unspaced``: tokens are single characters of Chinese or Japanese, joined without a space."""

    tabs: bool
    width: int
    scheme: str
    unspaced: bool

    def cut(self, line: str) -> list[str]:
        if self.tabs:
            return [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
        return _SPACES.split(line.strip(" \t\r\n"))


def shape_of(path: Path, encoding: Encoding) -> Shape | None:
    """How a CoNLL file is laid out; None where the file's beginning is another kind of table.

    Raises ONE_COLUMN where the file's name promises CoNLL and there are no tags.
    """
    certain = path.suffix.lower() in SUFFIXES
    sample = list(islice(TextLines(path, encoding.name), _SAMPLE_LINES if certain else 1_000))
    shape = _shape(sample, certain)
    if shape is not None and len(sample) == 1_000:
        # schemes differ in rare tags: more is read where it is worth it
        shape = _shape(list(islice(TextLines(path, encoding.name), _SAMPLE_LINES)), certain)
    return shape


def _shape(sample: Sequence[str], certain: bool) -> Shape | None:
    lines = [line.lstrip("\ufeff").rstrip("\r\n") for line in sample]
    filled = [line for line in lines if line.strip() and not line.startswith(_DOCUMENT)]
    rows = [line for line in filled if not line.startswith("#")] or filled
    if not rows:
        return None
    tabs = 2 * sum("\t" in line for line in rows) > len(rows)
    shape = Shape(tabs, 0, "bio", False)
    cut = [shape.cut(line) for line in rows]
    width = Counter(map(len, cut)).most_common(1)[0][0]
    if certain and width == 1:
        raise KnownError(ErrorKind.ONE_COLUMN)
    tagged = [cells for cells in cut if len(cells) == width and parse_tag(cells[-1])]
    outside = sum(cells[-1] == OUTSIDE for cells in tagged)
    if width not in _WIDTHS or len(tagged) < (0.5 if certain else 0.9) * len(cut):
        return None
    if not certain and (not outside or len(filled) == len(lines)):
        return None
    tokens = [cells[0] for cells in tagged]
    wide = [token for token in tokens if _UNSPACED.search(token)]
    unspaced = 3 * len(wide) > len(tokens) and sum(len(token) == 1 for token in wide) > 0.95 * len(wide)
    return Shape(tabs, width, _scheme(lines, shape), unspaced)


def _scheme(lines: Iterable[str], shape: Shape) -> str:
    """BIOES where ends or singles are marked; IOB1 where entities mostly begin with an inside; else BIO."""
    inside = beginning = ending = 0
    before = ""
    for line in lines:
        letter, kind = parse_tag(shape.cut(line)[-1]) or (OUTSIDE, "")
        if letter in "ES":
            ending += 1
        elif kind and kind != before:
            inside += letter == "I"
            beginning += letter == "B"
        before = kind
    return "bioes" if ending else "iob1" if inside > beginning else "bio"


class ConllReader(RowReader):
    """A row a sentence: its text, its entities and its words (packed, see ``store.tags``).

    ``line`` is the sentence's first line. Rows of another width, or without a proper tag, are unreadable; the
    rest of their sentence is read. ``repaired`` counts tags that break the scheme, so far.
    """

    format = "conll"
    columns = COLUMNS
    has_header = False

    def __init__(self, path: Path, encoding: Encoding, shape: Shape) -> None:
        self._path = path
        self._shape = shape
        self.encoding, self.encoding_certain = encoding.name, encoding.certain
        self.delimiter = "\t" if shape.tabs else " "
        self._lines = TextLines(path, encoding.name)
        self.read_bytes = 0
        self.repaired = 0
        self.repaired_lines: list[int] = []

    def __iter__(self) -> Iterator[Row | Unreadable]:
        self._lines = lines = TextLines(self._path, self.encoding)
        self.read_bytes = self.repaired = 0
        self.repaired_lines = []
        shape = self._shape
        tokens: list[tuple[int, str, str]] = []  # line, token, tag
        size = 0
        for number, line in enumerate(lines, start=1):
            if number == 1:
                line = line.removeprefix("\ufeff")
            self.read_bytes += len(line) if line.isascii() else len(line.encode("utf-8", "replace"))
            if not line.strip() or line.startswith(_DOCUMENT):
                if tokens:
                    yield self._sentence(tokens)
                tokens, size = [], 0
                continue
            if lines.suspect and (found := flaw(line)):
                yield unreadable(number, found, line)
                continue
            cells = shape.cut(line)
            if len(cells) == shape.width and cells[0] and parse_tag(cells[-1]):
                size += len(cells[0]) + 1
                if size > MAX_CHARACTERS:
                    yield unreadable(number, "too-long", line)
                else:
                    tokens.append((number, cells[0], cells[-1]))
            elif not line.startswith("#"):
                fits = len(cells) == shape.width and cells[0]
                yield unreadable(number, "tag" if fits else "columns", line)
        if tokens:
            yield self._sentence(tokens)

    def _sentence(self, tokens: list[tuple[int, str, str]]) -> Row:
        words: list[tuple[int, int]] = []
        parts: list[str] = []
        at = 0
        before = ""
        for _, token, _ in tokens:
            if before and (not self._shape.unspaced or _needs_space(before, token)):
                parts.append(" ")
                at += 1
            parts.append(token)
            words.append((at, at + len(token)))
            at += len(token)
            before = token
        entities, broken = tags_to_entities(words, [tag for _, _, tag in tokens], self._shape.scheme)
        self.repaired += len(broken)
        if broken and len(self.repaired_lines) < _NAMED:
            self.repaired_lines += [tokens[index][0] for index in broken][: _NAMED - len(self.repaired_lines)]
        return Row(tokens[0][0], ("".join(parts), pack_entities(entities), pack_words(words)))

    def progress(self) -> tuple[int, int]:
        return self._lines.done, max(1, self._lines.total)


def _needs_space(before: str, after: str) -> bool:
    """Between words of letters and digits in a file of single characters: ``iPhone`` and ``6s``."""
    if len(before) == len(after) == 1:
        return False
    at_border = before[-1] + after[0]
    return at_border.isalnum() and not _UNSPACED.search(at_border)
