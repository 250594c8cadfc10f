"""Help beside the page: what it shows, what its words mean (F1)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QDockWidget, QTextBrowser, QWidget

from gui.settings import Settings
from gui.theme import SPACE_L, SPACE_S

FOLDER = Path(__file__).resolve().parent.parent.parent / "resources" / "help"
_LINE_HEIGHT_PERCENT = 135


class HelpPanel(QDockWidget):
    """Hidden until it is asked for; follows the page that is shown."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self._settings = settings
        self._topic = "welcome"
        self._browser = QTextBrowser(self)
        self._browser.setOpenLinks(False)  # no page of ours links anywhere
        self._browser.setMinimumWidth(300)
        self._browser.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._browser.document().setDocumentMargin(SPACE_L)
        self.setWidget(self._browser)
        self.setAllowedAreas(Qt.DockWidgetArea.RightDockWidgetArea | Qt.DockWidgetArea.LeftDockWidgetArea)
        self.hide()
        self.retranslate()

    def set_topic(self, topic: str) -> None:
        """``welcome`` or a page's id."""
        self._topic = topic
        self._fill()

    def retranslate(self) -> None:
        """The panel in the language in use."""
        self.setWindowTitle(self.tr("Help"))
        self._browser.setAccessibleName(self.tr("Help text"))
        self._fill()

    def _fill(self) -> None:
        file = FOLDER / self._settings.language / f"{self._topic}.md"
        self._browser.setMarkdown(file.read_text(encoding="utf-8"))
        # Markdown comes without room between its blocks, and no stylesheet reaches them
        cursor = QTextCursor(self._browser.document())
        while True:
            form = cursor.blockFormat()
            form.setBottomMargin(SPACE_S)
            form.setLineHeight(
                _LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
            )
            cursor.setBlockFormat(form)
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                break
