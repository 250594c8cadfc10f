"""Which method? A probe of at most a minute: learning curves of frozen features, timed steps, and experience.

Frozen features of every installed source model are computed once on a sample and heads are fitted on nested subsets.
What gradient training would add is not measured (that is the training itself) but taken from public sets
(``experience``); how long it takes is measured.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from engine.api import catalog
from engine.api.errors import KnownError, OptionValue
from engine.api.messages import ForecastTraining
from engine.api.messages_transfer import Recommend, Recommended
from engine.api.project import Project
from engine.api.results import Interval
from engine.api.results_transfer import CurvePoint, Ranked, Recommendation
from engine.api.tasks import MAIN_FIGURES
from engine.devices import choose
from engine.models.linear_model import LinearModel
from engine.models.source import bundled, find
from engine.models.text_model import TextModel
from engine.progress import Control, Noticed, PointReached, Progressed, ResultT, RunStarted, Work
from engine.transfer import experience
from engine.transfer.encoding import Encoded, encode_splits
from engine.transfer.examples import TrainingData, gather
from engine.transfer.features import choose_layers, fit_head, flat
from engine.transfer.forecasting import forecast
from engine.transfer.judging import judge
from engine.transfer.method import Job, train_function

_SEED = 13
_SHARE = 0.15
_TEXTS = 2000  # labelled texts in the probe
_JUDGED = 800
_STEPS = (4, 2, 1)  # the nested subsets: a quarter, a half, all
_FEW = 64  # labelled texts a class up to which few-shot methods are ranked
_MANY_UNLABELLED = 5  # times the labelled texts
_STEEPEST = 0.5  # a learning curve's exponent: errors fall no faster than the square root of the texts


@dataclass(frozen=True)
class Curve:
    """A method's measured figures (``points``: texts, figure) and how long it takes in all."""

    method: str
    source: str
    points: tuple[tuple[int, float], ...]
    seconds: float

    def at(self, texts: int) -> float:
        """The figure with so many texts: 1 - a n^-b through the last two points."""
        (n, first), (m, last) = self.points[-2:]
        slope = math.log(max(1e-4, 1 - first) / max(1e-4, 1 - last)) / math.log(m / n) if m > n else 0.0
        return 1 - max(1e-4, 1 - last) * math.pow(m / texts, min(_STEEPEST, max(0.0, slope)))


def recommend(project: Project, request: Recommend) -> Work[Recommended]:
    """Rank the methods for the project's task by the figure they are expected to reach, with the minutes they take."""
    started = time.monotonic()
    deadline = started + request.seconds
    data = gather(project, _SEED, _SHARE)
    unlabelled = project.documents.count() - sum(project.documents.labelled_counts().values())
    classes = max(2, len(data.labels)) if data.task != "score" else 4
    with TemporaryDirectory(prefix="lexplain-") as folder:
        probe = _Probe(project, data, Path(folder), deadline)
        curves = yield from probe.curves()
        seconds = yield from probe.times(len(data.train) / classes, unlabelled)
    best = max(curves, key=lambda curve: curve.at(len(data.train)), default=None)
    ranking = sorted(
        _rankings(data, curves, seconds, classes, unlabelled),
        key=lambda each: (-each.expected.value, each.minutes),
    )
    texts = len(data.train)
    sizes = [n for n, _ in best.points] if best else []
    curve = tuple(CurvePoint(n, best.at(n)) for n in (*sizes[:-1], texts, 2 * texts)) if best else ()
    gain = best.at(2 * texts) - best.at(texts) if best else 0.0
    return Recommended(
        Recommendation(
            figure=MAIN_FIGURES[data.task],
            texts=texts,
            classes=len(data.labels),
            unlabelled=unlabelled,
            ranking=tuple(ranking),
            curve=curve,
            more_texts=texts,
            gain_of_more=gain,
            seconds=time.monotonic() - started,
        )
    )


