"""What jobs and engines have to say to the user, as banners: errors, notices, offers to go on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from engine.api import wording
from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import JobState, Lane, Request, Resume, Train
from engine.api.messages_transfer import Race, TrainAgain
from engine.api.store.jobs import JobRecord
from gui.errors import describe
from gui.jobs import Job, JobQueue
from gui.session import Session
from gui.settings import Settings
from gui.shell.banners import BannerStack, Words
from gui.shell.dialogs import CrashDialog
from gui.shell.phrases import job_title
from gui.widgets.blocks import Tone

_NOTICES_SHOWN = (
    "labels-look-alike",
    "small-classes",
    "labels-unseen",
    "labels-conflict",
    "batch-halved",
    "rows-left-out",
    "another-machine",
)
# what a self-training says at its end; the last one's is enough
_VERDICTS: dict[str, Tone] = {
    "gain-from-unlabelled": "info",
    "score-gain-from-unlabelled": "info",
    "no-gain-from-unlabelled": "careful",
    "no-score-gain-from-unlabelled": "careful",
}


class JobMessages(QObject):
    """Listens to the queue; interactive jobs and those that nobody asked for are their page's own affair."""

    def __init__(
        self, session: Session, settings: Settings, queue: JobQueue, banners: BannerStack, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._settings, self._queue, self._banners = session, settings, queue, banners
        self._trace = ""
        self._waiting: list[JobRecord] = []
        self._again: Request | None = None
        queue.job_added.connect(self._added)
        queue.recovered.connect(self._recovered)
        queue.engine_gave_up.connect(self._gave_up)
        queue.store_failed.connect(self.show_error)
        session.closed.connect(banners.clear)

    @property
    def _language(self) -> str:
        return self._settings.language

    @Slot(object)
    def show_error(self, error: ErrorReport) -> None:
        """An error that no page tells of."""
        if describe(error, self._language).is_bug:
            self._trace = error.trace
            self._banners.show_offer(
                "bad",
                lambda: Words(describe(error, self._language).text, self.tr("Details")),
                self._show_trace,
                key="bug",
            )
        else:
            self._banners.show_offer(
                "bad", lambda: Words(describe(error, self._language).text), key=error.kind
            )

    @Slot()
    def _show_trace(self) -> None:
        parent = self._banners.window()
        dialog = CrashDialog(self._trace, parent)
        dialog.open()

    # --- jobs ---------------------------------------------------------------------------------------------

    @Slot(object)
    def _added(self, job: Job) -> None:
        if job.lane is Lane.HEAVY and not job.spare:
            job.failed.connect(self.show_error)
            job.interrupted.connect(self._interrupted)
            job.noticed.connect(self._noticed)

    @Slot(object)
    def _noticed(self, notice: object) -> None:
        kind, values = getattr(notice, "kind", ""), getattr(notice, "values", {})
        if kind in _NOTICES_SHOWN or kind in _VERDICTS:
            self._banners.show_offer(
                _VERDICTS.get(kind, "careful"),
                lambda: Words(wording.notice_words(kind, values, self._language)),
                key="self-training" if kind in _VERDICTS else kind,
            )

    @Slot()
    def _interrupted(self) -> None:
        job = self.sender()
        if isinstance(job, Job) and self._session.path == job.project:
            self._offer(job.request, job.run, job.error)

    def _offer(self, request: Request, run: str, error: ErrorReport | None) -> None:
        """Offer to go on with what was interrupted: from the checkpoint where there is one."""
        resumes = isinstance(request, Train | Resume | TrainAgain) and bool(run) and self._has_checkpoint(run)
        self._again = Resume(run=run) if resumes else request

        def words() -> Words:
            text = self.tr("“{job}” was interrupted.").format(job=job_title(request, self._language))
            if error is not None and error.kind is ErrorKind.ENGINE_DIED:
                text = f"{text} {describe(error, self._language).title}"
            if isinstance(request, Race):
                return Words(text, self.tr("Go on with the race"))
            return Words(text, self.tr("Continue from checkpoint") if resumes else self.tr("Run again"))

        self._banners.show_offer("careful", words, self._go_on, key="interrupted")

    def _has_checkpoint(self, run: str) -> bool:
        project = self._session.project
        return project is not None and (project.run_folder(run) / "checkpoint").is_dir()

    @Slot()
    def _go_on(self) -> None:
        if self._again is not None and self._session.project is not None:
            self._queue.submit(self._again)

    # --- after the last window ------------------------------------------------------------------------------

    @Slot(object, object)
    def _recovered(self, waiting: Sequence[JobRecord], interrupted: Sequence[JobRecord]) -> None:
        if waiting:
            self._waiting = list(waiting)
            count = len(waiting)
            self._banners.show_offer(
                "info",
                lambda: Words(
                    self.tr("%n jobs were waiting when the window was closed.", "", count),
                    self.tr("Continue"),
                ),
                self._take_up,
                self._discard,
                key="waiting",
            )
        for record in interrupted[-1:]:
            self._offer(record.request, record.run, record.error)

    @Slot()
    def _take_up(self) -> None:
        for record in self._waiting:
            self._queue.adopt(record)
        self._waiting = []

    @Slot()
    def _discard(self) -> None:
        self._queue.discard(self._waiting)
        self._waiting = []

    # --- engines ------------------------------------------------------------------------------------------

    @Slot(object)
    def _gave_up(self, _lane: Lane) -> None:
        error = ErrorReport(ErrorKind.ENGINE_NOT_STARTED)
        self._banners.show_offer(
            "bad",
            lambda: Words(describe(error, self._language).text, self.tr("Try again")),
            self._try_again,
            key="engine",
        )

    @Slot()
    def _try_again(self) -> None:
        for lane in Lane:
            self._queue.try_again(lane)


def running(queue: JobQueue) -> int:
    """Heavy jobs that leaving would interrupt."""
    return sum(job.state in (JobState.RUNNING, JobState.PAUSED) for job in queue.jobs if not job.spare)
