"""A label in a table, as a chip."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from gui import fonts
from gui.delegates.row import Index, RowDelegate
from gui.theme import FONT_SMALL, RADIUS_M, SPACE_S, SPACE_XS
from gui.widgets.basic import chip_colours

TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 100


class ChipDelegate(RowDelegate):
    """Shows Qt.DisplayRole as a chip; TONE_ROLE may give its tone (see `Chip`). Empty: nothing."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if not text:
            return
        back, fore = chip_colours(self.theme, index.data(TONE_ROLE) or "neutral")
        painter.setFont(fonts.sized(painter.font(), FONT_SMALL))
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
