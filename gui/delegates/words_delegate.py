"""A text with word scores in a table: words on a tint by sign and strength."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, QPointF, QRect, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from gui.delegates.row import Index, RowDelegate
from gui.theme import Theme
from gui.wordpaint import Positions, ScoredText, as_shown, strongest, word_colour

SCORES_ROLE = int(Qt.ItemDataRole.UserRole) + 102
_KEPT = 256  # layouts; a few screens of rows


class WordsDelegate(RowDelegate):
    """SCORES_ROLE gives a ScoredText; without one, Qt.DisplayRole is shown plain.

    Layouts are cached by text, scores and width: painting one again takes less than half the
    time of making it.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._layouts: OrderedDict[tuple[ScoredText, int, str], QTextLayout] = OrderedDict()
        theme.changed.connect(self.forget)

    @Slot()
    def forget(self) -> None:
        """Drop the cached layouts; done when the theme changes."""
        self._layouts.clear()

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        scored = index.data(SCORES_ROLE)
        if not isinstance(scored, ScoredText):
            scored = ScoredText(str(index.data(Qt.ItemDataRole.DisplayRole) or ""), (), 1.0)
        layout = self._layout(scored, rect.width(), painter.font())
        painter.setPen(QColor(self.theme.palette.text))
        lines = min(2, layout.lineCount())
        height = sum(layout.lineAt(i).height() for i in range(lines))
        top = rect.top() + (rect.height() - height) / 2
        painter.setClipRect(QRect(rect.left(), int(top), rect.width(), int(height) + 1))
        layout.draw(painter, QPointF(rect.left(), top))

    def _layout(self, scored: ScoredText, width: int, font: QFont) -> QTextLayout:
        key = (scored, width, font.key())
        if key in self._layouts:
            self._layouts.move_to_end(key)
            return self._layouts[key]
        layout = QTextLayout(as_shown(scored.text).replace("\n", " "), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats(scored))
        layout.beginLayout()
        y = 0.0
        for _ in range(2):  # a row shows two lines
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += line.height()
        layout.endLayout()
        self._layouts[key] = layout
        if len(self._layouts) > _KEPT:
            self._layouts.popitem(last=False)
        return layout

    def _formats(self, scored: ScoredText) -> list[QTextLayout.FormatRange]:
        palette, positions = self.theme.palette, Positions(scored.text)
        lined = strongest(scored.spans)
        out = []
        for i, (start, end, score) in enumerate(scored.spans):
            look = QTextCharFormat()
            look.setBackground(QColor(word_colour(palette, score, scored.scale)))
            look.setForeground(QColor(palette.word_text))
            look.setFontUnderline(i in lined)
            part = QTextLayout.FormatRange()
            at = positions.to_qt(start)
            part.start = at
            part.length = positions.to_qt(end) - at
            part.format = look
            out.append(part)
        return out
