"""Help beside the page: what it shows, what its words mean (F1), and a page for each method."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
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
        self._browser.setOpenLinks(False)  # links lead to other topics, never to the network
        self._browser.anchorClicked.connect(self._follow)
        self._browser.setMinimumWidth(300)
        self._browser.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._browser.document().setDocumentMargin(SPACE_L)
        self.setWidget(self._browser)
        self.setAllowedAreas(Qt.DockWidgetArea.RightDockWidgetArea | Qt.DockWidgetArea.LeftDockWidgetArea)
        self.hide()
        self.retranslate()

    def set_topic(self, topic: str) -> None:
        """``welcome``, a page's id, or one of the topics that those link to, such as ``method-features``."""
        self._topic = topic
        self._fill()

    @property
    def topic(self) -> str:
        return self._topic

    @Slot(QUrl)
    def _follow(self, link: QUrl) -> None:
        topic = link.toString()
        if topic == Path(topic).name and self._file(topic).is_file():
            self.set_topic(topic)

    def _file(self, topic: str) -> Path:
        return FOLDER / self._settings.language / f"{topic}.md"

    def retranslate(self) -> None:
        """The panel in the language in use."""
        self.setWindowTitle(self.tr("Help"))
        self._browser.setAccessibleName(self.tr("Help text"))
        self._fill()

    def _fill(self) -> None:
        self._browser.setMarkdown(self._file(self._topic).read_text(encoding="utf-8"))
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
