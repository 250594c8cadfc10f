"""What a file's cells say about its texts, by the task: sets of labels, numbers, entities."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Entity
from engine.api.store.labels import BAR_INSTEAD
from engine.api.store.tags import pack_entities, pack_words
from engine.api.tasks import LABEL_SEPARATOR, NO_LABEL, join_labels
from engine.api.words import words_of, words_within
from engine.data.conll import ConllReader
from engine.data.exported import ExportedReader
from engine.data.records import RowReader
from engine.progress import Noticed

_NAMED = 12  # labels in a notice
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_WITH_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
# keys of an entity's parts in the exports of annotation tools (doccano, Label Studio, spaCy)
_STARTS, _ENDS = ("start_offset", "start", "begin"), ("end_offset", "end")
_TYPES = ("label", "labels", "type", "entity", "tag")

TaggedRow = tuple[int, str, str | None, str | None, str]  # line, text, words, tags, split
LabelledRow = tuple[int, str, str, str]  # line, text, label, split


class Targets(ABC):
    """Makes the rows to be stored; a reason word where a row cannot be read."""

    def __init__(self) -> None:
        self.labels: set[str] = set()

    @abstractmethod
    def row(
        self, line: int, text: str, cell: str | None, split: str, cells: Sequence[str]
    ) -> LabelledRow | TaggedRow | str:
        """``cell`` is that of the label column, None where there is none; ``cells`` are the whole row's."""

    @abstractmethod
    def notices(self) -> list[Noticed]:
        """What the user should know when all rows are read."""


class SeveralLabels(Targets):
    """Labels parted by ``separator``, or a JSON list.

    An empty cell: none of them; in an export, which has a sign for that, no label.
    """

    def __init__(self, separator: str, *, empty_is_none: bool = True) -> None:
        super().__init__()
        self._empty_is_none = empty_is_none
        if not separator.strip("\r\n"):
            raise KnownError(ErrorKind.OPTION_VALUE, option="separator", value=separator, valid="| ; , /")
        self._separator = separator
        self._known: dict[str, str] = {}  # a cell's labels, looked up once
        self._barred: set[str] = set()
        self._mapped = self._parted = False

    def row(
        self, line: int, text: str, cell: str | None, split: str, cells: Sequence[str]
    ) -> LabelledRow | TaggedRow | str:
        label = ""
        if cell or (cell is not None and self._empty_is_none):
            self._mapped = True
            label = self._known.get(cell) or self._read(cell)
        return (line, text, label, split)

    def _read(self, cell: str) -> str:
        listed = string_list(cell)
        self._parted = self._parted or listed is not None or self._separator in cell
        labels = []
        for part in cell.split(self._separator) if listed is None else listed:
            name = " ".join(part.split())
            if not name or name == NO_LABEL:
                continue
            if LABEL_SEPARATOR in name:
                self._barred.add(name)
                name = name.replace(LABEL_SEPARATOR, BAR_INSTEAD)
            labels.append(name)
        self.labels.update(labels)
        found = self._known[cell] = join_labels(labels)
        return found

    def notices(self) -> list[Noticed]:
        found = []
        if self._barred:
            found.append(Noticed("bar-replaced", {"names": ", ".join(sorted(self._barred)[:_NAMED])}))
        if self._mapped and not self._parted:
            found.append(Noticed("separator-unseen", {"separator": self._separator}))
        return found


class Scores(Targets):
    """Finite numbers, with a decimal point or comma. An empty cell: no score."""

    def __init__(self) -> None:
        super().__init__()
        self._commas = 0
        self._example = ""

    def row(
        self, line: int, text: str, cell: str | None, split: str, cells: Sequence[str]
    ) -> LabelledRow | TaggedRow | str:
        word = (cell or "").strip()
        if not word:
            return (line, text, "", split)
        number = score_of(word)
        if number is None:
            return "number"
        if "," in word:
            self._commas += 1
            self._example = self._example or f"{word} = {number:.12g}"
        return (line, text, f"{number:.12g}", split)

    def notices(self) -> list[Noticed]:
        if not self._commas:
            return []
        return [Noticed("decimal-comma", {"count": self._commas, "example": self._example})]


