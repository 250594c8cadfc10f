"""The training texts that pushed an entity's tags most: TracIn word by word, in closed form; and the nearest words.

Of tagged words the example is a word: the loss is a sum over words, and what ``influence`` says of two texts holds of
two words, ((p_i - y_i) . (p_j - y_j)) (h_i . h_j + 1). An entity is pushed by what its words are pushed by, and a text
pushes as much as its words do together.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import (
    EvidenceWord,
    FindInfluences,
    Influence,
    Influences,
    InfluencesFound,
)
from engine.api.project import Project
from engine.api.store.runs import Run
from engine.data.entities import OUTSIDE, Spans, words_of
from engine.explain.evidence.influence import Floats, Space, edited_since, residuals, smallest, standardised
from engine.explain.evidence.state_cache import row_lengths
from engine.explain.evidence.word_cache import WordCache
from engine.explain.tag_contrast import entity_question
from engine.models.modules import TagFeatureModule
from engine.models.states import LastStates
from engine.models.store import load_run
from engine.models.tagging_model import TaggingModel
from engine.models.trajectory import State, as_it_was, kept_states
from engine.models.word_states import read_word_states
from engine.progress import Work
from engine.transfer.examples import Examples, examples_of
from engine.transfer.tag_features import learnt_texts

_SHOWN = 3  # words of a text that are named
_LEAST_SHARE = 0.05  # of the strongest word's push, for another to be named beside it
_AT_ONCE = 16  # words asked about whose products are held
_BLOCK = 8192  # training words whose residuals are held


@dataclass(frozen=True)
class AskedWords:
    """The words ``rows`` among all ``words`` of a text, and the tags that the finished model gives them."""

    text: str
    words: Spans
    rows: tuple[int, ...]
    tags: NDArray[np.int64]


@dataclass(frozen=True)
class _Found:
    """Of all training words (W,) the pushes, their places in the cache, and of each text (N,) how alike it is."""

    pushes: Floats
    rows: NDArray[np.int64]
    likeness: Floats


def find_word_influences(
    project: Project, request: FindInfluences, model: TaggingModel
) -> Work[InfluencesFound]:
    """What in the training split, as the project has it now, speaks for and against an entity's tags.

    The training texts are read once a model. Raises TEXT_EMPTY, DOCUMENT_MISSING, SPAN_WITHOUT_WORDS, SPLIT_EMPTY.
    """
    started = time.perf_counter()
    text, words = _text_of(project, request)
    run = project.runs.get(request.run)
    training = _learnt_from(project, run, model)
    (logits,) = model.logits([text], [words])
    question = entity_question(model, text, words, logits, request.span)
    entity = AskedWords(text, words, question.rows, logits[list(question.rows)].argmax(1))
    states, last_rates = kept_states(project.run_folder(run.id))
    cache = WordCache(project.cache, model)
    rows = yield from cache.fill(training.texts, training.words)
    asked = yield from states_of(model, entity)
    frozen = isinstance(model.module, TagFeatureModule)
    space = standardised(cache, rows[cache.read(rows)]) if frozen else Space()
    pushes = last_rates * word_pushes(cache, rows, training.targets, entity, asked, space)
    for state in states:
        pushes += yield from _earlier_pushes(project, run, state, training, entity)
    found = _Found(pushes, rows, _likeness(cache, rows, training, asked))
    count = len(training)
    owners = np.repeat(np.arange(count), np.diff(training.firsts))
    texts = np.bincount(owners, pushes, count).astype(np.float64)
    others = np.asarray(training.documents) != (-1 if request.document is None else request.document)
    total = float(np.abs(texts[others]).sum()) or 1.0

    def told(order: NDArray[np.int64], *, near: bool) -> tuple[Influence, ...]:
        return tuple(
            _influence(
                training, i, found, total, model, _nearest(cache, found, training, i, asked) if near else None
            )
            for i in order.tolist()
        )

    forth = smallest(-texts, others & (texts > 0), request.count)
    against = smallest(texts, others & (texts < 0), request.count)
    near = smallest(-found.likeness, others, request.count)
    return InfluencesFound(
        Influences(
            run=request.run,
            text=text,
            label=question.kinds[question.predicted],
            pushes=told(forth, near=False) + told(against, near=False),
            neighbours=told(near, near=True),
            checkpoints=1 + len(states),
            training_texts=count,
            seconds=time.perf_counter() - started,
            edited=edited_since(project, run),
            span=question.span,
        )
    )


def _text_of(project: Project, request: FindInfluences) -> tuple[str, Spans]:
    text, words = request.text or "", words_of(request.text or "")
    if request.document is not None:
        text = project.documents.get(request.document).text
        words = project.documents.words(request.document)
    if not words:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    return text, words


def _learnt_from(project: Project, run: Run, model: TaggingModel) -> Examples:
    """The training texts; of so many that a frozen model's head learnt from some, those."""
    training = examples_of(project, "train", model.labels)
    if not isinstance(model.module, TagFeatureModule):
        return training
    return learnt_texts(training, model.module.last_linear.in_features, int(run.options["seed"] or 0))


