"""A topic of the help as text; its links lead to other topics."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextBrowser, QWidget

from gui.settings import Settings
from gui.theme import SPACE_L, SPACE_S

FOLDER = Path(__file__).resolve().parent.parent.parent / "resources" / "help"
_LINE_HEIGHT_PERCENT = 135


class HelpText(QTextBrowser):
    """Topics are files of the help's folder; links lead to other topics, never to the network."""

    def __init__(self, settings: Settings, topic: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._topic = topic
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)
        self.setMinimumWidth(300)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(SPACE_L)
        self.fill()

    def set_topic(self, topic: str) -> None:
        self._topic = topic
        self.fill()

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

    def fill(self) -> None:
        """Show the topic in the language in use."""
        self.setMarkdown(self._file(self._topic).read_text(encoding="utf-8"))
        # Markdown comes without room between its blocks, and no stylesheet reaches them
        cursor = QTextCursor(self.document())
        while True:
            form = cursor.blockFormat()
            form.setBottomMargin(SPACE_S)
            form.setLineHeight(
                _LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
            )
            cursor.setBlockFormat(form)
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                break
