"""Is one run better than another? Paired bootstrap of the main figure, and McNemar's exact test.

Both look at the same texts. Pairing takes out what both runs find hard, so it sees differences that two separate
intervals cannot (Koehn 2004; McNemar 1947, the exact binomial form).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from engine.api.results import Interval
from engine.api.results_transfer import Comparison, FigurePair
from engine.evaluate import intervals
from engine.evaluate.answers import FIGURES, LOWER_IS_BETTER, Parts, is_right, kinds, parts
from engine.evaluate.metrics import Floats, Integers

_MOST_TEXTS = 1_000_000  # more than anyone will label
_REPEATED_KINDS = 0.5


@dataclass(frozen=True)
class Pairs:
    """N texts: their true labels and the answers of two runs, all as stored."""

    true: Sequence[str]
    first: Sequence[str]
    second: Sequence[str]


def compare(
    first: str, second: str, split: str, task: str, labels: Sequence[str], pairs: Pairs
) -> Comparison:
    """Compare run ``second`` with run ``first``; ``labels`` are those that either of them can answer."""
    figure = FIGURES[task][0]
    difference, better = paired_bootstrap(figure, task, labels, pairs)
    only_first, only_second = right_alone(task, labels, pairs)
    return Comparison(
        first=first,
        second=second,
        split=split,
        rows=len(pairs.true),
        figure=figure,
        difference=difference,
        probability_better=better,
        mcnemar_p=mcnemar(only_first, only_second),
        only_first_right=only_first,
        only_second_right=only_second,
        texts_to_settle=texts_to_settle(difference, len(pairs.true)),
        pairs=tuple(
            FigurePair(
                name,
                parts(name, task, pairs.true, pairs.first, labels).value,
                parts(name, task, pairs.true, pairs.second, labels).value,
            )
            for name in FIGURES[task]
        ),
    )


def paired_bootstrap(
    figure: str, task: str, labels: Sequence[str], pairs: Pairs, seed: int = intervals.SEED
) -> tuple[Interval, float]:
    """(second - first with its 95 % interval, probability that second is better); ties count half.

    For figures of which less is better (mae) the probability is that of a smaller one.
    """
    if not pairs.true:
        return Interval(0.0, 0.0, 0.0), 0.5
    one, other, times = _parts_of_both(figure, task, labels, pairs)
    weights = times[None, :].astype(np.float64)
    value = float((other.figure(weights @ other.sums) - one.figure(weights @ one.sums))[0])
    draws = intervals.resamples(
        times, seed, lambda w: other.figure(w @ other.sums) - one.figure(w @ one.sums)
    )
    low, high = intervals.middle(draws)
    gains = -draws if figure in LOWER_IS_BETTER else draws
    better = float((gains > 0).mean() + (gains == 0).mean() / 2)
    return Interval(value, low, high), better


def _parts_of_both(
    figure: str, task: str, labels: Sequence[str], pairs: Pairs
) -> tuple[Parts, Parts, Integers]:
    """Parts (K, ...) of both runs for K kinds of texts, and how many texts are of each kind."""
    found, times = kinds(pairs.true, pairs.first, pairs.second)
    if task == "score" or len(found) > _REPEATED_KINDS * len(pairs.true):
        # hardly a kind repeats (and ranks are of all texts): the texts themselves
        columns: tuple[Sequence[str], ...] = (pairs.true, pairs.first, pairs.second)
        times = np.ones(len(pairs.true), np.int64)
    else:
        columns = tuple(zip(*found, strict=True))
    true, first, second = columns
    return (
        parts(figure, task, true, first, labels),
        parts(figure, task, true, second, labels),
        times,
    )


def right_alone(task: str, labels: Sequence[str], pairs: Pairs) -> tuple[int, int]:
    """How many texts the first run alone has right, and the second alone; (0, 0) for scores."""
    if task == "score":
        return 0, 0
    found, times = kinds(pairs.true, pairs.first, pairs.second)
    first, second = 0, 0
    for (true, one, other), count in zip(found, times.tolist(), strict=True):
        right = (is_right(task, true, one, labels), is_right(task, true, other, labels))
        first += count * (right == (True, False))
        second += count * (right == (False, True))
    return first, second


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value that both runs err equally often, from the texts which one alone has right."""
    total = only_first + only_second
    if not total:
        return 1.0
    return min(1.0, 2 * float(binom.cdf(min(only_first, only_second), total, 0.5)))


def texts_to_settle(difference: Interval, rows: int) -> int | None:
    """About how many more texts would take zero out of the interval, if the difference stays what it is.

    An interval's half-width shrinks with the square root of the texts. Two digits are more than is known.
    None where zero is out of it already, where there is no difference, or where more than a million would not do.
    """
    value = difference.value
    if not rows or value == 0 or not difference.low <= 0 <= difference.high:
        return None
    reach = value - difference.low if value > 0 else difference.high - value
    more = rows * (reach / value) ** 2 - rows
    if more > _MOST_TEXTS:
        return None
    more = max(1.0, more)
    unit = float(10 ** max(0, math.floor(math.log10(more)) - 1))
    return int(math.ceil(more / unit) * unit)


def main_interval(task: str, true: Sequence[str], called: Sequence[str], labels: Sequence[str]) -> Interval:
    """The task's main figure of N stored answers with its interval."""
    if not true:
        return Interval(0.0, 0.0, 0.0)
    found = parts(FIGURES[task][0], task, true, called, labels)
    return intervals.sums_interval(found.sums, found.figure)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """(mean, standard deviation of a sample); the deviation of one value is 0."""
    array: Floats = np.asarray(values, np.float64)
    return float(array.mean()), float(array.std(ddof=1)) if len(array) > 1 else 0.0
