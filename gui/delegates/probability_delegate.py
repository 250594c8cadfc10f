"""A probability in a table: its figure, and a bar under it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gui import fonts
from gui.delegates.row import Index, RowDelegate

VALUE_ROLE = int(Qt.ItemDataRole.UserRole) + 101


class ProbabilityDelegate(RowDelegate):
    """VALUE_ROLE gives the share (0 to 1, or None for nothing), Qt.DisplayRole its figure."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        value = index.data(VALUE_ROLE)
        if value is None:
            return
        palette = self.theme.palette
        share = min(1.0, max(0.0, float(value)))
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(palette.text))
        middle = rect.top() + rect.height() // 2
        text = QRect(rect.left(), middle - 17, rect.width(), 18)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, flags, str(index.data(Qt.ItemDataRole.DisplayRole) or ""))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.track))
        painter.drawRoundedRect(QRectF(rect.left(), middle + 5, rect.width(), 4), 2, 2)
        if share > 0:
            painter.setBrush(QColor(palette.accent))
            width = max(4.0, rect.width() * share)
            painter.drawRoundedRect(QRectF(rect.left(), middle + 5, width, 4), 2, 2)
