"""Lets the curves follow the training at work, and show a stored one while there is none."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.api.errors import KnownError
from engine.api.messages import JobState
from gui.context import Context
from gui.jobs import Job
from gui.pages.train.curves_panel import CurvesPanel
from gui.pages.train.history import read_points


class CurveFollower(QObject):
    """Signals: began(Job): another training is followed. ended(Job): the followed one has ended."""

    began = Signal(object)
    ended = Signal(object)

    def __init__(self, context: Context, curves: CurvesPanel) -> None:
        super().__init__(curves)
        self._context = context
        self._curves = curves

    def training_job(self) -> Job | None:
        """The training at work, else the first that waits."""
        jobs = [job for job in self._context.queue.jobs if job.is_training and not job.state.ended]
        running = [job for job in jobs if job.state is not JobState.WAITING]
        return next(iter(running or jobs), None)

    def take(self, job: Job) -> None:
        """A training says something of itself."""
        current = self.training_job()
        if current is not None and current is not self._curves.job:
            self._curves.follow(current)
            self.show(current.run)
            self.began.emit(current)
        elif current is job and job.run and (job.progress is None or job.run != self._curves.run):
            self.show(job.run)  # its run has just been made; a race makes one after the other
        if job.state.ended and job is self._curves.job:
            self._curves.follow(None)
            self.show(job.run)
            self.ended.emit(job)
        self._curves.job_changed()

    def show_current(self, chosen: str) -> None:
        """The curve of the training at work, else that of the chosen run."""
        self.show(self._curves.job.run if self._curves.job is not None else chosen)

    def show_chosen(self, chosen: str) -> None:
        """The user chose a run; while a training is at work its curve stays."""
        if self._curves.job is None:
            self.show(chosen)

    def show(self, id: str) -> None:
        """Show a run's curve from its file; what arrives live is added to it."""
        project = self._context.session.project
        run, points = None, []
        if project is not None and id:
            try:
                run = project.runs.get(id)
                points = read_points(project.run_folder(id))
            except KnownError:  # deleted meanwhile
                run = None
        live = self._curves.points
        same = run is not None and self._curves.run in ("", run.id)
        if self._curves.job is not None and same and len(live) > len(points):
            points = live  # the file is written behind the messages
        self._curves.show_run(run, points)
