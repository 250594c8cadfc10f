"""A selectable card, and a group in which one is chosen by mouse or arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.theme import RADIUS_M, RING_WIDTH, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import Chip, label
from gui.widgets.choosable import Choosable
from gui.widgets.flow import FlowLayout, clear


class Card(Choosable):
    """Title, one sentence, badges. Badges are (text, tone) pairs."""

    def __init__(
        self,
        theme: Theme,
        key: str,
        title: str,
        sentence: str,
        badges: Sequence[tuple[str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, key, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_XS)
        self._title = label(title, "strong", wrap=True)
        self._sentence = label(sentence, "muted", wrap=True)
        self._badge_box = QWidget()
        self._badge_flow = FlowLayout(self._badge_box, SPACE_XS)
        self._badge_flow.setContentsMargins(0, SPACE_S, 0, 0)
        for part in (self._title, self._sentence, self._badge_box):
            column.addWidget(part)
        self.pass_clicks(self._title, self._sentence, self._badge_box)
        column.addStretch(1)
        self.set_badges(badges)

    def set_badges(self, badges: Sequence[tuple[str, str]]) -> None:
        clear(self._badge_flow)
        for text, tone in badges:
            self._badge_flow.addWidget(Chip(self._theme, text, tone))
        self._badge_box.setVisible(bool(badges))
        self.setAccessibleName(self._title.text())
        words = [self._sentence.text(), *(text for text, _ in badges)]
        self.setAccessibleDescription(". ".join(words))

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self._selected or self.hasFocus()
        width = RING_WIDTH if strong else 1
        inset = width / 2
        back = p.accent_soft if self._selected else (p.hover if self.underMouse() else p.surface)
        painter.setBrush(QColor(back))
        edge = p.focus if self.hasFocus() else (p.accent if self._selected else p.line_strong)
        painter.setPen(QPen(QColor(edge), width))
        box = self.rect().toRectF().adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
        if self._selected and self.hasFocus():
            # Selected cards have the accent's edge already; a second line inside shows the focus.
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(p.focus), 1))
            painter.drawRoundedRect(box.adjusted(4, 4, -4, -4), RADIUS_M - 4, RADIUS_M - 4)
        painter.end()


class CardGroup(QWidget):
    """Cards of which one is selected; arrow keys move. Signals: chosen(str), by the user alone."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[Card] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        self._column.addStretch(1)

    def cards(self) -> list[Card]:
        return list(self._cards)

    def add(self, card: Card) -> None:
        self._cards.append(card)
        self._column.insertWidget(self._column.count() - 1, card)
        card.chosen.connect(self._choose)

    def selected(self) -> str | None:
        return next((card.key for card in self._cards if card.selected), None)

    def select(self, key: str) -> None:
        """Show that card selected; emits nothing."""
        for card in self._cards:
            card.set_selected(card.key == key)

    def _choose(self, key: str) -> None:
        self.select(key)
        self.chosen.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        at = next((i for i, card in enumerate(self._cards) if card is self.focusWidget()), None)
        if not step or at is None:
            super().keyPressEvent(event)
            return
        card = self._cards[max(0, min(len(self._cards) - 1, at + step))]
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._choose(card.key)

    def sizeHint(self) -> QSize:
        return self._column.sizeHint()
