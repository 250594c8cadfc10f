"""The race: methods trained in turn under a time budget; the smallest within a point of the best is kept."""

from __future__ import annotations

import time
from collections.abc import Container
from secrets import token_hex

from engine.api import catalog
from engine.api.errors import KnownError, OptionValue
from engine.api.messages import JobState, Resume, Train, Trained
from engine.api.messages_transfer import Entrant, Race, Raced, Recommend
from engine.api.project import Project
from engine.api.race_rule import smallest_of_the_best, within
from engine.api.results_transfer import RaceLine
from engine.api.store.runs import Run
from engine.models.source import find
from engine.progress import Control, Noticed, RunStarted, Step, Work, watched
from engine.transfer.recommending import recommend
from engine.transfer.training import resume, train

_ENTRANTS = 4
_BUDGET = "time_budget_minutes"
_PROBE_SECONDS = 60.0


def race(project: Project, request: Race, control: Control) -> Work[Raced]:
    """Train every method that has not been trained in this race yet; each gets its part of the time left.

    A method that cannot be trained is left out with a notice. Raises its error where none could be trained.
    """
    name = request.race or token_hex(4)
    started = time.monotonic()
    entrants = yield from _entrants(project, request)
    failed: KnownError | None = None
    taken: set[str] = set()
    for place, entrant in enumerate(entrants):
        minutes = max(0.1, request.minutes - (time.monotonic() - started) / 60) / (len(entrants) - place)
        try:
            there = _run_of(project, name, entrant, taken)
            taken.update([there.id] if there is not None else [])
            if there is not None and there.state is JobState.DONE:
                continue
            if there is not None:
                work = resume(project, Resume(run=there.id), control)
            else:
                work = _entered(project, name, train(project, _budgeted(entrant, minutes), control))
            yield from _stopped(work, entrant, minutes, control)
        except KnownError as error:
            failed = error
            values = {**error.values, "left_out": entrant.method, "why": str(error.kind)}
            yield Noticed("race-left-out", values)
        control.stop_and_keep_best = False  # it meant this run, not the race
    lines = tuple(_line(run) for run in project.runs.all() if run.race == name and run.state is JobState.DONE)
    if not lines:
        assert failed is not None
        raise failed
    kept = smallest_of_the_best(lines)
    with project.transaction():
        project.runs.star(kept, True)
    return Raced(race=name, runs=tuple(sorted(lines, key=lambda line: -line.figure.value)), kept=kept)


def _entrants(project: Project, request: Race) -> Work[list[Entrant]]:
    """Those who race: the user's, else the probe's best."""
    if request.entrants:
        for entrant in request.entrants:
            # refused before anything is trained
            catalog.complete_options(entrant.method, entrant.options, project.task)
        return list(request.entrants)
    seconds = min(_PROBE_SECONDS, request.minutes * 60 / 4)
    found = yield from recommend(project, Recommend(seconds=seconds))
    ranking = within(found.recommendation.ranking, request.minutes)
    return [Entrant(each.method, each.source, each.options) for each in ranking[:_ENTRANTS]]


def _budgeted(entrant: Entrant, minutes: float) -> Train:
    budget: dict[str, OptionValue] = {_BUDGET: minutes} if _keeps_a_budget(entrant) else {}
    return Train(method=entrant.method, source=entrant.source, options={**entrant.options, **budget})


def _stopped(work: Work[Trained], entrant: Entrant, minutes: float, control: Control) -> Work[Trained]:
    """Ask a training that keeps no time budget itself to end with its best after so many minutes."""
    if _keeps_a_budget(entrant):
        return (yield from work)
    started = time.monotonic()

    def stop_in_time() -> None:
        if time.monotonic() - started > 60 * minutes:
            control.stop_and_keep_best = True

    return (yield from watched(work, before=stop_in_time))


def _keeps_a_budget(entrant: Entrant) -> bool:
    return any(option.id == _BUDGET for option in catalog.method(entrant.method).options)


def _entered(project: Project, name: str, work: Work[Trained]) -> Work[Trained]:
    """Write down whose race a run belongs to as soon as it exists."""

    def write(step: Step) -> None:
        if isinstance(step, RunStarted):
            with project.transaction():
                project.runs.set_race(step.run, name)

    return (yield from watched(work, write))


def _run_of(project: Project, name: str, entrant: Entrant, taken: Container[str]) -> Run | None:
    """The run of an entrant in a race that was begun; the same method may stand in it from several sources.

    Raises what ``find`` raises.
    """
    source = find(entrant.source).id if catalog.method(entrant.method).needs_source else ""
    return next(
        (
            run
            for run in project.runs.all()
            if run.race == name
            and run.id not in taken
            and run.method == entrant.method
            and run.source == source
            and entrant.options.items() <= run.options.items()
        ),
        None,
    )


def _line(run: Run) -> RaceLine:
    judged = run.validation
    assert judged is not None
    return RaceLine(
        run=run.id,
        method=run.method,
        figure=judged.main,
        size_bytes=run.size_bytes,
        milliseconds_per_text=run.milliseconds_per_text,
    )
