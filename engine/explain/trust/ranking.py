"""Which explainer is the most faithful to this run's model? The erasure test of all of them, in bounded time.

The texts are drawn once from the validation split, in one order. There are as many as the methods of cost 1 can be
tested on in half of the time, eight at least; then come the dearer ones, cheapest first, each on as many of the first
texts as its equal share of the time that is left allows, and on none where eight do not fit. Two methods are compared
on the texts that both were tested on, by comprehensiveness less sufficiency (ERASER, DeYoung et al., ACL 2020), with a
paired bootstrap over the texts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.catalog import explainer_of, explainers_for
from engine.api.catalog_types import Explainer
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.trust import ExplainerRank, ExplainerRanking, ExplainersRanked, RankExplainers
from engine.api.project import Project
from engine.api.results import Erasure, Interval
from engine.explain.contrast import Asked
from engine.explain.drawing import SEED, drawn_texts
from engine.explain.drops import drops_by, order_of
from engine.explain.erasing import read_words
from engine.explain.explaining import compute
from engine.explain.faithfulness import RANDOM_ORDERS, mean_interval, questions_of
from engine.models.run_model import BagOfWords, RunModel
from engine.progress import Progressed, Work, retold

LEAST_TEXTS = 8  # on fewer a bootstrap says nothing
_CHEAP_SHARE = 0.5  # of the time, for the methods of cost 1 together
_WITH_EXPLAINING = 1.5  # what erasing and a cheap explanation take, by what erasing takes

Question = tuple[str, Asked]


@dataclass(frozen=True)
class Trial:
    """A method's drops (n, 2) of the first n texts (comprehensiveness, sufficiency), and its seconds for each."""

    method: Explainer
    drops: NDArray[np.float64]
    seconds: Sequence[float]
    problem: str = ""

    @property
    def usable(self) -> bool:
        """Whether it may become a default: it says which way a word speaks, and there are texts enough."""
        return not self.problem and self.method.signed and len(self.drops) > 0

    def ahead_of(self, other: Trial) -> Interval:
        """How much better on the texts of both, with its 95 % interval."""
        both = min(len(self.drops), len(other.drops))
        if not both:
            return Interval(0.0, 0.0, 0.0)
        faithful = [each.drops[:both, 0] - each.drops[:both, 1] for each in (self, other)]
        return mean_interval(faithful[0] - faithful[1], SEED)

    def beats(self, other: Trial) -> bool:
        """Whether it is better beyond noise."""
        enough = min(len(self.drops), len(other.drops)) >= LEAST_TEXTS
        return self.usable and enough and self.ahead_of(other).low > 0


class _Clock:
    def __init__(self, seconds: float) -> None:
        self._started = time.perf_counter()
        self._seconds = seconds

    @property
    def passed(self) -> float:
        return time.perf_counter() - self._started

    @property
    def left(self) -> float:
        return max(0.0, self._seconds - self.passed)

    def progress(self) -> Progressed:
        # time is what the work is bounded by, so that is what it shows
        total = max(1, round(self._seconds))
        return Progressed("measure", min(total, int(self.passed)), total)


def rank_explainers(project: Project, request: RankExplainers, model: RunModel) -> Work[ExplainersRanked]:
    """Test the explainers of a run, choose its defaults, and keep the ranking. Views are left out.

    Raises SPLIT_EMPTY, TEXT_EMPTY (no validation text has two words).
    """
    clock = _Clock(request.seconds)
    yield clock.progress()
    run = project.runs.get(request.run)
    texts, words = drawn_texts(project, "validation", request.texts)
    asked = [each for each in questions_of(model, texts, words) if len(read_words(model, each[0])) > 1]
    if not asked:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    rows = _explainers(model, run.model_method)
    cheap_rows = sum(row.cost == 1 for row in rows)
    drops, erasing = yield from _random_drops(model, asked[:LEAST_TEXTS], clock)
    fitting = int(clock.left * _CHEAP_SHARE / ((cheap_rows + RANDOM_ORDERS) * erasing * _WITH_EXPLAINING))
    asked = asked[: max(LEAST_TEXTS, fitting)]
    if rest := asked[LEAST_TEXTS:]:
        more, _ = yield from _random_drops(model, rest, clock)
        drops = np.concatenate([drops, more])
    random = Erasure(float(drops[..., 0].mean()), float(drops[..., 1].mean()))
    tested: list[Trial] = []
    for number, row in enumerate(rows):
        cheap = sum(each.cost == 1 for each in rows[number:])
        share = clock.left * _CHEAP_SHARE / cheap if cheap else clock.left / (len(rows) - number)
        tested.append((yield from _test(model, row, asked, share, erasing, clock)))
    ranking = _ranked(run.id, tested, random, len(asked), clock.passed)
    with project.transaction():
        project.explaining.put_finding(run.id, ranking)
    return ExplainersRanked(ranking)


