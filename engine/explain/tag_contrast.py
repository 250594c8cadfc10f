"""What is explained of tagged words: an entity's tags at its words, against another type or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.data.entities import OUTSIDE, Spans
from engine.explain.contrast import Floats, TagContrast
from engine.models.run_model import AnyTaggingModel
from engine.models.tag_answers import kind_probabilities
from engine.models.text_model import softmax


@dataclass(frozen=True)
class EntityQuestion:
    """Why ``kinds[target]`` rather than ``kinds[rival]`` at some words; ``predicted`` is the kind they were given.

    ``kinds`` are "O" and the types, ``probabilities`` theirs, averaged over the words. ``rows`` are the words'
    places among all words of the text.
    """

    contrast: TagContrast
    rows: tuple[int, ...]
    kinds: tuple[str, ...]
    probabilities: tuple[float, ...]
    predicted: int
    target: int
    rival: int

    @property
    def span(self) -> tuple[int, int]:
        return self.contrast.words[0][0], self.contrast.words[-1][1]


def entity_question(
    model: AnyTaggingModel,
    text: str,
    words: Spans,
    logits: NDArray[np.float32],
    span: tuple[int, int] | None = None,
    target: str | None = None,
    rival: str | None = None,
) -> EntityQuestion:
    """What to explain of a text whose words have logits (W, C).

    ``span`` (code points) chooses the words; None: the surest entity, or where there is none the word that comes
    nearest to being one. Left open, ``target`` is what the words were given and ``rival`` is no entity; of words
    outside every entity, it is the other way round with the likeliest type. Raises SPAN_WITHOUT_WORDS,
    LABEL_UNKNOWN, RIVAL_IS_TARGET.
    """
    read = model.words_read(text, words)
    by_kind = kind_probabilities(softmax(logits))
    tags = logits.argmax(1)
    rows = _rows_of(words, span) if span is not None else _surest(tags, by_kind, read)
    rows = [row for row in rows if row in read]
    if not rows:
        start, end = span or (0, len(text))
        raise KnownError(ErrorKind.SPAN_WITHOUT_WORDS, start=start, end=end)
    kinds = (OUTSIDE, *model.labels)
    mean = by_kind[rows].mean(0)
    predicted = int(mean.argmax())
    likeliest = 1 + int(mean[1:].argmax())
    # without a wish, words that are no entity are asked for what speaks for the nearest type all the same
    goal = (
        (predicted if span is not None else predicted or likeliest)
        if target is None
        else _kind(kinds, target)
    )
    against = (0 if goal else likeliest) if not rival else _kind(kinds, rival)
    if goal == against:
        raise KnownError(ErrorKind.RIVAL_IS_TARGET, label=kinds[goal])
    contrast = TagContrast(
        tuple(words[row] for row in rows),
        tuple(_tag(goal, at, int(tags[row])) for at, row in enumerate(rows)),
        tuple(_tag(against, at, int(tags[row])) for at, row in enumerate(rows)),
        tuple(words),
    )
    return EntityQuestion(
        contrast, tuple(rows), kinds, tuple(float(p) for p in mean), predicted, goal, against
    )


def _rows_of(words: Spans, span: tuple[int, int]) -> list[int]:
    return [row for row, (start, end) in enumerate(words) if start < span[1] and span[0] < end]


def _surest(tags: NDArray[np.int64], by_kind: Floats, read: set[int]) -> list[int]:
    """The words of the entity with the highest mean probability, else the word least surely outside."""
    entities = [rows for rows in runs_of_words(tags) if set(rows) & read]
    if entities:
        return max(entities, key=lambda rows: float(by_kind[rows, _kind_of(int(tags[rows[0]]))].mean()))
    return sorted(read, key=lambda row: float(by_kind[row, 0]))[:1]


def runs_of_words(tags: NDArray[np.int64]) -> list[list[int]]:
    """Runs of words of one entity, by their tags (W,)."""
    found: list[list[int]] = []
    for row, tag in enumerate(int(tag) for tag in tags):
        if not tag:
            continue
        inside = tag % 2 == 0 and found and found[-1][-1] == row - 1
        if inside and _kind_of(int(tags[row - 1])) == _kind_of(tag):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _kind_of(tag: int) -> int:
    """The kind of a tag in the order O, B-x, I-x, B-y, ...: 0 for O, 1 for the first type."""
    return (tag + 1) // 2


def _tag(kind: int, at: int, given: int) -> int:
    """The tag of word ``at`` of an entity of that kind: the one it was given where that is of the kind."""
    if _kind_of(given) == kind:
        return given
    return 0 if not kind else 2 * kind - (at == 0)


def _kind(kinds: Sequence[str], name: str) -> int:
    if name not in kinds:
        raise KnownError(ErrorKind.LABEL_UNKNOWN, label=name, valid=", ".join(kinds))
    return kinds.index(name)
