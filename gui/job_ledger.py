"""The heavy jobs' rows in the project: written in order, in the writer's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from engine.api.errors import ErrorReport
from engine.api.messages import JobState, Request, Result
from engine.api.project import Project
from engine.api.store.jobs import JobRecord
from gui.session import Session


class JobLedger(QObject):
    """Knows which row of the store belongs to which job of the window.

    Signals:
        recovered(waiting, interrupted): lists of ``JobRecord`` that the last window left in the project.
        failed(ErrorReport): the store took something not; the job itself goes on.
    """

    recovered = Signal(object, object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: dict[int, int] = {}  # job -> row; touched in the writer's thread alone

    @Slot()
    def recover(self) -> None:
        """Call what was running interrupted, and tell what waits."""

        def write(project: Project) -> tuple[list[JobRecord], list[JobRecord]]:
            interrupted = project.jobs.in_state(JobState.RUNNING, JobState.PAUSED)
            if interrupted:
                with project.transaction():
                    project.jobs.mark_interrupted()
                    for record in interrupted:
                        _close_run(project, record.run, JobState.INTERRUPTED)
            project.mend_runs()
            return project.jobs.in_state(JobState.WAITING), interrupted

        ticket = self._session.writer.write(write)
        ticket.done.connect(self._tell_recovered)
        ticket.done.connect(self._runs_written)
        ticket.failed.connect(self.failed)

    @Slot(object)
    def _tell_recovered(self, found: tuple[list[JobRecord], list[JobRecord]]) -> None:
        self.recovered.emit(*found)

    def add(self, job: int, request: Request) -> None:
        def change(project: Project) -> None:
            self._rows[job] = project.jobs.add(request)

        self._write(change)

    def adopt(self, job: int, row: int) -> None:
        def change(project: Project) -> None:
            self._rows[job] = row

        self._write(change)

    def discard(self, rows: Sequence[int]) -> None:
        def change(project: Project) -> None:
            for row in rows:
                project.jobs.set_state(row, JobState.CANCELLED)

        self._write(change)

    def set_state(self, job: int, state: JobState, run: str = "") -> None:
        self._on_row(job, lambda project, row: project.jobs.set_state(row, state, run))

    def end(self, job: int, state: JobState, outcome: Result | ErrorReport | None) -> None:
        """Keep how a job ended: its result, its error, or just the state."""

        def change(project: Project, row: int) -> None:
            if isinstance(outcome, ErrorReport):
                project.jobs.fail(row, outcome, state)
            elif outcome is not None:
                project.jobs.finish(row, outcome)
            else:
                project.jobs.set_state(row, state)

        self._on_row(job, change)

    def close_run(self, run: str, state: JobState) -> None:
        """A run whose process ended under it: the engine could not say so itself. '' where it is not known."""

        def write(project: Project) -> None:
            if run:
                with project.transaction():
                    _close_run(project, run, state)
            project.mend_runs()  # one it had made, but had not yet told of

        ticket = self._session.writer.write(write)
        ticket.done.connect(self._runs_written)
        ticket.failed.connect(self.failed)

    @Slot(object)
    def _runs_written(self, _value: object) -> None:
        if self._session.project is not None:
            self._session.runs_changed.emit()

    def _on_row(self, job: int, change: Callable[[Project, int], None]) -> None:
        def on_row(project: Project) -> None:
            row = self._rows.get(job)
            if row is not None:  # interactive jobs have none
                change(project, row)

        self._write(on_row)

    def _write(self, change: Callable[[Project], None]) -> None:
        def write(project: Project) -> None:
            with project.transaction():
                change(project)

        self._session.writer.write(write).failed.connect(self.failed)


def _close_run(project: Project, run: str, state: JobState) -> None:
    open_runs = {each.id for each in project.runs.all() if not each.state.ended}
    if run in open_runs:
        project.runs.set_state(run, state)
