"""A dialog that starts a job which writes something, follows it, and says what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorReport
from engine.api.messages import JobState
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.theme import SPACE_S
from gui.widgets.basic import Button, label
from gui.widgets.blocks import Banner, PageHeader


class WritingDialog(QDialog):
    """The job goes on where the dialog is closed. Those who derive from it lay it out and override ``_show``.

    ``result_told`` and ``failure`` are what came of the last job; both None while there is none or one is working.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self.result_told: Any = None
        self.failure: ErrorReport | None = None
        theme = context.theme
        self.header = PageHeader(theme, "")
        self.note = label("", "muted", wrap=True)
        self.banner = Banner(theme, "info", "", " ")
        self.close_button, self.cancel = Button(theme, ""), Button(theme, "")
        self.start = Button(theme, "", "primary", "export")
        self.start.setDefault(True)
        for button in (self.close_button, self.cancel, self.banner.button):
            button.setAutoDefault(False)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self._cancel)
        self.close_button.clicked.connect(self.reject)
        self.banner.activated.connect(self._open)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    @property
    def working(self) -> bool:
        return self._job is not None

    def foot(self) -> QHBoxLayout:
        """The row of buttons."""
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        for button in (self.cancel, self.close_button, self.start):
            row.addWidget(button)
        return row

    # --- what those who derive from it say ------------------------------------------------------------------

    def submit(self) -> Job:
        """Start what the dialog is for."""
        raise NotImplementedError

    def written(self) -> Path:
        """The folder that holds what was written."""
        raise NotImplementedError

    def _show(self) -> None:
        raise NotImplementedError

    # --- the job ---------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """What was said is about another job."""
        if self._job is None:
            self.result_told = self.failure = None

    @Slot()
    def _start(self) -> None:
        self.forget()
        job = self._job = self.submit()
        job.started.connect(self._moved)
        job.progressed.connect(self._moved)
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.ended.connect(self._ended)
        self._show()

    @Slot()
    def _moved(self) -> None:
        self._show()

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _finished(self, result: object) -> None:
        self.result_told = result

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self.failure = error

    @Slot()
    def _ended(self) -> None:
        job, self._job = self._job, None
        if self.failure is None and job is not None and job.error is not None:
            self.failure = job.error
        self._show()

    @Slot()
    def _open(self) -> None:
        if self.result_told is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.written())))

    # --- words -----------------------------------------------------------------------------------------------

    def show_state(self, role: Literal["info", "careful"], told: str, open_words: str) -> None:
        """The buttons and the banner; ``told`` says what came of it, in the colour of ``role``."""
        self.start.setVisible(self.result_told is None)
        self.cancel.setVisible(self.working)
        if self.failure is not None:
            self.banner.set_message("bad", describe(self.failure, self._context.settings.language).text)
        elif self.result_told is not None:
            self.banner.set_message(role, told, open_words)
        ended = self.failure is not None or self.result_told is not None
        self.banner.setVisible(ended)
        self.note.setVisible(not ended)

    def progress_words(self, starting: str) -> str:
        """How far the job is; ``starting`` before it says anything."""
        job = self._job
        assert job is not None
        if job.state is JobState.WAITING:
            return self.tr("Waits for the job before it")
        progress = job.progress
        if progress is None:
            return starting
        words = wording.stage_words(progress.stage, self._context.settings.language)
        return f"{words} · {progress.done:,}/{progress.total:,}" if progress.total > 1 else words
