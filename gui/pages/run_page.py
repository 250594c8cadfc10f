"""A page about one finished run: the run's choice, what stands there while there is none, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.pages.base import Page
from gui.pages.run_chooser import RunChooser
from gui.store_reader import StoreReader
from gui.theme import SPACE_L, SPACE_M, SPACE_XL
from gui.widgets.blocks import Banner, EmptyState, PageHeader


class RunPage(Page):
    """Those who derive from it build their work, call ``_frame`` with it and then ``_begin``.

    Signals: page_requested(str): another page is to be shown, by its id.
    """

    page_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._runs: list[Run] = []
        self._failure: ErrorReport | None = None
        self._reader = StoreReader(self)
        theme = context.theme
        self._header = PageHeader(theme, "")
        self._run_chooser = RunChooser(context.session, context.settings.language)
        self._header.add_widget(self._run_chooser)
        self._banner = Banner(theme, "bad", "", close=" ")
        self._banner.hide()
        self._empty = EmptyState(theme, self.page_id, "")
        self._pages = QStackedWidget()

    def _frame(self, work: QWidget, *notes: QWidget) -> None:
        """Lay the page out around its work; ``notes`` stand above it."""
        self._pages.addWidget(self._empty)
        self._pages.addWidget(work)
        page = QVBoxLayout(self)
        page.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        page.setSpacing(SPACE_M)
        page.addWidget(self._header)
        for note in (self._banner, *notes):
            page.addWidget(note)
        page.addWidget(self._pages, 1)

    def _begin(self) -> None:
        """Everything is built: follow the session."""
        session = self.context.session
        self._reader.failed.connect(self._read_failed)
        self._empty.activated.connect(self._to_train)
        self._banner.closed.connect(self._forget_failure)
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.runs_changed.connect(self._runs_changed)
        session.run_selected.connect(self._run_selected)
        self.retranslate()
        if session.project is not None:
            self._opened()

    # --- what those who derive from it do -------------------------------------------------------------------

    def _show_run(self) -> None:
        """Show the chosen run, or that there is none."""
        raise NotImplementedError

    def _say(self) -> None:
        """Set what follows from the state."""
        raise NotImplementedError

    # --- the project ----------------------------------------------------------------------------------------

    def _run(self) -> Run | None:
        return next((run for run in self._runs if run.id == self.context.session.run), None)

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

    @Slot(int)
    def _explain(self, document: int) -> None:
        self.context.session.explain_requested.emit(document)

    @Slot()
    def _to_train(self) -> None:
        self.page_requested.emit("train")

    # --- what went wrong ------------------------------------------------------------------------------------

    @Slot(str, object)
    def _read_failed(self, _channel: str, error: ErrorReport) -> None:
        self._failure = error
        self._say()

    @Slot()
    def _forget_failure(self) -> None:
        self._failure = None
        self._banner.hide()

    def _say_frame(self) -> None:
        """What the frame shows, last of all."""
        self._pages.setCurrentIndex(1 if self._runs else 0)
        self._run_chooser.setVisible(bool(self._runs))
        if self._failure is not None:
            self._banner.set_message("bad", describe(self._failure, self.context.settings.language).text)
            self._banner.show()
        self.state_changed.emit()

    def _retranslate_frame(self, title: str, empty: str) -> None:
        self._header.set_title(title)
        self._run_chooser.retranslate(self.context.settings.language)
        self._banner.close_button.set_icon("close", self.tr("Close the message"))
        self._empty.set_content(self.page_id, empty, self.tr("Open Train"))
