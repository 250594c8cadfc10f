"""The pre-flight check: the request is checked as a training would, and its time measured on real steps."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from engine.api import catalog
from engine.api.messages import Forecasted, ForecastTraining
from engine.api.project import Project
from engine.api.results import Forecast
from engine.devices import choose, process_memory
from engine.models.source import find
from engine.progress import Control, Progressed, Work
from engine.transfer.checkpoint import Checkpoints
from engine.transfer.examples import Examples, TrainingData, gather
from engine.transfer.fine_tune import choose_precision, loop_settings, prepare
from engine.transfer.loop import TrainingLoop
from engine.transfer.method import Job, train_function

_SAMPLE = 300
_STEPS = 6


def forecast(project: Project, request: ForecastTraining) -> Work[Forecasted]:
    """What a training would take on this machine. Raises what the training would refuse at its start."""
    method = catalog.method(request.method)
    options = catalog.complete_options(method.id, request.options)
    if method.needs_source:
        find(request.source)
    data = gather(project, int(options["seed"] or 0), float(options["validation_share"] or 0.15))
    yield Progressed("measure", 0, 1)
    with TemporaryDirectory(prefix="lexplain-") as folder:
        job = Job(
            run="forecast",
            data=data,
            options=options,
            source=request.source,
            folder=Path(folder),
            cache=Path(folder),
            device=choose(),
            control=Control(),
        )
        measured = yield from (_live(job) if method.live else _sampled(job, method.id))
    yield Progressed("measure", 1, 1)
    return Forecasted(measured)


def _live(job: Job) -> Work[Forecast]:
    """Seconds a step times the steps there are, on the lengths of a sample, plus judging and start."""
    sampled = replace(job, data=_sample(job.data))
    started = time.monotonic()
    prepared = yield from prepare(sampled, find(job.source), job.optional("max_tokens", int))
    precision = choose_precision(prepared, job.option("precision", str), job.option("batch_size", int))
    start_seconds = time.monotonic() - started
    settings = replace(
        loop_settings(job, precision), time_budget_seconds=None, target_metric="none", epochs=1000.0
    )
    loop = TrainingLoop(
        "forecast", prepared.model, prepared.data, settings, Checkpoints(job.folder, 1e9), Control()
    )
    taken: list[tuple[float, int]] = []
    before = time.monotonic()
    work = loop.run()
    for step in work:
        if isinstance(step, Progressed) and step.stage == "train":
            now = time.monotonic()
            rows = min(len(prepared.data.train), settings.batch_size * settings.accumulation)
            taken.append((now - before, rows))
            yield Progressed("measure", len(taken), _STEPS)
            before = time.monotonic()
            if len(taken) >= _STEPS or sum(t for t, _ in taken) > 8:
                break
    # the first step pays for allocations; a judging in between is dropped by the median
    seconds_per_step = float(np.median([t for t, _ in taken[1:]] or [taken[0][0]]))
    per_step = settings.batch_size * settings.accumulation
    steps = job.option("epochs", float) * max(1.0, np.ceil(len(job.data.train) / per_step))
    judged = len(job.data.validation) * job.option("epochs", float) * job.option("evaluations_per_epoch", int)
    judged += len(job.data.validation) + len(job.data.test)
    seconds = start_seconds + seconds_per_step * (steps + judged / per_step / 3)  # forward alone: a third
    budget = job.optional("time_budget_minutes", float)
    return _forecast(
        job,
        seconds=float(seconds if budget is None else min(seconds, budget * 60 + start_seconds)),
        max_tokens=prepared.model.tokenizer.max_tokens,
        share_cut=prepared.share_cut,
        precision=precision,
    )


def _sampled(job: Job, method_id: str) -> Work[Forecast]:
    """The whole method on a sample, scaled by the number of texts."""
    sampled = replace(job, data=_sample(job.data))
    started = time.monotonic()
    outcome = yield from train_function(method_id)(sampled)
    seconds = time.monotonic() - started
    texts = len(job.data.train) + len(job.data.validation) + len(job.data.test)
    share = max(1.0, texts / max(1, len(sampled.data.train) + len(sampled.data.validation)))
    tokenizer = getattr(outcome.model, "tokenizer", None)
    return _forecast(
        job,
        seconds=float(seconds * share),
        max_tokens=0 if tokenizer is None else tokenizer.max_tokens,
        share_cut=0.0,
        precision="fp32",
    )


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


def _sample(data: TrainingData) -> TrainingData:
    random = np.random.default_rng(0)
    return replace(
        data, train=_some(data.train, random, data.train), validation=_some(data.validation, random, None)
    )


def _some(examples: Examples, random: np.random.Generator, keep_classes: Examples | None) -> Examples:
    rows = random.permutation(len(examples))[:_SAMPLE]
    if keep_classes is not None:
        rows = np.concatenate([rows, np.unique(examples.targets, return_index=True)[1]])
    rows = np.unique(rows)
    return Examples(
        [examples.documents[i] for i in rows], [examples.texts[i] for i in rows], examples.targets[rows]
    )
