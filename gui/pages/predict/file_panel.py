"""Choose a file, its text column and where the result goes; then start, watch, stop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QWidget,
)

from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import FileInspected, FilePredicted, Progress
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.models.scored_file import CONLL
from gui.theme import SPACE_L, SPACE_M, SPACE_S
from gui.widgets.basic import Button, ElidedLabel, label
from gui.widgets.blocks import Banner, Section
from gui.widgets.choosing import ask_files
from gui.widgets.saving import ask_where


class FilePanel(Section):
    """Signals: ``started(Path out, tuple of the texts' columns)``, ``progressed(Progress)``, ``scored(FilePredicted)``,
    ``ended()`` however it ended."""

    started = Signal(object, object)
    progressed = Signal(object)
    scored = Signal(object)
    ended = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._context = context
        self._run = ""
        self._path: Path | None = None
        self._following: list[Path] = []  # to be scored after this one, in the same way
        self._going_on = False  # this file was started by the end of another
        self._conll = self._pairs = False
        self._failure: ErrorReport | None = None
        self._finished: FilePredicted | None = None
        self._last_column = ""
        self.job: Job | None = None
        theme = context.theme
        self.choose = Button(theme, "", icon="file")
        self.name = ElidedLabel("", "muted", Qt.TextElideMode.ElideMiddle)
        self.column, self.second = QComboBox(), QComboBox()
        for combo in (self.column, self.second):
            combo.setMinimumContentsLength(16)
        self.scheme = QComboBox()
        for scheme in ("bio", "bioes"):
            self.scheme.addItem(scheme.upper(), scheme)
        self.then = ElidedLabel("", "muted")
        self.out = QLineEdit()
        self.change = Button(theme, "")
        self.start = Button(theme, "", "primary", "play")
        self.stop = Button(theme, "", icon="stop")
        self.folder = Button(theme, "", icon="folder")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.words = label("", "muted")
        self.banner = Banner(theme, "bad", "")
        self._column_name, self._second_name, self._out_name = (label("", "muted") for _ in range(3))
        self._lay_out()
        self.choose.clicked.connect(self.choose_file)
        self.change.clicked.connect(self._choose_out)
        self.start.clicked.connect(self.begin)
        self.stop.clicked.connect(self._stop)
        self.folder.clicked.connect(self._open_folder)
        self.out.textChanged.connect(self._show)
        self.retranslate()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.addWidget(self.choose, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self._column_name, 0, 2)
        grid.addWidget(self.column, 0, 3)
        grid.addWidget(self.scheme, 0, 3)
        grid.addWidget(self._second_name, 1, 2)
        grid.addWidget(self.second, 1, 3)
        grid.addWidget(self._out_name, 2, 0)
        grid.addWidget(self.out, 2, 1, 1, 2)
        grid.addWidget(self.change, 2, 3)
        grid.setColumnStretch(1, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_L)
        foot.addWidget(self.start)
        foot.addWidget(self.stop)
        foot.addWidget(self.folder)
        foot.addWidget(self.progress, 1)
        foot.addWidget(self.words)
        foot.addStretch(0)
        self.add(self.banner)
        self.body().addLayout(grid)
        self.add(self.then)
        self.body().addLayout(foot)

    @property
    def busy(self) -> bool:
        return self.job is not None

    def set_run(self, run: str) -> None:
        self._run = run
        self._show()

    # --- the file ----------------------------------------------------------------------------------------

    @Slot()
    def choose_file(self) -> None:
        ask_files(self, self.tr("A file to score"), self._files_chosen)

    @Slot(list)
    def _files_chosen(self, paths: list[str]) -> None:
        self.set_files([Path(path) for path in paths])

    def set_files(self, paths: Sequence[Path]) -> None:
        """The first is looked at, the others are scored after it; while one is scored, all of them wait."""
        if self.busy:
            self._following += paths
        elif paths:
            self._following = list(paths[1:])
            self.set_file(paths[0])
        self._show()

    def set_file(self, path: Path) -> None:
        """Look at a file; its text column is guessed, the output stands in the project's exports."""
        project = self._context.session.project
        if project is None or self.busy:
            return
        self._path, self._finished, self._conll = path, None, False
        if not self._going_on:
            self._failure = None
        self.name.set_text(str(path))
        self.column.clear()
        self.out.setText(str(project.exports / f"{path.stem}-scored.csv"))
        job = self._context.operations.inspect_file(path)
        job.finished.connect(self._inspected)
        job.failed.connect(self._inspection_failed)
        self._show()

    @Slot(object)
    def _inspected(self, result: FileInspected) -> None:
        project = self._context.session.project
        if project is None:
            return
        found = project.documents.preview(result.preview)
        self.column.clear()
        self.column.addItems(list(found.columns))
        self.column.setCurrentIndex(found.text_column if found.text_column is not None else -1)
        self._offer_second(project.documents.second_column(), found.columns)
        self._conll = found.format == "conll" and project.task == "tagging"
        if self._conll and self._path is not None:
            self.out.setText(str(project.exports / f"{self._path.stem}-scored{CONLL}"))
        if self._going_on:
            self._go_on_with(found.columns)
        self._show()

    def _offer_second(self, usual: str, columns: Sequence[str]) -> None:
        """Where the project's texts are pairs, those of a file may be too."""
        self.second.clear()
        self._pairs = bool(usual)
        self.second.addItem(self.tr("None"), "")
        for name in columns:
            self.second.addItem(name, name)
        self.second.setCurrentIndex(max(0, self.second.findData(usual)))

    def _go_on_with(self, columns: tuple[str, ...]) -> None:
        """Score the next of several files; one without a text column is told of and left out."""
        if self._last_column in columns:
            self.column.setCurrentText(self._last_column)
        if self.can_start:
            self.begin()
        else:
            self._failure = ErrorReport(
                ErrorKind.COLUMN_MISSING, {"column": self._last_column, "valid": ", ".join(columns)}
            )
            self._next_file()

    @Slot(object)
    def _inspection_failed(self, error: ErrorReport) -> None:
        self._failure = error
        if self._going_on:
            self._next_file()
        self._show()

    def _next_file(self) -> None:
        """Go on with the next of several files, where there is one."""
        self._going_on = bool(self._following)
        if self._following:
            self.set_file(self._following.pop(0))

    @Slot()
    def _choose_out(self) -> None:
        ask_where(self, self.tr("Where the scored file goes"), self.out.text(), "csv", self.out.setText)

    # --- the job -----------------------------------------------------------------------------------------

    @property
    def can_start(self) -> bool:
        return (
            bool(self._run and self._path and self.column.currentText() and self.out.text().strip())
            and not self.busy
        )

    @Slot()
    def begin(self) -> None:
        if not self.can_start or self._path is None:
            return
        if not self._going_on:
            self._failure = None
        self._finished = None
        out, column = Path(self.out.text().strip()), self.column.currentText()
        second = str(self.second.currentData() or "")
        self._last_column = column
        job = self._context.operations.predict_file(
            self._run,
            self._path,
            column,
            out,
            tag_scheme=str(self.scheme.currentData()),
            second_column=second,
        )
        self.job = job
        job.progressed.connect(self._progressed)
        job.finished.connect(self._job_finished)
        job.failed.connect(self._job_failed)
        job.ended.connect(self._job_ended)
        self.progress.setValue(0)
        self.words.setText(self.tr("Waiting for its turn"))
        self._show()
        self.started.emit(out, (column, second) if second else (column,))

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        self.progress.setValue(1000 * progress.done // max(progress.total, 1))
        parts = [
            self.tr("{done} of about {total}").format(done=f"{progress.done:,}", total=f"{progress.total:,}")
        ]
        if progress.rate:
            parts.append(self.tr("{rate} rows a second").format(rate=f"{progress.rate:,.0f}"))
        if progress.seconds_left is not None:
            parts.append(self._left(progress.seconds_left))
        self.words.setText(" · ".join(parts))
        self.progressed.emit(progress)

    def _left(self, seconds: float) -> str:
        if seconds < 90:
            return self.tr("{seconds} s left").format(seconds=f"{seconds:.0f}")
        return self.tr("{minutes} min left").format(minutes=f"{seconds / 60:.0f}")

    @Slot(object)
    def _job_finished(self, result: FilePredicted) -> None:
        self._finished = result
        self.scored.emit(result)

    @Slot(object)
    def _job_failed(self, error: ErrorReport) -> None:
        self._failure = error

    @Slot()
    def _job_ended(self) -> None:
        job, self.job = self.job, None
        if self._failure is None and job is not None and job.error is not None:
            self._failure = job.error  # the engine ended under it
        self._show()
        self.ended.emit()
        if self._following:
            self._next_file()
        else:
            self._going_on = False

    @Slot()
    def _stop(self) -> None:
        self._following = []
        if self.job is not None:
            self.job.cancel()

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.out.text()).parent)))

    # --- what is shown -----------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        busy, chosen = self.busy, self._path is not None
        if not chosen:
            self.name.set_text(self.tr("Choose a file, or drop it on this page."))
        if self._failure is not None:
            self.banner.set_message("bad", describe(self._failure, self._context.settings.language).text)
        self.banner.setVisible(self._failure is not None)
        for widget in (self._column_name, self._out_name, self.out, self.change):
            widget.setVisible(chosen)
        self.column.setVisible(chosen and not self._conll)
        self.scheme.setVisible(chosen and self._conll)
        pairs = chosen and self._pairs and not self._conll
        self._second_name.setVisible(pairs)
        self.second.setVisible(pairs)
        self._column_name.setText(self.tr("Tags written as") if self._conll else self.tr("Text column"))
        names = ", ".join(path.name for path in self._following)
        self.then.set_text(self.tr("Then, in the same way: {files}").format(files=names))
        self.then.setVisible(bool(self._following))
        for control in (self.choose, self.column, self.second, self.scheme, self.out, self.change):
            control.setEnabled(not busy)
        self.start.setVisible(chosen and not busy)
        self.start.setEnabled(self.can_start)
        self.stop.setVisible(busy)
        self.progress.setVisible(busy)
        self.folder.setVisible(self._finished is not None and not busy)
        done = self._finished
        if not busy:
            self.words.setText(
                ""
                if done is None
                else self.tr("{rows} rows in {seconds} s, {rate} a second").format(
                    rows=f"{done.rows:,}", seconds=f"{done.seconds:.1f}", rate=f"{done.texts_per_second:,.0f}"
                )
            )
        self.words.setVisible(bool(self.words.text()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.set_title(self.tr("A whole file"))
        self.choose.setText(self.tr("Choose file…"))
        self.scheme.setAccessibleName(self.tr("Tags written as"))
        self.column.setAccessibleName(self.tr("Text column"))
        self._second_name.setText(self.tr("Second text"))
        self.second.setAccessibleName(self.tr("Column of the second texts"))
        self.second.setItemText(0, self.tr("None"))
        self._out_name.setText(self.tr("Write to"))
        self.out.setAccessibleName(self.tr("Write to"))
        self.change.setText(self.tr("Change…"))
        self.change.setAccessibleName(self.tr("Change where the scored file goes"))
        self.start.setText(self.tr("Score the file"))
        self.stop.setText(self.tr("Stop"))
        self.folder.setText(self.tr("Open folder"))
        self.progress.setAccessibleName(self.tr("Progress of the scoring"))
        self._show()
