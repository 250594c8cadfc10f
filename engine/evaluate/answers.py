"""The figures of answers in their stored form, as sums over texts: so that any two runs, and any sample, compare.

Every figure of every task is a function of sums over the texts. A text's part of those sums depends on its true
label and the run's answer alone, so texts of a kind are counted, not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from engine.api.results import Entity
from engine.api.tasks import split_labels
from engine.evaluate.metrics import Floats
from engine.evaluate.scores import correlation
from engine.evaluate.several import ratio

# the task's figures, the main one first
FIGURES = {
    "single": ("macro_f1", "accuracy"),
    "multi": ("macro_f1", "micro_f1", "subset_accuracy"),
    "tagging": ("entity_f1", "entity_precision", "entity_recall", "macro_f1"),
    "score": ("pearson", "spearman", "mae"),
}
LOWER_IS_BETTER = frozenset({"mae"})


@dataclass(frozen=True)
class Parts:
    """One figure of one run: each text's ``sums`` (N, K), and what the sums (..., K) give (...)."""

    sums: Floats
    figure: Callable[[Floats], Floats]

    @property
    def value(self) -> float:
        return float(self.figure(np.asarray(self.sums.sum(0)))) if len(self.sums) else 0.0


def parts(figure: str, task: str, true: Sequence[str], called: Sequence[str], labels: Sequence[str]) -> Parts:
    """A figure of N answers against N true labels, both as stored; ``labels`` are those that can be answered.

    One label: true labels may also be others. Several labels and entities: others do not count.
    """
    if task == "score":
        return _score_parts(figure, true, called)
    if task == "single":
        names = sorted({*true, *called})
        hits, said, held = _counts([{t} for t in true], [{c} for c in called], names)
        if figure == "accuracy":
            return _mean_of(hits.sum(axis=1))
        return Parts(np.concatenate([hits, said, held], axis=1), _macro_of_occurring)
    if task == "multi":
        truth, answers = ([set(split_labels(text)) for text in side] for side in (true, called))
        hits, said, held = _counts(truth, answers, labels)
        if figure == "subset_accuracy":
            return _mean_of((held == said).all(axis=1))
        whole = np.concatenate([hits, said, held], axis=1)
        return Parts(whole, _micro if figure == "micro_f1" else _macro)
    truth_of, answer_of = ([_entities(text, labels) for text in side] for side in (true, called))
    hits, said, held = _entity_counts(truth_of, answer_of, labels)
    whole = np.concatenate([hits, said, held], axis=1)
    return Parts(whole, _ENTITY_FIGURES[figure])


def is_right(task: str, true: str, called: str, labels: Sequence[str]) -> bool:
    """Whether a stored answer is the stored truth; entities of types that the run does not know do not count."""
    if task == "tagging":
        return _entities(true, labels) == _entities(called, labels)
    if task == "multi":
        known = set(labels)
        return known & set(split_labels(true)) == known & set(split_labels(called))
    return true == called


def _mean_of(values: ArrayLike) -> Parts:
    """The mean of a value (N,) of each text."""
    column = np.asarray(values, np.float64)
    return Parts(np.stack([column, np.ones_like(column)], axis=1), lambda s: ratio(s[..., 0], s[..., 1]))


# --- counts ------------------------------------------------------------------------------------------------


def _counts(
    true: Sequence[set[str]], called: Sequence[set[str]], labels: Sequence[str]
) -> tuple[Floats, Floats, Floats]:
    """(N, L) each: label found, label called, label there."""
    index = {label: k for k, label in enumerate(labels)}
    held, said = (np.zeros((len(true), len(labels))) for _ in range(2))
    for row, (truth, answer) in enumerate(zip(true, called, strict=True)):
        held[row, [index[label] for label in truth if label in index]] = 1.0
        said[row, [index[label] for label in answer if label in index]] = 1.0
    return held * said, said, held


def _entity_counts(
    true: Sequence[frozenset[Entity]], called: Sequence[frozenset[Entity]], labels: Sequence[str]
) -> tuple[Floats, Floats, Floats]:
    index = {label: k for k, label in enumerate(labels)}
    found = [np.zeros((len(true), len(labels))) for _ in range(3)]
    for row, (truth, answer) in enumerate(zip(true, called, strict=True)):
        for counts, members in zip(found, (truth & answer, answer, truth), strict=True):
            for entity in members:
                counts[row, index[entity.label]] += 1
    return found[0], found[1], found[2]


def _entities(text: str, labels: Sequence[str]) -> frozenset[Entity]:
    known = set(labels)
    return frozenset(e for e in msgspec.json.decode(text, type=list[Entity]) if e.label in known)


def _score_parts(figure: str, true: Sequence[str], called: Sequence[str]) -> Parts:
    x, y = (np.array([float(text) for text in side], np.float64) for side in (true, called))
    if figure == "mae":
        return _mean_of(np.abs(x - y))
    if (
        figure == "spearman"
    ):  # of the ranks among all texts, also in a sample: quick, and hardly another figure
        x, y = rankdata(x), rankdata(y)
    if len(x):
        x, y = x - x.mean(), y - y.mean()
    return Parts(np.stack([np.ones(len(x)), x, y, x * x, y * y, x * y], axis=1), correlation)


# --- figures of (..., 3 L) hits, called, there ---------------------------------------------------------------


def _thirds(sums: Floats) -> tuple[Floats, Floats, Floats]:
    hits, said, held = np.split(sums, 3, axis=-1)
    return hits, said, held


def _macro(sums: Floats) -> Floats:
    hits, said, held = _thirds(sums)
    return _mean(ratio(2 * hits, said + held))


def _macro_of_occurring(sums: Floats) -> Floats:
    hits, said, held = _thirds(sums)
    f1 = ratio(2 * hits, said + held)
    return ratio(f1.sum(-1), ((said + held) > 0).sum(-1).astype(np.float64))


def _mean(values: Floats) -> Floats:
    found: Floats = values.mean(-1)
    return found


def _micro(sums: Floats) -> Floats:
    hits, said, held = (part.sum(-1) for part in _thirds(sums))
    return ratio(2 * hits, said + held)


def _precision(sums: Floats) -> Floats:
    hits, said, _ = (part.sum(-1) for part in _thirds(sums))
    return ratio(hits, said)


def _recall(sums: Floats) -> Floats:
    hits, _, held = (part.sum(-1) for part in _thirds(sums))
    return ratio(hits, held)


_ENTITY_FIGURES: dict[str, Callable[[Floats], Floats]] = {
    "entity_f1": _micro,
    "entity_precision": _precision,
    "entity_recall": _recall,
    "macro_f1": _macro_of_occurring,
}


def kinds(*columns: Sequence[str]) -> tuple[list[tuple[str, ...]], NDArray[np.int64]]:
    """The distinct rows of some columns, and how often each occurs."""
    counted: dict[tuple[str, ...], int] = {}
    for row in zip(*columns, strict=True):
        counted[row] = counted.get(row, 0) + 1
    return list(counted), np.fromiter(counted.values(), np.int64, len(counted))
