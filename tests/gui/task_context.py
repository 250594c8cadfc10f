"""Surroundings with a real small project of a task, and a queue that answers at once with the real engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.api.errors import KnownError, OptionValue
from engine.api.messages import ColumnMapping, Explain, ImportFile, Request, Result, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.progress import Control, finish
from gui.context import Context
from gui.jobs import Job
from gui.plots.renderer import PlotRenderer
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import page_context
from tests.gui.task_files import file_of


def task_project(path: Path, task: str, source: str = "", count: int = 240) -> Project:
    """Imported and trained: bag-of-words, and with ``source`` fine-tuning (tagging: that alone)."""
    made = Project.create(path)
    file = file_of(path.parent, task, count)
    mapping = ColumnMapping(text="text", label="entities" if task == "tagging" else "label")
    finish(import_file(made, ImportFile(path=str(file), mapping=mapping, task=task)))
    options: dict[str, OptionValue] = {"epochs": 4.0, "learning_rate": 5e-4}
    wanted = [] if task == "tagging" else [Train(method="bag-of-words")]
    if source:
        wanted.append(Train(method="fine-tune", source=source, options=options))
    for request in wanted:
        finish(work_for(made, request, Control(), Models()))
    return made


class InlineQueue:
    """Answers what the window has asked so far, with the real engine, in the test's own thread."""

    def __init__(self, context: Context, queue: FakeQueue) -> None:
        self._context = context
        self._queue = queue
        self._models = Models()

    def answer(self) -> list[Job]:
        """Work off all that waits, and what is asked meanwhile; gives the jobs, in order."""
        done: list[Job] = []
        while waiting := [job for job in self._queue.submitted if not job.state.ended]:
            for job in waiting:
                self._queue.begin(job)
                try:
                    result = self._result(job.request)
                except KnownError as error:
                    self._queue.fail(job, error.kind, **error.values)
                else:
                    self._queue.finish(job, result)
                done.append(job)
        return done

    def _result(self, request: Request) -> Result:
        project = self._context.session.project
        assert project is not None
        return finish(work_for(project, request, Control(), self._models))


@contextmanager
def task_context(folder: Path, project: Path) -> Iterator[tuple[Context, FakeQueue, InlineQueue]]:
    """The window's surroundings with that project open."""
    with page_context(folder, project=False) as (context, queue):
        context.session.open(project)
        renderer = PlotRenderer()
        try:
            whole = dataclasses.replace(context, renderer=renderer)
            yield whole, queue, InlineQueue(whole, queue)
        finally:
            renderer.close()


def explain_some(project: Project, run: str, count: int = 3) -> None:
    """Explanations of test texts, as examples for a report."""
    task = project.task
    texts = project.documents.tagged("test") if task == "tagging" else project.documents.labelled("test")
    ids = [int(row[0]) for row in texts][:count]
    for id in ids:
        finish(work_for(project, Explain(run=run, document=id), Control(), Models()))
