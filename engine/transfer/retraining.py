"""A finished run trained once more from its record: the same texts, source, options and decisions, so the same weights.

What the first training decided by measuring (number format, length) is taken over, not measured again, and a
training that was stopped by hand or by the clock stops at the same step. On the same machine with the same versions
the weights come out the same, bit for bit; elsewhere sums may round otherwise, and that is said.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import torch
import transformers

from engine.api.catalog import method
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState, Train, Trained
from engine.api.messages_transfer import TrainAgain, TrainedAgain
from engine.api.option_tasks import still_fitting
from engine.api.project import Project
from engine.api.store.runs import Run
from engine.data.digest import data_digest, refusals_digest
from engine.devices import choose
from engine.models import store
from engine.progress import Control, Noticed, Progressed, RunStarted, Step, Work, watched
from engine.transfer.pseudo_rounds import STOPPED
from engine.transfer.training import CURVES, RunRecord, read_points, sources_changed, train

_RECORD = "run.json"
# of every loop of a training, in the run's folder or one below; of a student, which teacher it had; of a
# self-training, where it was stopped
_DECISIONS = ("loop.json", "distil.json", STOPPED)
_CLOCK = "time_budget_minutes"
_REFUSABLE = "pseudo-label"  # the method whose labels the user may take back


def train_again(project: Project, request: TrainAgain, control: Control) -> Work[TrainedAgain]:
    """Make a new run from a run's record and compare the weights.

    Raises RUN_UNKNOWN, RUN_FILES_MISSING (its model is gone), CANNOT_RETRAIN with the reason ``not-finished``,
    ``no-record``, ``source-changed``, ``data-changed`` or ``labels-taken-back``, and what ``train`` raises.
    """
    run = project.runs.get(request.run)
    folder = project.run_folder(run.id)
    record = _record(run, folder)
    _check_unchanged(project, run, record)
    expected = run.model_hash or _hash(run, folder / "model")
    trained = _place(record.device, record.torch, record.transformers)
    now = _place(choose().name, str(torch.__version__), transformers.__version__)
    if trained != now:
        yield Noticed("another-machine", {"trained": trained, "now": now})
    options = still_fitting(method(run.method), run.options, project.task)
    options.pop(_CLOCK, None)
    inner = Control()
    work = train(project, Train(method=run.method, source=run.source, options=options), inner)
    result = yield from _as_before(work, project, run, control, inner)
    found = project.runs.get(result.run).model_hash or _hash(run, project.run_folder(result.run) / "model")
    return TrainedAgain(
        run=result.run, first=run.id, same=found == expected, model_hash=found, first_hash=expected
    )


def _record(run: Run, folder: Path) -> RunRecord:
    if run.state is not JobState.DONE:
        raise KnownError(ErrorKind.CANNOT_RETRAIN, run=run.id, reason="not-finished")
    try:
        return msgspec.json.decode((folder / _RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError) as error:
        raise KnownError(ErrorKind.CANNOT_RETRAIN, run=run.id, reason="no-record") from error


def _check_unchanged(project: Project, run: Run, record: RunRecord) -> None:
    if sources_changed(record):
        raise KnownError(ErrorKind.CANNOT_RETRAIN, run=run.id, reason="source-changed")
    # records of older versions have no fingerprint: the weights will tell
    if record.data_digest and data_digest(project) != record.data_digest:
        raise KnownError(ErrorKind.CANNOT_RETRAIN, run=run.id, reason="data-changed")
    refused = record.refusals_digest if run.method == _REFUSABLE else ""
    if refused and refusals_digest(project) != refused:
        raise KnownError(ErrorKind.CANNOT_RETRAIN, run=run.id, reason="labels-taken-back")


def _hash(run: Run, model: Path) -> str:
    """Of the weights in a model folder. Raises RUN_FILES_MISSING."""
    found = store.weights_hash(model)
    if not found:
        raise KnownError(ErrorKind.RUN_FILES_MISSING, run=run.id, path=str(model))
    return found


def _as_before(
    work: Work[Trained], project: Project, run: Run, control: Control, inner: Control
) -> Work[Trained]:
    """Drive a training as the first one went: with its decisions, and stopped where it was stopped."""
    stop_at = _stopped_at(run, project.run_folder(run.id))
    last = 0

    def stop_there() -> None:
        # told to stop, the loop does one more step
        if control.stop_and_keep_best or (stop_at is not None and last >= stop_at - 1):
            inner.stop_and_keep_best = True

    def follow(step: Step) -> None:
        nonlocal last
        if isinstance(step, RunStarted):
            _take_over(project.run_folder(run.id), project.run_folder(step.run))
        elif isinstance(step, Progressed) and step.stage == "train":
            last = step.done

    return (yield from watched(work, follow, before=stop_there))


def _take_over(first: Path, again: Path) -> None:
    for file in sorted(found for name in _DECISIONS for found in first.rglob(name)):
        target = again / file.relative_to(first)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _stopped_at(run: Run, folder: Path) -> int | None:
    """The step after which a training was stopped by hand or by the clock; None where it ended by itself.

    None for a self-training too, whose rounds each count their own steps: it has a record of where to stop.
    """
    if run.stopped_by not in ("user", "time-budget") or (folder / STOPPED).is_file():
        return None
    judged = [point.step for point in read_points(folder / CURVES) if point.validation_loss is not None]
    return judged[-1] if judged else None


def _place(device: str, torch_version: str, transformers_version: str) -> str:
    return f"{device}, torch {torch_version}, transformers {transformers_version}"
