"""Rail, pages, strip, status bar, menus and panels put together; what they do is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.api.messages import Lane
from engine.api.project import SUFFIX
from gui import icons
from gui.actions import MENUS, Actions
from gui.context import Context
from gui.opening import Opener, is_project
from gui.pages.base import Page, PageState
from gui.settings import GEOMETRY
from gui.shell.banners import BannerStack, Words
from gui.shell.dialogs import AboutDialog, KeysDialog, plain
from gui.shell.help_panel import HelpPanel
from gui.shell.job_messages import JobMessages, running
from gui.shell.job_strip import JobStrip
from gui.shell.page_factories import Factory
from gui.shell.rail import Rail, RailEntry
from gui.shell.settings_dialog import SettingsDialog
from gui.shell.status_bar import StatusBar
from gui.shell.welcome import SAMPLE_FILES, Welcome
from gui.theme import MINIMUM_WINDOW, ROOM_FOR_HELP
from gui.widgets.basic import separator
from gui.widgets.choosing import ask_folder, ask_text_folder, ask_texts
from gui.widgets.saving import ask_where


class MainWindow(QMainWindow):
    """Signals: painted(), once, after the first paint."""

    painted = Signal()

    def __init__(
        self,
        context: Context,
        opener: Opener,
        factories: Mapping[str, Factory],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self.opener = context, opener
        self._factories = dict(factories)
        self.pages: dict[str, Page] = {}
        self._painted = False
        # timers of its own: a free single shot would outlive the window
        self._builder, self._paint_told = QTimer(self), QTimer(self)
        for timer, handler in ((self._builder, self.build_next_page), (self._paint_told, self.painted.emit)):
            timer.setSingleShot(True)
            timer.timeout.connect(handler)
        self._leaving_agreed = False
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(*MINIMUM_WINDOW)
        self.setAcceptDrops(True)
        self.setObjectName("mainWindow")
        self._make_parts()
        self.actions_table = Actions(context.theme, self._handlers(), self)
        self._menus = self._make_menus()
        self._connect()
        geometry = context.settings.get(GEOMETRY)
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(1280, 800)
        self.retranslate()
        self._project_changed()

    def _make_parts(self) -> None:
        context = self.context
        self.rail = Rail(context.theme, [RailEntry(id, id) for id in self._factories], self)
        self.stack = QStackedWidget(self)
        self.welcome = Welcome(context.theme, context.settings, self)
        self.stack.addWidget(self.welcome)
        self.banners = BannerStack(context.theme, self)
        self.strip = JobStrip(context.theme, context.settings, context.queue, self)
        self.status = StatusBar(context.session, context.queue, self)
        self.help = HelpPanel(context.settings, self)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.help)
        self.messages = JobMessages(context.session, context.settings, context.queue, self.banners, self)
        line = separator()
        line.setFixedSize(1, 16777215)
        line.setMaximumHeight(16777215)
        work = QVBoxLayout()
        work.setSpacing(0)
        work.addWidget(self.banners)
        work.addWidget(self.stack, 1)
        work.addWidget(self.strip)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(work, 1)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(separator())
        column.addWidget(self.status)
        self.setCentralWidget(centre)

    def _make_menus(self) -> dict[str, QMenu]:
        menus = {}
        for id, _title in MENUS:
            menu = self.menuBar().addMenu("")
            for action in self.actions_table.of_menu(id):
                menu.addAction(action)
            menus[id] = menu
        return menus

    def _handlers(self) -> dict[str, Callable[[], None]]:
        handlers: dict[str, Callable[[], None]] = {
            "open-file": self.open_file,
            "open-folder": self.open_folder,
            "new-project": self.new_project,
            "open-project": self.open_project,
            "close-project": self.close_project,
            "settings": self.show_settings,
            "quit": self.quit,
            "undo": self.undo,
            "redo": self.redo,
            "search": self.search,
            "start": self.start,
            "pause": self.strip.toggle_pause,
            "stop": self.strip.stop,
            "sources": self.show_sources,
            "help": self.toggle_help,
            "keys": self.show_keys,
            "about": self.show_about,
        }
        for page in self._factories:
            handlers[f"page-{page}"] = _Show(self, page).show
        return handlers

    def _connect(self) -> None:
        session = self.context.session
        self.rail.chosen.connect(self.show_page)
        self.rail.asked.connect(self._foot_asked)
        self.welcome.open_file.connect(self.open_file)
        self.welcome.sample_chosen.connect(self.open_sample)
        self.welcome.project_chosen.connect(self._recent_or_file)
        session.opened.connect(self._project_changed)
        session.closed.connect(self._project_changed)
        session.import_requested.connect(self._import_requested)
        session.explain_requested.connect(self._explain_requested)
        session.search_requested.connect(self._search_requested)
        self.opener.failed.connect(self.messages.show_error)
        self.context.operations.edit_failed.connect(self.messages.show_error)
        self.context.settings.changed.connect(self._setting_changed)

    # --- pages --------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """The page shown, None at the welcome screen."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    @Slot(str)
    def show_page(self, id: str) -> None:
        """Show a page, made now where it was not yet. Needs an open project."""
        if self.context.session.project is None:
            return
        self.stack.setCurrentWidget(self._page(id))
        self.rail.select(id)
        self.help.set_topic(id)

    def _page(self, id: str) -> Page:
        if id not in self.pages:
            page = self._factories[id](self.context)
            page.state_changed.connect(self._page_state_changed)
            # pages ask for one another by their own signals, where they have them
            for signal, handler in (
                ("page_requested", self.show_page),
                ("sample_requested", self._sample_requested),
                ("project_needed", self._recent_or_file),
                ("help_requested", self.show_help),
            ):
                if hasattr(page, signal):
                    getattr(page, signal).connect(handler)
            self.stack.addWidget(page)
            self.pages[id] = page
            self._show_state(page)
        return self.pages[id]

    @Slot()
    def build_next_page(self) -> None:
        """Make one page more in the background, one a turn of the event loop."""
        for id in self._factories:
            if id not in self.pages:
                self._page(id)
                self._builder.start(0)
                return

    @Slot()
    def _page_state_changed(self) -> None:
        page = self.sender()
        if isinstance(page, Page):
            self._show_state(page)

    def _show_state(self, page: Page) -> None:
        state, reason = page.state()
        item = self.rail.item(page.page_id)
        item.set_state(state if self.context.session.project is not None else PageState.EMPTY)
        self._name_item(page.page_id, reason)

    def _name_item(self, id: str, reason: str) -> None:
        name = plain(self.actions_table[f"page-{id}"].text())
        if self.context.session.project is None:
            reason = self.tr("Open a file or a project first.")
        self.rail.item(id).set_name(name, reason)

    @Slot()
    def _project_changed(self) -> None:
        project = self.context.session.project
        is_open = project is not None
        self.actions_table.set_project_open(is_open)
        for id in self._factories:
            self.rail.item(id).setEnabled(is_open)
            if id in self.pages:
                self._show_state(self.pages[id])
        self.setWindowTitle("Lexplain" if project is None else f"{project.name} – Lexplain")
        if is_open:
            self.show_page(next(iter(self._factories)))
        else:
            self.welcome.refresh()
            self.stack.setCurrentWidget(self.welcome)
            self.rail.select("")
            self.help.set_topic("welcome")

    @Slot(object)
    def _explain_requested(self, _what: object) -> None:
        self.show_page("explain")

    @Slot(str)
    def _search_requested(self, words: str) -> None:
        for id in ("corpus", "data"):
            if id in self._factories and self._page(id).find_texts(words):
                self.show_page(id)
                return

    @Slot(object)
    def _import_requested(self, path: Path) -> None:
        self.show_page("data")
        take = getattr(self._page("data"), "import_path", None)
        assert take is not None
        take(path)

    # --- actions ------------------------------------------------------------------------------------------

    @Slot()
    def open_file(self) -> None:
        """Choose a file to import."""
        ask_texts(self, self._open_path)

    def open_folder(self) -> None:
        """Choose a folder of texts to import."""
        ask_text_folder(self, self._open_path)

    @Slot(str)
    def _open_path(self, path: str) -> None:
        self.opener.open(Path(path))

    def new_project(self) -> None:
        """Choose where a new project goes, and make it."""
        folder = self.context.settings.projects_folder
        start = str(folder / (self.tr("New project") + SUFFIX))
        ask_where(self, self.tr("New project"), start, SUFFIX.lstrip("."), self._new_project)

    @Slot(str)
    def _new_project(self, path: str) -> None:
        self.opener.new_project(Path(path))

    def open_project(self) -> None:
        """Choose a project folder to open."""
        start = str(self.context.settings.projects_folder)
        ask_folder(self, self.tr("Open a project"), self._open_project, start)

    @Slot(str)
    def _open_project(self, path: str) -> None:
        self.opener.open_project(Path(path))

    @Slot(str)
    def open_sample(self, language: str) -> None:
        """Import the sample of a language into a project of its own."""
        self.opener.import_file(SAMPLE_FILES[language], own_project=True)

    @Slot()
    def _sample_requested(self) -> None:
        self.opener.open(SAMPLE_FILES[self.context.settings.language])

    @Slot(object)
    def _recent_or_file(self, path: Path) -> None:
        self.opener.open(path)

    def close_project(self) -> None:
        """Close the project, after asking where a job runs."""
        if self._agree_to_leave():
            self.opener.close_project()

    def quit(self) -> None:
        self.close()

    def undo(self) -> None:
        self.context.operations.undo()

    def redo(self) -> None:
        self.context.operations.redo()

    def search(self) -> None:
        if self.page is not None:
            self.page.focus_search()

    def start(self) -> None:
        if self.page is not None:
            self.page.primary_action()

    def toggle_help(self) -> None:
        if not self.help.isVisible() and self.page is not None:
            self.help.set_topic(self.page.help_topic)
        self.help.setVisible(not self.help.isVisible())
        self._place_help()

    @Slot(str)
    def show_help(self, topic: str) -> None:
        """Open the help at a topic."""
        self.help.set_topic(topic)
        self.help.show()
        self._place_help()

    def _place_help(self) -> None:
        """Beside the page where both have room, else in a window of its own."""
        if self.help.isVisible() and not self.help.isFloating() and self.width() < ROOM_FOR_HELP:
            self.help.setFloating(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_help()

    def show_settings(self) -> None:
        self._open_dialog(SettingsDialog(self.context.theme, self.context.settings, self))

    def show_sources(self) -> None:
        """The source models; one that is chosen there is taken on the Train page."""
        from gui.pages.sources.sources_dialog import SourcesDialog

        dialog = SourcesDialog(self.context, self)
        dialog.chosen.connect(self._train_with)
        dialog.open()

    @Slot(str)
    def _train_with(self, source: str) -> None:
        self.show_page("train")
        take = getattr(self._page("train"), "train_with", None)
        assert take is not None
        take(source)

    def show_keys(self) -> None:
        self._open_dialog(KeysDialog(self))

    def show_about(self) -> None:
        queue = self.context.queue
        self._open_dialog(AboutDialog(queue.ready(Lane.HEAVY) or queue.ready(Lane.INTERACTIVE), self))

    def _open_dialog(self, dialog: SettingsDialog | KeysDialog | AboutDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(str)
    def _foot_asked(self, what: str) -> None:
        if what == "settings":
            self.show_settings()
        else:
            self.toggle_help()

    def action(self, id: str) -> QAction:
        """One of the table's actions."""
        return self.actions_table[id]

    def offer_broken(self, path: Path) -> None:
        """Ask before opening again what the last window ended with."""

        def words() -> Words:
            text = self.tr("Lexplain ended while it was opening “{name}”.").format(name=path.name)
            return Words(text, self.tr("Open it again"))

        self.banners.show_offer("careful", words, _Open(self.opener, path).open)

    # --- language, drops, first paint, end ------------------------------------------------------------------

    def retranslate(self) -> None:
        """Every text of the window itself; pages and parts do theirs."""
        self.actions_table.retranslate()
        for id, title in MENUS:
            self._menus[id].setTitle(title())
        for id in self._factories:
            self._name_item(id, "")
        for page in self.pages.values():
            self._show_state(page)
        for id in ("settings", "help"):
            name = self.tr("Settings") if id == "settings" else self.tr("Help")
            self.rail.item(id).set_name(name, name)
        self.rail.setAccessibleName(self.tr("Pages"))
        self.help.retranslate()

    @Slot(str)
    def _setting_changed(self, key: str) -> None:
        if key == "recent":
            self.welcome.refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._open_dropped(paths)

    def _open_dropped(self, paths: list[Path]) -> None:
        """A project alone, else every file: the first may make a project, the others go into it too."""
        projects = [path for path in paths if is_project(path)]
        for path in projects[:1] or paths:
            self.opener.open(path)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self._paint_told.start(0)

    def _agree_to_leave(self) -> bool:
        """Ask once where a job would be interrupted."""
        count = running(self.context.queue)
        if not count or self._leaving_agreed:
            return True
        question = self.tr(
            "A job is running. It will be interrupted; you can continue it when you open the project again."
        )
        box = QMessageBox(QMessageBox.Icon.Question, "Lexplain", question, parent=self)
        leave = box.addButton(self.tr("Leave"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is leave

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._agree_to_leave():
            event.ignore()
            return
        self._leaving_agreed = True
        self.context.settings.set(GEOMETRY, self.saveGeometry())
        self.opener.close_project()
        super().closeEvent(event)


class _Show:
    def __init__(self, window: MainWindow, page: str) -> None:
        self._window, self._page = window, page

    def show(self) -> None:
        self._window.show_page(self._page)


class _Open:
    def __init__(self, opener: Opener, path: Path) -> None:
        self._opener, self._path = opener, path

    def open(self) -> None:
        self._opener.open(self._path)
