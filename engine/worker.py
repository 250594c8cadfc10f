"""The engine process: reads commands, runs one request's generator at a time, sends events.

A second thread only listens, so that cancel, pause and stop arrive while the work computes; they are looked at
between two steps of the work, and a cancel in the interactive lane also within them (``engine.progress.breathe``).
When the front end's end of the pipe closes, this process ends.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import sys
import threading
import time
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from engine.api import wire
from engine.api.errors import report
from engine.api.messages import (
    Cancel,
    Continue,
    EngineReady,
    Event,
    JobCancelled,
    JobContinued,
    JobDone,
    JobFailed,
    JobPaused,
    JobStarted,
    Lane,
    Notice,
    Pause,
    Progress,
    Result,
    StopAndKeepBest,
    Submit,
    TrainingMoved,
)
from engine.api.project import Project
from engine.offline import keep_libraries_quiet

_EVENTS_PER_SECOND = 10


def serve(connection: Connection, lane: str) -> None:
    """Answer commands until the pipe closes. ``lane`` is a value of ``Lane``."""
    faulthandler.enable()
    keep_libraries_quiet()
    if lane == Lane.HEAVY and hasattr(os, "nice"):
        os.nice(10)  # the window and the interactive lane come first
    inbox = Inbox(connection)
    started = time.monotonic()
    _send(connection, _ready(started))
    from engine.models.loaded import Models

    models = Models()
    while True:
        submit = inbox.next_job()
        _Running(connection, inbox, submit, models, prompt=lane == Lane.INTERACTIVE).run()


class Inbox:
    """Commands as they come, read by a thread of its own; the process ends with the pipe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._jobs: queue.Queue[Submit] = queue.Queue()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._cancelled: set[int] = set()
        self._stopped: set[int] = set()
        self._paused: set[int] = set()
        threading.Thread(target=self._listen, name="inbox", daemon=True).start()

    def _listen(self) -> None:
        try:
            while True:
                command = wire.decode_command(self._connection.recv_bytes())
                with self._changed:
                    match command:
                        case Submit():
                            self._cancelled.discard(command.job)  # it was put off and is begun anew
                            self._jobs.put(command)
                        case Cancel(job=job):
                            self._cancelled.add(job)
                        case StopAndKeepBest(job=job):
                            self._stopped.add(job)
                        case Pause(job=job):
                            self._paused.add(job)
                        case Continue(job=job):
                            self._paused.discard(job)
                    self._changed.notify_all()
        except (EOFError, OSError):
            # the window is gone: nobody waits for an answer, and checkpoints are on disk
            os._exit(0)

    def next_job(self) -> Submit:
        return self._jobs.get()

    def is_cancelled(self, job: int) -> bool:
        return job in self._cancelled

    def take_stop(self, job: int) -> bool:
        """Whether a stop has come since this was last asked; it ends a pause."""
        with self._lock:
            if job not in self._stopped:
                return False
            self._stopped.discard(job)
            self._paused.discard(job)
            return True

    def is_paused(self, job: int) -> bool:
        return job in self._paused and job not in self._cancelled and job not in self._stopped

    def wait_while_paused(self, job: int) -> None:
        with self._changed:
            while self.is_paused(job):
                self._changed.wait()


