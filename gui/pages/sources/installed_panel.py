"""The source models on this machine: what they are, how fast they are here; adding, timing, removing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorReport
from engine.api.messages import JobState
from engine.api.messages_transfer import MeasureSource
from engine.api.results_transfer import SourceInfo
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.sources.facts_table import Fact, FactsRow, FactsTable
from gui.pages.sources.shelf import Shelf
from gui.pages.sources.words import UNKNOWN, megabytes, millions, source_name, speed_words
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button, ElidedLabel, label, set_role
from gui.widgets.blocks import Banner, EmptyState
from gui.widgets.choosing import ask_folder

# family, layers, parameters, size, tokens, languages, licence, speed
_WIDTHS = (108, 68, 100, 76, 76, 92, 104, 112)


class InstalledPanel(QWidget):
    """Signals: chosen(str): train with that model from now on."""

    chosen = Signal(str)

    def __init__(self, context: Context, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._shelf = context, shelf
        self._listing: Job | None = None
        self._error: ErrorReport | None = None
        theme = context.theme
        self._banner = Banner(theme, "bad", "", close=" ")
        self._banner.hide()
        self.table = FactsTable(theme, _WIDTHS)
        self._waiting = EmptyState(theme, "clock", "")
        self._facts = label("", "muted", wrap=True)
        self._folder = ElidedLabel("", "muted", Qt.TextElideMode.ElideMiddle)
        self.add = Button(theme, "", "normal", "folder")
        self.measure = Button(theme, "", "normal", "clock")
        self.show_folder = Button(theme, "", "quiet")
        self.remove = Button(theme, "", "quiet", "trash")
        self.use = Button(theme, "", "primary", "train")
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._facts)
        words.addWidget(self._folder)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.add)
        buttons.addStretch(1)
        for button in (self.show_folder, self.remove, self.measure, self.use):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self._banner)
        column.addWidget(self._waiting, 1)
        column.addWidget(self.table, 1)
        column.addLayout(words)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._shelf.changed.connect(self._show)
        self._context.queue.job_added.connect(self._job_changed)
        self._context.queue.job_changed.connect(self._job_changed)
        self.table.moved.connect(self._say)
        self.table.opened.connect(self._use)
        self._banner.closed.connect(self._forget_error)
        self.add.clicked.connect(self._choose_folder)
        self.measure.clicked.connect(self._measure)
        self.show_folder.clicked.connect(self._open_folder)
        self.remove.clicked.connect(self._ask_to_remove)
        self.use.clicked.connect(self._use)

    # --- what is shown --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask which models there are now."""
        self._listing = self._follow(self._context.operations.list_sources())
        self._show()

    def retranslate(self) -> None:
        self.table.set_headers(
            (
                self.tr("Name"),
                self.tr("Family"),
                self.tr("Layers"),
                self.tr("Parameters"),
                self.tr("Size"),
                self.tr("Tokens"),
                self.tr("Languages"),
                self.tr("Licence"),
                self.tr("Speed here"),
            )
        )
        self.table.setAccessibleName(self.tr("Installed source models"))
        self.add.setText(self.tr("Add a folder…"))
        self.add.setToolTip(self.tr("Choose a Hugging Face model folder with safetensors weights"))
        self.measure.setText(self.tr("Measure speed"))
        self.measure.setToolTip(self.tr("Score texts for a second or two and count them"))
        self.show_folder.setText(self.tr("Show folder"))
        self.remove.setText(self.tr("Remove…"))
        self.use.setText(self.tr("Train with it"))
        self._banner.close_button.set_icon("close", self.tr("Close the message"))
        self._waiting.set_content("clock", self.tr("Looking which models are here…"))
        self._show()

    @Slot()
    def _show(self) -> None:
        self.table.set_rows([self._row(info) for info in self._shelf.sources])
        waits = not self._shelf.sources
        self._waiting.setVisible(waits and self._error is None)
        self.table.setVisible(not waits)
        if self._error is not None:
            self._banner.set_message("bad", describe(self._error, self._language).text)
        self._banner.setVisible(self._error is not None)
        self._say()

    @property
    def _language(self) -> str:
        return self._context.settings.language

    def _row(self, info: SourceInfo) -> FactsRow:
        name = wording.source_words(info.id, self._language)
        job = self._measuring(info.id)
        speed = speed_words(info.texts_per_second)
        if info.problem:
            speed = self.tr("cannot be used")
        elif job is not None:
            speed = self.tr("waiting…") if job.state is JobState.WAITING else self.tr("measuring…")
        return FactsRow(
            info.id,
            (
                Fact(name.name if name else info.name),
                Fact(info.family or UNKNOWN),
                Fact(str(info.layers or UNKNOWN), info.layers),
                Fact(millions(info.parameters), info.parameters),
                Fact(megabytes(info.size_bytes), info.size_bytes),
                Fact(f"{info.max_tokens:,}" if info.max_tokens else UNKNOWN, info.max_tokens),
                Fact(info.languages or UNKNOWN),
                Fact(info.licence or UNKNOWN),
                Fact(speed, info.texts_per_second),
            ),
            dimmed=bool(info.problem),
            tip=" ".join(wording.problem_words(info, self._language)).strip(),
        )

    def _measuring(self, id: str) -> Job | None:
        jobs = self._context.queue.jobs
        return next(
            (j for j in jobs if isinstance(j.request, MeasureSource) and j.request.source == id), None
        )

    def _current(self) -> SourceInfo | None:
        return self._shelf.get(self.table.current())

    @Slot()
    def _say(self) -> None:
        info = self._current()
        sound = info is not None and not info.problem
        self.measure.setEnabled(info is not None and sound and self._measuring(info.id) is None)
        self.use.setEnabled(sound)
        self.remove.setEnabled(info is not None and info.removable)
        self.show_folder.setEnabled(info is not None and Path(info.folder).is_dir())
        self._folder.set_text(info.folder if info is not None else "")
        if info is None:
            self._facts.setText("")
        elif info.problem:
            self._facts.setText(" ".join(wording.problem_words(info, self._language)))
        else:
            self._facts.setText(self._about(info))
        set_role(self._facts, "bad" if info is not None and info.problem else "muted")

    def _about(self, info: SourceInfo) -> str:
        words = wording.source_words(info.id, self._language)
        if words is not None:
            return f"{words.sentence} {words.when}"
        if not info.licence:
            return self.tr("The folder does not say under which licence the model may be used.")
        return self.tr("Licence: {licence}").format(licence=info.licence)

    # --- what is done ---------------------------------------------------------------------------------------

    def _follow(self, job: Job) -> Job:
        self._error = None
        job.failed.connect(self._failed)
        return job

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._error = error
        self._show()

    @Slot()
    def _forget_error(self) -> None:
        self._error = None

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if isinstance(job.request, MeasureSource):
            if job.state is JobState.FAILED:
                self._error = job.error
            self._show()

    @Slot()
    def _choose_folder(self) -> None:
        ask_folder(self, self.tr("Choose a model folder"), self.add_folder)

    @Slot(str)
    def add_folder(self, folder: str) -> None:
        """Put a folder on the list; what is wrong with it is told."""
        self._follow(self._context.operations.add_source(folder))
        self._show()

    @Slot()
    def _measure(self) -> None:
        self._error = None
        if (info := self._current()) is not None:
            self._context.operations.measure_source(info.id)

    @Slot()
    def _open_folder(self) -> None:
        if (info := self._current()) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(info.folder))

    @Slot()
    def _ask_to_remove(self) -> None:
        info = self._current()
        if info is None:
            return
        name = source_name(info.id, self._language)
        if Path(info.id).is_absolute():
            question = self.tr("Take “{name}” off this list? The folder itself stays as it is.")
        else:
            question = self.tr(
                "Delete “{name}” from this machine? Runs that were trained with it keep working."
            )
        box = QMessageBox(QMessageBox.Icon.Question, "Lexplain", question.format(name=name), parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        remove.clicked.connect(self._remove)
        box.open()

    @Slot()
    def _remove(self) -> None:
        if (info := self._current()) is not None:
            self._follow(self._context.operations.remove_source(info.id))

    @Slot()
    def _use(self) -> None:
        info = self._current()
        if info is not None and not info.problem:
            self.chosen.emit(info.id)
