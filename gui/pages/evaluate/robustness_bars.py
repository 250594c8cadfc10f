"""A figure on texts as they are and on changed ones, as bars with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.api.results import Interval
from gui import fonts
from gui.theme import BAR_HEIGHT, FONT_SMALL, SPACE_S, Theme

_ROW = 42
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class RobustnessBar:
    """``worse``: the figure lies surely below that of the texts as they are."""

    name: str
    figure: Interval
    value_text: str
    note: str = ""
    worse: bool = False


class RobustnessBars(QWidget):
    """The first row is the texts as they are; a mark on the other rows shows its figure."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[RobustnessBar] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_rows(self, rows: Sequence[RobustnessBar]) -> None:
        self._rows = list(rows)
        self.setAccessibleDescription(". ".join(f"{r.name}: {r.value_text} {r.note}".strip() for r in rows))
        self.updateGeometry()
        self.update()

    def rows(self) -> list[RobustnessBar]:
        return list(self._rows)

    def sizeHint(self) -> QSize:
        return QSize(260, _ROW * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # mean errors go beyond 1, correlations below 0: the bars' scale holds what is shown
        top = max([1.0, *(row.figure.high for row in self._rows)])
        for i, row in enumerate(self._rows):
            self._paint_row(painter, QRect(0, i * _ROW, self.width(), _ROW - 8), row, top)
        for i in range(1, len(self._rows)):
            x = self._x(self._rows[0].figure.value, top)
            painter.fillRect(
                QRectF(x - 0.75, i * _ROW + 18, 1.5, BAR_HEIGHT + 6), QColor(self._theme.palette.muted)
            )
        painter.end()

    def _x(self, value: float, top: float) -> float:
        return min(1.0, max(0.0, value / top)) * (self.width() - 1)

    def _paint_row(self, painter: QPainter, box: QRect, row: RobustnessBar, top: float) -> None:
        p = self._theme.palette
        line = QRect(box.left(), box.top(), box.width(), 18)
        painter.setFont(fonts.tabular(self.font()))
        painter.setPen(QColor(p.text))
        painter.drawText(line, _RIGHT, row.value_text)
        metrics = painter.fontMetrics()
        room = box.width() - metrics.horizontalAdvance(row.value_text) - SPACE_S
        painter.drawText(line, _LEFT, metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room))
        if row.note:
            used = metrics.horizontalAdvance(row.name) + SPACE_S
            painter.setFont(fonts.sized(self.font(), FONT_SMALL))
            painter.setPen(QColor(p.muted))
            rest = QRect(line.left() + used, line.top(), max(0, room - used), line.height())
            small = painter.fontMetrics()
            painter.drawText(
                rest, _LEFT, small.elidedText(row.note, Qt.TextElideMode.ElideRight, rest.width())
            )
        y = box.top() + 21
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.track))
        painter.drawRoundedRect(QRectF(0, y, self.width(), BAR_HEIGHT), BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        painter.setBrush(QColor(p.careful if row.worse else p.accent))
        width = max(float(BAR_HEIGHT), self._x(row.figure.value, top))
        painter.drawRoundedRect(QRectF(0, y, width, BAR_HEIGHT), BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        painter.setBrush(QColor(p.text))
        low, high = self._x(row.figure.low, top), self._x(row.figure.high, top)
        painter.drawRoundedRect(QRectF(low, y + BAR_HEIGHT / 2 - 1, max(2.0, high - low), 2), 1, 1)