class _Running:
    """One job from its first to its last event."""

    def __init__(
        self, connection: Connection, inbox: Inbox, submit: Submit, models: object, *, prompt: bool
    ) -> None:
        """``prompt``: a cancel need not wait for the end of a step, which loses nothing but an answer."""
        self._prompt = prompt
        self._connection = connection
        self._inbox = inbox
        self._job = submit.job
        self._submit = submit
        self._models = models
        self._clock = StageClock()
        self._last_sent = 0.0

    def run(self) -> None:
        """Exactly one of JobDone, JobCancelled, JobFailed is sent last."""
        if self._inbox.is_cancelled(self._job):
            self._send(JobCancelled(self._job))
            return
        try:
            with Project.open(Path(self._submit.project)) as project:
                result = self._work(project)
        except Exception as error:
            traceback_to_log(error)
            self._send(JobFailed(self._job, report(error)))
            return
        self._send(JobCancelled(self._job) if result is None else JobDone(self._job, result))

    def _work(self, project: Project) -> Result | None:
        """The result, or None where the job was cancelled."""
        from engine.dispatch import work_for
        from engine.models.loaded import Models
        from engine.progress import Control, Dropped, droppable

        assert isinstance(self._models, Models)
        control = Control()
        work = work_for(project, self._submit.request, control, self._models)
        self._send(JobStarted(self._job))
        cancelled = partial(self._inbox.is_cancelled, self._job)
        try:
            while True:
                with droppable(cancelled if self._prompt else None):
                    step = next(work)
                self._tell(step)
                if self._inbox.take_stop(self._job):
                    control.stop_and_keep_best = (
                        True  # until the work takes it back: a race stops one training
                    )
                self._pause()
                if cancelled():
                    work.close()
                    return None
        except Dropped:
            return None
        except StopIteration as stop:
            result: Result = stop.value
            return result

    def _pause(self) -> None:
        if not self._inbox.is_paused(self._job):
            return
        began = time.monotonic()
        self._send(JobPaused(self._job))
        self._inbox.wait_while_paused(self._job)
        self._clock.skip(time.monotonic() - began)
        if not self._inbox.is_cancelled(self._job):
            self._send(JobContinued(self._job))

    def _tell(self, step: object) -> None:
        from engine.progress import Noticed, PointReached, Progressed, RunStarted

        match step:
            case Progressed():
                self._tell_progress(step)
            case PointReached(run=run, point=point):
                self._send(TrainingMoved(self._job, run, point))
            case RunStarted(run=run):
                self._send(JobStarted(self._job, run))
            case Noticed(kind=kind, values=values):
                self._send(Notice(self._job, kind, values))

    def _tell_progress(self, step: object) -> None:
        """At the rate an eye can use; the first and the last step of a stage are always told."""
        from engine.progress import Progressed

        assert isinstance(step, Progressed)
        fresh = self._clock.note(step.stage, step.done)
        now = time.monotonic()
        if not fresh and step.done < step.total and now - self._last_sent < 1 / _EVENTS_PER_SECOND:
            return
        self._last_sent = now
        self._send(
            Progress(
                job=self._job,
                stage=step.stage,
                done=step.done,
                total=step.total,
                seconds_left=self._clock.seconds_left(step.total),
                rate=step.rate,
                label_counts=step.label_counts,
                memory_bytes=_memory(),
            )
        )

    def _send(self, event: Event) -> None:
        _send(self._connection, event)


class StageClock:
    """Time left of a stage from the pace since it began; pauses do not count."""

    def __init__(self) -> None:
        self._stage = ""
        self._began = 0.0
        self._first = 0
        self._done = 0

    def note(self, stage: str, done: int) -> bool:
        """Whether this begins a stage."""
        fresh = stage != self._stage
        if fresh:
            self._stage, self._began, self._first = stage, time.monotonic(), done
        self._done = done
        return fresh

    def skip(self, seconds: float) -> None:
        self._began += seconds

    def seconds_left(self, total: int) -> float | None:
        """None until a pace can be told."""
        moved = self._done - self._first
        elapsed = time.monotonic() - self._began
        if moved <= 0 or elapsed < 0.2:
            return None
        return elapsed / moved * max(0, total - self._done)


def _ready(started: float) -> EngineReady:
    from engine.devices import choose, scoring_precision

    device = choose()
    return EngineReady(
        device=str(device.torch_device),
        device_name=device.name,
        threads=device.threads,
        precision=scoring_precision(device.torch_device),
        memory_total_bytes=device.memory_total,
        seconds=time.monotonic() - started,
    )


def _memory() -> int:
    from engine.devices import process_memory

    return process_memory()


def traceback_to_log(error: Exception) -> None:
    """The trace into the process's log, for bug reports."""
    import traceback

    traceback.print_exception(error, file=sys.stderr)
    sys.stderr.flush()


def _send(connection: Connection, event: Event) -> None:
    try:
        connection.send_bytes(wire.encode(event))
    except (BrokenPipeError, OSError):
        os._exit(0)
