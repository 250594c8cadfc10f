"""Texts as points on a plane: hovered to read one, lassoed by dragging, opened by a double click."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QWidget

from gui import fonts
from gui.pages.corpus.rows import plain_tooltip
from gui.theme import FONT_SMALL, RADIUS_S, RING_WIDTH, SPACE_S, SPACE_XS, Theme

SHAPES = 4  # disc, square, triangle, diamond
_MARGIN = 18
_REACH = 9  # pixels from a point within which the pointer means it
_DRAGGED = 5  # pixels from which a press is a lasso
_CELL = 24  # of the grid in which the nearest point is looked for
_SMALL_FROM = 1500  # points


@dataclass(frozen=True)
class Group:
    """What points of one colour and shape have in common; ``hollow`` ones are drawn as rings."""

    name: str
    colour: str
    shape: int = 0
    hollow: bool = False


class MapView(QWidget):
    """Signals: selection_changed. opened(int): a point's index. ``tooltip`` gives the words of a point."""

    selection_changed = Signal()
    opened = Signal(int)

    def __init__(self, theme: Theme, tooltip: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tooltip = tooltip
        self._places: tuple[tuple[float, float], ...] = ()
        self._of: tuple[int, ...] = ()
        self._groups: tuple[Group, ...] = ()
        self._at: list[QPointF] = []  # in pixels of the widget
        self._grid: dict[tuple[int, int], list[int]] = {}
        self._chosen: frozenset[int] = frozenset()
        self._hover = -1
        self._lasso: list[QPointF] = []
        self._picture: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(260, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._redraw)

    # --- what is shown --------------------------------------------------------------------------------------

    def set_points(self, places: Sequence[tuple[float, float]]) -> None:
        """Other points; none is selected. ``set_groups`` follows."""
        self._places, self._of, self._groups = (
            tuple(places),
            (0,) * len(places),
            (Group("", self._theme.palette.chart_third),),
        )
        self._chosen, self._hover, self._lasso = frozenset(), -1, []
        self._place()

    def set_groups(self, of: Sequence[int], groups: Sequence[Group]) -> None:
        """``of[i]`` is the place of point i's group."""
        self._of, self._groups = tuple(of), tuple(groups)
        self._redraw()

    def select(self, points: Iterable[int]) -> None:
        """Select points by index, these alone."""
        chosen = frozenset(points)
        if chosen != self._chosen:
            self._chosen = chosen
            self._redraw()
            self.selection_changed.emit()

    @property
    def selected(self) -> frozenset[int]:
        return self._chosen

    def place_of(self, point: int) -> QPoint:
        """Where a point stands, in pixels of the widget."""
        return self._at[point].toPoint()

    def sizeHint(self) -> QSize:
        return QSize(560, 360)

    # --- places ---------------------------------------------------------------------------------------------

    def _place(self) -> None:
        self._at, self._grid = [], {}
        if self._places:
            xs, ys = [x for x, _ in self._places], [y for _, y in self._places]
            room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
            across = room.width() / ((max(xs) - min(xs)) or 1.0)
            down = room.height() / ((max(ys) - min(ys)) or 1.0)
            left, top = min(xs), max(ys)
            for index, (x, y) in enumerate(self._places):
                at = QPointF(room.left() + (x - left) * across, room.top() + (top - y) * down)
                self._at.append(at)
                self._grid.setdefault((int(at.x()) // _CELL, int(at.y()) // _CELL), []).append(index)
        self._redraw()

    def _nearest(self, at: QPointF) -> int:
        """The point under the pointer, -1 where there is none."""
        column, row = int(at.x()) // _CELL, int(at.y()) // _CELL
        best, reach = -1, float(_REACH)
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                for index in self._grid.get((x, y), ()):
                    far = hypot(self._at[index].x() - at.x(), self._at[index].y() - at.y())
                    if far <= reach:
                        best, reach = index, far
        return best

    # --- mouse and keys -------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._lasso = [event.position()]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._lasso:
            if (event.position() - self._lasso[-1]).manhattanLength() >= 3:
                self._lasso.append(event.position())
                self.update()
            return
        hover = self._nearest(event.position())
        if hover != self._hover:
            self._hover = hover
            if hover < 0:
                QToolTip.hideText()
            else:
                text = plain_tooltip(self._tooltip(hover))
                QToolTip.showText(event.globalPosition().toPoint(), text, self)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        path, self._lasso = self._lasso, []
        if event.button() != Qt.MouseButton.LeftButton or not path:
            return
        box = QPolygonF([*path, event.position()]).boundingRect()
        if max(box.width(), box.height()) < _DRAGGED:
            point = self._nearest(event.position())
            found = {point} if point >= 0 else set()
        else:
            found = self._inside(QPolygonF([*path, event.position()]))
        adds = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        self.select(found | self._chosen if adds else found)
        self.update()

    def _inside(self, path: QPolygonF) -> set[int]:
        box, fill = path.boundingRect(), Qt.FillRule.OddEvenFill
        return {
            index for index, at in enumerate(self._at) if box.contains(at) and path.containsPoint(at, fill)
        }

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self._nearest(event.position())
        if point >= 0:
            self.opened.emit(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self._chosen or self._lasso):
            self._lasso = []
            self.select(())
            self.update()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select(range(len(self._places)))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            return True  # shown as soon as the pointer is on a point
        return super().event(event)

    # --- painting -------------------------------------------------------------------------------------------

    @Slot()
    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        if self._picture is None or self._picture.devicePixelRatioF() != self.devicePixelRatioF():
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if 0 <= self._hover < len(self._at):
            painter.setPen(QPen(QColor(palette.text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self._at[self._hover], 7.0, 7.0)
        if len(self._lasso) > 1:
            back = QColor(palette.accent)
            back.setAlpha(36)
            painter.setPen(QPen(QColor(palette.accent), 1.5))
            painter.setBrush(back)
            painter.drawPolygon(QPolygonF(self._lasso))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.focus), RING_WIDTH))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS_S, RADIUS_S)
        painter.end()

    def _drawn(self) -> QPixmap:
        """All points; where some are selected, the others are pale and below."""
        ratio = self.devicePixelRatioF()
        out = QPixmap(self.size() * ratio)
        out.setDevicePixelRatio(ratio)
        out.fill(QColor(self._theme.palette.surface))
        size = 7.0 if len(self._at) >= _SMALL_FROM else 9.0
        glyphs = [glyph(group, size, ratio) for group in self._groups]
        half = glyphs[0].deviceIndependentSize().width() / 2 if glyphs else 0.0
        painter = QPainter(out)
        chosen = self._chosen
        painter.setOpacity(0.22 if chosen else 0.9)
        for index, at in enumerate(self._at):
            if index not in chosen:
                painter.drawPixmap(QPointF(at.x() - half, at.y() - half), glyphs[self._of[index]])
        painter.setOpacity(1.0)
        for index in chosen:
            at = self._at[index]
            painter.drawPixmap(QPointF(at.x() - half, at.y() - half), glyphs[self._of[index]])
        painter.end()
        return out


def glyph(group: Group, size: float, ratio: float) -> QPixmap:
    """The mark of a group, once; points are stamped with it."""
    whole = int(size) + 4
    out = QPixmap(QSize(whole, whole) * ratio)
    out.setDevicePixelRatio(ratio)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(group.colour), 1.4) if group.hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if group.hollow else QColor(group.colour))
    draw_mark(painter, group.shape, QPointF(whole / 2, whole / 2), size / 2)
    painter.end()
    return out


