"""Entities and words as a project keeps them: compact JSON in two columns of a document."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine.api.results import Entity

_entities = msgspec.json.Decoder(list[Entity])
_numbers = msgspec.json.Decoder(list[int])


def pack_entities(entities: Iterable[Entity]) -> str:
    """``[[start, end, "PER"], ...]`` in the text's order."""
    return msgspec.json.encode(sorted(entities, key=lambda entity: (entity.start, entity.end))).decode()


def unpack_entities(packed: str) -> list[Entity]:
    return _entities.decode(packed)


def pack_words(words: Iterable[tuple[int, int]]) -> str:
    """``[start, end, start, end, ...]``."""
    return msgspec.json.encode([at for span in words for at in span]).decode()


def unpack_words(packed: str) -> list[tuple[int, int]]:
    flat = _numbers.decode(packed)
    return list(zip(flat[::2], flat[1::2], strict=True))


def mark_of(label: str) -> str:
    """What the packed entities hold exactly where one of this type is among them."""
    return f",{msgspec.json.encode(label).decode()}]"
