"""The strip under the pages: what the heavy lane is at, how far, how long, and what waits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from engine.api.messages import JobState
from gui.jobs import Job, JobQueue
from gui.settings import Settings
from gui.shell.phrases import job_title, progress_line
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import Button, ElidedLabel, IconButton, label, restyle


class JobStrip(QFrame):
    """Hidden while the heavy lane has nothing to do."""

    def __init__(
        self, theme: Theme, settings: Settings, queue: JobQueue, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("jobStrip")
        self.setProperty("surface", "plain")
        self._theme, self._settings, self._queue = theme, settings, queue
        self._title = ElidedLabel("", "strong", parent=self)
        self._line = ElidedLabel("", "muted", parent=self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(180)
        self._waiting = Button(theme, "", "quiet", parent=self)
        self._pause = IconButton(theme, "pause", "", self)
        self._stop = IconButton(theme, "stop", "", self)
        self._waiting.clicked.connect(self._show_waiting)
        self._pause.clicked.connect(self._pause_clicked)
        self._stop.clicked.connect(self._stop_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_XS, SPACE_M, SPACE_XS)
        row.setSpacing(SPACE_M)
        row.addWidget(self._title, 2)
        row.addWidget(self._line, 3)
        row.addWidget(self._bar)
        row.addWidget(self._waiting)
        row.addWidget(self._pause)
        row.addWidget(self._stop)
        queue.job_added.connect(self._changed)
        queue.job_changed.connect(self._changed)
        self.refresh()

    @Slot(object)
    def _changed(self, _job: Job) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show the queue as it is."""
        jobs = self._queue.jobs
        self.setVisible(bool(jobs))
        if not jobs:
            return
        current = self._queue.current
        shown = current or jobs[0]
        language = self._settings.language
        title = job_title(shown.request, language)
        self._title.set_text(title)
        self._line.set_text(self._state_line(shown, language))
        self._show_progress(shown)
        paused = shown.state is JobState.PAUSED
        name = self.tr("Go on") if paused else self.tr("Pause")
        self._pause.set_icon("play" if paused else "pause", name)
        self._pause.setEnabled(current is not None and not shown.cancelling)
        self._stop.set_icon("stop", self.tr("Stop…") if shown.is_training else self.tr("Cancel"))
        self._stop.setEnabled(not shown.cancelling)
        waiting = [job for job in jobs if job is not shown]
        self._waiting.setVisible(bool(waiting))
        self._waiting.setText(self.tr("%n waiting", "", len(waiting)))
        self._waiting.setAccessibleName(self._waiting.text())

    def _state_line(self, job: Job, language: str) -> str:
        if job.cancelling:
            return self.tr("Stopping…")
        if job.state is JobState.WAITING:
            return self.tr("Waiting for the engine to start")
        if job.progress is None:
            return self.tr("Starting…")
        line = progress_line(job.progress, language)
        return self.tr("Paused · {line}").format(line=line) if job.state is JobState.PAUSED else line

    def _show_progress(self, job: Job) -> None:
        progress = job.progress
        total = progress.total if progress is not None else 0
        if total > 0 and progress is not None:
            self._bar.setRange(0, 1000)
            self._bar.setValue(min(1000, round(1000 * progress.done / total)))
        else:
            self._bar.setRange(0, 0)
        self._bar.setAccessibleName(self.tr("Progress of the job"))
        state = "paused" if job.state is JobState.PAUSED else ""
        if self._bar.property("state") != state:
            self._bar.setProperty("state", state)
            restyle(self._bar)

    # --- buttons ------------------------------------------------------------------------------------------

    @Slot()
    def _pause_clicked(self) -> None:
        self.toggle_pause()

    def toggle_pause(self) -> None:
        """Pause the current job, or let it go on."""
        job = self._queue.current
        if job is not None:
            if job.state is JobState.PAUSED:
                job.resume()
            else:
                job.pause()

    @Slot()
    def _stop_clicked(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Cancel the current job; a training is asked first whether its best weights shall be kept."""
        job = self._queue.current or next(iter(self._queue.jobs), None)
        if job is None:
            return
        if not job.is_training or job.state is JobState.WAITING:
            job.cancel()
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Stop and keep the best weights"), job.stop_and_keep_best)
        menu.addAction(self.tr("Cancel the training"), job.cancel)
        menu.popup(self._stop.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    @Slot()
    def _show_waiting(self) -> None:
        current = self._queue.current or self._queue.jobs[0]
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("surface", "raised")
        column = QVBoxLayout(popup)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        for job in self._queue.jobs:
            if job is current:
                continue
            row = QHBoxLayout()
            name = job_title(job.request, self._settings.language)
            row.addWidget(label(name), 1)
            button = IconButton(self._theme, "close", self.tr("Cancel {job}").format(job=name), popup)
            button.clicked.connect(job.cancel)
            button.clicked.connect(popup.close)
            row.addWidget(button)
            column.addLayout(row)
        popup.adjustSize()
        corner = self._waiting.mapToGlobal(QPoint(0, 0))
        popup.move(corner.x(), corner.y() - popup.height() - SPACE_XS)
        popup.show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
        super().changeEvent(event)
