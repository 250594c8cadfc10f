"""Help beside the page: what it shows, what its words mean (F1), and a page for each method."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from gui.settings import Settings
from gui.widgets.help_text import HelpText


class HelpPanel(QDockWidget):
    """Hidden until it is asked for; follows the page that is shown."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self._text = HelpText(settings, "welcome", self)
        self.setWidget(self._text)
        self.setAllowedAreas(Qt.DockWidgetArea.RightDockWidgetArea | Qt.DockWidgetArea.LeftDockWidgetArea)
        self.hide()
        self.retranslate()

    def set_topic(self, topic: str) -> None:
        """``welcome``, a page's id, or one of the topics that those link to, such as ``method-features``."""
        self._text.set_topic(topic)

    @property
    def topic(self) -> str:
        return self._text.topic

    def retranslate(self) -> None:
        """The panel in the language in use."""
        self.setWindowTitle(self.tr("Help"))
        self._text.setAccessibleName(self.tr("Help text"))
        self._text.fill()
