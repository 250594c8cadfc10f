"""A cell of the import preview: one line, tinted where its column means something."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from gui.delegates.row import Index, RowDelegate
from gui.delegates.text_delegate import TINTS_ROLE, draw_two_lines
from gui.models.preview_model import USED_ROLE


class PreviewDelegate(RowDelegate):
    """Columns that are used stand on the accent's tint, the others are muted."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(USED_ROLE):
            rect: QRect = option.rect
            painter.fillRect(rect, QColor(self.theme.palette.accent_soft))
        super().paint(painter, option, index)

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        palette = self.theme.palette
        painter.setPen(QColor(palette.text if index.data(USED_ROLE) else palette.muted))
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        tints = index.data(TINTS_ROLE)
        if not tints:
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            return
        draw_two_lines(painter, rect, text, painter.font(), None, tints, lines=1)
