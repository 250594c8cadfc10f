"""Every action of the window in one table: id, menu, text, shortcut, icon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from gui import icons
from gui.theme import Theme


@dataclass(frozen=True)
class ActionSpec:
    """``text`` is asked again when the language changes. ``page`` actions need an open project."""

    id: str
    menu: str
    text: Callable[[], str]
    shortcut: str = ""
    icon: str = ""
    needs_project: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "open-file", "file", lambda: QCoreApplication.translate("Actions", "&Open file…"), "Ctrl+O", "file"
    ),
    ActionSpec(
        "open-folder", "file", lambda: QCoreApplication.translate("Actions", "Open &folder of texts…"), "", ""
    ),
    ActionSpec(
        "new-project",
        "file",
        lambda: QCoreApplication.translate("Actions", "&New project…"),
        "Ctrl+N",
        "plus",
    ),
    ActionSpec(
        "open-project",
        "file",
        lambda: QCoreApplication.translate("Actions", "Open &project…"),
        "Ctrl+Shift+O",
        "folder",
    ),
    ActionSpec(
        "close-project",
        "file",
        lambda: QCoreApplication.translate("Actions", "&Close project"),
        "Ctrl+W",
        "",
        True,
    ),
    ActionSpec(
        "settings", "file", lambda: QCoreApplication.translate("Actions", "&Settings…"), "Ctrl+,", "settings"
    ),
    ActionSpec("quit", "file", lambda: QCoreApplication.translate("Actions", "&Quit"), "Ctrl+Q", ""),
    ActionSpec(
        "undo", "edit", lambda: QCoreApplication.translate("Actions", "&Undo"), "Ctrl+Z", "undo", True
    ),
    ActionSpec(
        "redo", "edit", lambda: QCoreApplication.translate("Actions", "&Redo"), "Ctrl+Shift+Z", "redo", True
    ),
    ActionSpec(
        "search", "edit", lambda: QCoreApplication.translate("Actions", "&Search"), "Ctrl+F", "search", True
    ),
    ActionSpec(
        "start", "run", lambda: QCoreApplication.translate("Actions", "&Start"), "Ctrl+R", "play", True
    ),
    ActionSpec(
        "pause", "run", lambda: QCoreApplication.translate("Actions", "&Pause or go on"), "Ctrl+P", "pause"
    ),
    ActionSpec("stop", "run", lambda: QCoreApplication.translate("Actions", "S&top…"), "Ctrl+.", "stop"),
    ActionSpec(
        "sources",
        "run",
        lambda: QCoreApplication.translate("Actions", "Source &models…"),
        "",
        "folder",
        True,
    ),
    ActionSpec(
        "page-data", "view", lambda: QCoreApplication.translate("Actions", "&Data"), "Ctrl+1", "data", True
    ),
    ActionSpec(
        "page-train", "view", lambda: QCoreApplication.translate("Actions", "&Train"), "Ctrl+2", "train", True
    ),
    ActionSpec(
        "page-evaluate",
        "view",
        lambda: QCoreApplication.translate("Actions", "&Evaluate"),
        "Ctrl+3",
        "evaluate",
        True,
    ),
    ActionSpec(
        "page-explain",
        "view",
        lambda: QCoreApplication.translate("Actions", "E&xplain"),
        "Ctrl+4",
        "explain",
        True,
    ),
    ActionSpec(
        "page-corpus",
        "view",
        lambda: QCoreApplication.translate("Actions", "&Corpus"),
        "Ctrl+5",
        "corpus",
        True,
    ),
    ActionSpec(
        "page-predict",
        "view",
        lambda: QCoreApplication.translate("Actions", "&Predict"),
        "Ctrl+6",
        "predict",
        True,
    ),
    ActionSpec(
        "page-report",
        "view",
        lambda: QCoreApplication.translate("Actions", "&Report"),
        "Ctrl+7",
        "report",
        True,
    ),
    ActionSpec(
        "help", "help", lambda: QCoreApplication.translate("Actions", "&Help on this page"), "F1", "help"
    ),
    ActionSpec("keys", "help", lambda: QCoreApplication.translate("Actions", "&Keyboard"), "Ctrl+/", ""),
    ActionSpec("about", "help", lambda: QCoreApplication.translate("Actions", "&About Lexplain"), "", "info"),
)

MENUS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("file", lambda: QCoreApplication.translate("Actions", "&File")),
    ("edit", lambda: QCoreApplication.translate("Actions", "&Edit")),
    ("run", lambda: QCoreApplication.translate("Actions", "&Run")),
    ("view", lambda: QCoreApplication.translate("Actions", "&View")),
    ("help", lambda: QCoreApplication.translate("Actions", "&Help")),
)


class Actions(QObject):
    """The table as ``QAction``s of one window."""

    def __init__(self, theme: Theme, handlers: Mapping[str, Callable[[], None]], parent: QObject) -> None:
        """``handlers``: id -> what it does; one for each row of the table."""
        super().__init__(parent)
        self._theme = theme
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(parent)
            action.setObjectName(spec.id)
            if spec.shortcut:
                action.setShortcut(QKeySequence(spec.shortcut))
            # a checked argument would reach a handler that takes none
            action.triggered.connect(_Call(handlers[spec.id], action).run)
            self._actions[spec.id] = action
        theme.changed.connect(self._tint)
        self._tint()
        self.retranslate()

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def of_menu(self, menu: str) -> list[QAction]:
        """In the table's order."""
        return [self._actions[spec.id] for spec in ACTIONS if spec.menu == menu]

    def retranslate(self) -> None:
        """Every text in the language in use."""
        for spec in ACTIONS:
            self._actions[spec.id].setText(spec.text())

    def set_project_open(self, is_open: bool) -> None:
        """Switch what needs a project on or off."""
        for spec in ACTIONS:
            if spec.needs_project:
                self._actions[spec.id].setEnabled(is_open)

    @Slot()
    def _tint(self) -> None:
        palette = self._theme.palette
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.id].setIcon(icons.icon(spec.icon, palette.muted, palette.faint))


class _Call(QObject):
    def __init__(self, handler: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._handler = handler

    @Slot()
    def run(self) -> None:
        self._handler()