def draw_mark(painter: QPainter, shape: int, at: QPointF, half: float) -> None:
    """Disc, square, triangle or diamond of about the same area."""
    x, y = at.x(), at.y()
    if shape % SHAPES == 0:
        painter.drawEllipse(at, half, half)
    elif shape % SHAPES == 1:
        painter.drawRect(QRectF(x - half * 0.88, y - half * 0.88, half * 1.76, half * 1.76))
    elif shape % SHAPES == 2:
        corners = ((0.0, -1.2), (1.15, 0.85), (-1.15, 0.85))
        painter.drawPolygon(QPolygonF([QPointF(x + half * a, y + half * b) for a, b in corners]))
    else:
        corners = ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0))  # type: ignore[assignment]
        painter.drawPolygon(QPolygonF([QPointF(x + half * a, y + half * b) for a, b in corners]))


class LegendItem(QAbstractButton):
    """A group with its mark and count; a click or Space selects its points."""

    def __init__(self, theme: Theme, group: Group, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._group, self.count = theme, group, count
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setText(group.name)
        self.setToolTip(plain_tooltip(group.name))
        self.setAccessibleName(f"{group.name}, {count:,}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(150, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(palette.accent_soft if self.isChecked() else palette.hover))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS_S, RADIUS_S)
        mark = glyph(self._group, 11.0, self.devicePixelRatioF())
        top = (self.height() - mark.deviceIndependentSize().height()) / 2
        painter.drawPixmap(QPointF(SPACE_S, top), mark)
        room = self.rect().adjusted(SPACE_S + 18 + SPACE_XS, 0, -SPACE_S, 0)
        painter.setPen(QColor(palette.muted))
        painter.setFont(fonts.tabular(fonts.sized(self.font(), FONT_SMALL)))
        count = f"{self.count:,}"
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(count) - SPACE_S)
        painter.setFont(self.font())
        painter.setPen(QColor(palette.text))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.focus), RING_WIDTH))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS_S, RADIUS_S)
        painter.end()