class _Probe:
    """The measurements, each skipped where no time is left for it."""

    def __init__(self, project: Project, data: TrainingData, folder: Path, deadline: float) -> None:
        self._project = project
        self._data = data
        self._folder = folder
        self._deadline = deadline
        order = np.random.default_rng(_SEED).permutation(len(data.train))
        self._order = np.asarray(_spread(order, data.strata)[:_TEXTS], np.int64)
        judged = np.random.default_rng(_SEED).permutation(len(data.validation))[:_JUDGED]
        self._sample = replace(
            data, train=data.train.subset(self._order), validation=data.validation.subset(np.sort(judged))
        )

    def curves(self) -> Work[list[Curve]]:
        """Learning curves of the methods that need no gradient training; none for tagging."""
        found: list[Curve] = []
        if self._data.task == "tagging":
            return found
        found.append((yield from self._bag_of_words()))
        encoded: dict[str, Encoded] = {}
        for source in bundled():
            if time.monotonic() > self._deadline - 5:
                break
            started = time.monotonic()
            job = self._job("features", source, self._sample)
            states = encoded[source] = yield from encode_splits(job, find(source))
            layers = yield from choose_layers(job, states.train, states.validation)
            train, validation = flat(states.train, layers), flat(states.validation, layers)
            found.append((yield from self._heads("features", source, train, validation, started)))
        if len(encoded) > 1 and "fusion" in {m.id for m in catalog.methods_for(self._data.task)}:
            # it reads with each of them too
            started = time.monotonic() - sum(curve.seconds for curve in found if curve.source in encoded)
            parts = []
            for states in encoded.values():
                job = self._job("features", "", self._sample)
                layers = yield from choose_layers(job, states.train, states.validation)
                parts.append((flat(states.train, layers), flat(states.validation, layers)))
            train = np.concatenate([part[0] for part in parts], axis=1)
            validation = np.concatenate([part[1] for part in parts], axis=1)
            found.append((yield from self._heads("fusion", "", train, validation, started)))
        return found

    def _bag_of_words(self) -> Work[Curve]:
        started = time.monotonic()
        points = []
        for size in self._sizes():
            job = self._job("bag-of-words", "", self._nested(size))
            outcome = yield from _quietly(train_function("bag-of-words")(job))
            assert isinstance(outcome.model, LinearModel)
            points.append((size, self._figure(outcome.model)))
        return Curve("bag-of-words", "", tuple(points), time.monotonic() - started)

    def _figure(self, model: TextModel) -> float:
        examples = self._sample.validation
        return judge(self._data.task, model.logits(examples.texts), examples.targets).figure

    def _heads(
        self,
        method: str,
        source: str,
        train: NDArray[np.float32],
        validation: NDArray[np.float32],
        started: float,
    ) -> Work[Curve]:
        points = []
        for size in self._sizes():
            job = self._job("features", source, self._nested(size))
            head = yield from fit_head(job, train[:size], validation, (0.01, 0.03))
            points.append((size, head.fit.figure))
        return Curve(method, source, tuple(points), time.monotonic() - started)

    def times(self, per_class: float, unlabelled: int) -> Work[dict[str, float]]:
        """Seconds of the methods that train by steps, measured on a few of them."""
        found: dict[str, float] = {}
        for method in catalog.methods_for(self._data.task):
            wanted = method.live and (method.id != "distil" or unlabelled)
            if not wanted or time.monotonic() > self._deadline - 4:
                continue
            try:
                timed = yield from _quietly(forecast(self._project, ForecastTraining(method=method.id)))
            except KnownError:
                continue  # it cannot be trained here, so it is not recommended
            found[method.id] = timed.forecast.seconds
        return found

    def _sizes(self) -> list[int]:
        return [max(2, len(self._sample.train) // part) for part in _STEPS]

    def _nested(self, size: int) -> TrainingData:
        return replace(self._sample, train=self._sample.train.subset(np.arange(size)))

    def _job(self, method: str, source: str, data: TrainingData) -> Job:
        return Job(
            project=self._project,
            run="probe",
            data=data,
            options=catalog.complete_options(method, {}),
            source=source,
            folder=self._folder,
            cache=self._project.cache,
            device=choose(),
            control=Control(),
        )


def _rankings(
    data: TrainingData, curves: list[Curve], seconds: dict[str, float], classes: int, unlabelled: int
) -> list[Ranked]:
    texts = len(data.train)
    per_class = texts / classes
    noise = 1.0 / math.sqrt(max(1, min(_JUDGED, len(data.validation))))
    measured: dict[str, tuple[Curve, float]] = {}
    for curve in curves:
        value = curve.at(texts)
        if curve.method not in measured or value > measured[curve.method][1]:
            measured[curve.method] = (curve, value)
    found = []
    for method, (curve, value) in measured.items():
        wide = 0.5 * noise + 0.15 * abs(value - curve.points[-1][1])
        judged = len(data.validation)
        probed = curve.points[-1][0] + min(_JUDGED, judged)
        minutes = curve.seconds * max(1.0, (texts + judged + len(data.test)) / probed) / 60
        why = (
            ("measured", "baseline")
            if method == "bag-of-words"
            else ("measured", _size_reason(method, per_class))
        )
        found.append(_ranked(method, curve.source, {}, value, wide, minutes, why))
    base = measured.get("features")
    for method, took in seconds.items():
        if method not in experience.SHARES or (method == "contrastive" and per_class > _FEW):
            continue
        share, spread = experience.remaining(method, per_class)
        error = 1 - base[1] if base else 0.4  # tagging has no features to start from
        wide = error * spread + 0.5 * noise
        reasons: tuple[str, ...] = ("experience", _size_reason(method, per_class))
        if unlabelled > _MANY_UNLABELLED * texts:
            reasons = (*reasons, "unlabelled")
        found.append(_ranked(method, "", {}, 1 - error * share, wide, took / 60, reasons))
    return found


def _size_reason(method: str, per_class: float) -> str:
    if method == "adversarial":
        return "robustness"
    if method == "contrastive" or (method == "features" and per_class <= _FEW):
        return "little-data"
    if method == "fusion":
        return "medium-data"
    return "enough-data" if per_class > _FEW else "too-little-data"


def _ranked(
    method: str,
    source: str,
    options: dict[str, OptionValue],
    value: float,
    wide: float,
    minutes: float,
    why: tuple[str, ...],
) -> Ranked:
    expected = Interval(value, max(0.0, value - 2 * wide), min(1.0, value + 2 * wide))
    return Ranked(method=method, source=source, options=options, expected=expected, minutes=minutes, why=why)


def _spread(order: NDArray[np.int64], strata: NDArray[np.int64]) -> list[int]:
    """The same texts, classes taken in turn at the start, so that every nested subset has all of them."""
    seen: dict[int, int] = {}
    keys = []
    for position, row in enumerate(order):
        stratum = int(strata[row])
        seen[stratum] = seen.get(stratum, 0) + 1
        keys.append((0 if seen[stratum] <= 2 else 1, position))
    return [int(order[position]) for _, position in sorted(keys)]


def _quietly(work: Work[ResultT]) -> Work[ResultT]:
    """Work as part of the probe: its own runs, curves and notices are nobody's business."""
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        if not isinstance(step, RunStarted | PointReached | Noticed):
            yield Progressed("probe", step.done, step.total)
