"""Corpus: what carries a run's answers over all texts, what should not, and how the texts lie to one another."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.api.explaining.change import FindRules
from engine.api.explaining.corpus import CorpusRequest
from engine.api.explaining.influence import FindLabelDoubts
from gui.context import Context
from gui.jobs import Job
from gui.pages.base import PageState
from gui.pages.corpus.doubts_panel import DoubtsPanel
from gui.pages.corpus.map_panel import MapPanel
from gui.pages.corpus.panel import CorpusPanel
from gui.pages.corpus.queries import Findings, ReadFindings
from gui.pages.corpus.rules_panel import RulesPanel
from gui.pages.corpus.shortcuts_panel import ShortcutsPanel
from gui.pages.corpus.words_panel import WordsPanel
from gui.pages.run_page import RunPage

_FINDINGS = "corpus-findings"
_Asked = CorpusRequest | FindRules | FindLabelDoubts


class CorpusPage(RunPage):
    """A tab for each question that is asked of all texts at once."""

    page_id = "corpus"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._reader.answered.connect(self._answered)
        self._build()
        self._connect()
        self._begin()

    # --- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
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
        self._frame(work)

    def _connect(self) -> None:
        session, queue = self.context.session, self.context.queue
        session.documents_changed.connect(self._documents_changed)
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        self.tabs.currentChanged.connect(self._front.setCurrentIndex)
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
        self._retranslate_frame(
            self.tr("Corpus"),
            self.tr("Train a run first; then all its decisions can be looked through at once."),
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
    def _documents_changed(self) -> None:
        self.doubts.read_labels()
        self._read()

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

    # --- what happens ---------------------------------------------------------------------------------------

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not isinstance(job.request, _Asked):
            return
        if job.state.ended:
            self._read()  # a cancelled job keeps what it has done
        self._say()

    # --- words ----------------------------------------------------------------------------------------------

    def _say(self) -> None:
        self._header.set_sentence(self.state()[1])
        self._say_frame()
