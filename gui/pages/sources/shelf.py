"""The installed source models as the window knows them: whatever job changes them, everyone hears of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.api.messages import JobState
from engine.api.messages_transfer import SourceDownloaded, SourceMeasured, SourcesListed
from engine.api.results_transfer import SourceInfo
from gui.jobs import Job, JobQueue


class Shelf(QObject):
    """Signals: changed: ``sources`` is another list."""

    changed = Signal()

    def __init__(self, queue: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sources: tuple[SourceInfo, ...] = ()
        queue.job_changed.connect(self._job_changed)

    def get(self, id: str) -> SourceInfo | None:
        return next((each for each in self.sources if each.id == id), None)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if job.state is not JobState.DONE:
            return
        if isinstance(job.result, SourcesListed):
            self._set(job.result.sources)
        elif isinstance(job.result, SourceDownloaded | SourceMeasured):
            new = job.result.source
            if self.get(new.id) is None:
                self._set((*self.sources, new))
            else:
                self._set(tuple(new if each.id == new.id else each for each in self.sources))

    def _set(self, sources: tuple[SourceInfo, ...]) -> None:
        if sources != self.sources:
            self.sources = sources
            self.changed.emit()
