"""The Predict page: one typed text, or a whole file, through a finished run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from engine.api.messages import FilePredicted, Progress
from gui.context import Context
from gui.models.scored_file import CONLL, Head, ReadHead, ReadUnsure, ScoreSpread, Unsure
from gui.pages.base import Page, PageState
from gui.pages.predict.file_panel import FilePanel
from gui.pages.predict.results_panel import ResultsPanel
from gui.pages.predict.text_panel import TextPanel
from gui.pages.run_choice import RunChoice
from gui.store_reader import StoreReader
from gui.theme import SPACE_L, SPACE_XL
from gui.widgets.blocks import EmptyState, PageHeader

_HEAD, _UNSURE = "head", "unsure"


class PredictPage(Page):
    """Signals: ``page_requested(id)``, another page is to be shown."""

    page_id = "predict"
    page_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.setAcceptDrops(True)
        self.reader = StoreReader(self)
        self._out: Path | None = None
        self._columns: tuple[str, ...] = ()
        self._head_full = False
        self.header = PageHeader(theme, "")
        self.runs = RunChoice(context)
        self.header.add_widget(self.runs)
        self.one = TextPanel(context)
        self.file = FilePanel(context)
        self.results = ResultsPanel(theme)
        self.results.setVisible(False)
        self.empty = EmptyState(theme, "predict", "")
        self._stack = QStackedWidget()
        work = QWidget()
        inner = QVBoxLayout(work)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(SPACE_L)
        inner.addWidget(self.one)
        inner.addWidget(self.file)
        inner.addWidget(self.results, 1)
        inner.addStretch(0)
        self._inner = inner
        self._stack.addWidget(self.empty)
        self.results.setMinimumHeight(260)
        work.setObjectName("scrolled")
        scroll = QScrollArea()  # a low window shows the results by scrolling
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(work)
        self._stack.addWidget(scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)
        context.session.opened.connect(self._opened)
        context.session.closed.connect(self._closed)
        self.runs.run_chosen.connect(self._run_chosen)
        self.file.started.connect(self._started)
        self.file.progressed.connect(self._progressed)
        self.file.scored.connect(self._scored)
        self.file.ended.connect(self._ended)
        self.results.text_opened.connect(self._explain)
        self.reader.answered.connect(self._answered)
        self.empty.activated.connect(self._to_train)
        self.retranslate()
        self._opened()

    @Slot()
    def _opened(self) -> None:
        project = self.context.session.project
        if project is not None:
            self.reader.open(project.path)
        self._run_chosen(self.runs.currentData() or "")

    def _task(self) -> str:
        project = self.context.session.project
        return project.task if project is not None else "single"

    @Slot()
    def _closed(self) -> None:
        self.reader.close()
        self.results.clear()
        self.results.setVisible(False)

    @Slot(str)
    def _run_chosen(self, run: str) -> None:
        self.one.set_run(run)
        self.file.set_run(run)
        self._show()

    # --- a file ------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _started(self, out: Path, columns: tuple[str, ...]) -> None:
        self._out, self._columns, self._head_full = out, columns, False
        project = self.context.session.project
        types = project.documents.labels() if project is not None and self._task() == "tagging" else []
        sure = self._task() != "score" and out.suffix != CONLL
        self.results.set_task(self._task(), types, sure=sure)
        self.results.clear()
        self.results.setVisible(True)
        self._show()

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        if progress.label_counts:
            self.results.set_counts(progress.label_counts)
        if progress.done and not self._head_full and self._out is not None:
            self.reader.ask(_HEAD, ReadHead(self._out, self._columns, self._task()))

    @Slot(object)
    def _scored(self, result: FilePredicted) -> None:
        self.results.set_counts(result.label_counts)
        self._out = Path(result.out)
        self.reader.ask(_HEAD, ReadHead(self._out, self._columns, self._task()))
        self.reader.ask(_UNSURE, ReadUnsure(self._out, self._columns, self._task()))

    @Slot()
    def _ended(self) -> None:
        self._show()

    @Slot(str)
    def _explain(self, text: str) -> None:
        self.context.session.explain_requested.emit(text)

    @Slot(str, object)
    def _answered(self, channel: str, answer: object) -> None:
        if isinstance(answer, Head):
            self._head_full = len(answer.rows) > 0
            self.results.set_head(answer)
        elif isinstance(answer, Unsure):
            self.results.set_unsure(answer)
        elif isinstance(answer, ScoreSpread):
            self.results.set_score_spread(answer)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.file.set_files([Path(path) for path in paths])

    # --- the page ----------------------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        if self.file.busy:
            return PageState.RUNNING, self.tr("A file is being scored")
        if self.runs.run is None:
            return PageState.EMPTY, self.tr("No trained model yet")
        return PageState.READY, self.tr("Ready to score texts")

    def _show(self) -> None:
        ready = self.runs.run is not None
        self._stack.setCurrentIndex(1 if ready else 0)
        self.runs.setVisible(ready)
        self._inner.setStretch(self._inner.count() - 1, 0 if self.results.isVisibleTo(self._stack) else 1)
        self.header.set_sentence(self.state()[1])
        self.state_changed.emit()

    def primary_action(self) -> None:
        if self.file.can_start:
            self.file.begin()
        else:
            self.file.choose_file()

    def focus_search(self) -> None:
        self.one.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _to_train(self) -> None:
        self.page_requested.emit("train")

    def retranslate(self) -> None:
        self.header.set_title(self.tr("Predict"))
        self.runs.setAccessibleName(self.tr("Run"))
        self.runs.setToolTip(self.tr("The run that predicts"))
        self.empty.set_content(
            "predict", self.tr("Train a model first; then it scores your texts here."), self.tr("Open Train")
        )
        self.runs.reload()
        self._show()
