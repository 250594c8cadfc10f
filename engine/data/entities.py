"""Entities as tags of words and back: BIO and BIOES, read as conlleval reads them.

The reading of broken sequences follows the CoNLL shared tasks' ``conlleval`` (Tjong Kim Sang & Buchholz 2000).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.api.results import Entity
from engine.api.words import words_of, words_within

__all__ = [
    "SCHEMES",
    "Spans",
    "conll_lines",
    "entities_to_tags",
    "parse_tag",
    "tags_to_entities",
    "words_of",
    "words_within",
]

Spans = Sequence[tuple[int, int]]  # words as code points [start, end) of a text

OUTSIDE = "O"
SCHEMES = ("bio", "bioes")
# letters of all schemes (BIO, BIOES, BILOU, BMES) as those of BIOES
_LETTERS = {"B": "B", "I": "I", "M": "I", "E": "E", "L": "E", "S": "S", "U": "S"}


def entities_to_tags(words: Spans, entities: Sequence[Entity], scheme: str = "bio") -> list[str]:
    """A tag for each word; a word belongs to the first entity that it shares a character with.

    ``scheme`` is ``bio`` (IOB2) or ``bioes``. Raises ``ValueError`` for another one.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"the scheme {scheme!r} is none of {SCHEMES}")
    tags = [OUTSIDE] * len(words)
    at = 0
    for entity in sorted(entities, key=lambda entity: entity.start):
        while at < len(words) and words[at][1] <= entity.start:
            at += 1
        first = at
        while at < len(words) and words[at][0] < entity.end:
            tags[at] = f"I-{entity.label}"
            at += 1
        if at == first:
            continue
        tags[first] = f"B-{entity.label}"
        if scheme == "bioes":
            tags[at - 1] = f"{'S' if at - first == 1 else 'E'}-{entity.label}"
    return tags


def parse_tag(tag: str) -> tuple[str, str] | None:
    """(letter of BIOES, type) of a tag of any scheme, ``("O", "")`` outside; None for what is no tag."""
    if tag == OUTSIDE:
        return OUTSIDE, ""
    letter = _LETTERS.get(tag[:1])
    return (letter, tag[2:]) if letter and tag[1:2] == "-" and len(tag) > 2 else None


def tags_to_entities(
    words: Spans, tags: Sequence[str], scheme: str = "bio"
) -> tuple[list[Entity], list[int]]:
    """Entities of tagged words, and the places (indices of words) where the tags break their scheme.

    Every scheme is read alike, a broken sequence as ``conlleval`` does: an inside without a beginning begins an
    entity, and so does another type. ``scheme`` (``bio``, ``bioes`` or ``iob1``) only says what counts as
    broken. What is no tag at all is outside.
    """
    found: list[Entity] = []
    broken: list[int] = []
    first, kind = -1, ""  # the open entity's first word and its type

    def close(last: int, whole: bool) -> None:
        nonlocal first
        if first >= 0:
            found.append(Entity(words[first][0], words[last][1], kind))
            if not whole and scheme == "bioes":
                broken.append(last)
        first = -1

    for at, tag in enumerate(tags):
        letter, this = parse_tag(tag) or (OUTSIDE, "")
        if letter == OUTSIDE:
            close(at - 1, whole=False)
            continue
        if letter in "BS" or first < 0 or this != kind:
            if letter in "IE" and not (letter == "I" and scheme == "iob1"):
                broken.append(at)
            close(at - 1, whole=False)
            first, kind = at, this
        if letter in "ES":
            close(at, whole=True)
    close(len(tags) - 1, whole=False)
    return found, sorted(set(broken))


def conll_lines(text: str, words: Spans, entities: Sequence[Entity], scheme: str = "bio") -> Iterator[str]:
    """A sentence as CoNLL: ``token<tab>tag`` a line, an empty line at its end."""
    for (start, end), tag in zip(words, entities_to_tags(words, entities, scheme), strict=True):
        yield f"{text[start:end]}\t{tag}\n"
    yield "\n"
