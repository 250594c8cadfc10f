"""Keeps one lane's engine alive: starts it, gives it one job at a time, ends it where a job will not end."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.api.messages import Cancel, Command, EngineReady, Event, Lane, Submit
from gui.engine_link import EngineLink, EntryPoint, ProcessOutcome

CANCEL_GRACE_MS = 2000
STALE_GRACE_MS = 5000
RESPAWN_DELAYS_MS = (0, 500, 2000)  # and then it is given up
RESPAWN_WINDOW_SECONDS = 60.0


class LaneKeeper(QObject):
    """Lives in the window's thread.

    Attributes:
        ready_event: what the engine said of itself; None while there is none that can take a job.
        given_up: it died too often without finishing a job.
    Signals:
        said(Event): what the engine says of jobs. ready(EngineReady).
        idle(Lane): a job may be given. died(Lane, ProcessOutcome, job id or None). gave_up(Lane).
    """

    said = Signal(object)
    ready = Signal(object)
    idle = Signal(object)
    died = Signal(object, object, object)
    gave_up = Signal(object)

    def __init__(
        self, lane: Lane, entry: EntryPoint, log_folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._lane = lane
        self._entry = entry
        self._log = log_folder / f"engine-{lane}.log"
        self._link: EngineLink | None = None
        self._job: int | None = None
        self._deaths: list[float] = []
        self._stopping = False
        self._project_logs: Path | None = None
        self.ready_event: EngineReady | None = None
        self.given_up = False
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.timeout.connect(self._grace_over)
        self._respawn = QTimer(self)
        self._respawn.setSingleShot(True)
        self._respawn.timeout.connect(self._spawn)
        self._nudge = QTimer(self)
        self._nudge.setSingleShot(True)
        self._nudge.timeout.connect(self._say_idle)

    @property
    def free(self) -> bool:
        return self.ready_event is not None and self._job is None

    @property
    def pid(self) -> int | None:
        """Of the engine process, None while there is none."""
        return None if self._link is None else self._link.pid

    def start(self) -> None:
        """Start the engine where there is none and it was not given up."""
        if self._link is None and not self.given_up and not self._stopping and not self._respawn.isActive():
            self._spawn()

    def try_again(self) -> None:
        """Start an engine that was given up."""
        self.given_up = False
        self._deaths.clear()
        self.start()

    def keep_log_in(self, folder: Path | None) -> None:
        """Where a copy of the log goes when the engine dies."""
        self._project_logs = folder
        if self._link is not None:
            self._link.keep_log_in = folder

    def nudge(self) -> None:
        """Say ``idle`` when the event loop comes round, so that whoever submits can connect first."""
        self._nudge.start(0)

    def give(self, job: int, command: Submit) -> None:
        """Only where ``free``."""
        self._job = job
        self.send(command)

    def send(self, command: Command) -> None:
        if self._link is not None:
            self._link.send(command)

    def cancel(self, job: int, grace_ms: int = CANCEL_GRACE_MS) -> None:
        """Ask the job to end; after the grace its process is ended."""
        if job == self._job:
            self.send(Cancel(job))
            self._grace.start(grace_ms)

    def job_ended(self, job: int, *, finished: bool) -> None:
        """The engine is free again; ``finished`` shows that it is of use."""
        if job != self._job:
            return
        self._job = None
        self._grace.stop()
        if finished:
            self._deaths.clear()
        self.nudge()

    def end_process(self) -> None:
        """End the process and start a new one."""
        self.ready_event = None
        if self._link is not None:
            self._link.end_process()

    def stop(self) -> None:
        """End the process for good; waits until it is gone."""
        self._stopping = True
        self._respawn.stop()
        self._grace.stop()
        self.ready_event = None
        if self._link is not None:
            link, self._link = self._link, None
            link.said.disconnect(self._heard)
            link.gone.disconnect(self._gone)
            link.leave()
            link.wait()

    @Slot()
    def _say_idle(self) -> None:
        self.idle.emit(self._lane)

    @Slot()
    def _grace_over(self) -> None:
        self.end_process()

    @Slot()
    def _spawn(self) -> None:
        self._link = EngineLink(self._lane, self._entry, self._log, self)
        self._link.keep_log_in = self._project_logs
        self._link.said.connect(self._heard)
        self._link.gone.connect(self._gone)
        self._link.start()

    @Slot(object)
    def _heard(self, event: Event) -> None:
        if self.sender() is not self._link:
            return
        if isinstance(event, EngineReady):
            self.ready_event = event
            self.ready.emit(event)
            self.idle.emit(self._lane)
        else:
            self.said.emit(event)

    @Slot(object)
    def _gone(self, outcome: ProcessOutcome) -> None:
        if self._link is None or self.sender() is not self._link:
            return  # it was on its way when the lane was stopped
        self._link.wait()  # the signal is the thread's last act
        self._link.deleteLater()
        self._link = None
        self.ready_event = None
        self._grace.stop()
        job, self._job = self._job, None
        # a death under a job is answered by the user, who runs it again or not; one without a job could go round
        delay_ms = 0 if outcome.asked or job is not None else self._count_death()
        # before anyone hears of it: who submits a job on hearing it must not start a second engine
        if delay_ms is None:
            self.given_up = True
        else:
            self._respawn.start(delay_ms)
        self.died.emit(self._lane, outcome, job)
        if self.given_up:
            self.gave_up.emit(self._lane)
            self.nudge()

    def _count_death(self) -> int | None:
        """How long to wait before the next start; None = no more."""
        now = time.monotonic()
        self._deaths = [each for each in self._deaths if now - each < RESPAWN_WINDOW_SECONDS]
        self._deaths.append(now)
        tries = len(self._deaths)
        return RESPAWN_DELAYS_MS[tries - 1] if tries <= len(RESPAWN_DELAYS_MS) else None
