"""The base of the tabs that ask one question about the explanation in view, as soon as they are in front."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.messages import JobState, Result
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.explain.side_panel import SidePanel, Subject
from gui.theme import SPACE_M, SPACE_S, SPACE_XS
from gui.widgets.basic import Button, label, set_role


class AskingPanel(SidePanel):
    """Subclasses say what is asked, show the answer on ``content`` and name the states in words.

    The same question is asked once; another one, or a failure and a click, asks again.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.language = context.settings.language
        self.subject: Subject | None = None
        self._front = False
        self._asked: Hashable = None  # what ``_job`` or the answer is of
        self._answered = False
        self._job: Job | None = None
        self._failure: ErrorReport | None = None
        self._line = label("", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._retry = Button(context.theme, "", icon="refresh")
        self.above = QWidget()  # what is asked; there with and without an answer
        self.content = QWidget()
        self.setObjectName("scrolled")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, SPACE_XS, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self.above)
        for widget in (self._line, self._bar, self._retry):
            column.addWidget(widget)
        column.addWidget(self.content)
        column.addStretch(1)
        self._retry.clicked.connect(self.ask_again)

    # --- what subclasses say ----------------------------------------------------------------------------

    def question(self, subject: Subject) -> Hashable:
        """Equal questions have one answer."""
        raise NotImplementedError

    def submit(self, subject: Subject) -> Job:
        raise NotImplementedError

    def show_result(self, result: Result) -> None:
        """The answer has come; ``content`` is shown."""
        raise NotImplementedError

    def refusal(self, subject: Subject) -> str:
        """Why nothing can be asked here; '' where it can."""
        return ""

    def idle_words(self) -> str:
        """While no text is explained."""
        raise NotImplementedError

    def asking_words(self) -> str:
        raise NotImplementedError

    # --- the question -----------------------------------------------------------------------------------

    def set_subject(self, subject: Subject | None) -> None:
        self.subject = subject
        self._ask()

    def set_front(self, front: bool) -> None:
        self._front = front
        self._ask()

    @Slot()
    def ask_again(self) -> None:
        """Ask, also where the answer is known."""
        self._forget()
        self._ask()

    @property
    def answered(self) -> bool:
        """Whether the answer to the question of now is shown."""
        return self._answered and self.subject is not None and self._asked == self.question(self.subject)

    def _ask(self) -> None:
        subject = self.subject
        if subject is not None and self._asked != self.question(subject):
            self._forget()
        wanted = subject is not None and self._front and not self.refusal(subject)
        if subject is not None and wanted and self._asked is None:
            self._asked = self.question(subject)
            self._job = job = self.submit(subject)
            job.progressed.connect(self._progressed)
            job.finished.connect(self._finished)
            job.failed.connect(self._failed)
            job.interrupted.connect(self._interrupted)
        self.say()

    def _forget(self) -> None:
        if self._job is not None:
            self._job.drop()
        self._asked, self._answered, self._job, self._failure = None, False, None, None

    @Slot(object)
    def _progressed(self, _progress: object) -> None:
        self.say()

    @Slot(object)
    def _finished(self, result: Result) -> None:
        self._job, self._answered = None, True
        self.show_result(result)
        self.say()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._job, self._failure = None, error
        self.say()

    @Slot()
    def _interrupted(self) -> None:
        job, self._job = self._job, None
        self._failure = job.error if job is not None else None
        self.say()

    # --- words ------------------------------------------------------------------------------------------

    def retranslate(self, language: str) -> None:
        self.language = language
        self._retry.setText(self.tr("Try again"))
        self.say()

    def say(self) -> None:
        """Show the state as it is."""
        subject, role = self.subject, "muted"
        words = ""
        if subject is None:
            words = self.idle_words()
        elif refusal := self.refusal(subject):
            words = refusal
        elif self._failure is not None:
            words, role = describe(self._failure, self.language).text, "bad"
        elif self._job is not None:
            words = self.asking_words()
        self._line.setText(words)
        set_role(self._line, role)  # type: ignore[arg-type]
        self._line.setVisible(bool(words))
        self._retry.setVisible(role == "bad")
        self.content.setVisible(self.answered)
        self._say_progress()

    def _say_progress(self) -> None:
        job = self._job
        self._bar.setVisible(
            job is not None and job.state is not JobState.WAITING and self.subject is not None
        )
        progress = job.progress if job is not None else None
        if progress is not None and progress.total > 1:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)
        else:
            self._bar.setRange(0, 0)
        self._bar.setAccessibleName(self.asking_words())
