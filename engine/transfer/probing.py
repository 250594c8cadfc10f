"""The probe behind "Which method?": learning curves of what needs no gradient training, and timed steps of the rest.

Where there are validation texts enough, they judge. Where there are few, figures of a handful of texts would say
nothing: training and validation texts are then drawn together, over and over, and the answers to what was left out
in all rounds are judged at once (repeated random sub-sampling).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api import catalog
from engine.api.errors import KnownError, OptionValue
from engine.api.messages import ForecastTraining
from engine.api.project import Project
from engine.devices import choose
from engine.models.installed import installed
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.source import SourceModel, bundled, find
from engine.models.store import load_encoder
from engine.models.tagging_model import tag_names
from engine.progress import Control, Noticed, PointReached, Progressed, ResultT, RunStarted, Work, watched
from engine.transfer.encoding import encode_splits, encode_table
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.features import choose_layers, fit_head, flat
from engine.transfer.forecasting import forecast
from engine.transfer.judging import judge, judge_tags
from engine.transfer.method import Job, train_function
from engine.transfer.preparing import new_tokenizer, tokenise
from engine.transfer.regression import FEW_JUDGED, STRENGTHS
from engine.transfer.tag_bag_of_words import STRENGTHS as TAG_STRENGTHS

SEED = 13
JUDGED = 800  # validation texts that judge, at most
_TEXTS = 2000  # labelled texts in the probe
_WORDS = 40_000  # tagged ones in the probe
_TIMED_TEXTS = 24  # read first, to see how many of long texts there is time for
_LEAST_SHARE = 0.02  # of the probe's texts, however long they are
_READING_SHARE = 0.35  # of the probe's time, at most, for reading texts with the source models
_STEPS = (4, 2, 1)  # the nested subsets: a quarter, a half, all
_STEEPEST = 0.5  # a learning curve's exponent: errors fall no faster than the square root of the texts
_ROUNDS = 8
_LAYERS_TRIED = 8  # of MiniLM, by ``choose_layers``: a fit each
_LAYER_TEXTS = 4000
_STRENGTHS = (0.01, 0.03)


@dataclass(frozen=True)
class Cost:
    """Seconds: ``fixed``, ``reading`` for each text of all splits, ``fitting`` for each training text."""

    fixed: float
    reading: float
    fitting: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.fixed + other.fixed, self.reading + other.reading, self.fitting + other.fitting)

    def seconds(self, texts: int, others: int) -> float:
        """Of a training on ``texts`` texts that is judged on ``others``."""
        return self.fixed + self.reading * (texts + others) + self.fitting * texts


@dataclass(frozen=True)
class Curve:
    """A method's measured figures (``points``: texts, figure), judged by ``judged`` texts, and what it costs."""

    method: str
    source: str
    points: tuple[tuple[int, float], ...]
    cost: Cost
    judged: int

    def at(self, texts: int) -> float:
        """The figure with so many texts: 1 - a n^-b through the last two points.

        No error is smaller than half a text of those that judged.
        """
        least = 0.5 / max(1, self.judged)
        (n, first), (m, last) = self.points[-2:]
        first, last = (max(least, 1 - figure) for figure in (first, last))
        slope = math.log(first / last) / math.log(m / n) if m > n else 0.0
        return 1 - last * math.pow(m / texts, min(_STEEPEST, max(0.0, slope)))


@dataclass(frozen=True)
class _Round:
    """Rows of the pool: what is learnt from, in nested order, and what judges."""

    train: NDArray[np.int64]
    judged: NDArray[np.int64]


