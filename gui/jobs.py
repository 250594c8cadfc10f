"""The queue: what waits, runs and ended. One heavy job at a time, interactive ones answered at once."""

from __future__ import annotations

import itertools
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.api.errors import ErrorKind, ErrorReport
from engine.api.explaining.change import FindSmallestChange
from engine.api.explaining.influence import FindInfluences
from engine.api.explaining.trust import SealExplanation
from engine.api.messages import Continue as ContinueCommand
from engine.api.messages import (
    EngineReady,
    Event,
    Explain,
    ForecastTraining,
    InspectFile,
    JobCancelled,
    JobContinued,
    JobDone,
    JobFailed,
    JobPaused,
    JobStarted,
    JobState,
    Lane,
    Notice,
    PredictText,
    Progress,
    Request,
    Result,
    Resume,
    Train,
    TrainingMoved,
)
from engine.api.messages import Pause as PauseCommand
from engine.api.messages import StopAndKeepBest as StopAndKeepBestCommand
from engine.api.messages import Submit as SubmitCommand
from engine.api.messages_transfer import CompareRuns, PreviewPreparation, Race, TrainAgain
from engine.api.store.jobs import JobRecord
from gui.engine_link import EntryPoint, ProcessOutcome
from gui.job_ledger import JobLedger
from gui.lane import STALE_GRACE_MS, LaneKeeper
from gui.session import Session

QUIET_MS = 1500
# of the interactive lane: what a hand on the keyboard waits for, and what can be begun anew after it
_URGENT = (Explain, InspectFile, PredictText)
_PATIENT = (
    CompareRuns,
    FindInfluences,
    FindSmallestChange,
    ForecastTraining,
    PreviewPreparation,
    SealExplanation,
)


class Job(QObject):
    """One request on its way through the engine.

    Attributes:
        id: the window's number for it. request: what was asked. lane. state. run: of a training, once known.
        spare: nobody has asked for it, so that it makes room for whatever somebody asks.
        progress, error, result: the last of each, or None.
    Signals:
        started, progressed(Progress), moved(TrainingMoved), noticed(Notice), paused,
        continued: while it runs.
        finished(result), failed(ErrorReport), cancelled, interrupted: exactly one of them, then
        ended: always the last, exactly once. A job that was replaced by a newer one emits nothing at all.
    """

    started = Signal()
    progressed = Signal(object)
    moved = Signal(object)
    noticed = Signal(object)
    paused = Signal()
    continued = Signal()
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    interrupted = Signal()
    ended = Signal()

    def __init__(
        self,
        queue: JobQueue,
        id: int,
        request: Request,
        lane: Lane,
        key: str,
        project: Path,
        *,
        spare: bool = False,
    ) -> None:
        super().__init__(queue)
        self._queue = queue
        self.id = id
        self.request = request
        self.lane = lane
        self.key = key
        self.project = project
        self.spare = spare
        self.state = JobState.WAITING
        self.run = request.run if isinstance(request, Resume) else ""
        self.progress: Progress | None = None
        self.error: ErrorReport | None = None
        self.result: Result | None = None
        self.cancelling = False
        self.silent = False
        self.begun = False
        self.put_off = False  # it makes room for another, and waits again as soon as it has stopped
        self.awaits_quiet = False  # it has made room, and is begun anew when the hands rest

    @property
    def is_urgent(self) -> bool:
        return self.lane is Lane.INTERACTIVE and isinstance(self.request, _URGENT) and not self.spare

    def gives_way_to(self, other: Job) -> bool:
        """Whether it stops for another of its lane, to be begun anew after it."""
        if self.spare:
            return not other.spare
        return other.is_urgent and isinstance(self.request, _PATIENT)

    @property
    def is_training(self) -> bool:
        return isinstance(self.request, Train | Resume | TrainAgain | Race)

    def cancel(self) -> None:
        """Ask it to end; after a grace its process is ended. Nothing happens where it has ended."""
        self._queue.cancel(self)

    def drop(self) -> None:
        """Never emit again, and end as soon as that is easy: nobody waits for it any more."""
        self._queue.drop(self)

    def pause(self) -> None:
        self._queue.command(self, PauseCommand(self.id))

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._queue.command(self, ContinueCommand(self.id))

    def stop_and_keep_best(self) -> None:
        """End a training after the current step; its best weights become the run's model."""
        self._queue.command(self, StopAndKeepBestCommand(self.id))

    def disconnect_all(self) -> None:
        """Never emit again, whatever happens to it."""
        self.silent = True

    def say(self, name: str, *arguments: object) -> None:
        """Emit a signal by name, unless the job was replaced. For the queue alone."""
        if not self.silent:
            getattr(self, name).emit(*arguments)


