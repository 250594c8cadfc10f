"""At the edge of a long text: where its tinted words are, and which part of it is in view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.theme import SPACE_XS, Theme
from gui.widgets.highlighted_text import HighlightedText
from gui.wordpaint import word_colour

WIDTH = 14
_MARK = 3  # height of a word's mark
_LEAST_SHARE = 0.15  # fainter words would only be noise here
_LEAST_HEIGHT = 80  # of a view: below it a strip shows nothing


class Minimap(QWidget):
    """Lies in the right margin of a reading view, while its text is longer than the view.

    Pressing and dragging scroll. The keyboard has the view's own keys for that, so the strip takes no focus.
    """

    def __init__(self, theme: Theme, view: HighlightedText) -> None:
        super().__init__(view)
        self._theme, self.view = theme, view
        self._marks: list[tuple[float, float]] | None = None  # (share of the height, strength -1..1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        view.installEventFilter(self)
        view.marks_changed.connect(self._forget)
        view.document().documentLayout().documentSizeChanged.connect(self._forget)
        bar = view.verticalScrollBar()
        bar.installEventFilter(self)
        bar.rangeChanged.connect(self._fit)
        bar.valueChanged.connect(self._moved)
        theme.changed.connect(self._moved)
        self.retranslate()
        self._fit()

    def retranslate(self) -> None:
        self.setToolTip(self.tr("The whole text: where the marked words are. Click or drag to go there."))
        self.setAccessibleName(self.toolTip())

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 100)

    def marks(self) -> list[tuple[float, float]]:
        """(place as a share of the text's height, strength from -1 against to 1 for), one a line at most a side."""
        if self._marks is None:
            self._marks = self._found()
        return self._marks

    def _found(self) -> list[tuple[float, float]]:
        document = self.view.document()
        layout = document.documentLayout()
        height = layout.documentSize().height() or 1.0
        strongest: dict[tuple[float, bool], float] = {}
        block = document.firstBlock()
        top = layout.blockBoundingRect(block).top()
        for position, strength in self.view.marks():
            if abs(strength) < _LEAST_SHARE:
                continue
            while block.isValid() and position >= block.position() + block.length():
                block = block.next()
                top = layout.blockBoundingRect(block).top()
            line = block.layout().lineForTextPosition(position - block.position())
            if line.isValid():
                key = ((top + line.y() + line.height() / 2) / height, strength > 0)
                strongest[key] = max(strongest.get(key, 0.0), abs(strength))
        return [(y, strength if positive else -strength) for (y, positive), strength in strongest.items()]

    # --- following the view ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._fit()
        return False

    @Slot()
    def _forget(self) -> None:
        self._marks = None
        self.update()

    @Slot()
    def _moved(self) -> None:
        self.update()

    @Slot()
    def _fit(self) -> None:
        bar = self.view.verticalScrollBar()
        inside = self.view.contentsRect()
        right = inside.right() - (bar.width() if bar.isVisible() else 0) - SPACE_XS
        self.setGeometry(right - WIDTH + 1, inside.top() + SPACE_XS, WIDTH, inside.height() - 2 * SPACE_XS)
        margins = 2 * self.view.document().documentMargin()  # scrolled past them, all of the text is seen
        self.setVisible(bar.maximum() > margins and self.height() >= _LEAST_HEIGHT)
        self._forget()

    # --- what is drawn -------------------------------------------------------------------------------------------

    def window_box(self) -> QRectF:
        """Where the part in view is drawn."""
        bar = self.view.verticalScrollBar()
        whole = bar.maximum() - bar.minimum() + bar.pageStep() or 1
        top = self.height() * bar.value() / whole
        return QRectF(0.5, top, self.width() - 1, max(8.0, self.height() * bar.pageStep() / whole))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.window))
        painter.drawRoundedRect(self.rect(), SPACE_XS, SPACE_XS)
        box = self.window_box()
        painter.setBrush(QColor(palette.track))
        painter.drawRoundedRect(box, SPACE_XS, SPACE_XS)
        half, signed = (self.width() - 4) / 2, self.view.tint_style.signed
        for place, strength in self.marks():
            y = place * self.height() - _MARK / 2
            painter.setBrush(QColor(word_colour(palette, strength, 1.0, signed=signed)))
            if signed:
                # against at the left, for at the right: told apart without their colours
                painter.drawRect(QRectF(2 + half if strength > 0 else 2.0, y, half, _MARK))
            else:
                painter.drawRect(QRectF(2.0, y, 2 * half, _MARK))
        painter.setPen(QPen(QColor(palette.line_strong), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0, 0.5, 0, -0.5), SPACE_XS, SPACE_XS)
        painter.end()

    # --- the mouse -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the view behind it would take it for a click on a word

    def _go(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            bar = self.view.verticalScrollBar()
            whole = bar.maximum() - bar.minimum() + bar.pageStep()
            share = event.position().y() / max(1, self.height())
            bar.setValue(round(share * whole - bar.pageStep() / 2))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the view behind it scrolls
