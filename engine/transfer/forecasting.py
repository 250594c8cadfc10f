"""The pre-flight check: the request is checked as a training would, and its time measured on real steps."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np

from engine.api import catalog
from engine.api.errors import OptionValue
from engine.api.messages import Forecasted, ForecastTraining
from engine.api.project import Project
from engine.api.results import Forecast
from engine.devices import choose, process_memory
from engine.models.run_model import BagOfWords, FusedModel, RunModel
from engine.models.source import find
from engine.progress import Control, Noticed, PointReached, Progressed, Work, watched
from engine.transfer.adapt import adapting_seconds
from engine.transfer.examples import TrainingData, gather
from engine.transfer.method import Job, forecast_function, loop_work, sources_of, train_function
from engine.transfer.tuning import read_record

_SAMPLE = 300  # texts that a method without a loop is tried on
_LOOP_SAMPLE = 800
_STEPS = 16
_LONGEST_SECONDS = 6.0
_READING = 0.25  # of a step of one pass: forward alone, no optimiser; measured on 1,000 texts of 20 tokens


def forecast(project: Project, request: ForecastTraining) -> Work[Forecasted]:
    """What a training would take on this machine. Raises what the training would refuse at its start."""
    method = catalog.method(request.method)
    options = catalog.complete_options(method.id, request.options, project.task)
    if method.needs_source:
        find(request.source)
    catalog.demand_task(method, project.task)
    data = gather(project, int(options["seed"] or 0), float(options["validation_share"] or 0.15))
    yield Progressed("measure", 0, 1)
    with TemporaryDirectory(prefix="lexplain-") as folder:
        job = Job(
            project=project,
            run="forecast",
            data=data,
            options=options,
            source=request.source,
            folder=Path(folder),
            cache=Path(folder),
            device=choose(),
            control=Control(),
        )
        own = forecast_function(method.id)
        plain = replace(job, options={k: v for k, v in options.items() if k != "adapt_epochs"})
        measured = yield from (_measure(plain, method.id) if own is None else own(plain, _measure))
        adapting = yield from _adapting(job, method.id)
    yield Progressed("measure", 1, 1)
    return Forecasted(msgspec.structs.replace(measured, seconds=adapting + measured.seconds))


def _adapting(job: Job, method_id: str) -> Work[float]:
    """Seconds that adapting the source models takes, each once, by steps of its own: no method does more of it."""
    total = 0.0
    for source in sources_of(job, method_id):
        total += yield from adapting_seconds(replace(job, source=source), job.project.cache)
    return total


def _measure(job: Job, method_id: str) -> Work[Forecast]:
    """What a method would take by its own steps, or by the whole of it on a sample."""
    return (yield from (_live if catalog.method(method_id).live else _sampled)(job, method_id))


def _live(job: Job, method_id: str) -> Work[Forecast]:
    """Some real steps of the method itself on a sample: seconds a step times the steps there will be, plus judging."""
    unhindered: dict[str, OptionValue] = {"time_budget_minutes": None, "patience": None}
    unhindered |= {"target_metric": "none"}
    sampled = replace(
        job,
        data=_sample(job.data, _LOOP_SAMPLE),
        options=job.options | {k: unhindered[k] for k in unhindered if k in job.options},
    )
    started = before = time.monotonic()
    taken: list[float] = []
    with_judging: list[float] = []
    start_seconds = share_cut = 0.0  # all up to the end of the first step, which pays for allocations
    total = 1
    judged = False  # since the step before
    with closing(train_function(method_id)(sampled)) as work:
        for step in work:
            if isinstance(step, Noticed) and step.kind == "texts-cut":
                share_cut = float(step.values["share"] or 0.0)
            if isinstance(step, PointReached):
                judged = judged or step.point.figure is not None
                continue
            if not isinstance(step, Progressed) or step.stage != "train":
                continue
            done, total = step.done, step.total
            if done == 1:
                start_seconds = time.monotonic() - started
            else:
                (with_judging if judged else taken).append(time.monotonic() - before)
            judged = False
            yield Progressed("measure", done, _STEPS)
            before = time.monotonic()
            if done > _STEPS or sum(taken) + sum(with_judging) > _LONGEST_SECONDS:
                break
    # a batch is of like lengths, so that the mean of several says more than a median; an epoch of a few texts is one
    # step, and all steps are judged, by a few texts too
    seconds_per_step = float(np.mean(taken or with_judging or [start_seconds]))
    whole, part = loop_work(job, method_id), loop_work(sampled, method_id)
    steps = total * whole.rows / part.rows
    rows_per_step = job.option("batch_size", int) * job.option("accumulation", int)
    read = (whole.read + len(job.data.test)) / rows_per_step
    seconds = start_seconds + seconds_per_step * (steps + read * _READING / whole.passes)
    budget = job.optional("time_budget_minutes", float)
    if budget is not None:
        seconds = min(seconds, budget * 60 + start_seconds)
    record = read_record(job.folder)
    return _forecast(
        job,
        seconds=seconds,
        max_tokens=record.max_tokens if record else 0,
        share_cut=share_cut,
        precision=record.precision if record else "fp32",
    )


def _sampled(job: Job, method_id: str) -> Work[Forecast]:
    """The whole method on a sample, scaled by the number of texts."""
    sampled = replace(job, data=_sample(job.data, _SAMPLE))
    started = time.monotonic()
    noticed: list[Noticed] = []
    outcome = yield from watched(
        train_function(method_id)(sampled),
        lambda step: noticed.append(step) if isinstance(step, Noticed) else None,
    )
    seconds = time.monotonic() - started
    texts = len(job.data.train) + len(job.data.validation) + len(job.data.test)
    share = max(1.0, texts / max(1, len(sampled.data.train) + len(sampled.data.validation)))
    # of two source models that cut texts, the one that cuts more
    cuts = [notice.values for notice in noticed if notice.kind == "texts-cut"]
    cut = max(cuts, key=lambda values: float(values["share"]), default={})
    return _forecast(
        job,
        seconds=seconds * share,
        max_tokens=int(cut.get("max_tokens", _read_at_once(outcome.model))),
        share_cut=float(cut.get("share", 0.0)),
        precision="fp32",
    )


def _read_at_once(model: RunModel) -> int:
    """The most tokens of a text that every encoder of a model reads at once; 0 of a model without tokens."""
    if isinstance(model, BagOfWords):
        return 0
    parts = model.parts if isinstance(model, FusedModel) else (model,)
    return min(part.tokenizer.max_tokens for part in parts)


def _forecast(job: Job, *, seconds: float, max_tokens: int, share_cut: float, precision: str) -> Forecast:
    return Forecast(
        train_texts=len(job.data.train),
        validation_texts=len(job.data.validation),
        test_texts=len(job.data.test),
        labels=len(job.data.labels),
        seconds=seconds,
        memory_bytes=process_memory(),
        max_tokens=max_tokens,
        share_cut=share_cut,
        precision=precision,
        device=job.device.name,
    )


def _sample(data: TrainingData, most: int) -> TrainingData:
    random = np.random.default_rng(0)
    rows = random.permutation(len(data.train))[:most]
    some = np.unique(np.concatenate([rows, np.unique(data.strata, return_index=True)[1]]))  # no class is lost
    judged = np.sort(random.permutation(len(data.validation))[:most])
    return replace(data, train=data.train.subset(some), validation=data.validation.subset(judged))
