"""A topic of the help over a dialog, which keeps the window's own help out of reach."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.context import Context
from gui.theme import SPACE_L, SPACE_M
from gui.widgets.basic import Button
from gui.widgets.help_text import HelpText


class HelpDialog(QDialog):
    """Shows one topic; its links lead on to others."""

    def __init__(self, context: Context, topic: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = HelpText(context.settings, topic)
        self._close = Button(context.theme, "")
        self._close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        self.resize(640, 620)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Help"))
        self.text.setAccessibleName(self.tr("Help text"))
        self._close.setText(self.tr("Close"))
        self.text.fill()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
