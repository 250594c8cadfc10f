"""Which method? A probe of at most a minute: learning curves of frozen features, timed steps, and experience.

What needs no gradient training is measured (``probing``). What gradient training would add is not (that is the training
itself) but taken from public sets (``experience``); how long it takes is measured.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.api import catalog
from engine.api.errors import KnownError, OptionValue
from engine.api.messages_transfer import Recommend, Recommended
from engine.api.project import Project
from engine.api.results import Interval
from engine.api.results_transfer import CurvePoint, Ranked, Recommendation
from engine.api.store.runs import Run
from engine.api.tasks import MAIN_FIGURES
from engine.progress import Work
from engine.transfer import experience
from engine.transfer.examples import TrainingData, gather
from engine.transfer.probing import JUDGED, SEED, Curve, Probe
from engine.transfer.soft_targets import choose_teacher

_SHARE = 0.15
_FEW = 64  # labelled texts a class up to which few-shot methods are ranked
_MANY_UNLABELLED = 5  # times the labelled texts, from which on methods are ranked that learn from such
_FROM_UNLABELLED = ("distil", "pseudo-label")


def recommend(project: Project, request: Recommend) -> Work[Recommended]:
    """Rank the methods for the project's task by the figure they are expected to reach, with the minutes they take."""
    started = time.monotonic()
    deadline = started + request.seconds
    data = gather(project, SEED, _SHARE)
    unlabelled = project.documents.count() - sum(project.documents.labelled_counts().values())
    classes = max(2, len(data.labels)) if data.task != "score" else 4
    with TemporaryDirectory(prefix="lexplain-") as folder:
        probe = Probe(project, data, Path(folder), deadline)
        curves = yield from probe.curves()
        seconds = yield from probe.times(_timed(data, unlabelled))
    teacher = _teacher(project, data)
    best = max(curves, key=lambda curve: curve.at(len(data.train)), default=None)
    ranked = _rankings(data, curves, seconds, classes, unlabelled, teacher)
    ranking = sorted(ranked, key=lambda each: (-each.expected.value, each.minutes))
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


def _timed(data: TrainingData, unlabelled: int) -> list[str]:
    """The methods whose time is measured: those that train by steps, and those for much text without labels.

    Of tagged words all but bag-of-words: no other has a curve.
    """
    able = [each for each in catalog.methods_for(data.task) if each.id != "bag-of-words"]
    found = [each.id for each in able if each.live or each.id == "pseudo-label" or data.task == "tagging"]
    if unlabelled <= _MANY_UNLABELLED * len(data.train):
        found = [method for method in found if method not in _FROM_UNLABELLED]
    return found


def _teacher(project: Project, data: TrainingData) -> Run | None:
    """The run that a student would learn from; None where the project has none."""
    try:
        return project.runs.get(choose_teacher(project, None, data).run)
    except KnownError:
        return None


def _rankings(
    data: TrainingData,
    curves: list[Curve],
    seconds: dict[str, float],
    classes: int,
    unlabelled: int,
    teacher: Run | None,
) -> list[Ranked]:
    texts = len(data.train)
    per_class = texts / classes
    judged = max((curve.judged for curve in curves), default=min(JUDGED, len(data.validation)))
    noise = 1.0 / math.sqrt(max(1, judged))
    measured: dict[str, tuple[Curve, float]] = {}
    for curve in curves:
        value = curve.at(texts)
        if curve.method not in measured or value > measured[curve.method][1]:
            measured[curve.method] = (curve, value)
    found = []
    for method, (curve, value) in measured.items():
        wide = 0.5 * noise + 0.15 * abs(value - curve.points[-1][1])
        minutes = curve.cost.seconds(texts, len(data.validation) + len(data.test)) / 60
        why = ("measured", "baseline") if method == "bag-of-words" else ("measured",)
        if method != "bag-of-words":
            why = (*why, *_size_reasons(method, per_class))
        found.append(_ranked(method, curve.source, {}, value, wide, minutes, why))
    base = measured.get("features")
    for method, took in seconds.items():
        options: dict[str, OptionValue] = {}
        if method == "distil":
            if teacher is None or teacher.validation is None:
                continue
            loss, spread = experience.STUDENT_LOSS, 0.0
            if data.task == "tagging":
                loss, spread = experience.TAG_STUDENT_LOSS, experience.TAG_STUDENT_SPREAD
            value, wide = max(0.0, teacher.validation.main.value - loss), spread + 0.5 * noise
            reasons: tuple[str, ...] = ("student", "unlabelled")
            options = {"teacher": teacher.id}
        elif base is None:
            value, wide = experience.UNMEASURED
            if data.task == "tagging":
                if method == "contrastive" and texts > experience.FEW_SENTENCES:
                    continue
                line = measured.get("bag-of-words")
                value, wide = experience.tagged(method, texts, line[1] if line else None)
            reasons = ("not-measured", *_size_reasons(method, per_class))
        elif method not in experience.SHARES or (method == "contrastive" and per_class > _FEW):
            continue
        else:
            error = 1 - base[1]
            share, spread = experience.remaining(method, per_class, data.task)
            value, wide = 1 - error * share, error * spread + 0.5 * noise
            reasons = ("experience", *_size_reasons(method, per_class))
        found.append(_ranked(method, "", options, value, wide, took / 60, reasons))
    return found


def _size_reasons(method: str, per_class: float) -> tuple[str, ...]:
    """What speaks for or against a method with so many labelled texts a class; nothing where neither does."""
    if method in _FROM_UNLABELLED:
        return ("unlabelled",)
    if method == "adversarial":
        return ("robustness",)
    if method == "contrastive":
        return ("little-data",)
    if method == "features":
        return ("little-data",) if per_class <= _FEW else ()
    if method == "fusion":
        return ("medium-data",)
    return ("enough-data",) if per_class > _FEW else ("too-little-data",)


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
