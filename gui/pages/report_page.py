"""The Report page: what the report will hold, and the button that writes it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.api.errors import ErrorReport
from engine.api.messages import ReportWritten
from engine.api.report_facts import ReportFacts, sections_of
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.base import Page, PageState
from gui.pages.export.export_dialog import ExportDialog
from gui.pages.frames import scrolled
from gui.pages.report.queries import ReadReportFacts
from gui.pages.report.section_boxes import SectionBoxes
from gui.pages.report.sheet import ReportSheet
from gui.pages.run_choice import RunChoice
from gui.store_reader import Overview, ReadOverview, StoreReader
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from gui.widgets.basic import Button, label
from gui.widgets.blocks import Banner, EmptyState, PageHeader, Section
from gui.widgets.saving import ask_where

_CHOICES_WIDTH = 284


class ReportPage(Page):
    """Signals: ``page_requested(id)``, another page is to be shown."""

    page_id = "report"
    page_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.reader = StoreReader(self)
        self._job: Job | None = None
        self._written = ""
        self._failure: ErrorReport | None = None
        self.header = PageHeader(theme, "")
        self.export = self.header.add_action("", icon="export")
        self.write = self.header.add_action("", primary=True, icon="report")
        self.banner = Banner(theme, "info", "", " ")
        self.folder = Button(theme, "", icon="folder")
        banner_row = self.banner.layout()
        assert banner_row is not None
        banner_row.addWidget(self.folder)
        self.runs = RunChoice(context)
        self.sections = SectionBoxes()
        self.language = QComboBox()
        self.language.addItem("English", "en")
        self.language.addItem("简体中文", "zh_CN")
        self.language.setCurrentIndex(max(0, self.language.findData(context.settings.language)))
        self.out = QLineEdit()
        self.change = Button(theme, "")
        self.sheet = ReportSheet(theme, context.settings)
        self.empty = EmptyState(theme, "report", "")
        self._names = [label("", "muted") for _ in range(4)]
        self._choices = Section()
        self._stack = QStackedWidget()
        self._lay_out()
        session = context.session
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.documents_changed.connect(self._read_overview)
        session.runs_changed.connect(self._read_facts)
        self.reader.answered.connect(self._answered)
        self.runs.run_chosen.connect(self._run_chosen)
        self.write.clicked.connect(self.primary_action)
        self.export.clicked.connect(self._export)
        self.change.clicked.connect(self._choose_out)
        self.banner.activated.connect(self._open)
        self.folder.clicked.connect(self._open_folder)
        self.out.textChanged.connect(self._show)
        self.language.activated.connect(self._choices_changed)
        self.sections.changed.connect(self._choices_changed)
        self.empty.activated.connect(self._to_train)
        self.retranslate()
        self._opened()

    def _lay_out(self) -> None:
        body = self._choices.body()
        body.setSpacing(SPACE_S)
        run_name, section_name, language_name, out_name = self._names
        choices = ((run_name, self.runs), (section_name, self.sections), (language_name, self.language))
        for name, widget in choices:
            body.addWidget(name)
            body.addWidget(widget)
            body.addSpacing(SPACE_S)
        body.addWidget(out_name)
        body.addWidget(self.out)
        body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        self._choices.setFixedWidth(_CHOICES_WIDTH)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        desk = QWidget()
        desk.setObjectName("scrolled")
        middle = QHBoxLayout(desk)
        middle.setContentsMargins(0, 0, SPACE_M, 0)
        middle.addStretch(1)
        middle.addWidget(self.sheet, 100, Qt.AlignmentFlag.AlignTop)
        middle.addStretch(1)
        scroll.setWidget(desk)
        work = QWidget()
        row = QHBoxLayout(work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XL)
        # with every section the choices are taller than a small window
        choices_scroll = scrolled(self._choices)
        choices_scroll.setFixedWidth(_CHOICES_WIDTH + SPACE_M)
        row.addWidget(choices_scroll)
        row.addWidget(scroll, 1)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(work)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.header)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)

    # --- what the report is about ------------------------------------------------------------------------

    @Slot()
    def _opened(self) -> None:
        project = self.context.session.project
        if project is not None:
            self.reader.open(project.path)
            self._read_overview()
        self.sections.set_task(self._task())
        self._run_chosen(self.runs.currentData() or "")

    @Slot()
    def _closed(self) -> None:
        self.reader.close()
        self.sheet.set_overview(Overview((), ()))

    @Slot()
    def _read_overview(self) -> None:
        self.sections.set_task(self._task())
        self.reader.ask("overview", ReadOverview())

    @Slot(str, object)
    def _answered(self, channel: str, answer: object) -> None:
        if isinstance(answer, Overview):
            self.sheet.set_overview(answer)
        elif isinstance(answer, ReportFacts):
            self.sections.set_there(sections_of(answer))
            self.sheet.set_facts(answer)
            self._choices_changed()

    @Slot()
    def _read_facts(self) -> None:
        if self.runs.run is not None:
            self.reader.ask("facts", ReadReportFacts(self.runs.run.id))

    @Slot(str)
    def _run_chosen(self, run: str) -> None:
        project = self.context.session.project
        found = self.runs.run
        if project is not None and found is not None:
            self.out.setText(str(project.exports / f"{run}-report.html"))
            self.sheet.set_run(project.name, found)
            self._read_facts()
        self._written, self._failure = "", None
        self._show()

    @Slot()
    def _choices_changed(self) -> None:
        self.sheet.set_sections(self.chosen_sections())
        self._show()

    def chosen_sections(self) -> tuple[str, ...]:
        """The sections to write."""
        return self.sections.chosen()

    def _task(self) -> str:
        project = self.context.session.project
        return project.task if project is not None else "single"

    @Slot()
    def _choose_out(self) -> None:
        ask_where(self, self.tr("Where the report goes"), self.out.text(), "html", self.out.setText)

    # --- writing -----------------------------------------------------------------------------------------

    @property
    def can_write(self) -> bool:
        whole = bool(self.chosen_sections()) and bool(self.out.text().strip())
        return self.runs.run is not None and whole and self._job is None

    @Slot()
    def primary_action(self) -> None:
        run = self.runs.run
        if run is None or not self.can_write:
            return
        self._written, self._failure = "", None
        job = self.context.operations.write_report(
            run.id, Path(self.out.text().strip()), self.language.currentData(), self.chosen_sections()
        )
        self._job = job
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.ended.connect(self._ended)
        self._show()

    @Slot(object)
    def _finished(self, result: ReportWritten) -> None:
        self._written = result.out

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._failure = error

    @Slot()
    def _ended(self) -> None:
        job, self._job = self._job, None
        if self._failure is None and job is not None and job.error is not None:
            self._failure = job.error
        self._show()

    @Slot()
    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._written))

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._written).parent)))

    # --- the page ----------------------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        if self._job is not None:
            return PageState.RUNNING, self.tr("The report is being written")
        if self.runs.run is None:
            return PageState.EMPTY, self.tr("No trained model yet")
        return PageState.READY, self.tr("One file that opens anywhere, offline")

    @Slot()
    def _show(self) -> None:
        ready = self.runs.run is not None
        self._stack.setCurrentIndex(1 if ready else 0)
        self.write.setVisible(ready)
        self.export.setVisible(ready)
        self.write.setEnabled(self.can_write)
        if self._failure is not None:
            self.banner.set_message("bad", describe(self._failure, self.context.settings.language).text)
        elif self._written:
            self.banner.set_message(
                "info",
                self.tr("The report was written to {path}").format(path=self._written),
                self.tr("Open"),
            )
        self.folder.setVisible(bool(self._written))
        self.banner.setVisible(self._failure is not None or bool(self._written))
        self.header.set_sentence(self.state()[1])
        self.state_changed.emit()

    @Slot()
    def _export(self) -> None:
        if self.runs.run is not None:
            ExportDialog(self.context, self.runs.run, self).open()

    @Slot()
    def _to_train(self) -> None:
        self.page_requested.emit("train")

    def retranslate(self) -> None:
        self.header.set_title(self.tr("Report"))
        self.write.setText(self.tr("Write report"))
        self.export.setText(self.tr("Export the model…"))
        self.folder.setText(self.tr("Show folder"))
        words = (self.tr("Run"), self.tr("Sections"), self.tr("Language of the report"), self.tr("Write to"))
        for name, word in zip(self._names, words, strict=True):
            name.setText(word)
        self.runs.setAccessibleName(words[0])
        self.language.setAccessibleName(words[2])
        self.out.setAccessibleName(words[3])
        self.change.setText(self.tr("Change…"))
        self.change.setAccessibleName(self.tr("Change where the report goes"))
        self.sections.set_task(self._task())
        self.empty.set_content(
            "report", self.tr("Train a model first; its report is written here."), self.tr("Open Train")
        )
        self.runs.reload()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        # what was measured or explained meanwhile can be in the report
        self._read_facts()
        super().showEvent(event)
