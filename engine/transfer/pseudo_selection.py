"""Which unlabelled texts a model may label for itself: the surest of every class, by calibrated probabilities.

A sentence of tagged words is as sure as its least sure word and counts for its rarest entity type. A score has no
probability: the models of several paths predict it, and those texts are surest whose predictions lie closest.

Class-balanced self-training (Zou et al., ECCV 2018): each class has a threshold of its own, so that an easy class
does not drown the others. The thresholds follow from how many texts each class is to get.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.text_model import sigmoid, softmax

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """How texts are chosen. ``labels`` (G,): how the labelled texts are spread over the groups.

    ``class_shares``: by the labelled texts (``labels``), by the model (``predicted``), or the geometric mean
    (``between``); ``least``: the calibrated probability below which nothing is chosen; of scores minus infinity.
    """

    class_shares: str
    least: float
    labels: Floats


@dataclass(frozen=True)
class Opinion:
    """What a model says of the pool: ``targets`` as in ``Lesson``, the ``groups`` (N,) they count for, how ``sure``.

    ``sure`` is a probability; of scores minus the standard deviation of what is predicted.
    """

    targets: NDArray[Any]
    groups: NDArray[np.int64]
    sure: Floats


@dataclass(frozen=True)
class Chosen:
    """``rows`` (M,) of the pool, sorted, with their targets, how sure they are; ``thresholds`` (G,), NaN: no text."""

    rows: NDArray[np.int64]
    targets: NDArray[Any]
    sure: Floats
    thresholds: Floats


def opinion_of(
    task: str, logits: NDArray[np.float32], temperature: float, limits: tuple[float, ...] = ()
) -> Opinion:
    """Logits (N, C) of the pool as labels; several labels are as sure as the least sure of them.

    Several labels count for their likeliest label, or for the last group (C) where none holds; ``limits`` are the
    model's thresholds.
    """
    scaled = (logits / temperature).astype(np.float32)
    if task == "multi":
        chances = sigmoid(logits)
        called = chances >= np.asarray(limits or (0.5,) * logits.shape[1])
        calibrated = sigmoid(scaled)
        sure = np.where(called, calibrated, 1 - calibrated).min(1)
        groups = np.where(called.any(1), np.where(called, chances, -1).argmax(1), logits.shape[1])
        return Opinion(called.astype(np.float32), groups.astype(np.int64), sure)
    chances = softmax(scaled)
    groups = chances.argmax(1).astype(np.int64)
    return Opinion(groups, groups, chances.max(1))


def tagged_opinion(
    logits: NDArray[np.float32], temperature: float, firsts: NDArray[np.int64], held: NDArray[np.int64]
) -> Opinion:
    """Logits (W, C) of all words as the tags of sentences; ``held`` (L,): how many training texts hold each type."""
    chances = softmax((logits / temperature).astype(np.float32))
    tags = begun(chances.argmax(1).astype(np.int64), firsts)
    targets = np.empty(len(firsts) - 1, object)
    sure = np.zeros(len(targets))
    for row, (start, end) in enumerate(pairwise(firsts)):
        targets[row] = tags[start:end]
        sure[row] = chances[start:end].max(1).min(initial=1.0)
    return Opinion(targets, rarest_types(tags, firsts, held), sure)


def begun(tags: NDArray[np.int64], firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tags (W,) as indices into ``tag_names``, an inside without its beginning made one, as conlleval reads it."""
    before = np.concatenate([np.zeros(1, np.int64), _kinds(tags)])[: len(tags)]
    before[firsts[:-1][firsts[:-1] < len(tags)]] = 0
    broken = (tags > 0) & (tags % 2 == 0) & (before != _kinds(tags))
    return np.where(broken, tags - 1, tags)


def rarest_types(
    tags: NDArray[np.int64], firsts: NDArray[np.int64], held: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The group (N,) of each sentence: of its entity types that which ``held`` (L,) says is rarest; L: no entity."""
    ranks = np.concatenate([[len(held)], np.argsort(np.argsort(held, kind="stable"))])
    each = ranks[_kinds(tags)]
    lowest = [int(each[start:end].min(initial=len(held))) for start, end in pairwise(firsts)]
    of_rank = np.concatenate([np.argsort(held, kind="stable"), [len(held)]])
    return of_rank[lowest].astype(np.int64)


def types_held(tags: NDArray[np.int64], firsts: NDArray[np.int64], types: int) -> NDArray[np.int64]:
    """How many sentences hold each entity type (L,)."""
    kinds = _kinds(tags)
    found = [np.unique(kinds[start:end]) for start, end in pairwise(firsts)]
    return np.bincount(np.concatenate([np.zeros(0, np.int64), *found]), minlength=1 + types)[1:]


def _kinds(tags: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 outside, else 1 + the entity type, however it begins."""
    return (tags + 1) // 2


def score_opinion(predictions: NDArray[np.float32], edges: Floats) -> Opinion:
    """Scores (K, N) that K models predict: their mean, in the group between two ``edges`` (G - 1,)."""
    every = predictions.astype(np.float64)
    mean = every.mean(0)
    return Opinion(mean, np.searchsorted(edges, mean).astype(np.int64), -every.std(0))


def select(opinion: Opinion, allowed: NDArray[np.bool_], share: float, rule: Rule) -> Chosen:
    """The surest texts of every group: ``share`` of the ``allowed`` (N,) texts in all, at most.

    A group that the model calls less often than its share gets fewer; equal probabilities go by place.
    """
    count = len(rule.labels)
    predicted = np.bincount(opinion.groups[allowed], minlength=count) / max(1, int(allowed.sum()))
    quotas = share * int(allowed.sum()) * _shares(rule, predicted)
    picked: list[NDArray[np.int64]] = []
    thresholds = np.full(count, np.nan)
    for group in range(count):
        rows = np.flatnonzero(allowed & (opinion.groups == group) & (opinion.sure >= rule.least))
        best = rows[np.argsort(-opinion.sure[rows], kind="stable")][: round(quotas[group])]
        if len(best):
            thresholds[group] = opinion.sure[best].min()
            picked.append(best)
    rows = np.sort(np.concatenate(picked)) if picked else np.zeros(0, np.int64)
    return Chosen(rows, opinion.targets[rows], opinion.sure[rows], thresholds)


def _shares(rule: Rule, predicted: Floats) -> Floats:
    """The share (G,) of each group in what is chosen; they sum to 1."""
    if rule.class_shares == "labels":
        wanted = rule.labels
    elif rule.class_shares == "predicted":
        wanted = predicted
    else:
        wanted = np.sqrt(rule.labels * predicted)
    total = wanted.sum()
    return wanted / total if total else predicted
