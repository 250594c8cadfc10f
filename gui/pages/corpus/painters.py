"""How the cells of Corpus are painted: signed bars, pairs of bars, intervals, words in their context."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui import fonts
from gui.delegates.row import Index, RowDelegate
from gui.theme import FONT_SMALL, RADIUS_S, SPACE_S, SPACE_XS, mix
from gui.widgets.figures import paint_interval
from gui.wordpaint import word_colour

SHARE_ROLE = int(Qt.ItemDataRole.UserRole) + 120  # signed share of the largest, -1 to 1
PAIR_ROLE = int(Qt.ItemDataRole.UserRole) + 121  # (share, share, words, words): of two bars
INTERVAL_ROLE = int(Qt.ItemDataRole.UserRole) + 122  # (low, value, high), shares
HIT_ROLE = int(Qt.ItemDataRole.UserRole) + 123  # (before, word, after, share of the strongest)
MUTED_ROLE = int(Qt.ItemDataRole.UserRole) + 124  # whether it is pale

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
_FIGURE = 60  # width of a score's figure
_PAIR_FIGURE = 64


class PlainDelegate(RowDelegate):
    """Words in one line, elided."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        palette = self.theme.palette
        painter.setPen(QColor(palette.muted if index.data(MUTED_ROLE) else palette.text))
        text = " ".join(str(index.data() or "").split())
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _LEFT, shown)


class StrongDelegate(RowDelegate):
    """A word that a row is about."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        palette = self.theme.palette
        painter.setFont(fonts.strong(painter.font()))
        painter.setPen(QColor(palette.muted if index.data(MUTED_ROLE) else palette.text))
        text = " ".join(str(index.data() or "").split())
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
        painter.drawText(rect, _LEFT, shown)


class CountDelegate(RowDelegate):
    """A number, at the right, in tabular digits."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(self.theme.palette.text))
        painter.drawText(rect, _RIGHT, str(index.data() or ""))


class SignedBarDelegate(RowDelegate):
    """The figure, and right of it a bar from the middle: right for the class, left against it."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        palette = self.theme.palette
        share = max(-1.0, min(1.0, float(index.data(SHARE_ROLE) or 0.0)))
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(palette.text))
        painter.drawText(QRect(rect.left(), rect.top(), _FIGURE, rect.height()), _RIGHT, str(index.data()))
        left = rect.left() + _FIGURE + SPACE_S
        room = QRectF(left, rect.center().y() - 6, rect.right() - left, 13)
        middle = room.center().x()
        painter.setPen(QPen(QColor(palette.line_strong), 1))
        painter.drawLine(int(middle), int(room.top()) - 3, int(middle), int(room.bottom()) + 3)
        length = abs(share) * room.width() / 2
        if length < 0.5:
            return
        fill = palette.word_for if share > 0 else palette.word_against
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(mix(fill, palette.text, 0.45)), 1))
        painter.setBrush(QColor(fill))
        start = middle if share > 0 else middle - length
        painter.drawRoundedRect(QRectF(start, room.top(), length, room.height()), 2, 2)


class PairDelegate(RowDelegate):
    """Two bars, one above the other, each with its figure: the word, and random words."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        pair = index.data(PAIR_ROLE)
        if pair is None:
            return
        palette = self.theme.palette
        first, second, said, other = pair
        painter.setFont(fonts.tabular(fonts.sized(painter.font(), FONT_SMALL)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, (share, words, fill) in enumerate(
            ((first, said, palette.chart_second), (second, other, palette.chart_third))
        ):
            top = rect.center().y() - 15 + at * 15
            painter.setPen(QColor(palette.text if at == 0 else palette.muted))
            painter.drawText(QRect(rect.left(), top, _PAIR_FIGURE, 15), _RIGHT, words)
            left = rect.left() + _PAIR_FIGURE + SPACE_S
            track = QRectF(left, top + 4, rect.right() - left, 7)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.track))
            painter.drawRoundedRect(track, 3, 3)
            if share > 0:
                painter.setBrush(QColor(fill))
                width = max(3.0, min(1.0, share) * track.width())
                painter.drawRoundedRect(QRectF(left, top + 4, width, 7), 3, 3)


class IntervalDelegate(RowDelegate):
    """A share with its interval: the figure, and below it where it lies between 0 and 1."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        parts = index.data(INTERVAL_ROLE)
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(self.theme.palette.text))
        middle = rect.center().y()
        painter.drawText(QRect(rect.left(), middle - 18, rect.width(), 18), _LEFT, str(index.data() or ""))
        if parts is not None:
            paint_interval(painter, self.theme, QRectF(rect.left(), middle + 2, rect.width(), 11), parts)


class ContextDelegate(RowDelegate):
    """Keyword in context: the word stands in the middle on its tint, its context runs to both sides."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        hit = index.data(HIT_ROLE)
        if hit is None:
            return
        raw_before, raw_word, raw_after, share = hit
        before, word, after = (" ".join(part.split()) for part in (raw_before, raw_word, raw_after))
        palette, metrics = self.theme.palette, painter.fontMetrics()
        most = rect.width() // 3
        shown = metrics.elidedText(word, Qt.TextElideMode.ElideRight, most)
        width = metrics.horizontalAdvance(shown) + 2 * SPACE_XS
        box = QRect(rect.center().x() - width // 2, rect.top(), width, rect.height())
        height = metrics.height() + 4
        tint = QRect(box.left(), rect.center().y() - height // 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        # never so pale that the word does not stand out
        painter.setBrush(
            QColor(word_colour(palette, share, 1.0) if abs(share) > 0.25 else _pale(self, share))
        )
        painter.drawRoundedRect(tint, RADIUS_S / 2, RADIUS_S / 2)
        painter.setPen(QColor(palette.word_text))
        painter.drawText(box, _CENTRE, shown)
        painter.setPen(QColor(palette.text))
        gap = SPACE_XS if raw_before[-1:].isspace() else 1
        left = QRect(rect.left(), rect.top(), box.left() - rect.left() - gap, rect.height())
        painter.drawText(
            left, _RIGHT, metrics.elidedText(before, Qt.TextElideMode.ElideLeft, max(0, left.width()))
        )
        gap = SPACE_XS if raw_after[:1].isspace() else 1
        start = box.right() + 1 + gap
        right = QRect(start, rect.top(), rect.right() - start, rect.height())
        painter.drawText(
            right, _LEFT, metrics.elidedText(after, Qt.TextElideMode.ElideRight, max(0, right.width()))
        )


def _pale(delegate: RowDelegate, share: float) -> str:
    return word_colour(delegate.theme.palette, 0.25 if share >= 0 else -0.25, 1.0)
