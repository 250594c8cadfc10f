"""A training from request to evaluated run: the frame around every method."""

from __future__ import annotations

import os
import platform
import time
from contextlib import closing
from pathlib import Path

import msgspec
import torch
import transformers

import engine
from engine.api import catalog
from engine.api.errors import ErrorKind, KnownError, report
from engine.api.messages import JobState, OptionValue, Resume, Train, Trained
from engine.api.project import Project
from engine.api.results import Evaluation, TrainingPoint
from engine.api.run_lock import RunLock
from engine.api.store.runs import Run
from engine.devices import choose
from engine.models import store
from engine.models.source import find
from engine.models.text_model import RunModel
from engine.progress import Control, PointReached, RunStarted, Step, Work
from engine.transfer.evaluating import evaluate_examples
from engine.transfer.examples import TrainingData, gather
from engine.transfer.method import Job, Outcome, train_function

CURVES = "metrics.jsonl"
_RECORD = "run.json"


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """``run.json``: all that is needed to train the run again."""

    run: str
    method: str
    source: str
    source_hash: str
    options: dict[str, OptionValue]
    labels: tuple[str, ...]
    train_texts: int
    validation_texts: int
    test_texts: int
    device: str
    lexplain: str = engine.__version__
    torch: str = str(torch.__version__)
    transformers: str = transformers.__version__
    python: str = platform.python_version()


def train(project: Project, request: Train, control: Control) -> Work[Trained]:
    """Train a new run. Raises what is wrong with the request, the data or the source model before a run is made."""
    method = catalog.method(request.method)
    options = catalog.complete_options(method.id, request.options)
    source = find(request.source) if method.needs_source else None
    data = gather(project, _seed(options), _share(options))
    with project.transaction():
        run = project.runs.add(method.id, source.id if source else "", options)
    folder = project.run_folder(run)
    with RunLock(folder) as lock:
        lock.acquire()
        record = RunRecord(
            run=run,
            method=method.id,
            source=source.id if source else "",
            source_hash=source.hash if source else "",
            options=options,
            labels=data.labels,
            train_texts=len(data.train),
            validation_texts=len(data.validation),
            test_texts=len(data.test),
            device=choose().name,
        )
        (folder / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record)))
        yield RunStarted(run)
        return (yield from _guarded(project, project.runs.get(run), data, control))


def resume(project: Project, request: Resume, control: Control) -> Work[Trained]:
    """Go on with a run that did not end; from its last checkpoint, or from the start where it has none.

    Raises NOTHING_TO_RESUME with the reason ``done``, ``running`` or ``source-changed``.
    """
    run = project.runs.get(request.run)
    folder = project.run_folder(run.id)
    with RunLock(folder) as lock:
        if not lock.acquire():
            raise KnownError(ErrorKind.NOTHING_TO_RESUME, run=run.id, reason="running")
        if run.state is JobState.DONE:
            raise KnownError(ErrorKind.NOTHING_TO_RESUME, run=run.id, reason="done")
        if not (folder / _RECORD).is_file():
            raise KnownError(ErrorKind.RUN_FILES_MISSING, run=run.id, path=str(folder))
        record = msgspec.json.decode((folder / _RECORD).read_bytes(), type=RunRecord)
        if record.source and find(record.source).hash != record.source_hash:
            raise KnownError(ErrorKind.NOTHING_TO_RESUME, run=run.id, reason="source-changed")
        data = gather(project, _seed(run.options), _share(run.options))
        if data.labels != record.labels or len(data.train) != record.train_texts:
            raise KnownError(ErrorKind.NOTHING_TO_RESUME, run=run.id, reason="data-changed")
        with project.transaction():
            project.runs.set_state(run.id, JobState.RUNNING)
        yield RunStarted(run.id)
        return (yield from _guarded(project, run, data, control))


def _guarded(project: Project, run: Run, data: TrainingData, control: Control) -> Work[Trained]:
    """Whatever ends the work, the run's state in the store says so."""
    try:
        return (yield from _train(project, run, data, control))
    except GeneratorExit:
        with project.transaction():
            project.runs.set_state(run.id, JobState.CANCELLED)
        raise
    except Exception as error:
        with project.transaction():
            project.runs.set_state(run.id, JobState.FAILED, msgspec.json.encode(report(error)).decode())
        raise


def _train(project: Project, run: Run, data: TrainingData, control: Control) -> Work[Trained]:
    yield from data.notices
    folder = project.run_folder(run.id)
    job = Job(
        run=run.id,
        data=data,
        options=run.options,
        source=run.source,
        folder=folder,
        cache=project.cache,
        device=choose(),
        control=control,
    )
    started = time.monotonic()
    outcome = yield from _with_curves(train_function(run.method)(job), folder / CURVES)
    store.save(outcome.model, folder / "model", outcome.source_folder)
    validation, test = yield from _judge(project, run, data, outcome.model)
    seconds = outcome.seconds or time.monotonic() - started
    speed = outcome.tokens / seconds if seconds else 0.0
    with project.transaction():
        project.runs.finish(run.id, seconds, speed, outcome.stopped_by)
    _remove_checkpoint(folder)
    return Trained(
        run=run.id,
        method=run.method,
        seconds=seconds,
        tokens_per_second=speed,
        stopped_by=outcome.stopped_by,
        validation=validation,
        test=test,
    )


def _judge(
    project: Project, run: Run, data: TrainingData, model: RunModel
) -> Work[tuple[Evaluation | None, Evaluation | None]]:
    found: list[Evaluation | None] = []
    for split, examples in (("validation", data.validation), ("test", data.test)):
        if len(examples):
            found.append((yield from evaluate_examples(project, run.id, model, split, examples)))
        else:
            found.append(None)
    return found[0], found[1]


def _with_curves(work: Work[Outcome], path: Path) -> Work[Outcome]:
    """Keep every point of the curves in a file, without those that a resumed training will reach again."""
    kept = _points(path)
    with closing(work), path.open("w", encoding="utf-8") as file:
        first = True
        while True:
            try:
                step: Step = next(work)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            if isinstance(step, PointReached):
                if first:
                    kept = [point for point in kept if point.step < step.point.step]
                    file.writelines(msgspec.json.encode(point).decode() + "\n" for point in kept)
                    first = False
                file.write(msgspec.json.encode(step.point).decode() + "\n")
                file.flush()
            yield step


def _points(path: Path) -> list[TrainingPoint]:
    if not path.is_file():
        return []
    points = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            points.append(msgspec.json.decode(line, type=TrainingPoint))
        except msgspec.MsgspecError:
            break  # a kill in the middle of a line
    return points


def _remove_checkpoint(folder: Path) -> None:
    checkpoint = folder / "checkpoint"
    if checkpoint.is_dir():
        for file in checkpoint.iterdir():
            os.unlink(file)
        checkpoint.rmdir()


def _seed(options: dict[str, OptionValue]) -> int:
    return int(options["seed"] or 0)


def _share(options: dict[str, OptionValue]) -> float:
    return float(options["validation_share"] or 0.15)
