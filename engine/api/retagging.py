"""The entities of a text after some of its words have been given another type, or none."""

from __future__ import annotations

from collections.abc import Sequence

from engine.api.results import Entity

OUTSIDE = "O"


def type_at(entities: Sequence[Entity], start: int, end: int) -> str:
    """The type of the first entity that shares a code point with [start, end), "O" for none."""
    return next((e.label for e in entities if e.start < end and start < e.end), OUTSIDE)


def retagged(text: str, entities: Sequence[Entity], start: int, end: int, label: str) -> list[Entity]:
    """[start, end) as an entity of that type, "O" as none; what other entities have of it is cut off.

    What only white space parts from an entity of the same type becomes one with it.
    """
    kept = []
    for each in entities:
        for first, last in ((each.start, min(each.end, start)), (max(each.start, end), each.end)):
            piece = text[first:last]
            if piece.strip():
                first += len(piece) - len(piece.lstrip())
                kept.append(Entity(first, first + len(piece.strip()), each.label))
    if label != OUTSIDE:
        for each in sorted(kept, key=lambda entity: entity.start):
            beside = each.label == label and not text[each.end : start].strip() and each.end <= start
            after = each.label == label and not text[end : each.start].strip() and end <= each.start
            if beside or after:
                kept.remove(each)
                start, end = min(start, each.start), max(end, each.end)
        kept.append(Entity(start, end, label))
    return sorted(kept, key=lambda entity: entity.start)
