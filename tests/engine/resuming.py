"""A training stopped several times and gone on with, beside one that was never stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from engine.api.messages import JobState, Resume, Train, Trained
from engine.api.project import Project
from engine.models.source import file_hash
from engine.progress import Control, Progressed, Step, finish
from engine.transfer.training import resume, train

_STAGES = ("train", "validate", "adapt")


def weights(opened: Project, run: str) -> str:
    """The hash of a finished run's weights."""
    return file_hash(opened.run_folder(run) / "model" / "model.safetensors")


def stopped_and_resumed(opened: Project, wanted: Train, stops: tuple[int, ...] = (2, 4, 3)) -> Trained:
    """Train ``wanted``, closed after so many steps of each part, and gone on with to the end."""
    work = train(opened, wanted, Control())
    run = ""
    with closing(work):
        for step in work:
            run = run or getattr(step, "run", "")
            if run and _worked(step):
                break
        list(islice(filter(_worked, work), stops[0] - 1))
    assert opened.runs.get(run).state is JobState.CANCELLED
    for stop in stops[1:]:
        again = resume(opened, Resume(run=run), Control())
        with closing(again):
            _advance(again, stop)
        assert opened.runs.get(run).state is JobState.CANCELLED
    return finish(resume(opened, Resume(run=run), Control()))


def _advance(steps: Iterator[Step], count: int) -> None:
    assert len(list(islice(filter(_worked, steps), count))) == count


def _worked(step: Step) -> bool:
    return isinstance(step, Progressed) and step.stage in _STAGES