class JobQueue(QObject):
    """Jobs in, typed signals out. Nothing here waits: engines and store have threads of their own.

    Signals:
        job_added(Job), job_changed(Job): of both lanes; changed comes before the job's own signal.
        engine_ready(EngineReady), engine_died(Lane, ProcessOutcome): the second where nobody asked for it.
        engine_gave_up(Lane): it died too often to be started again by itself.
        recovered(waiting, interrupted): lists of ``JobRecord`` that the last window left in the project.
        store_failed(ErrorReport): the queue could not be kept in the project; the jobs go on.
    """

    job_added = Signal(object)
    job_changed = Signal(object)
    engine_ready = Signal(object)
    engine_died = Signal(object, object)
    engine_gave_up = Signal(object)
    recovered = Signal(object, object)
    store_failed = Signal(object)

    def __init__(
        self, session: Session, entry: EntryPoint, log_folder: Path, parent: QObject | None = None
    ) -> None:
        """``entry`` names the function that the engine process runs, ``log_folder`` takes its output."""
        super().__init__(parent)
        self._session = session
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._ledger = JobLedger(session, self)
        self._ledger.recovered.connect(self.recovered)
        self._ledger.failed.connect(self.store_failed)
        self._lanes = {lane: LaneKeeper(lane, entry, log_folder, self) for lane in Lane}
        for keeper in self._lanes.values():
            keeper.said.connect(self._take)
            keeper.idle.connect(self._pump)
            keeper.died.connect(self._died)
            keeper.gave_up.connect(self.engine_gave_up)
            keeper.ready.connect(self.engine_ready)
        self._lanes[Lane.INTERACTIVE].ready.connect(self._interactive_ready)
        self._quiet = QTimer(self)  # since the last urgent question
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._lanes[Lane.INTERACTIVE].nudge)
        session.opened.connect(self._project_opened)

    # --- what the window asks ----------------------------------------------------------------------------

    @property
    def jobs(self) -> list[Job]:
        """Heavy jobs that have not ended, in order; the first may be running."""
        return [job for job in self._jobs.values() if job.lane is Lane.HEAVY]

    @property
    def current(self) -> Job | None:
        """The heavy job that is at work or paused."""
        return next((job for job in self.jobs if job.state is not JobState.WAITING), None)

    def ready(self, lane: Lane) -> EngineReady | None:
        """What the lane's engine said of itself, None until it has started."""
        return self._lanes[lane].ready_event

    def start(self) -> None:
        """Start the engines in the background; the interactive one first, for it is needed first."""
        self._lanes[Lane.INTERACTIVE].start()

    def try_again(self, lane: Lane) -> None:
        """Start an engine that was given up."""
        self._lanes[lane].try_again()

    def pids(self) -> list[int]:
        """Of the engine processes that there are."""
        return [keeper.pid for keeper in self._lanes.values() if keeper.pid is not None]

    def submit(self, request: Request, lane: Lane = Lane.HEAVY, key: str = "", *, spare: bool = False) -> Job:
        """Queue a request. With a ``key`` it replaces an earlier interactive one, which falls silent.

        Predictions and explanations go first in the interactive lane; a forecast, a seal and the like that runs there
        stops for them and is begun anew when the hands rest. A ``spare`` job runs while its lane has nothing else to
        do, stops for all others there, and leaves no trace in the store. Needs an open project.
        """
        assert self._session.path is not None
        if key:
            self._replace(lane, key)
        job = Job(self, next(self._numbers), request, lane, key, self._session.path, spare=spare)
        self._jobs[job.id] = job
        if lane is Lane.HEAVY and not spare:
            self._ledger.add(job.id, request)
        elif job.is_urgent:
            self._quiet.start()
        self._announce(job)
        return job

    def adopt(self, record: JobRecord) -> Job:
        """Take a job that waits in the store into the queue again."""
        assert self._session.path is not None
        job = Job(self, next(self._numbers), record.request, Lane.HEAVY, "", self._session.path)
        self._jobs[job.id] = job
        self._ledger.adopt(job.id, record.id)
        self._announce(job)
        return job

    def discard(self, records: list[JobRecord]) -> None:
        """Call jobs that wait in the store off."""
        self._ledger.discard([record.id for record in records])

    def _make_room(self, newcomer: Job) -> None:
        for job in self._jobs.values():
            at_work = job.lane is newcomer.lane and job.state in (JobState.RUNNING, JobState.PAUSED)
            stopping = job.silent or job.cancelling or job.put_off
            if at_work and not stopping and job.gives_way_to(newcomer):
                job.put_off = True
                self._lanes[job.lane].cancel(job.id, STALE_GRACE_MS)

    def _announce(self, job: Job) -> None:
        self._make_room(job)
        self.job_added.emit(job)
        self._lanes[job.lane].start()
        self._lanes[job.lane].nudge()

    def _replace(self, lane: Lane, key: str) -> None:
        for job in [each for each in self._jobs.values() if each.key == key and each.lane is lane]:
            self.drop(job)

    # --- what a job asks ----------------------------------------------------------------------------------

    def cancel(self, job: Job) -> None:
        """See ``Job.cancel``."""
        if job.state is JobState.WAITING:
            self._end(job, JobState.CANCELLED)
        elif not job.state.ended and not job.cancelling:
            job.cancelling = True
            self._lanes[job.lane].cancel(job.id)
            self.job_changed.emit(job)

    def drop(self, job: Job) -> None:
        """See ``Job.drop``."""
        job.disconnect_all()
        if job.state is JobState.WAITING:
            self._forget(job)
        elif not job.state.ended:
            self._lanes[job.lane].cancel(job.id, STALE_GRACE_MS)

    def command(self, job: Job, command: PauseCommand | ContinueCommand | StopAndKeepBestCommand) -> None:
        """Send a command to a job that is at work."""
        if job.state in (JobState.RUNNING, JobState.PAUSED):
            self._lanes[job.lane].send(command)

    # --- what the engines say -----------------------------------------------------------------------------

    @Slot()
    def _project_opened(self) -> None:
        self._ledger.recover()
        assert self._session.project is not None
        for keeper in self._lanes.values():
            keeper.keep_log_in(self._session.project.logs)

    @Slot(object)
    def _interactive_ready(self, _ready: EngineReady) -> None:
        self._lanes[Lane.HEAVY].start()

    @Slot(object)
    def _pump(self, lane: Lane) -> None:
        """Give the lane's engine its next job, where it is ready and free."""
        keeper = self._lanes[lane]
        if keeper.given_up and lane is Lane.INTERACTIVE:
            self._refuse_waiting()
        if not keeper.free:
            return
        waiting = [
            job
            for job in self._jobs.values()
            if job.lane is lane
            and job.state is JobState.WAITING
            and not (job.awaits_quiet and self._quiet.isActive())
        ]
        if not waiting:
            return
        job = min(waiting, key=lambda job: (not job.is_urgent, job.spare))
        job.state = JobState.RUNNING
        keeper.give(job.id, SubmitCommand(job.id, str(job.project), job.request))
        self._ledger.set_state(job.id, JobState.RUNNING)

    def _refuse_waiting(self) -> None:
        # an answer that comes after the next restart is of no use; heavy jobs wait, as the store says
        for job in [each for each in self._jobs.values() if each.lane is Lane.INTERACTIVE]:
            job.error = ErrorReport(ErrorKind.ENGINE_NOT_STARTED)
            self._end(job, JobState.FAILED, job.error)

    @Slot(object)
    def _take(self, event: Event) -> None:
        if isinstance(event, EngineReady):
            return
        job = self._jobs.get(event.job)
        if job is None:
            return
        if isinstance(event, JobStarted):
            job.run = event.run or job.run
            self._ledger.set_state(job.id, JobState.RUNNING, job.run)
            if job.begun:  # a training says it again, when it has made its run
                self.job_changed.emit(job)
            else:
                job.begun = True
                self._changed(job, "started")
        elif isinstance(event, Progress):
            job.progress = event
            self._changed(job, "progressed", event)
        elif isinstance(event, TrainingMoved):
            job.run = event.run
            self._changed(job, "moved", event)
        elif isinstance(event, Notice):
            self._changed(job, "noticed", event)
        elif isinstance(event, JobPaused | JobContinued):
            paused = isinstance(event, JobPaused)
            job.state = JobState.PAUSED if paused else JobState.RUNNING
            self._ledger.set_state(job.id, job.state)
            self._changed(job, "paused" if paused else "continued")
        elif isinstance(event, JobDone):
            job.result = event.result
            self._end(job, JobState.DONE, event.result)
        elif isinstance(event, JobCancelled) and self._waits_again(job):
            self._lanes[job.lane].job_ended(job.id, finished=True)
        elif isinstance(event, JobCancelled):
            self._end(job, JobState.CANCELLED)
        elif isinstance(event, JobFailed):
            job.error = event.error
            self._end(job, JobState.FAILED, event.error)

    @Slot(object, object, object)
    def _died(self, lane: Lane, outcome: ProcessOutcome, job_id: int | None) -> None:
        """The engine's process ended; ``job_id`` is what it was at."""
        job = self._jobs.get(job_id) if job_id is not None else None
        asked = job is not None and (job.cancelling or job.silent or job.put_off)
        if not asked:
            self.engine_died.emit(lane, outcome)
        if job is None or self._waits_again(job):
            return
        if asked:
            self._ledger.close_run(job.run, JobState.CANCELLED)
            self._end(job, JobState.CANCELLED)
        else:
            job.error = ErrorReport(ErrorKind.ENGINE_DIED, outcome.values())
            self._ledger.close_run(job.run, JobState.INTERRUPTED)
            self._end(job, JobState.INTERRUPTED)

    def _waits_again(self, job: Job) -> bool:
        """Whether a job has only made room; it is then the lane's again, when its turn comes."""
        if not job.put_off or job.cancelling or job.silent:
            return False
        job.put_off, job.awaits_quiet = False, job.lane is Lane.INTERACTIVE
        job.state = JobState.WAITING
        return True

    def _changed(self, job: Job, signal: str, *arguments: object) -> None:
        if not job.silent:
            self.job_changed.emit(job)
        job.say(signal, *arguments)

    def _end(self, job: Job, state: JobState, value: Result | ErrorReport | None = None) -> None:
        job.state = state
        self._ledger.end(job.id, state, value or job.error)
        self._forget(job)
        names = {
            JobState.DONE: "finished",
            JobState.CANCELLED: "cancelled",
            JobState.FAILED: "failed",
            JobState.INTERRUPTED: "interrupted",
        }
        self._changed(job, names[state], *([] if value is None else [value]))
        job.say("ended")

    def _forget(self, job: Job) -> None:
        """Let go of a job that has ended; whoever holds it may still read it."""
        self._jobs.pop(job.id, None)
        self._lanes[job.lane].job_ended(job.id, finished=job.state is not JobState.INTERRUPTED)

    # --- the end ------------------------------------------------------------------------------------------

    def leave_project(self) -> None:
        """Before the project is closed: what runs is interrupted, what waits stays waiting in the store."""
        for job in list(self._jobs.values()):
            if job.state is JobState.WAITING:
                job.disconnect_all()
                self._forget(job)
                continue
            self._lanes[job.lane].end_process()
            self._ledger.close_run(job.run, JobState.INTERRUPTED)
            self._end(job, JobState.INTERRUPTED)

    def stop(self) -> None:
        """End the engines; call ``leave_project`` first."""
        for keeper in self._lanes.values():
            keeper.stop()
