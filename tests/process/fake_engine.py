"""An engine that does as it is told: the run's name in an ``Evaluate`` request is the behaviour asked for."""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from engine.api import wire
from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import (
    Cancel,
    Continue,
    EngineReady,
    Evaluate,
    Event,
    JobCancelled,
    JobContinued,
    JobDone,
    JobFailed,
    JobPaused,
    JobStarted,
    Pause,
    PredictText,
    Progress,
    ReportWritten,
    Resume,
    StopAndKeepBest,
    Submit,
    TextPredicted,
    Train,
)
from engine.api.project import Project


def serve(connection: Connection, lane: str) -> None:
    """The normal engine: ready at once."""
    ready = EngineReady(
        device="cpu", device_name=lane, threads=1, precision="fp32", memory_total_bytes=2**30, seconds=0.0
    )
    _Engine(connection).run(ready)


def serve_slow_start(connection: Connection, lane: str) -> None:
    """Ready only when the file named in the environment is there, as a loading torch is ready late."""
    gate = Path(os.environ["LEXPLAIN_TEST_GATE"])
    while not gate.exists():
        threading.Event().wait(0.01)
    serve(connection, lane)


def serve_broken(connection: Connection, lane: str) -> None:
    """Never gets ready."""
    raise ImportError("this engine is not installed")


class _Engine:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._jobs: queue.Queue[Submit] = queue.Queue()
        self._commands: queue.Queue[object] = queue.Queue()

    def run(self, ready: EngineReady) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        self._say(ready)
        while True:
            submit = self._jobs.get()
            self._say(JobStarted(submit.job, self._make_run(submit)))
            self._behave(submit)

    def _listen(self) -> None:
        try:
            while True:
                command = wire.decode_command(self._connection.recv_bytes())
                if isinstance(command, Submit):
                    self._jobs.put(command)
                else:
                    self._commands.put(command)
        except (EOFError, OSError):
            os._exit(0)

    def _say(self, event: Event) -> None:
        self._connection.send_bytes(wire.encode(event))

    @staticmethod
    def _make_run(submit: Submit) -> str:
        """A training leaves a run and a checkpoint, as the real one does."""
        if not isinstance(submit.request, Train):
            return ""
        with Project.open(Path(submit.project)) as project, project.transaction():
            run = project.runs.add(submit.request.method, "", {})
        (project.run_folder(run) / "checkpoint").mkdir(parents=True)
        return run

    def _behave(self, submit: Submit) -> None:
        request = submit.request
        if isinstance(request, PredictText):
            self._predict(submit.job, request)
            return
        if isinstance(request, Resume):
            self._say(JobDone(submit.job, ReportWritten(request.run)))
            return
        name = request.run if isinstance(request, Evaluate) else str(getattr(request, "source", ""))
        getattr(self, "_" + name.replace("-", "_"))(submit.job)

    def _predict(self, job: int, request: PredictText) -> None:
        if request.run == "until-cancelled":
            self._until_cancelled(job)
            return
        self._say(
            JobDone(
                job,
                TextPredicted(
                    run=request.text, labels=("a",), probabilities=(1.0,), read_to=len(request.text)
                ),
            )
        )

    # --- behaviours -----------------------------------------------------------------------------------------

    def _normal(self, job: int) -> None:
        for done in range(3):
            self._say(Progress(job=job, stage="train", done=done + 1, total=3))
        self._say(JobDone(job, ReportWritten(str(os.getpid()))))

    def _failing(self, job: int) -> None:
        self._say(JobFailed(job, ErrorReport(ErrorKind.FILE_MISSING, {"path": "here"})))

    def _until_cancelled(self, job: int) -> None:
        self._say(Progress(job=job, stage="train", done=1, total=3))
        while True:
            match self._commands.get():
                case Cancel(job=asked) if asked == job:
                    self._say(JobCancelled(job))
                    return
                case Pause():
                    self._say(JobPaused(job))
                case Continue():
                    self._say(JobContinued(job))
                case StopAndKeepBest():
                    self._say(JobDone(job, ReportWritten("best")))
                    return

    def _stubborn(self, job: int) -> None:
        self._say(Progress(job=job, stage="train", done=1, total=3))
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # only a kill ends it
        threading.Event().wait()

    def _segfault(self, job: int) -> None:
        self._say(Progress(job=job, stage="train", done=1, total=3))
        ctypes.string_at(0)

    def _exit(self, job: int) -> None:
        os._exit(3)

    def _kill(self, job: int) -> None:
        self._say(Progress(job=job, stage="train", done=1, total=3))
        os.kill(os.getpid(), signal.SIGKILL)

    def _nonsense(self, job: int) -> None:
        self._connection.send_bytes(b'{"type":"NoSuchEvent"}')
        threading.Event().wait()
