"""Human rationales from a JSONL file: which words of a text should count, and which should not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.argue import ImportRationales, Rationale, RationalesImported
from engine.api.project import Project
from engine.data.encodings import detect
from engine.data.lines import TextLines
from engine.data.records import flaw
from engine.progress import Progressed, Work

_EVERY = 500
_KINDS = ("strike", "mark")


def import_rationales(project: Project, request: ImportRationales) -> Work[RationalesImported]:
    """One object a line: ``text`` as the project holds it, spans [start, end) in code points under a kind.

    The encoding is found as that of any file of texts; lines that it cannot decode are unreadable. All or nothing
    is stored. Raises RATIONALES_TASK for tagged words, FILE_MISSING and the like.
    """
    if project.task == "tagging":
        raise KnownError(ErrorKind.RATIONALES_TASK)
    path = Path(request.path)
    lines = TextLines(path, detect(path).name)
    documents = _documents(project)
    found: list[Rationale] = []
    unknown = 0
    unreadable: list[int] = []
    for number, line in enumerate(lines, 1):
        if number % _EVERY == 0:
            yield Progressed("import", lines.done, lines.total)
        if not line.strip("\ufeff \t\r\n"):
            continue
        try:
            text, spans = _parsed(line)
        except (ValueError, KeyError, TypeError, RecursionError):
            unreadable.append(number)
            continue
        if text not in documents:
            unknown += 1
        found += [
            Rationale(document, start, end, kind)
            for document in documents.get(text, ())
            for kind, start, end in spans
        ]
    with project.transaction():
        project.explaining.put_rationales(found)
    return RationalesImported(
        documents=len({each.document for each in found}),
        spans=len(found),
        unknown=unknown,
        unreadable=tuple(unreadable),
    )


def _documents(project: Project) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for split in ("train", "validation", "test"):
        for document, text, _ in project.documents.labelled(split):
            found.setdefault(text, []).append(document)
    return found


def _parsed(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Raises ValueError, KeyError, TypeError, RecursionError."""
    if flaw(line):  # bytes that could not be decoded, or a line without an end
        raise ValueError
    read: Any = json.loads(line.removeprefix("\ufeff"))
    text = read["text"]
    if not isinstance(text, str):
        raise TypeError
    spans = [(kind, _place(start), _place(end)) for kind in _KINDS for start, end in _pairs(read.get(kind))]
    if any(not 0 <= start < end <= len(text) for _, start, end in spans):
        raise ValueError
    return text, spans


def _pairs(value: Any) -> Iterable[tuple[Any, Any]]:
    return value or ()


def _place(value: object) -> int:
    """A whole number, which some programs write as 3.0; not true, 1.5 or Infinity."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError
