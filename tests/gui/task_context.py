"""Surroundings with a real small project of a task, and a queue that answers at once with the real engine."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.api.errors import KnownError, OptionValue
from engine.api.messages import ColumnMapping, Explain, ImportFile, Request, Result, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.dispatch import Models, work_for
from engine.progress import Control, finish
from gui.context import Context
from gui.jobs import Job
from gui.plots.renderer import PlotRenderer
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import page_context

_NAMES = ("Anna Weber", "Tom Okafor", "Lin Mei", "Sara Haddad", "Jonas Falk", "Priya Nair")
_PLACES = ("Rome", "Lagos", "Kyoto", "Oslo", "New York", "Lima")
_FIRMS = ("Nordwind", "Acme Corp", "Blue Kite", "Sundial Labs")
_PATTERNS = (
    "{p} moved to {l} last year",
    "In {l} , {p} met the head of {f}",
    "{f} opened an office in {l}",
    "{p} works for {f} in {l}",
    "The weather stayed fine all week",
    "Nobody at {f} wanted to comment , said {p}",
)
_FEELINGS = {
    "joy": ("what a lovely surprise", "I am so happy today", "this made me smile all day"),
    "anger": ("this is outrageous", "I am furious about it", "they lied to us again"),
    "sadness": ("I miss her so much", "everything feels empty", "I cried all evening"),
    "fear": ("I am scared of tomorrow", "what if it happens again", "my hands were shaking"),
}
_PRAISE = {
    2.0: ("wonderful", "superb", "a delight"),
    1.0: ("good", "pleasant", "solid"),
    -1.0: ("dull", "slow", "noisy"),
    -2.0: ("dreadful", "broken", "a waste of money"),
}


def file_of(folder: Path, task: str, count: int = 240) -> Path:
    """A file of the task with invented texts; the same every time."""
    chance = random.Random(7)
    if task == "tagging":
        path = folder / "news.conll"
        path.write_text("\n\n".join(_sentence(chance) for _ in range(count)) + "\n", encoding="utf-8")
        return path
    path = folder / ("feelings.csv" if task == "multi" else "reviews.csv")
    rows = [_feelings(chance) if task == "multi" else _review(chance) for _ in range(count)]
    path.write_text("text,label\n" + "".join(f'"{text}",{label}\n' for text, label in rows), encoding="utf-8")
    return path


def _sentence(chance: random.Random) -> str:
    chosen = {"p": chance.choice(_NAMES), "l": chance.choice(_PLACES), "f": chance.choice(_FIRMS)}
    kinds = {"p": "PER", "l": "LOC", "f": "ORG"}
    lines = []
    for word in chance.choice(_PATTERNS).split():
        name = word.strip("{}")
        if word.startswith("{"):
            parts = chosen[name].split()
            lines += [f"{part}\t{'I' if i else 'B'}-{kinds[name]}" for i, part in enumerate(parts)]
        else:
            lines.append(f"{word}\tO")
    return "\n".join(lines)


def _feelings(chance: random.Random) -> tuple[str, str]:
    held = chance.sample(sorted(_FEELINGS), chance.choice((0, 1, 1, 2)))
    parts = [chance.choice(_FEELINGS[each]) for each in held] or ["the meeting is at nine"]
    if chance.random() < 0.15:  # people err when they label
        held = held[:-1]
    return ", ".join(parts), "|".join(held)


def _review(chance: random.Random) -> tuple[str, str]:
    values = [chance.choice(sorted(_PRAISE)) for _ in range(chance.choice((1, 2, 3)))]
    words = [chance.choice(_PRAISE[value]) for value in values]
    score = 3.0 + sum(values) / len(values) + chance.uniform(-0.4, 0.4)
    return f"The kettle is {' and '.join(words)}", f"{score:.2f}"


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
