"""Human rationales from a JSONL file: which words of a text should count, and which should not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.api.explaining.argue import ImportRationales, Rationale, RationalesImported
from engine.api.project import Project
from engine.progress import Progressed, Work

_EVERY = 500
_KINDS = ("strike", "mark")


def import_rationales(project: Project, request: ImportRationales) -> Work[RationalesImported]:
    """One object a line: ``text`` as the project holds it, spans [start, end) in code points under a kind.

    All or nothing is stored. Raises FILE_MISSING and the like.
    """
    documents = _documents(project)
    found: list[Rationale] = []
    unknown = 0
    unreadable: list[int] = []
    lines = Path(request.path).read_text(encoding="utf-8-sig").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text, spans = _parsed(line)
        except (ValueError, KeyError, TypeError):
            unreadable.append(number)
            continue
        if text not in documents:
            unknown += 1
        found += [
            Rationale(document, start, end, kind)
            for document in documents.get(text, ())
            for kind, start, end in spans
        ]
        if number % _EVERY == 0:
            yield Progressed("import", number, len(lines))
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
    """Raises ValueError, KeyError, TypeError."""
    read: Any = json.loads(line)
    text = read["text"]
    if not isinstance(text, str):
        raise TypeError
    spans = [(kind, int(start), int(end)) for kind in _KINDS for start, end in _pairs(read.get(kind))]
    if any(not 0 <= start < end <= len(text) for _, start, end in spans):
        raise ValueError
    return text, spans


def _pairs(value: Any) -> Iterable[tuple[int, int]]:
    return value or ()
