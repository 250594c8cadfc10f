"""Corpus: what carries a run's answers over all texts, what should not, and how the texts lie to one another."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.explaining.change import FindRules
from engine.api.explaining.corpus import CorpusRequest
from engine.api.explaining.influence import FindLabelDoubts
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.base import Page, PageState
from gui.pages.corpus.doubts_panel import DoubtsPanel
from gui.pages.corpus.map_panel import MapPanel
from gui.pages.corpus.panel import CorpusPanel
from gui.pages.corpus.queries import Findings, ReadFindings
from gui.pages.corpus.rules_panel import RulesPanel
from gui.pages.corpus.shortcuts_panel import ShortcutsPanel
from gui.pages.corpus.words_panel import WordsPanel
from gui.pages.evaluate.run_chooser import RunChooser
from gui.store_reader import StoreReader
from gui.theme import SPACE_L, SPACE_M, SPACE_XL
from gui.widgets.blocks import Banner, EmptyState, PageHeader

_FINDINGS = "corpus-findings"
_Asked = CorpusRequest | FindRules | FindLabelDoubts


class CorpusPage(Page):
    """Signals: page_requested(str): another page is to be shown, by its id."""

    page_id = "corpus"
    page_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._runs: list[Run] = []
        self._failure: ErrorReport | None = None
        self._reader = StoreReader(self)
        self._reader.answered.connect(self._answered)
        self._reader.failed.connect(self._read_failed)
        self._build()
        self._connect()
        self.retranslate()
        if context.session.project is not None:
            self._opened()

    # --- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme, session = self.context.theme, self.context.session
        self._header = PageHeader(theme, "")
        self._run_chooser = RunChooser(session, self.context.settings.language)
        self._header.add_widget(self._run_chooser)
        self._banner = Banner(theme, "bad", "", close=" ")
        self._banner.hide()
        self._empty = EmptyState(theme, "corpus", "")
        self.words = WordsPanel(self.context, self._reader)
        self.shortcuts = ShortcutsPanel(self.context, self._reader)
        self.rules = RulesPanel(self.context, self._reader)
        self.doubts = DoubtsPanel(self.context, self._reader)
        self.map = MapPanel(self.context, self._reader)
        self.panels: tuple[CorpusPanel, ...] = (self.words, self.shortcuts, self.rules, self.doubts, self.map)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._front = QStackedWidget()
        for panel in self.panels:
            self.tabs.addTab("")
            self._front.addWidget(panel)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._front, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(work)
        page = QVBoxLayout(self)
        page.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        page.setSpacing(SPACE_M)
        page.addWidget(self._header)
        page.addWidget(self._banner)
        page.addWidget(self._pages, 1)

    def _connect(self) -> None:
        session, queue = self.context.session, self.context.queue
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.runs_changed.connect(self._runs_changed)
        session.documents_changed.connect(self._documents_changed)
        session.run_selected.connect(self._run_selected)
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        self.tabs.currentChanged.connect(self._front.setCurrentIndex)
        self._empty.activated.connect(self._to_train)
        self._banner.closed.connect(self._forget_failure)
        for panel in self.panels:
            panel.document_opened.connect(self._explain)

    # --- what the page promises -----------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        if not self._runs:
            return PageState.EMPTY, self.tr("There is no finished run to ask yet")
        if any(panel.job() is not None for panel in self.panels):
            return PageState.RUNNING, self.tr("The texts are being looked through")
        found = sum(panel.has_found() for panel in self.panels)
        if not found:
            return PageState.EMPTY, self.tr("Nothing has been asked about all texts yet")
        return PageState.READY, self.tr("What carries the answers over all texts")

    def retranslate(self) -> None:
        language = self.context.settings.language
        self._header.set_title(self.tr("Corpus"))
        self._run_chooser.retranslate(language)
        self._banner.close_button.set_icon("close", self.tr("Close the message"))
        self._empty.set_content(
            "corpus",
            self.tr("Train a run first; then all its decisions can be looked through at once."),
            self.tr("Open Train"),
        )
        self.tabs.setAccessibleName(self.tr("Words, shortcuts, rules, label doubts, map"))
        for at, panel in enumerate(self.panels):
            panel.retranslate()
            self.tabs.setTabText(at, panel.title())
        self._say()

    @Slot()
    def primary_action(self) -> None:
        """Start the job of the tab in front."""
        if self._runs:
            self.panel.begin()

    def focus_search(self) -> None:
        self.panel.focus_search()

    def find_texts(self, words: str) -> bool:
        """Show the texts with these words in the first tab; False where the texts are not explained."""
        if not self.words.look_for(words):
            return False
        self.tabs.setCurrentIndex(self.panels.index(self.words))
        return True

    @property
    def panel(self) -> CorpusPanel:
        """The tab in front."""
        return self.panels[self.tabs.currentIndex()]

    # --- the project ----------------------------------------------------------------------------------------

    @Slot()
    def _opened(self) -> None:
        path = self.context.session.path
        assert path is not None
        self._reader.open(path)
        self._runs_changed()

    @Slot()
    def _closed(self) -> None:
        self._reader.close()
        self._runs_changed()

    @Slot()
    def _runs_changed(self) -> None:
        self._runs = self._run_chooser.refresh()
        self._show_run()

    @Slot(str)
    def _run_selected(self, _run: str) -> None:
        self._show_run()

    @Slot()
    def _documents_changed(self) -> None:
        self.doubts.read_labels()
        self._read()

    def _run(self) -> Run | None:
        return next((run for run in self._runs if run.id == self.context.session.run), None)

    def _show_run(self) -> None:
        run = self._run()
        for panel in self.panels:
            panel.set_run(run)
        self._read()
        self._say()

    @Slot()
    def _read(self) -> None:
        run = self._run()
        if run is None:
            self._reader.forget(_FINDINGS)
        else:
            self._reader.ask(_FINDINGS, ReadFindings(run.id))

    @Slot(str, object)
    def _answered(self, channel: str, answer: object) -> None:
        if isinstance(answer, Findings):
            if answer.run == self.context.session.run:
                for panel in self.panels:
                    panel.set_findings(answer)
                self._say()
            return
        for panel in self.panels:
            panel.take(channel, answer)

    @Slot(str, object)
    def _read_failed(self, _channel: str, error: ErrorReport) -> None:
        self._failure = error
        self._say()

    @Slot()
    def _forget_failure(self) -> None:
        self._failure = None
        self._banner.hide()

    # --- what happens ---------------------------------------------------------------------------------------

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not isinstance(job.request, _Asked):
            return
        if job.state.ended:
            self._read()  # a cancelled job keeps what it has done
        self._say()

    @Slot(int)
    def _explain(self, document: int) -> None:
        self.context.session.explain_requested.emit(document)

    @Slot()
    def _to_train(self) -> None:
        self.page_requested.emit("train")

    # --- words ----------------------------------------------------------------------------------------------

    def _say(self) -> None:
        self._pages.setCurrentIndex(1 if self._runs else 0)
        self._run_chooser.setVisible(bool(self._runs))
        self._header.set_sentence(self.state()[1])
        if self._failure is not None:
            self._banner.set_message("bad", describe(self._failure, self.context.settings.language).text)
            self._banner.show()
        self.state_changed.emit()
