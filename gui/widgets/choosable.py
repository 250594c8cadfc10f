"""What is chosen as a whole by click, Space or Return: cards, comparisons. How it looks is its own matter."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.theme import Theme


class Choosable(QWidget):
    """Signals: chosen(str), its key, whenever the user chooses it; that it is selected then is up to the owner."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self._theme = theme
        self._selected = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    @property
    def selected(self) -> bool:
        return self._selected

    def set_selected(self, selected: bool) -> None:
        """Show it selected or not; emits nothing."""
        self._selected = selected
        self.update()

    def pass_clicks(self, *parts: QWidget) -> None:
        """A click on these parts of it is a click on it."""
        for part in parts:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.key)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
