"""What long work yields while it goes on. The caller shows it, saves it, or stops by closing the generator."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from engine.api.errors import Value
from engine.api.results import TrainingPoint

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class RunStarted:
    """A training has made its run."""

    run: str


@dataclass(frozen=True)
class Progressed:
    """``done`` of ``total`` in the unit of ``stage`` (a word of the catalog's STAGES); ``rate`` is per second."""

    stage: str
    done: int
    total: int
    rate: float = 0.0
    label_counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PointReached:
    """A point of the training curves."""

    run: str
    point: TrainingPoint


@dataclass(frozen=True)
class Noticed:
    """Something the user should know that does not stop the work; ``kind`` is a word of NOTICES."""

    kind: str
    values: dict[str, Value] = field(default_factory=dict)


Step = RunStarted | Progressed | PointReached | Noticed
Work = Generator[Step, None, ResultT]


@dataclass
class Control:
    """What a front end may ask of running work between two steps, besides closing it."""

    stop_and_keep_best: bool = False


class Dropped(BaseException):
    """Nobody waits for the answer any more. Not an ``Exception``: nobody between may take it for an error."""


_is_dropped: Callable[[], bool] | None = None


@contextmanager
def droppable(is_dropped: Callable[[], bool] | None) -> Iterator[None]:
    """Inside, ``breathe`` raises ``Dropped`` as soon as ``is_dropped`` says so; None: it never does."""
    global _is_dropped  # noqa: PLW0603  # one job at a time in a process, and no argument goes through Captum
    before, _is_dropped = _is_dropped, is_dropped
    try:
        yield
    finally:
        _is_dropped = before


def breathe() -> None:
    """Where a computation that yields nothing can be left: before each batch of it."""
    if _is_dropped is not None and _is_dropped():
        raise Dropped


def finish(work: Generator[Step, None, ResultT]) -> ResultT:
    """Run work to its end and give its result, for callers who need no progress."""
    while True:
        breathe()
        try:
            next(work)
        except StopIteration as stop:
            result: ResultT = stop.value
            return result


def watched(
    work: Generator[Step, None, ResultT],
    seen: Callable[[Step], object] = lambda step: None,
    *,
    before: Callable[[], object] = lambda: None,
) -> Work[ResultT]:
    """Run work as a part of other work: ``before`` is called ahead of each step, ``seen`` gets it ere it goes on."""
    with closing(work):
        while True:
            before()
            try:
                step = next(work)
            except StopIteration as stop:
                result: ResultT = stop.value
                return result
            seen(step)
            yield step


def retold(work: Generator[Step, None, ResultT], tell: Callable[[Progressed], Progressed]) -> Work[ResultT]:
    """Run work as a part of other work: its progress as ``tell`` tells it, its other steps as they are."""
    with closing(work):
        while True:
            try:
                step = next(work)
            except StopIteration as stop:
                result: ResultT = stop.value
                return result
            yield tell(step) if isinstance(step, Progressed) else step
