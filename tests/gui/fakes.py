"""A queue without an engine: it records what was asked, and the test says what comes back."""

from __future__ import annotations

import itertools
from typing import Any, TypeVar, cast

from PySide6.QtCore import QObject, Signal

from engine.api.errors import ErrorKind, ErrorReport, Value
from engine.api.messages import (
    EngineReady,
    JobState,
    Lane,
    Notice,
    Progress,
    Request,
    Result,
    TrainingMoved,
)
from engine.api.results import TrainingPoint
from gui.jobs import Job, JobQueue
from gui.session import Session

RequestT = TypeVar("RequestT")


class FakeQueue(QObject):
    """Stands where a ``JobQueue`` stands, below the real ``Operations``. Nothing happens by itself.

    Attributes:
        submitted: every job ever asked for, in order, replaced ones too.
        commands: (job, command) pairs: pause, continue, stop and keep best.
    """

    job_added = Signal(object)
    job_changed = Signal(object)
    engine_ready = Signal(object)
    engine_died = Signal(object, object)
    engine_gave_up = Signal(object)
    recovered = Signal(object, object)
    store_failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._numbers = itertools.count(1)
        self.submitted: list[Job] = []
        self.commands: list[tuple[Job, object]] = []
        self.ready_event: EngineReady | None = None

    def as_queue(self) -> JobQueue:
        """Itself, for those who name the real type."""
        return cast(JobQueue, cast(Any, self))

    # --- what the window asks -------------------------------------------------------------------------------

    @property
    def jobs(self) -> list[Job]:
        return [job for job in self.submitted if job.lane is Lane.HEAVY and not job.state.ended]

    @property
    def current(self) -> Job | None:
        return next((job for job in self.jobs if job.state is not JobState.WAITING), None)

    def ready(self, lane: Lane) -> EngineReady | None:
        return self.ready_event

    def submit(self, request: Request, lane: Lane = Lane.HEAVY, key: str = "", *, spare: bool = False) -> Job:
        assert self._session.path is not None
        for old in self.submitted:
            if key and old.key == key and old.lane is lane:
                self.drop(old)
        job = Job(self.as_queue(), next(self._numbers), request, lane, key, self._session.path, spare=spare)
        self.submitted.append(job)
        self.job_added.emit(job)
        return job

    def cancel(self, job: Job) -> None:
        if not job.state.ended:
            self._end(job, JobState.CANCELLED, "cancelled")

    def drop(self, job: Job) -> None:
        if not job.state.ended:
            job.disconnect_all()
            job.state = JobState.CANCELLED

    def command(self, job: Job, command: object) -> None:
        self.commands.append((job, command))

    # --- what the test says ---------------------------------------------------------------------------------

    def last(self, kind: type[RequestT]) -> Job:
        """The newest job with a request of that type; an assertion where there is none."""
        found = [job for job in self.submitted if isinstance(job.request, cast(type, kind))]
        assert found, f"no {kind.__name__} was asked for"
        return found[-1]

    def count(self, kind: type[RequestT]) -> int:
        return sum(isinstance(job.request, cast(type, kind)) for job in self.submitted)

    def begin(self, job: Job, run: str = "") -> None:
        job.state, job.run = JobState.RUNNING, run or job.run
        self._changed(job, "started")

    def progress(
        self, job: Job, stage: str, done: int, total: int, seconds_left: float | None = None
    ) -> None:
        job.progress = Progress(job=job.id, stage=stage, done=done, total=total, seconds_left=seconds_left)
        self._changed(job, "progressed", job.progress)

    def move(self, job: Job, point: TrainingPoint) -> None:
        self._changed(job, "moved", TrainingMoved(job.id, job.run, point))

    def notice(self, job: Job, kind: str, **values: Value) -> None:
        self._changed(job, "noticed", Notice(job.id, kind, values))

    def pause(self, job: Job) -> None:
        job.state = JobState.PAUSED
        self._changed(job, "paused")

    def go_on(self, job: Job) -> None:
        job.state = JobState.RUNNING
        self._changed(job, "continued")

    def finish(self, job: Job, result: Result) -> None:
        job.result = result
        self._end(job, JobState.DONE, "finished", result)

    def fail(self, job: Job, kind: ErrorKind, **values: Value) -> None:
        job.error = ErrorReport(kind, dict(values))
        self._end(job, JobState.FAILED, "failed", job.error)

    def interrupt(self, job: Job) -> None:
        job.error = ErrorReport(ErrorKind.ENGINE_DIED)
        self._end(job, JobState.INTERRUPTED, "interrupted")

    def _end(self, job: Job, state: JobState, signal: str, *arguments: object) -> None:
        job.state = state
        self._changed(job, signal, *arguments)
        job.say("ended")

    def _changed(self, job: Job, signal: str, *arguments: object) -> None:
        if not job.silent:
            self.job_changed.emit(job)
        job.say(signal, *arguments)
