"""Labels in a table, as chips."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from gui import fonts
from gui.delegates.row import Index, RowDelegate
from gui.theme import FONT_SMALL, RADIUS_M, SPACE_S, SPACE_XS
from gui.widgets.basic import chip_colours

TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 100


CHIPS_ROLE = int(Qt.ItemDataRole.UserRole) + 103


class ChipDelegate(RowDelegate):
    """Shows Qt.DisplayRole as a chip; TONE_ROLE may give its tone (see `Chip`). Empty: nothing.

    CHIPS_ROLE may give several: (text, background) pairs, '' for the usual one; how many more there are than
    the cell has room for is said at its end.
    """

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(fonts.sized(painter.font(), FONT_SMALL))
        chips = index.data(CHIPS_ROLE)
        if chips:
            self._paint_chips(painter, rect, chips)
            return
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if text:
            back, fore = chip_colours(self.theme, index.data(TONE_ROLE) or "neutral")
            _paint_chip(painter, rect, text, back, fore)

    def _paint_chips(self, painter: QPainter, rect: QRect, chips: Sequence[tuple[str, str]]) -> None:
        palette, metrics = self.theme.palette, painter.fontMetrics()
        room = QRect(rect)
        for at, (text, tint) in enumerate(chips):
            left = len(chips) - at
            more = metrics.horizontalAdvance(f"+{left - 1}") + SPACE_XS if left > 1 else 0
            wanted = metrics.horizontalAdvance(text) + 2 * SPACE_S
            # the first one is shown in any case, elided where it must be
            if at and wanted + more > room.width():
                painter.setPen(QColor(palette.muted))
                painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"+{left}")
                return
            box = room.adjusted(0, 0, -more, 0)
            room.setLeft(_paint_chip(painter, box, text, tint or palette.track, palette.text) + SPACE_XS)


def _paint_chip(painter: QPainter, rect: QRect, text: str, back: str, fore: str) -> int:
    """A chip at the left of ``rect``; gives where it ends."""
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 2 * SPACE_S)
    width = metrics.horizontalAdvance(shown) + 2 * SPACE_S
    height = metrics.height() + SPACE_XS + 2
    box = QRect(rect.left(), rect.top() + (rect.height() - height) // 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(back))
    painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
    painter.setPen(QColor(fore))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
    return box.right() + 1
