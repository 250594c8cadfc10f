"""Numbers drawn large, and bars that compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui import fonts
from gui.theme import BAR_HEIGHT, RADIUS_S, RING_WIDTH, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import ElidedLabel, label, set_role


def paint_interval(
    painter: QPainter, theme: Theme, box: QRectF, parts: tuple[float, float, float] | None
) -> None:
    """A track as wide as `box`, and on it the interval as a bar, the value as a tick; `parts` (low, value, high)
    are shares of the track."""
    p = theme.palette
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle, left, width = box.center().y(), box.left(), box.width()
    painter.setBrush(QColor(p.track))
    painter.drawRoundedRect(QRectF(left, middle - 2, width, 4), 2, 2)
    if parts is None:
        return
    low, value, high = parts
    painter.setBrush(QColor(p.accent))
    painter.setOpacity(0.55)
    span = max(4.0, (high - low) * width)
    painter.drawRoundedRect(QRectF(left + low * width, middle - 3, span, 6), 3, 3)
    painter.setOpacity(1.0)
    x = left + min(max(value * width, 1.5), width - 1.5)
    painter.drawRoundedRect(QRectF(x - 1.5, box.top(), 3, box.height()), 1.5, 1.5)


class IntervalBar(QWidget):
    """An interval as a bar on its track; `parts` (low, value, high) are shares of it, None: nothing is known."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.parts: tuple[float, float, float] | None = None  # shares of the track
        self.has_ends = True  # not: the figure may be of any size, and there is no track
        self.setFixedHeight(12)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.has_ends:
            return
        painter = QPainter(self)
        paint_interval(painter, self._theme, self.rect().toRectF(), self.parts)
        painter.end()


class BigFigure(QFrame):
    """A value drawn large, its interval as a bar, a caption, the difference to a baseline."""

    def __init__(self, theme: Theme, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._caption = label(caption, "muted")
        self._value = label("", "figure")
        self._difference = ElidedLabel("", "muted")
        self._bar = IntervalBar(theme)
        self._interval = label("", "caption")
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self._value)
        row.addWidget(self._difference, 1, Qt.AlignmentFlag.AlignBottom)
        self._difference.setContentsMargins(0, 0, 0, SPACE_XS)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_XS)
        column.addWidget(self._caption)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self._interval)

    def set_value(
        self,
        text: str,
        share: float | None = None,
        low: float | None = None,
        high: float | None = None,
        interval_text: str = "",
    ) -> None:
        """`share`, `low`, `high` place value and interval on the bar, each 0 to 1; an interval alone has no bar."""
        self._value.setText(text)
        self._interval.setText(interval_text)
        known = share is not None and low is not None and high is not None
        self._bar.has_ends = known or not interval_text
        self._bar.parts = (low or 0.0, share or 0.0, high or 0.0) if known else None
        self._bar.update()
        self._name()

    def set_difference(self, text: str, tone: Literal["muted", "good", "careful", "bad"] = "muted") -> None:
        """The difference to the baseline, in words that carry its sign."""
        self._difference.set_text(text)
        set_role(self._difference, tone)
        self._name()

    def set_caption(self, caption: str) -> None:
        self._caption.setText(caption)
        self._name()

    def _name(self) -> None:
        parts = [part.text() for part in (self._caption, self._value, self._interval)]
        parts.append(self._difference.full_text())
        self.setAccessibleName(", ".join(part for part in parts if part))


def score_text(score: float) -> str:
    """A score as it is read: four digits, and the minus sign of print."""
    return f"{score:.4g}".replace("-", "\u2212")


@dataclass(frozen=True)
class Bar:
    """A row of a BarList: what it stands for, what it shows, and its count in words."""

    key: str
    text: str
    count: float
    count_text: str


