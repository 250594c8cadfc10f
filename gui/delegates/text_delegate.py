"""A text in a table: two lines, the rest elided, what was searched for in bold, entities on their tints."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout

from gui import fonts
from gui.delegates.row import Index, RowDelegate
from gui.theme import Theme

_LONGEST = 600  # characters; two lines never show more
TINTS_ROLE = int(Qt.ItemDataRole.UserRole) + 104
Tint = tuple[int, int, str]  # start, end (code points), background


class TextDelegate(RowDelegate):
    """Shows Qt.DisplayRole; `set_query` says which words to make bold, TINTS_ROLE which spans stand on a tint."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._hits: re.Pattern[str] | None = None

    def set_query(self, query: str) -> None:
        """Words of the search, in any case; empty for none. The view must be repainted after."""
        words = [re.escape(word) for word in query.replace('"', " ").replace("*", " ").split()]
        self._hits = re.compile("|".join(words), re.IGNORECASE) if words else None

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        given = str(index.data(Qt.ItemDataRole.DisplayRole) or "")[:_LONGEST]
        text = " ".join(given.split())
        tints = index.data(TINTS_ROLE) or ()
        painter.setPen(QColor(self.theme.palette.text))
        draw_two_lines(painter, rect, text, painter.font(), self._hits, on_one_line(given, tints))


def on_one_line(text: str, tints: Sequence[Tint]) -> list[Tint]:
    """Where the spans of a text stand when every run of white space has become one space."""
    if not tints or text == " ".join(text.split()):
        return list(tints)
    places, at, space = [], 0, True
    for char in text:
        places.append(at)
        blank = char.isspace()
        at += not (blank and space)
        space = blank
    places.append(at)
    last = len(text)
    return [(places[min(start, last)], places[min(end, last)], tint) for start, end, tint in tints]


def draw_two_lines(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    hits: re.Pattern[str] | None,
    tints: Sequence[Tint] = (),
    lines: int = 2,
) -> None:
    """At most two lines (or one) of `text`, centred vertically in `rect`, the last elided."""
    metrics = QFontMetricsF(font)
    first = _first_line(text, font, rect.width()) if lines > 1 else 0
    whole = first >= len(text) or lines == 1
    parts = [text] if whole else [text[:first].rstrip(), text[first:]]
    begins = (0, first)
    step = metrics.height() + 1
    y = rect.top() + (rect.height() - step * len(parts)) / 2
    for i, part in enumerate(parts):
        last = i or lines == 1
        shown = metrics.elidedText(part, Qt.TextElideMode.ElideRight, rect.width()) if last else part
        layout = QTextLayout(shown, font)
        moved = [(start - begins[i], end - begins[i], tint) for start, end, tint in tints]
        layout.setFormats([*tint_ranges(shown, moved), *_bold_ranges(shown, font, hits)])
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


def tint_ranges(shown: str, tints: Sequence[Tint]) -> list[QTextLayout.FormatRange]:
    """Backgrounds of spans of code points, as far as they lie in what is shown."""
    out = []
    for start, end, tint in tints:
        start, end = max(0, start), min(end, len(shown))
        if start >= end or not tint:
            continue
        look = QTextCharFormat()
        look.setBackground(QColor(tint))
        part = QTextLayout.FormatRange()
        part.start = len(shown[:start].encode("utf-16-le")) // 2
        part.length = len(shown[start:end].encode("utf-16-le")) // 2
        part.format = look
        out.append(part)
    return out


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