class Probe:
    """The measurements, each skipped or cut short where no time is left for it."""

    def __init__(self, project: Project, data: TrainingData, folder: Path, deadline: float) -> None:
        """``folder`` takes what is written meanwhile; ``deadline`` by ``time.monotonic``."""
        self._project = project
        self._folder = folder
        self._deadline = deadline
        self._data = data
        self._sources = list(bundled())
        self._draw(1.0)

    def _draw(self, share: float) -> None:
        """Draw the texts that are learnt from and those that judge, a share of the usual numbers of both."""
        data = self._data
        random = np.random.default_rng(SEED)
        order = _spread(random.permutation(len(data.train)), data.strata)[: math.ceil(share * _TEXTS)]
        judged = np.random.default_rng(SEED).permutation(len(data.validation))[: math.ceil(share * JUDGED)]
        self._sample = replace(
            data, train=data.train.subset(order), validation=data.validation.subset(np.sort(judged))
        )
        self._pool = _joined(self._sample)
        self._rounds = list(self._drawn(len(order), len(judged)))

    def _drawn(self, train: int, judged: int) -> Iterator[_Round]:
        if judged >= FEW_JUDGED or self._data.task == "tagging":
            yield _Round(np.arange(train), np.arange(train, train + judged))
            return
        strata = replace(self._data, train=self._pool).strata
        for seed in range(SEED, SEED + _ROUNDS):
            order = _spread(np.random.default_rng(seed).permutation(len(self._pool)), strata)
            yield _Round(order[:train], order[train:])

    # --- what is measured -------------------------------------------------------------------------------------

    def curves(self) -> Work[list[Curve]]:
        """Learning curves of the methods that need no gradient training; of tagged words bag-of-words alone."""
        found: list[Curve] = []
        if self._data.task == "tagging":
            words = int(self._pool.firsts[-1])
            if words > _WORDS:
                self._draw(_WORDS / words * len(self._sample.train) / _TEXTS)
            return [(yield from self._bag_of_words())]
        yield from self._choose_what_is_read()
        found.append((yield from self._bag_of_words()))
        states: list[NDArray[np.float32]] = []
        costs: list[Cost] = []
        for source in self._sources:
            if time.monotonic() > self._deadline - 5:
                break
            read, cost = yield from self._states(source)
            if source in bundled():
                states.append(read)
                costs.append(cost)
            found.append((yield from self._heads("features", source, read, cost)))
        if len(states) > 1 and "fusion" in {m.id for m in catalog.methods_for(self._data.task)}:
            # it reads with each of them
            both = np.concatenate(states, axis=1)
            found.append((yield from self._heads("fusion", "", both, sum(costs[1:], costs[0]))))
        return found

    def times(self, methods: Sequence[str]) -> Work[dict[str, float]]:
        """Seconds that each of the methods takes as it forecasts it; those are left out that cannot be trained here."""
        found: dict[str, float] = {}
        for method in methods:
            if time.monotonic() > self._deadline - 4:
                break
            asked = forecast(self._project, ForecastTraining(method=method))
            try:
                timed = yield from _quietly(asked, self._deadline)
            except KnownError:
                continue  # it cannot be trained here, so it is not recommended
            except TimeoutError:
                break
            found[method] = timed.forecast.seconds
        return found

    def _choose_what_is_read(self) -> Work[None]:
        """The bundled models read, fewer texts where they are long; then the user's own, as time allows."""
        few = self._sample.train.subset(np.arange(min(_TIMED_TEXTS, len(self._sample.train))))
        job = self._job("features", "", replace(self._sample, train=few, validation=few))
        needed = 0.0
        for source in bundled():
            needed += yield from self._seconds_to_read(job, find(source))
        allowed = _READING_SHARE * (self._deadline - time.monotonic())
        if needed > allowed:
            self._draw(max(_LEAST_SHARE, allowed / needed))
        spare = allowed - needed
        for source in installed():
            if source in self._sources or spare <= 0:
                continue
            started = time.monotonic()
            try:
                reading = yield from self._seconds_to_read(job, find(source))
            except KnownError:
                continue  # the list of source models says what is wrong with it
            spare -= time.monotonic() - started
            if reading <= spare:
                self._sources.append(source)
                spare -= reading

    def _seconds_to_read(self, job: Job, source: SourceModel) -> Work[float]:
        """What a model takes to read the pool, by the texts of ``job``."""
        encoder, tokenizer = load_encoder(source.folder), new_tokenizer(job, source)
        table = tokenizer.fit((yield from tokenise(tokenizer, job.data.train.texts)))
        started = time.monotonic()
        yield from encode_table(encoder, tokenizer, table, job.device.torch_device)
        return (time.monotonic() - started) / len(job.data.train) * len(self._pool)

    def _bag_of_words(self) -> Work[Curve]:
        points, took, fits = [], 0.0, 1
        options: dict[str, OptionValue] = {}
        if self._data.task == "tagging":  # one strength is enough to see how the figure grows
            fits, options = len(TAG_STRENGTHS), {"regularisation": TAG_STRENGTHS[1]}
        for size in self._sizes():
            started = time.monotonic()
            answers = []
            for each in self._rounds:
                job = self._job("bag-of-words", "", self._data_of(each, size), options)
                outcome = yield from _quietly(train_function("bag-of-words")(job))
                answers.append(_answers(outcome.model, job.data.validation))
            points.append((size, self._figure(answers)))
            took = time.monotonic() - started
        one = took / len(self._rounds) / points[-1][0]
        return self._curve("bag-of-words", "", points, Cost(0.0, 0.0, one * fits))

    def _states(self, source: str) -> Work[tuple[NDArray[np.float32], Cost]]:
        """What a source model says of the pool (N, F), and what reading costs."""
        job = self._job("features", source, self._sample)
        started = time.monotonic()
        steps: list[float] = []  # the model is there before the first text is read
        encoded = yield from watched(
            encode_splits(job, find(source)), lambda step: steps.append(time.monotonic())
        )
        loaded = steps[0] if steps else started
        read = (time.monotonic() - loaded) / max(1, len(self._pool))
        layers = yield from choose_layers(job, encoded.train, encoded.validation)
        states = [flat(part, layers) for part in (encoded.train, encoded.validation)]
        return np.concatenate(states), Cost(loaded - started, read, 0.0)

    def _heads(self, method: str, source: str, states: NDArray[np.float32], reading: Cost) -> Work[Curve]:
        points, took = [], 0.0
        strengths = _STRENGTHS if len(self._rounds) == 1 else _STRENGTHS[1:]  # a handful cannot choose
        for size in self._sizes():
            started = time.monotonic()
            answers = []
            for each in self._rounds:
                job = self._job("features", source, self._data_of(each, size))
                judged = states[each.judged]
                head = yield from fit_head(job, states[each.train[:size]], judged, strengths)
                inputs = (judged - head.mean) / head.scale
                answers.append(np.asarray(inputs @ head.fit.weights.T + head.fit.intercept, np.float32))
            points.append((size, self._figure(answers)))
            took = time.monotonic() - started
        one = took / len(self._rounds) / len(strengths) / points[-1][0]
        fits = float(len(STRENGTHS))
        if len(self._data.validation) >= FEW_JUDGED:
            fits += _LAYERS_TRIED * min(1.0, _LAYER_TEXTS / len(self._data.train))
        return self._curve(method, source, points, reading + Cost(0.0, 0.0, one * fits))

    # --- what it is measured on -------------------------------------------------------------------------------

    def _curve(self, method: str, source: str, points: list[tuple[int, float]], cost: Cost) -> Curve:
        judged = min(len(self._pool), sum(len(each.judged) for each in self._rounds))
        return Curve(method, source, tuple(points), cost, judged)

    def _figure(self, answers: list[NDArray[np.float32]]) -> float:
        """Of all rounds' answers together."""
        rows = np.concatenate([each.judged for each in self._rounds])
        if self._data.task == "tagging":
            judged = self._pool.subset(rows)
            tags = tag_names(self._data.labels)
            return judge_tags(np.concatenate(answers), judged.targets, judged.firsts, tags).figure
        return judge(self._data.task, np.concatenate(answers), self._pool.targets[rows]).figure

    def _sizes(self) -> list[int]:
        return [max(2, len(self._sample.train) // part) for part in _STEPS]

    def _data_of(self, each: _Round, size: int) -> TrainingData:
        train, judged = self._pool.subset(each.train[:size]), self._pool.subset(each.judged)
        return replace(self._sample, train=train, validation=judged)

    def _job(
        self,
        method: str,
        source: str,
        data: TrainingData,
        options: Mapping[str, OptionValue] = MappingProxyType({}),
    ) -> Job:
        return Job(
            project=self._project,
            run="probe",
            data=data,
            options=catalog.complete_options(method, options, self._data.task),
            source=source,
            folder=self._folder,
            cache=self._project.cache,
            device=choose(),
            control=Control(),
        )


def _joined(data: TrainingData) -> Examples:
    """Training texts, then validation texts."""
    parts = (data.train, data.validation)
    targets: NDArray[Any] = np.concatenate([part.targets for part in parts])
    return Examples(
        [document for part in parts for document in part.documents],
        [text for part in parts for text in part.texts],
        targets,
        [words for part in parts for words in part.words],
    )


def _answers(model: RunModel, examples: Examples) -> NDArray[np.float32]:
    """Logits (N, C) of the texts, or of all their tagged words."""
    if isinstance(model, AnyTaggingModel):
        return np.concatenate(model.logits(examples.texts, examples.words))
    return model.logits(examples.texts)


def _spread(order: NDArray[np.int64], strata: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same texts, classes taken in turn at the start, so that every nested subset has all of them."""
    seen: dict[int, int] = {}
    keys = []
    for position, row in enumerate(order):
        stratum = int(strata[row])
        seen[stratum] = seen.get(stratum, 0) + 1
        keys.append((0 if seen[stratum] <= 2 else 1, position))
    return order[[position for _, position in sorted(keys)]]


def _quietly(work: Work[ResultT], deadline: float = math.inf) -> Work[ResultT]:
    """Work as part of the probe: its own runs, curves and notices are nobody's business.

    Raises ``TimeoutError`` where it is not done by the deadline (of ``time.monotonic``).
    """
    while True:
        if time.monotonic() > deadline:
            work.close()
            raise TimeoutError
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        if not isinstance(step, RunStarted | PointReached | Noticed):
            yield Progressed("probe", step.done, step.total)
