"""What the tabs of Corpus share: what it is for, its job with progress and cancel, a failure, what has grown old."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorReport
from engine.api.messages import JobState, Request
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.corpus.queries import Findings
from gui.store_reader import StoreReader
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button, ElidedLabel
from gui.widgets.blocks import Banner, EmptyState

_BAR_WIDTH = 160
_EMPTY, _CONTENT = range(2)


class CorpusPanel(QWidget):
    """A tab. The page tells it of the run and of what is kept; it starts its own job and reads its own lists.

    Signals:
        document_opened(int): a document is to be opened in Explain.
        changed: ``job`` or what it shows is another one now.
    """

    document_opened = Signal(int)
    changed = Signal()

    requests: type[Request]  # what its job is asked by
    icon = "explain"

    def __init__(self, context: Context, reader: StoreReader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.reader = reader
        self.run: Run | None = None
        self.findings: Findings | None = None
        self._failure: ErrorReport | None = None
        theme = context.theme
        self._note = ElidedLabel("", "muted")
        self._line = ElidedLabel("", "muted")
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self.cancel = Button(theme, "", "quiet", "close")
        self.again = Button(theme, "", "normal", "refresh")
        self.banner = Banner(theme, "careful", "", close=" ")
        self.banner.hide()
        self.empty = EmptyState(theme, self.icon, "")
        self.content = QWidget()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.content)
        self._head = QHBoxLayout()
        self._head.setSpacing(SPACE_S)
        for part, stretch in (
            (self._note, 2),
            (self._line, 1),
            (self._bar, 0),
            (self.cancel, 0),
            (self.again, 0),
        ):
            self._head.addWidget(part, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_M, 0, 0)
        column.setSpacing(SPACE_M)
        column.addLayout(self._head)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)
        self.cancel.clicked.connect(self._cancel)
        self.again.clicked.connect(self.begin)
        self.empty.activated.connect(self.begin)
        self.banner.activated.connect(self.begin)
        self.banner.closed.connect(self._forget_failure)
        context.queue.job_added.connect(self._job_changed)
        context.queue.job_changed.connect(self._job_changed)

    # --- what a tab says ------------------------------------------------------------------------------------

    @abstractmethod
    def title(self) -> str:
        """The words on the tab."""

    @abstractmethod
    def purpose(self) -> tuple[str, str]:
        """What it is for, in a sentence, and the words on its one button."""

    @abstractmethod
    def has_found(self) -> bool:
        """Whether there is something to show."""

    @abstractmethod
    def start(self) -> None:
        """Submit the job of the run."""

    @abstractmethod
    def show_findings(self) -> None:
        """``findings`` are others now, perhaps None."""

    @abstractmethod
    def retranslate(self) -> None:
        """Every text of its own; ends with ``say``."""

    def why_not(self) -> str:
        """Why there can be nothing for this task; '' where there can."""
        return ""

    def nothing(self) -> str:
        """What is said where it was looked for and nothing was found; '' where there is something."""
        return ""

    def note(self) -> str:
        """What is shown, in a line."""
        return ""

    def again_words(self) -> str:
        """The words on the button that does it again."""
        return self.tr("Search again")

    def stale(self) -> tuple[str, str]:
        """What has changed since, and the words on the button that mends it; '' where nothing has."""
        return "", ""

    def stage_words(self, stage: str) -> str:
        return wording.stage_words(stage, self.context.settings.language)

    def take(self, channel: str, answer: object) -> None:
        """An answer of the reader, perhaps to another tab."""

    def focus_search(self) -> None:
        """Put the cursor into its search field, where it has one."""

    # --- what the page tells it -----------------------------------------------------------------------------

    def set_run(self, run: Run | None) -> None:
        """Another run is looked at; what is kept of it comes by ``set_findings``."""
        if (run.id if run else "") != (self.run.id if self.run else ""):
            self._failure = None
            self.findings = None
        self.run = run
        self.show_findings()
        self.say()

    def set_findings(self, findings: Findings) -> None:
        self.findings = findings
        self.show_findings()
        self.say()

    @property
    def task(self) -> str:
        project = self.context.session.project
        return project.task if project is not None else "single"

    def job(self) -> Job | None:
        """Its job of this run, where it waits or is at work."""
        for job in self.context.queue.jobs:
            if isinstance(job.request, self.requests) and getattr(job.request, "run", "") == self._run_id():
                return job
        return None

    def _run_id(self) -> str:
        return self.run.id if self.run is not None else ""

    # --- the job --------------------------------------------------------------------------------------------

    @Slot()
    def begin(self) -> None:
        """Start the job, once."""
        if self.run is not None and self.job() is None and not self.why_not():
            self._failure = None
            self.start()
            self.say()

    @Slot()
    def _cancel(self) -> None:
        job = self.job()
        if job is not None:
            job.cancel()

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not isinstance(job.request, self.requests) or getattr(job.request, "run", "") != self._run_id():
            return
        if job.state in (JobState.FAILED, JobState.INTERRUPTED) and job.error is not None:
            self._failure = job.error
        self.say()

    @Slot()
    def _forget_failure(self) -> None:
        self._failure = None
        self.say()

    # --- words ----------------------------------------------------------------------------------------------

    def say(self) -> None:
        """Show the state: nothing yet, at work, failed, grown old, or as it is."""
        job, found, why_not = self.job(), self.has_found(), self.why_not()
        nothing = self.nothing() if found else ""
        sentence, action = self.purpose()
        if nothing:
            sentence, action = nothing, ""
        self.empty.set_content(
            "check" if nothing else self.icon,
            why_not or sentence,
            "" if why_not or job is not None else action,
        )
        self._stack.setCurrentIndex(_CONTENT if found and not nothing else _EMPTY)
        self._note.set_text(self.note() if found and not nothing else "")
        self.again.setText(self.again_words())
        self.again.setVisible(found and job is None)
        self.cancel.setText(self.tr("Cancel"))
        for part in (self._line, self._bar, self.cancel):
            part.setVisible(job is not None)
        if job is not None:
            self._show_progress(job)
        self._show_banner(job)
        self.changed.emit()

    def _show_progress(self, job: Job) -> None:
        progress = job.progress
        self.cancel.setEnabled(not job.cancelling)
        self._bar.setAccessibleName(self.tr("Progress"))
        if job.cancelling:
            line = self.tr("Stopping…")
        elif job.state is JobState.WAITING:
            line = self.tr("Waiting for its turn")
        elif progress is None:
            line = self.tr("Starting…")
        else:
            line = self.stage_words(progress.stage)
            if progress.total > 1:
                line = f"{line} · {progress.done:,}/{progress.total:,}"
        self._line.set_text(line)
        if progress is not None and progress.total > 0:
            self._bar.setRange(0, 1000)
            self._bar.setValue(min(1000, round(1000 * progress.done / progress.total)))
        else:
            self._bar.setRange(0, 0)

    def _show_banner(self, job: Job | None) -> None:
        self.banner.close_button.set_icon("close", self.tr("Close the message"))
        tone: Literal["careful", "bad"] = "careful"
        text, action = self.stale() if self.has_found() and job is None else ("", "")
        if self._failure is not None and job is None:
            tone, action = "bad", self.tr("Try again")
            text = describe(self._failure, self.context.settings.language).text
        if text:
            self.banner.set_message(tone, text, action)
        self.banner.close_button.setVisible(tone == "bad")
        self.banner.setVisible(bool(text))