def _explainers(model: RunModel, method: str) -> list[Explainer]:
    """Cheapest first, else in the catalog's order."""
    ids = explainers_for("bag-of-words" if isinstance(model, BagOfWords) else method, model.task)
    rows = [explainer_of(id) for id in ids]
    return sorted((row for row in rows if not row.view), key=lambda row: row.cost)


def _random_drops(
    model: RunModel, asked: Sequence[Question], clock: _Clock
) -> Work[tuple[NDArray[np.float64], float]]:
    """(drops (N, orders, 2) of random orders, the seconds that erasing one text in one order takes)."""
    random = np.random.default_rng(SEED)
    orders = []
    for text, _ in asked:
        words = len(read_words(model, text))
        orders.append([random.permutation(words).astype(np.intp) for _ in range(RANDOM_ORDERS)])
    before = clock.passed
    drops = yield from _dropped(model, asked, orders, clock)
    return drops, (clock.passed - before) / (len(asked) * RANDOM_ORDERS)


def _test(
    model: RunModel, row: Explainer, asked: Sequence[Question], share: float, erasing: float, clock: _Clock
) -> Work[Trial]:
    """A method on the first texts, for about ``share`` seconds.

    One of cost 1 on at least ``LEAST_TEXTS``; a dearer one for which so many do not fit on none.
    """
    before = clock.passed
    orders: list[list[NDArray[np.intp]]] = []
    seconds: list[float] = []
    for text, question in asked:
        spent = clock.passed - before + (len(orders) + 1) * erasing + (seconds[-1] if seconds else 0.0)
        if len(orders) >= LEAST_TEXTS and spent > share:
            break
        if row.cost > 1 and _hopeless(seconds, erasing, share):
            return Trial(row, np.zeros((0, 2)), seconds)
        begun = time.perf_counter()
        try:
            found = compute(model, row.id, text, question)
        except KnownError as error:
            if error.kind is not ErrorKind.EXPLAINER_NO_RULE:
                raise
            return Trial(row, np.zeros((0, 2)), (), str(error.kind))
        seconds.append(time.perf_counter() - begun)
        orders.append([order_of(np.array([word.score for word in found.words]))])
        yield clock.progress()
    drops = yield from _dropped(model, asked[: len(orders)], orders, clock)
    return Trial(row, drops[:, 0], seconds)


def _hopeless(seconds: Sequence[float], erasing: float, share: float) -> bool:
    """Whether the least texts will not fit, by the texts so far; the first one pays for what is loaded once."""
    if len(seconds) < 2:
        return share <= sum(seconds)
    return LEAST_TEXTS * (min(seconds) + erasing) > share


def _dropped(
    model: RunModel, asked: Sequence[Question], orders: Sequence[Sequence[NDArray[np.intp]]], clock: _Clock
) -> Work[NDArray[np.float64]]:
    """(N, orders, 2) drops."""
    work = drops_by(model, [text for text, _ in asked], orders, [question for _, question in asked])
    return retold(work, lambda _: clock.progress())


def choose(tested: Sequence[Trial]) -> tuple[Trial, Trial, Trial]:
    """(the default until now, the instant default, the settled default) of methods that are sorted by cost.

    Each gives way only to a method that is better beyond noise: among those of its cost, then class by class among the
    dearer ones.
    """
    usable = [each for each in tested if each.usable]
    first = usable[0]
    instant = _best([each for each in usable if each.method.cost == first.method.cost], first)
    settled = instant
    for cost in sorted({each.method.cost for each in usable if each.method.cost > first.method.cost}):
        settled = _best([each for each in usable if each.method.cost == cost], settled)
    return first, instant, settled


def _best(candidates: Sequence[Trial], holder: Trial) -> Trial:
    better = [each for each in candidates if each.beats(holder)]
    return max(better, key=lambda each: each.ahead_of(holder).value, default=holder)


def _ranked(
    run: str, tested: Sequence[Trial], random: Erasure, texts: int, seconds: float
) -> ExplainerRanking:
    first, instant, settled = choose(tested)
    ranks = [_rank(each, first) for each in tested]
    return ExplainerRanking(
        run=run,
        texts=texts,
        ranks=tuple(sorted(ranks, key=lambda rank: (bool(rank.problem), not rank.texts, -rank.gain.value))),
        random=random,
        instant=instant.method.id,
        settled=settled.method.id,
        seconds=seconds,
    )


def _rank(each: Trial, first: Trial) -> ExplainerRank:
    nothing = Interval(0.0, 0.0, 0.0)
    return ExplainerRank(
        method=each.method.id,
        cost=each.method.cost,
        texts=len(each.drops),
        gain=each.ahead_of(first),
        comprehensiveness=nothing if not len(each.drops) else mean_interval(each.drops[:, 0], SEED),
        sufficiency=nothing if not len(each.drops) else mean_interval(each.drops[:, 1], SEED),
        # the first text pays for what is loaded once
        milliseconds_per_text=1000 * float(np.mean(each.seconds[1:] or each.seconds or [0.0])),
        problem=each.problem,
    )
