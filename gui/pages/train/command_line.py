"""The shell command that does the same as the form, shown and copied."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gui.theme import FONT_BASE, SPACE_S, Theme
from gui.widgets.basic import IconButton, label


class CommandLine(QWidget):
    """One read-only line in the system's fixed-width font, and a button that copies it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = label("", "caption")
        self._line = QLineEdit()
        self._line.setReadOnly(True)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(FONT_BASE)
        self._line.setFont(fixed)
        self._copy = IconButton(theme, "copy", "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._caption)
        row.addWidget(self._line, 1)
        row.addWidget(self._copy)
        self._copy.clicked.connect(self.copy)
        self.retranslate()

    def text(self) -> str:
        return self._line.text()

    def set_text(self, command: str) -> None:
        self._line.setText(command)
        self._line.setCursorPosition(0)

    @Slot()
    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self._line.text())

    def retranslate(self) -> None:
        self._caption.setText(self.tr("In a shell"))
        self._line.setAccessibleName(self.tr("The shell command that does the same"))
        self._copy.set_icon("copy", self.tr("Copy the command"))
