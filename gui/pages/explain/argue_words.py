"""Words that a user strikes or marks, as chips that a click or Delete takes away, and a field for more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

from gui import fonts, icons
from gui.theme import FONT_SMALL, RADIUS_M, RING_WIDTH, SPACE_L, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import label
from gui.widgets.flow import FlowLayout, clear

Side = Literal["strike", "mark"]


class WordChip(QAbstractButton):
    """A struck word is struck through, a marked one underlined, so that colour is not all that says it."""

    def __init__(self, theme: Theme, word: str, side: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.word, self._side = theme, word, side
        font = fonts.sized(self.font(), FONT_SMALL + 1)
        font.setStrikeOut(side == "strike")
        font.setUnderline(side == "mark")
        self.setFont(font)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        said = self.tr("{word}: take it away again").format(word=word)
        self.setAccessibleName(said)
        self.setToolTip(said)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = min(220, metrics.horizontalAdvance(self.word)) + 2 * SPACE_S + SPACE_L
        return QSize(width, metrics.height() + SPACE_S)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(p.hover if self.underMouse() else p.track))
        painter.setPen(QPen(QColor(p.focus), RING_WIDTH) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
        painter.setPen(QColor(p.text))
        room = self.rect().adjusted(SPACE_S, 0, -SPACE_L - SPACE_XS, 0)
        shown = self.fontMetrics().elidedText(self.word, Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        side = SPACE_L - SPACE_XS
        cross = QRect(self.width() - side - SPACE_S + 2, (self.height() - side) // 2, side, side)
        icons.paint(painter, "close", p.muted, cross.toRectF())
        painter.end()


class WordList(QWidget):
    """Signals: changed: the words are others, typed ones too; chips_changed: those with a chip are;
    taken(word): the user typed a word in."""

    changed = Signal()
    chips_changed = Signal()
    taken = Signal(str)

    def __init__(self, theme: Theme, side: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._side = theme, side
        self._words: list[str] = []
        self._title = label("", "strong")
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, SPACE_XS)
        self.field = QLineEdit()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        for widget in (self._title, self._chips, self.field):
            column.addWidget(widget)
        self.field.returnPressed.connect(self.take_typed)
        self.field.textChanged.connect(self.changed)
        self._build()

    def words(self) -> tuple[str, ...]:
        """Those with a chip, and what is typed but not yet one."""
        typed = [word for word in _parts(self.field.text()) if word not in self._words]
        return (*self._words, *dict.fromkeys(typed))

    def set_words(self, words: Sequence[str]) -> None:
        wanted = list(dict.fromkeys(part for word in words for part in _parts(word)))
        if wanted != self._words:
            self._words = wanted
            self._build()
            self.chips_changed.emit()
        self.changed.emit()

    def chip_words(self) -> tuple[str, ...]:
        return tuple(self._words)

    def chips(self) -> list[WordChip]:
        widgets = [item.widget() for at in range(self._flow.count()) if (item := self._flow.itemAt(at))]
        return [widget for widget in widgets if isinstance(widget, WordChip)]

    def retranslate(self, title: str, hint: str) -> None:
        self._title.setText(title)
        self.field.setAccessibleName(title)
        self.field.setPlaceholderText(hint)
        self._build()

    @Slot()
    def take_typed(self) -> None:
        """What is typed becomes chips."""
        typed = _parts(self.field.text())
        self.field.clear()
        self.set_words([*self._words, *typed])
        for word in typed:
            self.taken.emit(word)

    @Slot()
    def _remove(self) -> None:
        chip = self.sender()
        if isinstance(chip, WordChip):
            at = self._words.index(chip.word)
            self.set_words([word for word in self._words if word != chip.word])
            left = self.chips()
            after = left[min(at, len(left) - 1)] if left else self.field
            after.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        clear(self._flow)
        for word in self._words:
            chip = WordChip(self._theme, word, self._side)
            chip.clicked.connect(self._remove)
            self._flow.addWidget(chip)
            chip.show()
        self._chips.setVisible(bool(self._words))


def _parts(typed: str) -> list[str]:
    """Words as the argument knows them: apart at white space, without regard to case."""
    return typed.casefold().split()
