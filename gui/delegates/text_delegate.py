"""A text in a table: two lines, the rest elided, what was searched for in bold."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout

from gui import fonts
from gui.delegates.row import Index, RowDelegate
from gui.theme import Theme

_LONGEST = 600  # characters; two lines never show more


class TextDelegate(RowDelegate):
    """Shows Qt.DisplayRole; `set_query` says which words to make bold."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._hits: re.Pattern[str] | None = None

    def set_query(self, query: str) -> None:
        """Words of the search, in any case; empty for none. The view must be repainted after."""
        words = [re.escape(word) for word in query.replace('"', " ").replace("*", " ").split()]
        self._hits = re.compile("|".join(words), re.IGNORECASE) if words else None

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        text = " ".join(str(index.data(Qt.ItemDataRole.DisplayRole) or "")[:_LONGEST].split())
        painter.setPen(QColor(self.theme.palette.text))
        draw_two_lines(painter, rect, text, painter.font(), self._hits)


def draw_two_lines(
    painter: QPainter, rect: QRect, text: str, font: QFont, hits: re.Pattern[str] | None
) -> None:
    """At most two lines of `text`, centred vertically in `rect`, the second elided."""
    metrics = QFontMetricsF(font)
    first = _first_line(text, font, rect.width())
    parts = [text] if first >= len(text) else [text[:first].rstrip(), text[first:]]
    step = metrics.height() + 1
    y = rect.top() + (rect.height() - step * len(parts)) / 2
    for i, part in enumerate(parts):
        shown = metrics.elidedText(part, Qt.TextElideMode.ElideRight, rect.width()) if i else part
        layout = QTextLayout(shown, font)
        layout.setFormats(_bold_ranges(shown, font, hits))
        layout.beginLayout()
        line = layout.createLine()
        if line.isValid():
            line.setLineWidth(1e6)
        layout.endLayout()
        layout.draw(painter, QPointF(rect.left(), y + i * step))


def _first_line(text: str, font: QFont, width: int) -> int:
    """How many characters stand in the first line of that width."""
    # Only the beginning is laid out: no first line is longer than this.
    layout = QTextLayout(text[: max(40, width // 2)], font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    length = line.textLength()
    layout.endLayout()
    # Qt counts UTF-16 units.
    units = text.encode("utf-16-le")[: 2 * length]
    return len(units.decode("utf-16-le", errors="ignore"))


def _bold_ranges(shown: str, font: QFont, hits: re.Pattern[str] | None) -> list[QTextLayout.FormatRange]:
    if hits is None:
        return []
    bold = QTextCharFormat()
    bold.setFont(fonts.strong(font))
    out = []
    for found in hits.finditer(shown):
        part = QTextLayout.FormatRange()
        start = len(shown[: found.start()].encode("utf-16-le")) // 2
        part.start = start
        part.length = len(found.group().encode("utf-16-le")) // 2
        part.format = bold
        out.append(part)
    return out
