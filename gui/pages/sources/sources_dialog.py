"""Source models: those on this machine, and the hub to fetch others from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.context import Context
from gui.pages.sources.hub_panel import HubPanel
from gui.pages.sources.installed_panel import InstalledPanel
from gui.pages.sources.shelf import Shelf
from gui.pages.sources.words import megabytes
from gui.theme import SPACE_L, SPACE_M, SPACE_XL
from gui.widgets.basic import Button, separator
from gui.widgets.blocks import PageHeader

INSTALLED, HUB = range(2)


class SourcesDialog(QDialog):
    """Needs an open project. Signals: chosen(str): train with that model; the dialog closes then."""

    chosen = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = Shelf(context.queue, self)
        self._header = PageHeader(context.theme, "")
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _ in (INSTALLED, HUB):
            self.tabs.addTab("")
        self.installed = InstalledPanel(context, self._shelf)
        self.hub = HubPanel(context, self._shelf)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.installed)
        self._stack.addWidget(self.hub)
        self._close = Button(context.theme, "")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._header)
        column.addWidget(self.tabs)
        column.addWidget(separator())
        column.addWidget(self._stack, 1)
        column.addWidget(separator())
        column.addLayout(foot)
        self.tabs.currentChanged.connect(self._turn)
        self._shelf.changed.connect(self._say)
        self._close.clicked.connect(self.reject)
        for button in self.findChildren(Button):
            button.setAutoDefault(False)  # Return belongs to the search field and the tables
        for panel in (self.installed, self.hub):
            panel.chosen.connect(self._choose)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1100, 660)
        self.setMinimumSize(980, 560)
        self.retranslate()
        self.installed.refresh()

    def show_tab(self, tab: int) -> None:
        """``INSTALLED`` or ``HUB``."""
        self.tabs.setCurrentIndex(tab)

    def retranslate(self) -> None:
        """Every text in the language in use."""
        self.setWindowTitle(self.tr("Source models"))
        self._header.set_title(self.tr("Source models"))
        self.tabs.setTabText(INSTALLED, self.tr("On this machine"))
        self.tabs.setTabText(HUB, self.tr("Model hub"))
        self.tabs.setAccessibleName(self.tr("On this machine or on the hub"))
        self._close.setText(self.tr("Close"))
        self.installed.retranslate()
        self.hub.retranslate()
        self._say()

    @Slot()
    def _say(self) -> None:
        sources = self._shelf.sources
        size = megabytes(sum(each.size_bytes for each in sources))
        text = self.tr("%n models, {size}", "", len(sources)).format(size=size) if sources else ""
        self._header.set_sentence(text)

    @Slot(int)
    def _turn(self, tab: int) -> None:
        self._stack.setCurrentIndex(tab)
        if tab == HUB:
            self.hub.focus_search()

    @Slot(str)
    def _choose(self, id: str) -> None:
        self.chosen.emit(id)
        self.accept()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
