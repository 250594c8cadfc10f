"""A training from request to evaluated run: the frame around every method."""

from __future__ import annotations

import platform
import shutil
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
import torch
import transformers

import engine
from engine.api import catalog
from engine.api.catalog_types import Method
from engine.api.errors import ErrorKind, KnownError, OptionValue, report
from engine.api.messages import JobState, Resume, Train, Trained
from engine.api.option_groups import unmet
from engine.api.project import Project
from engine.api.results import Evaluation, TrainingPoint
from engine.api.run_lock import RunLock
from engine.api.store.runs import Run
from engine.data.digest import data_digest, refusals_digest
from engine.devices import choose
from engine.models import store
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.source import find
from engine.progress import Control, PointReached, RunStarted, Step, Work, watched
from engine.transfer.evaluating import evaluate_examples
from engine.transfer.examples import Examples, TrainingData, gather
from engine.transfer.method import Job, Outcome, train_function

CURVES = "metrics.jsonl"
_RECORD = "run.json"
_TIMED_TEXTS = 128


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """``run.json``: all that is needed to train the run again. ``other_sources`` are hashes of weights by source."""

    run: str
    method: str
    source: str
    source_hash: str
    other_sources: dict[str, str] = {}
    task: str = "single"
    options: dict[str, OptionValue]
    labels: tuple[str, ...]
    train_texts: int
    validation_texts: int
    test_texts: int
    data_digest: str = ""
    refusals_digest: str = ""
    device: str
    lexplain: str = engine.__version__
    torch: str = str(torch.__version__)
    transformers: str = transformers.__version__
    python: str = platform.python_version()


def train(project: Project, request: Train, control: Control) -> Work[Trained]:
    """Train a new run. Raises what is wrong with the request, the data or the source model before a run is made."""
    method = catalog.method(request.method)
    options = catalog.complete_options(method.id, request.options, project.task)
    source = find(request.source) if method.needs_source else None
    catalog.demand_task(method, project.task)
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
            other_sources=_other_sources(method, options),
            task=data.task,
            options=options,
            labels=data.labels,
            train_texts=len(data.train),
            validation_texts=len(data.validation),
            test_texts=len(data.test),
            data_digest=data_digest(project),
            refusals_digest=refusals_digest(project),
            device=choose().name,
        )
        (folder / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record)))
        yield RunStarted(run)
        return (yield from _guarded(project, project.runs.get(run), data, control))


def sources_changed(record: RunRecord) -> bool:
    """Whether a source model that a run has started from has other weights now. Raises what ``find`` raises."""
    started_from = {**record.other_sources, **({record.source: record.source_hash} if record.source else {})}
    return any(find(source).hash != known for source, known in started_from.items())


def _other_sources(method: Method, options: dict[str, OptionValue]) -> dict[str, str]:
    """Of the source models that options name and that count; the method refuses one that is not installed."""
    found = {}
    for option in method.options:
        if option.kind == "source" and unmet(method, option.id, options) is None:
            with suppress(KnownError):
                source = find(str(options[option.id] or ""))
                found[source.id] = source.hash
    return found


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
        if sources_changed(record):
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
        project=project,
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
    milliseconds = _milliseconds_per_text(outcome.model, data.validation)
    seconds = outcome.seconds or time.monotonic() - started
    speed = outcome.tokens / seconds if seconds else 0.0
    with project.transaction():
        project.runs.finish(run.id, seconds, speed, outcome.stopped_by)
        model = folder / "model"
        project.runs.set_model(run.id, store.weights_hash(model), store.folder_bytes(model), milliseconds)
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


def _milliseconds_per_text(model: RunModel, examples: Examples) -> float:
    """Scoring time of a text, over some validation texts together."""
    some = examples.subset(np.arange(min(len(examples), _TIMED_TEXTS)))
    started = time.perf_counter()
    if isinstance(model, AnyTaggingModel):
        model.logits(some.texts, some.words)
    else:
        model.logits(some.texts)
    return (time.perf_counter() - started) * 1000 / max(1, len(some))


def _with_curves(work: Work[Outcome], path: Path) -> Work[Outcome]:
    """Keep every point of the curves in a file, without those that a resumed training will reach again."""
    kept = read_points(path)
    begun = False

    def write(step: Step) -> None:
        nonlocal begun
        if isinstance(step, PointReached):
            # only now: a training killed before its first point still has those of the one before
            earlier = [] if begun else [point for point in kept if point.step < step.point.step]
            with path.open("a" if begun else "w", encoding="utf-8") as file:
                file.writelines(
                    msgspec.json.encode(point).decode() + "\n" for point in (*earlier, step.point)
                )
            begun = True

    return (yield from watched(work, write))


def read_points(path: Path) -> list[TrainingPoint]:
    """The points of a curves file as far as they are whole; none where there is no file."""
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
    """What only an unfinished training needs: the loop's checkpoint, the rounds of a self-training."""
    for name in ("checkpoint", "rounds"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _seed(options: dict[str, OptionValue]) -> int:
    return int(options["seed"] or 0)


def _share(options: dict[str, OptionValue]) -> float:
    return float(options["validation_share"] or 0.15)