class Entities(Targets):
    """Lists of entities; the words come with the file (CoNLL) or are found. An empty cell: not tagged."""

    def __init__(self, reader: RowReader) -> None:
        super().__init__()
        self._conll = reader if isinstance(reader, ConllReader) else None
        self._tagged = 0

    def row(
        self, line: int, text: str, cell: str | None, split: str, cells: Sequence[str]
    ) -> LabelledRow | TaggedRow | str:
        words = cells[-1] if self._conll is not None else None
        if cell is None or not cell.strip():
            return (line, text, words, None, split)
        found = read_entities(cell, text)
        if isinstance(found, str):
            return found
        self._tagged += 1
        self.labels.update([entity.label for entity in found])
        if words is None or self._conll is None:
            words = pack_words(words_within(words_of(text), found))
        return (line, text, words, pack_entities(found), split)

    def notices(self) -> list[Noticed]:
        found = []
        if self._conll is not None and self._conll.repaired:
            lines = ", ".join(map(str, self._conll.repaired_lines))
            found.append(Noticed("tags-repaired", {"count": self._conll.repaired, "lines": lines}))
        if self._tagged and not self.labels:
            found.append(Noticed("no-entities"))
        return found


def targets_for(task: str, separator: str, reader: RowReader) -> Targets | None:
    """None for one label a text: its cells are taken as they are. Raises OPTION_VALUE (the separator)."""
    if task == "multi":
        return SeveralLabels(separator, empty_is_none=not isinstance(reader, ExportedReader))
    if task == "score":
        return Scores()
    return Entities(reader) if task == "tagging" else None


def score_of(word: str) -> float | None:
    """The finite number that a cell holds, else None."""
    word = word.strip().replace("\u2212", "-")
    if _WITH_COMMA.fullmatch(word):
        word = word.replace(",", ".")
    if not _NUMBER.fullmatch(word):
        return None
    number = float(word)
    # adding nothing turns -0 into 0
    return number + 0.0 if math.isfinite(number) else None


def read_entities(cell: str, text: str) -> list[Entity] | str:
    """The entities of a JSON list, sorted, without white space at their ends; else the reason why not.

    Items are ``[start, end, type]`` in code points, or objects with such parts.
    """
    try:
        items = msgspec.json.decode(cell)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return "entities"
    if not isinstance(items, list):
        return "entities"
    found: set[tuple[int, int, str]] = set()
    for item in items:
        parts = _parts(item)
        if parts is None:
            return "entities"
        start, end, kind = parts
        if not 0 <= start < end <= len(text):
            return "outside"
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start == end:
            return "outside"
        found.add((start, end, kind))
    entities = [Entity(*each) for each in sorted(found)]
    last = 0
    for entity in entities:
        if entity.start < last:
            return "overlap"
        last = entity.end
    return entities


def _parts(item: object) -> tuple[int, int, str] | None:
    values: Sequence[object]
    if isinstance(item, dict):
        values = [
            next((item[k] for k in keys if item.get(k) is not None), None)
            for keys in (_STARTS, _ENDS, _TYPES)
        ]
    elif isinstance(item, list) and len(item) >= 3:
        values = item[:3]
    else:
        return None
    start, end, kind = values
    if isinstance(kind, list) and len(kind) == 1:
        kind = kind[0]
    whole = isinstance(start, int) and isinstance(end, int)
    if not whole or isinstance(start, bool) or isinstance(end, bool) or not isinstance(kind, str):
        return None
    assert isinstance(start, int)
    assert isinstance(end, int)
    kind = " ".join(kind.split())
    return (start, end, kind) if kind else None


def string_list(cell: str) -> list[str] | None:
    """The strings of a JSON list; None where a cell is none."""
    if not cell.lstrip().startswith("["):
        return None
    try:
        return msgspec.json.decode(cell, type=list[str])
    except (msgspec.DecodeError, ValueError):
        return None
