"""What the colours under words mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import fonts
from gui.theme import FONT_SMALL, SPACE_M, SPACE_S, Theme
from gui.widgets.word_tint import TintStyle, paint_tint

_STEPS = 5  # fields on each side of the middle
_FIELD = 16


class ScoreLegend(QWidget):
    """A strip from "against" to "for", of scores without a side from little to much; a word at each end."""

    def __init__(self, theme: Theme, against: str, in_favour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = TintStyle()
        self.setFont(fonts.sized(self.font(), FONT_SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.set_words(against, in_favour)

    def set_words(self, against: str, in_favour: str) -> None:
        self._against, self._for = against, in_favour
        self.setAccessibleName(f"{against} – {in_favour}")
        self.updateGeometry()
        self.update()

    def set_tint_style(self, style: TintStyle) -> None:
        """Draw the fields as the words are drawn; those of hidden tints stay empty."""
        self._style = style
        self.updateGeometry()
        self.update()

    def _steps(self) -> range:
        return range(-_STEPS if self._style.signed else 0, _STEPS + 1)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = metrics.horizontalAdvance(self._against) + metrics.horizontalAdvance(self._for)
        return QSize(words + 2 * SPACE_S + len(self._steps()) * _FIELD, metrics.height() + SPACE_M)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(p.muted))
        box = QRectF(self.rect())
        painter.drawText(box, flags, self._against)
        x = self.fontMetrics().horizontalAdvance(self._against) + SPACE_S
        for step in self._steps():
            field = QRectF(x + 1, self.height() / 2 - 6, _FIELD - 2, 12)
            if self._style.hides(step, _STEPS):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(p.track))
                painter.drawRoundedRect(field, 3, 3)
            else:
                paint_tint(painter, field, p, self._style, step, _STEPS, radius=3)
            x += _FIELD
        painter.setPen(QColor(p.muted))
        painter.drawText(box.adjusted(x + SPACE_S, 0, 0, 0), flags, self._for)
        painter.end()
