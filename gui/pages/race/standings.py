"""Who stands where in a race, from the runs in the store and what its job says while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.api.errors import ErrorReport
from engine.api.messages import JobState
from engine.api.race_rule import smallest_of_the_best
from engine.api.results import Interval
from engine.api.results_transfer import RaceLine
from engine.api.store.runs import Run


@dataclass(frozen=True)
class Standing:
    """A method in a race. ``run`` is '' until it is trained; ``live``: the running one's figure so far."""

    method: str
    run: str = ""
    title: str = ""
    state: JobState = JobState.WAITING
    figure: Interval | None = None
    live: float | None = None
    size_bytes: int = 0
    milliseconds_per_text: float = 0.0
    stopped_by: str = ""
    left_out: ErrorReport | None = None
    kept: bool = False


def standings(
    methods: Sequence[str],
    runs: Sequence[Run],
    live: Mapping[str, float],
    left_out: Mapping[str, ErrorReport],
    over: bool = True,
) -> list[Standing]:
    """Finished runs first, the best above; then what runs, what waits, and what was left out.

    ``methods``: those that were to race; ``runs`` those of the race; ``live``: figures by run; ``left_out``:
    errors by method; ``over``: nobody runs any more, so that one is kept.
    """
    kept = kept_of(runs) if over else ""
    found = [_of_run(run, live.get(run.id), run.id == kept, left_out.get(run.method)) for run in runs]
    waiting = list(methods)  # a method may stand in it from several sources
    for run in runs:
        if run.method in waiting:
            waiting.remove(run.method)
    found += [Standing(id, left_out=left_out.get(id)) for id in waiting]
    return sorted(found, key=_place)


def kept_of(runs: Sequence[Run]) -> str:
    """The run that the race's rule keeps; '' while none has finished."""
    lines = [
        RaceLine(
            run=run.id,
            method=run.method,
            figure=run.validation.main,
            size_bytes=run.size_bytes,
            milliseconds_per_text=run.milliseconds_per_text,
        )
        for run in runs
        if run.state is JobState.DONE and run.validation is not None
    ]
    return smallest_of_the_best(lines) if lines else ""


def _of_run(run: Run, live: float | None, kept: bool, left_out: ErrorReport | None) -> Standing:
    done = run.state is JobState.DONE
    return Standing(
        method=run.method,
        run=run.id,
        title=run.title,
        state=run.state,
        figure=run.validation.main if done and run.validation is not None else None,
        live=None if done else live,
        size_bytes=run.size_bytes,
        milliseconds_per_text=run.milliseconds_per_text,
        stopped_by=run.stopped_by,
        left_out=None if done else left_out,
        kept=kept,
    )


def _place(each: Standing) -> tuple[int, float]:
    if each.figure is not None:
        return 0, -each.figure.value
    if each.left_out:
        return 4, 0.0
    return {JobState.RUNNING: 1, JobState.PAUSED: 1, JobState.WAITING: 2}.get(each.state, 3), 0.0