def states_of(model: TaggingModel, entity: AskedWords) -> Work[LastStates]:
    """The states (k, H) and logits (k, C) of an entity's words."""
    found = yield from read_word_states(model, [entity.text], [entity.words])
    rows = list(entity.rows)
    return LastStates(found.states[rows], found.logits[rows])


def _earlier_pushes(
    project: Project, run: Run, state: State, training: Examples, entity: AskedWords
) -> Work[Floats]:
    """The pushes at a state that the training passed, times the learning rates that led to it."""
    loaded = load_run(project, run.id)
    assert isinstance(loaded, TaggingModel)
    earlier = as_it_was(loaded, state)
    cache = WordCache(project.cache, earlier)
    rows = yield from cache.fill(training.texts, training.words)
    asked = yield from states_of(earlier, entity)
    return state.passage.rates * word_pushes(cache, rows, training.targets, entity, asked, Space())


def word_pushes(
    cache: WordCache,
    rows: NDArray[np.int64],
    targets: NDArray[np.int64],
    entity: AskedWords,
    asked: LastStates,
    space: Space,
) -> Floats:
    """TracIn's products (W,) of training words with an entity's words, > 0 for its tags.

    ``targets`` (W,) are the training words' tags, ``asked`` the states (k, H) and logits (k, C) of the entity's words.
    Words that the model does not read have taught it nothing: 0.
    """
    own = residuals("single", asked.logits, entity.tags)  # (k, C)
    directions = (np.asarray(asked.states, np.float64) - space.mean) / space.scale**2  # (k, H)
    logits = cache.logits(rows)
    found = np.zeros(len(rows))
    for first in range(0, len(own), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        kernel = cache.products(rows, directions[some].T) + 1  # (W, k)
        kernel -= (directions[some] * space.mean).sum(1)
        for start in range(0, len(rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            left = residuals("single", logits[block], targets[block])
            found[block] += ((left @ own[some].T) * kernel[block]).sum(1)
    return np.where(cache.read(rows), found, 0.0)


def _likeness(cache: WordCache, rows: NDArray[np.int64], training: Examples, asked: LastStates) -> Floats:
    """Of each text (N,) the highest cosine among its words with each word asked about, their mean."""
    units = _units(asked)
    lengths = np.maximum(cache.lengths(rows), 1e-12)[:, None]
    counts = np.diff(training.firsts)
    firsts = training.firsts[:-1][counts > 0]
    total = np.zeros(len(firsts))
    for first in range(0, len(units), _AT_ONCE):
        cosines = cache.products(rows, units[first : first + _AT_ONCE].T) / lengths  # (W, k)
        total += np.maximum.reduceat(cosines, firsts, axis=0).sum(1)
    found = np.full(len(training), -1.0)
    found[counts > 0] = np.clip(total / len(units), -1.0, 1.0)
    return found


def _nearest(cache: WordCache, found: _Found, training: Examples, text: int, asked: LastStates) -> list[int]:
    """The words of a text that are most like each word asked about, as places among all training words."""
    first, last = training.firsts[text : text + 2].tolist()
    if first == last:
        return []
    states = np.asarray(cache.states(found.rows[first:last]), np.float64)
    cosines = states / np.maximum(row_lengths(states), 1e-12)[:, None] @ _units(asked).T  # (words, k)
    best = first + cosines.argmax(0)
    order = np.argsort(-cosines.max(0), kind="stable")
    return list(dict.fromkeys(best[order].tolist()))


def _units(asked: LastStates) -> Floats:
    states = np.asarray(asked.states, np.float64)
    return states / np.maximum(row_lengths(states), 1e-12)[:, None]


def _influence(
    training: Examples,
    text: int,
    found: _Found,
    total: float,
    model: TaggingModel,
    near: Sequence[int] | None,
) -> Influence:
    """A text with its words ``near``; None: with those that pushed most in the direction of all its words."""
    first, last = training.firsts[text : text + 2].tolist()
    pushes = found.pushes[first:last]
    if near is None:
        sign = np.sign(pushes.sum())
        order = np.argsort(-sign * pushes, kind="stable")[:_SHOWN]
        least = _LEAST_SHARE * float((sign * pushes).max())
        near = [first + int(i) for i in order if sign * pushes[i] > least]
    words = tuple(
        EvidenceWord(
            start=training.words[text][at - first][0],
            end=training.words[text][at - first][1],
            label=kind_of(model, int(training.targets[at])),
            push=float(found.pushes[at] / total),
        )
        for at in near[:_SHOWN]
    )
    return Influence(
        document=training.documents[text],
        text=training.texts[text],
        label=words[0].label if words else OUTSIDE,
        push=float(pushes.sum() / total),
        likeness=float(found.likeness[text]),
        doubt=0.0,
        words=words,
    )


def kind_of(model: TaggingModel, tag: int) -> str:
    """The type of a tag, "O" outside."""
    return model.labels[(tag - 1) // 2] if tag else OUTSIDE
