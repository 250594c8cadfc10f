"""Texts that stand in the project more than once with different labels: no model can have both right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.api.project import Project
from engine.progress import Noticed

_NAMED = 3  # texts in a notice
_SHOWN = 40  # characters of each
_LINES = 4  # of each


@dataclass
class _Conflict:
    """A text, and the documents and labels that it stands with, in the order in which they were read."""

    text: str
    documents: list[int]
    labels: list[str]


def conflicts_notice(project: Project, rows: Iterable[tuple[int, str, str]]) -> Noticed | None:
    """How many texts have different labels, and the first of them with their lines in their files.

    ``rows`` are (document, text, label); white space and case aside texts are the same. None where all agree.
    """
    first: dict[int, tuple[int, str]] = {}  # by a hash of 8 bytes: a million texts are a normal size
    found: dict[int, _Conflict] = {}
    for document, text, label in rows:
        key = hash(" ".join(text.split()).casefold())
        before = first.setdefault(key, (document, label))
        if before[1] == label and key not in found:
            continue
        conflict = found.setdefault(key, _Conflict(text, [before[0]], [before[1]]))
        conflict.documents.append(document)
        if label not in conflict.labels:
            conflict.labels.append(label)
    if not found:
        return None
    shown = list(found.values())[:_NAMED]
    wanted = [document for each in shown for document in each.documents[:_LINES]]
    lines = {each.id: each.line for each in project.documents.page(wanted)}
    return Noticed(
        "labels-conflict",
        {"count": len(found), "texts": "; ".join(_words(each, lines) for each in shown)},
    )


def _words(found: _Conflict, lines: dict[int, int]) -> str:
    """``“a good film” (2, 14: up ≠ down)``."""
    text = " ".join(found.text.split())
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "\u2026"
    places = ", ".join(map(str, sorted(lines[each] for each in found.documents[:_LINES] if each in lines)))
    labels = " \u2260 ".join(sorted(found.labels))
    return f"\u201c{short}\u201d ({places}: {labels})"
