"""A difference with its interval on a line whose middle is zero."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.api.results import Interval
from gui.theme import Theme

_HEIGHT = 22
_LEAST_REACH = 0.02  # of the scale: a tiny difference shall look tiny


class DifferenceBar(QWidget):
    """The interval as a bar, the difference as a tick, zero as a line; worse left, better right.

    The tone is the word of ``words.tone``: a colour only where zero is outside of the interval.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._interval: Interval | None = None
        self._reach = _LEAST_REACH
        self._tone = "muted"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        theme.changed.connect(self.update)

    def set_difference(self, interval: Interval, reach: float, tone: str, name: str) -> None:
        """``reach``: the value at the line's ends, the same for all bars that stand together."""
        self._interval, self._reach, self._tone = interval, max(reach, _LEAST_REACH), tone
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def place(self, value: float) -> float:
        """Where a difference stands on the line, in pixels."""
        return (min(1.0, max(-1.0, value / self._reach)) + 1) / 2 * self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        track = QColor(p.track)
        painter.fillRect(QRectF(0, middle - 1.5, self.width(), 3), track)
        painter.fillRect(QRectF(self.width() / 2 - 0.75, 1, 1.5, self.height() - 2), QColor(p.muted))
        if self._interval is not None:
            colour = QColor({"good": p.good, "careful": p.careful}.get(self._tone, p.chart_third))
            painter.setPen(colour)
            painter.setBrush(colour)
            low, high = self.place(self._interval.low), self.place(self._interval.high)
            painter.setOpacity(0.5)
            painter.drawRoundedRect(QRectF(low, middle - 3, max(3.0, high - low), 6), 3, 3)
            painter.setOpacity(1.0)
            at = min(max(self.place(self._interval.value), 2.0), self.width() - 2.0)
            painter.drawRoundedRect(QRectF(at - 1.5, middle - 7, 3, 14), 1.5, 1.5)
        painter.end()


def common_reach(intervals: list[Interval]) -> float:
    """The ends of a line that holds all of them."""
    return 1.1 * max((abs(end) for each in intervals for end in (each.low, each.high)), default=_LEAST_REACH)
