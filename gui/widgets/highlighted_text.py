"""The reading view: a text whose words stand on a tint by score, and that can be edited."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QBrush,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextLine,
)
from PySide6.QtWidgets import QMenu, QTextEdit, QToolTip, QWidget

from gui import fonts
from gui.theme import (
    FONT_READING,
    READING_COLUMN_EM,
    READING_LINE_HEIGHT,
    RING_WIDTH,
    SPACE_XL,
    SPACE_XS,
    Theme,
)
from gui.widgets.word_tint import TintStyle, paint_tint
from gui.wordpaint import Positions, Span, as_shown, shifted, strongest

_FADED = 0.35  # share of the colour left while the text is not the one that was scored


class HighlightedText(QTextEdit):
    """An editable reading view with word scores.

    Offsets are code points of the text as it was given, emoji and line ends included. Words that
    an edit touched lose their tint, the others keep it, faded, until the next `set_scores`.

    Signals:
        edited(str): the user changed the text; never emitted for changes by code.
        word_focused(int): the keyboard moved to that span; -1 when it left the words.
        marks_changed: words may stand on other tints now, or elsewhere.
    """

    edited = Signal(str)
    word_focused = Signal(int)
    marks_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._given = ""  # as set_text got it
        self._seen = ""  # as shown, when last looked at
        self._by_code = False
        self._scored_text = ""
        self._spans: list[Span] = []
        self._order: list[int] = []  # indices of spans by start
        self._places: list[tuple[int, int] | None] = []  # Qt positions of the spans now
        self._starts: list[int] = []  # start positions in _order, untouched spans only
        self._live: list[int] = []  # the spans those belong to
        self._scale = 1.0
        self._lined: set[int] = set()
        self._disputed: frozenset[int] = frozenset()
        self.tint_style = TintStyle()
        self._word = -1
        self._unread: int | None = None
        self._tooltip_for: Callable[[int], str] | None = None
        self._menu_for: Callable[[int], Sequence[tuple[str, object]]] | None = None
        self._menu = QMenu(self)
        self._entries: list[tuple[str, object]] = []
        self.setProperty("reading", True)
        self.setAcceptRichText(False)
        self.setFont(fonts.sized(self.font(), FONT_READING))
        self.document().setDocumentMargin(SPACE_XL)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.textChanged.connect(self._look)
        self._menu.triggered.connect(self._entry_chosen)
        theme.changed.connect(self._repaint)

    # What is shown

    def set_text(self, text: str) -> None:
        """Show another text, without scores; the undo history starts anew."""
        self._by_code = True
        self._given = text
        self._seen = as_shown(text)
        self.setPlainText(self._seen)
        self.document().setUndoRedoEnabled(False)
        block = QTextBlockFormat()
        block.setLineHeight(
            FONT_READING * READING_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.FixedHeight.value
        )
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(block)
        self.document().setUndoRedoEnabled(True)
        self._by_code = False
        self._unread = None
        self.set_scores((), 1.0)

    def text(self) -> str:
        """What is shown: the text as given, or as edited (every line end a newline then)."""
        return self._given if self._seen == as_shown(self._given) else self._seen

    def set_scores(self, spans: Sequence[Span], scale: float, for_text: str | None = None) -> None:
        """Scores of `for_text` (of what is shown, if None); `scale` is drawn in full strength.

        Scores that arrive for a text that has since been edited are placed as after that edit.
        """
        self._scored_text = self.text() if for_text is None else for_text
        same_words = [span[:2] for span in spans] == [span[:2] for span in self._spans]
        self._spans = list(spans)
        self._order = sorted(range(len(spans)), key=lambda i: spans[i][:2])
        self._scale = scale
        self._lined = strongest(spans)
        self._disputed = frozenset()
        if not same_words:
            self._leave_words()
        self._place()

    def set_disputed(self, words: Iterable[int]) -> None:
        """Fade these words, indices of the spans, until the next ``set_scores``."""
        self._disputed = frozenset(words)
        self._repaint()

    def set_tint_style(self, style: TintStyle) -> None:
        """How tints are drawn, and which are not: ``tint_style`` from now on."""
        self.tint_style = style
        self._repaint()

    def set_tooltip(self, tooltip_for: Callable[[int], str] | None) -> None:
        """What hovering a word says, by the index of its span."""
        self._tooltip_for = tooltip_for

    def set_word_menu(self, menu_for: Callable[[int], Sequence[tuple[str, object]]] | None) -> None:
        """What may be done with a word besides changing it, by the index of its span: (words, callable)."""
        self._menu_for = menu_for

    def unread_from(self, position: int | None) -> None:
        """Hatch the text from that code point on: the model did not read it. None: nothing."""
        self._unread = position
        self._repaint()

    def faded(self) -> bool:
        """Whether the text is not the one that was scored."""
        return self._seen != as_shown(self._scored_text)

    def visible_span(self, index: int) -> tuple[int, int] | None:
        """Qt positions where that span is tinted now; None where an edit took it away."""
        return self._places[index]

    @property
    def focused_word(self) -> int:
        """Index of the span with the caret ring; -1 for none."""
        return self._word

    # Following edits

    @Slot()
    def _look(self) -> None:
        if self._by_code:
            return
        # toPlainText would turn no-break spaces into spaces.
        shown = as_shown(self.document().toRawText())
        if shown == self._seen:
            return  # only a format changed, or an input method composes
        self._seen = shown
        self._place()
        if self._word >= 0 and self._places[self._word] is None:
            self._leave_words()
        self.edited.emit(self.text())

    def _place(self) -> None:
        """Find where every span stands in what is shown now."""
        old = as_shown(self._scored_text)
        given, here = Positions(self._scored_text), Positions(self._seen)
        back = _code_points(old)
        shown = [(back(given.to_qt(start)), back(given.to_qt(end))) for start, end, _ in self._spans]
        moved = shifted(shown, old, self._seen)
        self._places = [None if at is None else (here.to_qt(at[0]), here.to_qt(at[1])) for at in moved]
        pairs = [(place[0], i) for i in self._order if (place := self._places[i]) is not None]
        self._starts = [start for start, _ in pairs]
        self._live = [i for _, i in pairs]
        self._repaint()

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()
        self.marks_changed.emit()

    def marks(self) -> Iterator[tuple[int, float]]:
        """(Qt position, share of full strength, -1 to 1) of the words on a tint, in their order."""
        for i in self._live:
            score, place = self._spans[i][2], self._places[i]
            if place is not None and self._scale > 0 and not self.tint_style.hides(score, self._scale):
                yield place[0], max(-1.0, min(1.0, score / self._scale))

    def insertFromMimeData(self, source: QMimeData) -> None:
        # Without this, pasted lines would bring another line height.
        self.textCursor().insertText(source.text())

    # Geometry

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        column = READING_COLUMN_EM * FONT_READING + 2 * SPACE_XL
        margins = self.viewportMargins()
        room = self.viewport().width() + margins.left() + margins.right()
        side = max(0, (room - column) // 2)
        if margins.left() != side:
            self.setViewportMargins(side, 0, side, 0)
            # QTextEdit lays out again for its own resizes alone, not for this one.
            self.document().setTextWidth(self.viewport().width())

    def _lines(self, start: int, end: int) -> Iterator[tuple[QTextLine, float, float, QRectF]]:
        """The line pieces of a range of Qt positions: line, left, right, box in the viewport."""
        block = self.document().findBlock(start)
        layout_of = self.document().documentLayout()
        scroll = self.verticalScrollBar().value()
        while block.isValid() and block.position() < end:
            layout, base = block.layout(), block.position()
            top = layout_of.blockBoundingRect(block).top() - scroll
            left = layout.position().x()
            for i in range(layout.lineCount()):
                line = layout.lineAt(i)
                first = max(start - base, line.textStart())
                last = min(end - base, line.textStart() + line.textLength())
                if first < last:
                    a, b = sorted((_x(line, first), _x(line, last)))
                    y = top + line.y()
                    yield line, a, b, QRectF(left + a, y, b - a, line.ascent() + line.descent())
            block = block.next()

    def _visible(self) -> list[int]:
        """Spans that may be on screen."""
        first = self.cursorForPosition(QPoint(0, 0)).position()
        corner = QPoint(self.viewport().width(), self.viewport().height())
        last = self.cursorForPosition(corner).position()
        low = max(0, bisect_left(self._starts, first) - 1)
        return self._live[low : bisect_right(self._starts, last)]

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i in self._visible():
            self._paint_word(painter, i)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_unread(painter)
        place = self._places[self._word] if self._word >= 0 else None
        if place is not None and self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.palette.focus), RING_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for _, _, _, box in self._lines(*place):
                painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), SPACE_XS, SPACE_XS)
        painter.end()

    def _paint_word(self, painter: QPainter, index: int) -> None:
        place = self._places[index]
        score = self._spans[index][2]
        if place is None or self.tint_style.hides(score, self._scale):
            return
        palette = self._theme.palette
        fade = _FADED if self.faded() else 1.0
        disputed = index in self._disputed
        for _, _, _, box in self._lines(*place):
            ground = box.adjusted(-1.5, -1, 1.5, 2)
            paint_tint(
                painter, ground, palette, self.tint_style, score, self._scale, fade=fade, disputed=disputed
            )
            if index in self._lined and not self.faded():
                painter.setPen(QPen(QColor(palette.text), 2))
                y = box.bottom() + 3.5
                painter.drawLine(int(box.left()), int(y), int(box.right()), int(y))

    def _paint_unread(self, painter: QPainter) -> None:
        if self._unread is None:
            return
        start = Positions(self.text()).to_qt(self._unread)
        end = self.document().characterCount() - 1
        first = self.cursorForPosition(QPoint(0, 0)).position()
        painter.setPen(Qt.PenStyle.NoPen)
        hatch = QBrush(QColor(self._theme.palette.muted), Qt.BrushStyle.BDiagPattern)
        painter.setOpacity(0.4)
        painter.setBrush(hatch)
        for _, _, _, box in self._lines(max(start, first), end):
            if box.top() > self.viewport().height():
                break
            painter.drawRect(box.adjusted(0, -2, 0, 2))
        painter.setOpacity(1.0)

    # Words by mouse and keyboard

    def word_at(self, point: QPoint) -> int:
        """The span under a point of the viewport; -1 for none."""
        for i in self._visible():
            place = self._places[i]
            if place is not None and any(
                box.adjusted(-1.5, -3, 1.5, 3).contains(point.toPointF())
                for _, _, _, box in self._lines(*place)
            ):
                return i
        return -1

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.word_at(event.pos())
            told = self._tooltip_for(index) if self._tooltip_for and index >= 0 else ""
            if told:
                QToolTip.showText(event.globalPos(), told, self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), Qt.KeyboardModifier.ControlModifier
        with_control = event.modifiers() == control
        forward = key == Qt.Key.Key_Tab or (key == Qt.Key.Key_Right and with_control)
        backward = key == Qt.Key.Key_Backtab or (key == Qt.Key.Key_Left and with_control)
        if forward or backward:
            if self._step(1 if forward else -1):
                return
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                # Past the last word the key does what it does everywhere: no trap.
                self._leave_words()
                self.focusNextPrevChild(forward)
                return
        shift_f10 = key == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if (key == Qt.Key.Key_Menu or shift_f10) and (index := self._word_of_caret()) >= 0:
            place = self._places[index]
            assert place is not None
            box = next(iter(self._lines(*place)))[3]
            if self._open_menu(index, self.viewport().mapToGlobal(box.bottomLeft().toPoint())):
                return
        if key == Qt.Key.Key_Escape and self._word >= 0:
            self._leave_words()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Tab comes here first, and QWidget would take it for moving the focus.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        ):
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._repaint()

    def focus_word(self, index: int) -> None:
        """Put the caret ring on a word, bring it into view, and say so to assistive tools."""
        place = self._places[index]
        if place is None:
            return
        self._word = index
        cursor = self.textCursor()
        cursor.setPosition(place[0])
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        self._repaint()
        cursor.setPosition(place[1], QTextCursor.MoveMode.KeepAnchor)
        told = self._tooltip_for(index) if self._tooltip_for else cursor.selectedText()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, told))
        self.word_focused.emit(index)

    # What may be done with a word

    def take_out(self, index: int) -> None:
        """Take a word out of the text, and the space that would be left over; as if the user had typed it."""
        place = self._places[index]
        if place is None:
            return
        start, end = place
        document = self.document()
        before = str(document.characterAt(start - 1)) if start else "\n"
        after = str(document.characterAt(end))
        if after == " " and before.isspace():
            end += 1
        elif before == " " and not after.isalnum():
            start -= 1
        cursor = self._selected(start, end)
        cursor.removeSelectedText()
        self.setTextCursor(cursor)

    def pick_word(self, index: int) -> None:
        """Select a word, so that what is typed stands in its place."""
        place = self._places[index]
        if place is None:
            return
        self.setTextCursor(self._selected(*place))
        self.ensureCursorVisible()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        said = self.tr("Type the word that shall stand here")
        corner = self.viewport().mapToGlobal(self.cursorRect().bottomLeft())
        QToolTip.showText(corner, said, self.viewport())
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def _selected(self, start: int, end: int) -> QTextCursor:
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self._word_of_caret() if by_key else self.word_at(event.pos())
        if not self._open_menu(index, event.globalPos()):
            super().contextMenuEvent(event)

    def _word_of_caret(self) -> int:
        """The word with the ring, else the one that the caret stands in; -1 for none."""
        if self._word >= 0:
            return self._word
        caret = self.textCursor().position()
        at = bisect_right(self._starts, caret) - 1
        place = self._places[self._live[at]] if at >= 0 else None
        return self._live[at] if place is not None and caret <= place[1] else -1

    def _open_menu(self, index: int, at: QPoint) -> bool:
        """The menu on a word; False where there is none, or a selection that has a menu of its own."""
        if index < 0 or self._menu_for is None or self.textCursor().hasSelection():
            return False
        self.focus_word(index)
        self._entries = [
            (self.tr("Take it out"), lambda: self.take_out(index)),
            (self.tr("Swap it for…"), lambda: self.pick_word(index)),
            *self._menu_for(index),
        ]
        # one menu for all words: a menu that deletes itself takes a Python callable down with it
        self._menu.clear()
        for place, (words, _call) in enumerate(self._entries):
            self._menu.addAction(words).setData(place)
        self._menu.setActiveAction(self._menu.actions()[0])
        self._menu.popup(at)
        return True

    @Slot(QAction)
    def _entry_chosen(self, action: QAction) -> None:
        cast(Callable[[], object], self._entries[int(action.data())][1])()

    def _step(self, step: int) -> bool:
        if not self._live:
            return False
        if self._word in self._live:
            at = self._live.index(self._word) + step
        else:
            caret = self.textCursor().position()
            at = bisect_left(self._starts, caret) if step > 0 else (bisect_left(self._starts, caret) - 1)
        if not 0 <= at < len(self._live):
            return False
        self.focus_word(self._live[at])
        return True

    def _leave_words(self) -> None:
        if self._word >= 0:
            self._word = -1
            self.word_focused.emit(-1)
            self._repaint()


def _x(line: QTextLine, position: int) -> float:
    """Where a character begins in its line."""
    x = line.cursorToX(position)
    return float(x[0]) if isinstance(x, tuple) else float(cast(float, x))


def _code_points(text: str) -> Callable[[int], int]:
    """From Qt positions in `text` to code points of `text`."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return lambda position: position
    starts, at = [], 0
    for char in text:
        starts.append(at)
        at += 2 if char > "\uffff" else 1
    starts.append(at)
    return lambda position: bisect_left(starts, position)
