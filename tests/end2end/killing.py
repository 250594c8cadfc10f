"""Plays one request through the window's queue to its end, killing the engine at given moments.

After every kill the queue is left to do what it does in the window; then the job is asked for again, as the user
would: a training goes on from its checkpoint, a scoring from its unfinished output.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import Lane, Request, Result, Resume
from gui.jobs import Job, JobQueue


@dataclass(frozen=True)
class Moment:
    """The engine is killed ``delay_ms`` after ``reached`` is true of the job that it is at."""

    reached: Callable[[Job], bool]
    delay_ms: int = 0


class Ordeal(QObject):
    """One request with its kills. Only one at a time on a queue, and no other jobs beside it.

    Attributes:
        kills, given_up: how often the engine was killed, and was given up by the queue and started by hand.
        resumed_at: done steps or rows that every attempt's first word of progress in its main stage told.
        run: of a training. result, error: how it ended. leftover: moments that did not come.
        done: whether it was answered; without a result where the last kill came after the last word was stored.
    Signals: over, once: the request was answered or failed.
    """

    over = Signal()

    def __init__(self, queue: JobQueue, request: Request, moments: Iterable[Moment] = ()) -> None:
        super().__init__(queue)
        self._queue = queue
        self._request = request
        self._moments = list(moments)
        self._job: Job | None = None
        self.kills = self.given_up = 0
        self.resumed_at: list[int] = []
        self.run = ""
        self.result: Result | None = None
        self.error: ErrorReport | None = None
        self.done = False
        self._told = False
        self._armed = False
        self._shot, self._again = QTimer(self), QTimer(self)
        for timer, handler in ((self._shot, self._kill), (self._again, self._submit)):
            timer.setSingleShot(True)
            timer.timeout.connect(handler)
        queue.engine_gave_up.connect(self._gave_up)

    @property
    def leftover(self) -> int:
        return len(self._moments)

    def start(self) -> None:
        self._again.start(0)

    @Slot()
    def _submit(self) -> None:
        self._armed = self._told = False
        job = self._job = self._queue.submit(self._request)
        for sign in (job.started, job.progressed, job.moved):
            sign.connect(self._look)
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.interrupted.connect(self._interrupted)

    @Slot()
    def _look(self) -> None:
        job = self._job
        if job is None:
            return
        if not self._told and job.progress is not None and job.progress.stage in ("train", "score"):
            self._told = True
            self.resumed_at.append(job.progress.done)
        if self._moments and not self._armed and self._moments[0].reached(job):
            self._armed = True
            self._shot.start(self._moments.pop(0).delay_ms)

    @Slot()
    def _kill(self) -> None:
        if self._job is None or self._job.state.ended:
            return
        self.kills += 1
        os.kill(self._queue.pids()[0], signal.SIGKILL)  # the heavy lane is the first, and it is at work

    @Slot()
    def _interrupted(self) -> None:
        job, self._job = self._job, None
        assert job is not None
        self.run = job.run or self.run
        if self.run:
            self._request = Resume(run=self.run)
        # when the event loop comes round: a user cannot be faster either
        self._again.start(0)

    @Slot(object)
    def _gave_up(self, lane: Lane) -> None:
        self.given_up += 1
        self._queue.try_again(lane)

    @Slot(object)
    def _finished(self, result: Result) -> None:
        assert self._job is not None
        self.run = self._job.run or self.run
        self.result = result
        self.done = True
        self._end()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        if error.kind is ErrorKind.NOTHING_TO_RESUME and error.values.get("reason") == "done":
            self.done = True
        else:
            self.error = error
        self._end()

    def _end(self) -> None:
        self._job = None
        self._shot.stop()
        self._queue.engine_gave_up.disconnect(self._gave_up)
        self.over.emit()


def trained_share(share: float) -> Callable[[Job], bool]:
    """Whether a training has done this share of its steps; above 1: whether its test texts are being read."""

    def reached(job: Job) -> bool:
        progress = job.progress
        if progress is None:
            return False
        if progress.stage == "train":
            return progress.done >= share * progress.total
        return share > 1 and progress.stage == "evaluate"

    return reached
