"""Tagged words whose type may be wrong: ``label_doubt`` word by word, put together to entities and texts.

A word is judged by heads that have not learnt from its text. Nearly all words are outside, and a rare type has no
chance against that: of the chances, half of what the types' shares make of them is taken out (divided by their square
roots). Of 38 errors planted in 600 texts of WNUT-17 (three draws) the first 38 texts then hold 42 % instead of 30 %,
and point at the words of 33 % instead of 18 %. What neighbours say is told and does not count: with it the figures
are 35 % and 25 %.

Neighbouring words that were given the same type and should rather have the same other one are one doubt: an entity of
another type, a part of one that is none, or one that was missed. A text is as doubtful as its most doubtful words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import FindLabelDoubts, LabelDoubt, LabelDoubtsFound
from engine.api.project import Project
from engine.api.retagging import type_at
from engine.data.entities import Spans
from engine.explain.evidence.held_out import held_out
from engine.explain.evidence.label_doubt import LEAST, SEED
from engine.explain.evidence.nearest import agreement
from engine.explain.evidence.word_cache import WordCache
from engine.models.tagging_model import TaggingModel
from engine.progress import Work

_STRENGTH = 0.03  # of the heads, scikit-learn's C: words are more than texts, and most are outside
_MOST_NUMBERS = 2**26  # of states: a quarter of a gigabyte

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Texts:
    """The tagged texts of all splits and the types of all their words, one after the other."""

    documents: list[int]
    texts: list[str]
    words: list[Spans]
    types: list[str]


@dataclass(frozen=True)
class _Words:
    """Of the words that were judged (J,): their places among all words, given and likelier types, what is said of
    them as ``LabelDoubt`` names it, whether they are worth a look, and in about how many texts one is
    wrong, at most."""

    places: NDArray[np.int64]
    given: list[str]
    suggested: list[str]
    chance: Floats
    neighbours: Floats
    wrong: NDArray[np.bool_]
    expected: int


def find_word_doubts(
    project: Project, request: FindLabelDoubts, model: TaggingModel
) -> Work[LabelDoubtsFound]:
    """The texts with an entity that may be wrong or missed, the most doubtful first.

    Of more words than fit, texts are drawn at random. Raises NO_LABELLED_TEXTS, TOO_FEW_TEXTS.
    """
    texts = _drawn(_tagged(project), _MOST_NUMBERS // model.module.last_linear.in_features)
    cache = WordCache(project.cache, model)
    rows = yield from cache.fill(texts.texts, texts.words)
    judged = yield from _judged(cache, rows, texts)
    found = _worst_of_texts(texts, judged)
    answer = LabelDoubtsFound(
        run=request.run,
        doubts=tuple(sorted(found, key=lambda each: -each.doubt)[: request.most]),
        texts=len(texts.documents),
        expected=float(min(judged.expected, len(found))),
    )
    with project.transaction():
        project.explaining.put_finding(request.run, answer)
    return answer


def _tagged(project: Project) -> _Texts:
    found = _Texts([], [], [], [])
    for split in SPLITS:
        for document, text, words, entities in project.documents.tagged(split):
            found.documents.append(document)
            found.texts.append(text)
            found.words.append(words)
            found.types.extend(type_at(entities, *word) for word in words)
    if not found.documents:
        raise KnownError(ErrorKind.NO_LABELLED_TEXTS)
    return found


def _drawn(texts: _Texts, most: int) -> _Texts:
    """All texts, or as many, drawn at random, as have ``most`` words together."""
    counts = np.array([len(spans) for spans in texts.words])
    if counts.sum() <= most:
        return texts
    order = np.random.default_rng(SEED).permutation(len(counts))
    kept = np.sort(order[np.cumsum(counts[order]) <= most]).tolist()
    firsts = np.concatenate([[0], np.cumsum(counts)])
    return _Texts(
        [texts.documents[i] for i in kept],
        [texts.texts[i] for i in kept],
        [texts.words[i] for i in kept],
        [kind for i in kept for kind in texts.types[firsts[i] : firsts[i + 1]]],
    )


def _judged(cache: WordCache, rows: NDArray[np.int64], texts: _Texts) -> Work[_Words]:
    """Judge the words that the model reads; those of a type that too few words have are left out."""
    types, given, counts = np.unique(np.array(texts.types), return_inverse=True, return_counts=True)
    common = np.flatnonzero(counts >= LEAST)
    places = np.flatnonzero(cache.read(rows) & np.isin(given, common))
    if len(common) < 2 or len(places) < 2 * LEAST:
        raise KnownError(ErrorKind.TOO_FEW_TEXTS, count=len(texts.documents), classes=len(common))
    names = [str(name) for name in types[common]]
    targets = np.searchsorted(common, given[places]).astype(np.int64)
    states = cache.states(rows[places])
    # a text's words are judged by heads that know none of them; the same text twice is one text
    same = np.unique(rows[_first_words(texts)], return_inverse=True)[1]
    owners = np.repeat(np.arange(len(texts.documents)), [len(spans) for spans in texts.words])
    has_words = np.cumsum([bool(spans) for spans in texts.words]) - 1
    group = same[has_words[owners[places]]]
    answers = yield from held_out(states, targets, "single", len(names), group, SEED, _STRENGTH)
    expected = len(np.unique(group[answers.argmax(1) != targets]))
    answers /= np.sqrt(np.bincount(targets, minlength=len(names)))
    answers /= answers.sum(1, keepdims=True)
    every = np.arange(len(places))
    own = answers[every, targets]
    others = answers.copy()
    others[every, targets] = -1.0
    best = others.argmax(1)
    wrong = others[every, best] > own
    states -= states.mean(0)  # what all words have in common tells nothing of their types
    alike = yield from agreement(states, targets[:, None], 0, SEED, np.flatnonzero(wrong))
    return _Words(
        places,
        [names[k] for k in targets],
        [names[k] for k in best],
        own,
        alike[:, 0],
        wrong,
        expected,
    )


def _first_words(texts: _Texts) -> NDArray[np.int64]:
    """The place of the first word of each text that has any."""
    counts = np.array([len(spans) for spans in texts.words], np.int64)
    firsts: NDArray[np.int64] = np.cumsum(counts) - counts
    return firsts[counts > 0]


def _worst_of_texts(texts: _Texts, judged: _Words) -> list[LabelDoubt]:
    """Of each text with a doubtful word its most doubtful run of words."""
    at = {int(place): k for k, place in enumerate(judged.places) if judged.wrong[k]}
    found = []
    first = 0
    for document, text, words in zip(texts.documents, texts.texts, texts.words, strict=True):
        runs: list[list[int]] = []
        for place in range(first, first + len(words)):
            if place not in at:
                continue
            if (
                runs
                and runs[-1][-1] == place - 1
                and _pair(judged, at[place - 1]) == _pair(judged, at[place])
            ):
                runs[-1].append(place)
            else:
                runs.append([place])
        doubts = [
            _doubt(document, text, words, first, run, [at[place] for place in run], judged) for run in runs
        ]
        if doubts:
            found.append(max(doubts, key=lambda each: each.doubt))
        first += len(words)
    return found


def _pair(judged: _Words, k: int) -> tuple[str, str]:
    return judged.given[k], judged.suggested[k]


def _doubt(
    document: int, text: str, words: Spans, first: int, run: list[int], rows: list[int], judged: _Words
) -> LabelDoubt:
    chance, neighbours = float(judged.chance[rows].mean()), float(judged.neighbours[rows].mean())
    label, suggested = _pair(judged, rows[0])
    return LabelDoubt(
        document=document,
        text=text,
        label=label,
        suggested=suggested,
        chance=chance,
        neighbours=neighbours,
        doubt=1 - chance,
        span=(words[run[0] - first][0], words[run[-1] - first][1]),
    )