class BarList(QWidget):
    """Labels with counts and proportional bars; a click or Return selects one, again none.

    Signals: chosen(str), the key, or an empty string when nothing is selected any more.
    """

    chosen = Signal(str)
    _ROW = 36

    def __init__(self, theme: Theme, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bars: list[Bar] = []
        self._selected = ""
        self._at = 0
        self._name_text = name
        self._hover = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        self._bars = list(bars)
        self._at = min(self._at, max(0, len(self._bars) - 1))
        if self._selected not in {bar.key for bar in self._bars}:
            self._selected = ""
        self.setAccessibleDescription(", ".join(f"{b.text} {b.count_text}" for b in self._bars))
        self.updateGeometry()
        self.update()

    def bars(self) -> list[Bar]:
        return list(self._bars)

    def selected(self) -> str:
        return self._selected

    def select(self, key: str) -> None:
        """Show that row selected (none for ""); emits nothing."""
        self._selected = key
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, self._ROW * len(self._bars) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _toggle(self, index: int) -> None:
        if not 0 <= index < len(self._bars):
            return
        self._at = index
        key = self._bars[index].key
        self._selected = "" if key == self._selected else key
        self.update()
        self.chosen.emit(self._selected)

    def _row_at(self, y: int) -> int:
        index = (y - 2) // self._ROW
        return index if 0 <= index < len(self._bars) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._toggle(self._row_at(event.position().toPoint().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint().y())
        if row != self._hover:
            self._hover = row
            self.setToolTip(self._bars[row].text if row >= 0 else "")
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._hover = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        last = len(self._bars) - 1
        if key == Qt.Key.Key_Down:
            self._at = min(last, self._at + 1)
        elif key == Qt.Key.Key_Up:
            self._at = max(0, self._at - 1)
        elif key == Qt.Key.Key_Home:
            self._at = 0
        elif key == Qt.Key.Key_End:
            self._at = max(0, last)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(self._at)
        else:
            super().keyPressEvent(event)
            return
        self._show_current()
        self.update()

    def _show_current(self) -> None:
        """In a long list the row that the keys have come to is scrolled to."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        inside = area.widget() if area is not None else None
        if area is not None and inside is not None:
            place = self.mapTo(inside, QPoint(0, 2 + self._at * self._ROW + self._ROW // 2))
            area.ensureVisible(place.x(), place.y(), 0, self._ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max((bar.count for bar in self._bars), default=0.0) or 1.0
        numbers = fonts.tabular(self.font())
        for i, bar in enumerate(self._bars):
            row = QRect(2, 2 + i * self._ROW, self.width() - 4, self._ROW - 2)
            if not row.intersects(event.rect()):
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            if bar.key == self._selected:
                painter.setBrush(QColor(p.accent_soft))
                painter.drawRoundedRect(row, RADIUS_S, RADIUS_S)
            elif i == self._hover:
                painter.setBrush(QColor(p.hover))
                painter.drawRoundedRect(row, RADIUS_S, RADIUS_S)
            inner = row.adjusted(SPACE_S, SPACE_XS, -SPACE_S, -SPACE_XS)
            painter.setFont(numbers)
            painter.setPen(QColor(p.muted))
            line = QRect(inner.left(), inner.top(), inner.width(), 18)
            painter.drawText(line, _RIGHT, bar.count_text)
            room = inner.width() - painter.fontMetrics().horizontalAdvance(bar.count_text) - SPACE_S
            painter.setFont(self.font())
            painter.setPen(QColor(p.text))
            elide = Qt.TextElideMode.ElideRight
            painter.drawText(line, _LEFT, painter.fontMetrics().elidedText(bar.text, elide, room))
            _paint_bar(painter, p.track, p.accent, inner, inner.top() + 21, bar.count / top)
            if self.hasFocus() and i == self._at:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(p.focus), RING_WIDTH))
                painter.drawRoundedRect(row.adjusted(1, 0, -1, 0), RADIUS_S, RADIUS_S)
        painter.end()


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _paint_bar(
    painter: QPainter, track: str, fill: str, box: QRect, y: int, share: float, height: int = 5
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(track))
    painter.drawRoundedRect(QRectF(box.left(), y, box.width(), height), height / 2, height / 2)
    share = min(1.0, max(0.0, share))
    if share > 0:
        painter.setBrush(QColor(fill))
        width = max(float(height), box.width() * share)
        painter.drawRoundedRect(QRectF(box.left(), y, width, height), height / 2, height / 2)


@dataclass(frozen=True)
class Probability:
    """A class with its probability (0 to 1), and the one before the text was changed."""

    text: str
    value: float
    value_text: str
    before: float | None = None


class ProbabilityBars(QWidget):
    """Classes with probabilities as bars; the value before an edit as a hollow tick."""

    _ROW = 40

    def __init__(self, theme: Theme, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[Probability] = []
        self._first = 0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_rows(self, rows: Sequence[Probability]) -> None:
        """Most probable first, as the caller orders them; the largest is drawn strong."""
        self._rows = list(rows)
        self._first = max(range(len(rows)), key=lambda i: rows[i].value) if rows else 0
        self.setAccessibleDescription(", ".join(f"{r.text} {r.value_text}" for r in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, self._ROW * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, row in enumerate(self._rows):
            box = QRect(0, i * self._ROW, self.width(), self._ROW - 6)
            line = QRect(box.left(), box.top(), box.width(), 18)
            font = fonts.strong(self.font()) if i == self._first else self.font()
            painter.setFont(fonts.tabular(font))
            painter.setPen(QColor(p.text))
            painter.drawText(line, _RIGHT, row.value_text)
            metrics = painter.fontMetrics()
            room = box.width() - metrics.horizontalAdvance(row.value_text) - SPACE_S
            painter.drawText(line, _LEFT, metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room))
            fill = p.accent if i == self._first else p.chart_third
            y = box.top() + 21
            _paint_bar(painter, p.track, fill, box, y, row.value, BAR_HEIGHT)
            if row.before is not None:
                painter.setBrush(QColor(p.surface))
                painter.setPen(QPen(QColor(p.text), 1.5))
                x = box.left() + min(max(row.before, 0.0), 1.0) * (box.width() - 6)
                painter.drawRoundedRect(QRectF(x, y - 2.5, 5, BAR_HEIGHT + 5), 2, 2)
        painter.end()
