"""The card beside the text in Explain: the words, and what else can be asked about the decision."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from gui.pages.explain.inspector import Inspector
from gui.pages.explain.side_panel import SidePanel, Subject
from gui.pages.frames import scrolled


class SideTabs(QTabWidget):
    """Signals: as ``SidePanel``'s."""

    word_chosen = Signal(int)
    text_offered = Signal(str)
    document_requested = Signal(int)
    page_requested = Signal(str)

    def __init__(
        self, inspector: Inspector, panels: Sequence[SidePanel], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self._panels = tuple(panels)
        self.addTab(scrolled(inspector), "")
        for panel in self._panels:
            self.addTab(scrolled(panel), "")
            panel.word_chosen.connect(self.word_chosen)
            panel.text_offered.connect(self.text_offered)
            panel.document_requested.connect(self.document_requested)
            panel.page_requested.connect(self.page_requested)
            panel.front_requested.connect(self._bring_to_front)
        self.tabBar().setExpanding(False)
        self.tabBar().setProperty("narrow", True)
        self.tabBar().setVisible(bool(self._panels))
        self.currentChanged.connect(self._front_changed)

    def set_subject(self, subject: Subject | None) -> None:
        for panel in self._panels:
            panel.set_subject(subject)

    def show_panel(self, kind: type[SidePanel]) -> None:
        """Bring the tab of that kind to the front."""
        self.setCurrentIndex(next(i for i, each in enumerate(self._panels, 1) if isinstance(each, kind)))

    def word_menu(self, index: int) -> list[tuple[str, object]]:
        """What may be done with a word of the text, of all panels."""
        return [entry for panel in self._panels for entry in panel.word_menu(index)]

    def retranslate(self, language: str) -> None:
        self.setTabText(0, self.tr("Words"))
        for place, panel in enumerate(self._panels, 1):
            panel.retranslate(language)
            self.setTabText(place, panel.title())

    @Slot()
    def _bring_to_front(self) -> None:
        panel = self.sender()
        self.setCurrentIndex(next(i for i, each in enumerate(self._panels, 1) if each is panel))

    @Slot(int)
    def _front_changed(self, index: int) -> None:
        for place, panel in enumerate(self._panels, 1):
            panel.set_front(place == index)
