"""Entities of a text: words are chosen in the text, their type below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.api.results import Entity
from engine.api.store.documents import Document
from engine.api.tasks import NO_LABEL
from engine.api.words import whole_words
from gui import fonts
from gui.theme import FONT_SMALL, RADIUS_M, RING_WIDTH, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import Button, label, set_role
from gui.widgets.entity_text import EntityText, entity_tints
from gui.widgets.flow import FlowLayout, clear
from gui.wordpaint import Positions

_ROOM = 96  # height of the types; the rest is scrolled to
_SHOWN = 40  # characters of the chosen words
_NO_TYPES = ("O", NO_LABEL)  # they say that there is no entity
Span = tuple[int, int]


class TypeChip(QAbstractButton):
    """An entity type on its tint, with how often it is in the text; framed where it is that of the chosen words."""

    def __init__(self, theme: Theme, name: str, tint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.name = name
        self._tint = tint
        self._count = 0
        self.setFont(fonts.sized(self.font(), FONT_SMALL))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_state(self, count: int, chosen: bool) -> None:
        """``chosen``: the words that are chosen have this type."""
        self._count = count
        self.setCheckable(True)
        self.setChecked(chosen)
        self.setAccessibleName(self.words())
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        return f"{self.name} · {self._count}" if self._count else self.name

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.words()) + 2 * SPACE_S, metrics.height() + SPACE_S)

    def nextCheckState(self) -> None:
        """A click is a wish; what comes of it is shown when it is stored."""

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._tint))
        strong = self.hasFocus() or self.isChecked()
        edge = palette.focus if self.hasFocus() else palette.text if self.isChecked() else palette.line_strong
        if not strong and not (self.underMouse() and self.isEnabled()):
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            painter.setPen(QPen(QColor(edge), RING_WIDTH if strong else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
        painter.setPen(QColor(palette.text))
        room = self.rect().adjusted(SPACE_XS, 0, -SPACE_XS, 0)
        shown = self.fontMetrics().elidedText(self.words(), Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()


class WordsText(EntityText):
    """An ``EntityText`` in which words are chosen with the mouse or the keyboard.

    What is dragged over grows to whole words when the button is released; with the keyboard it is underlined so.
    Signals: ``chosen()``, the selection or the caret moved; ``number_pressed(int)``, 1 to 9; ``remove_pressed()``;
    ``type_pressed()``, Return.
    """

    chosen = Signal()
    number_pressed = Signal(int)
    remove_pressed = Signal()
    type_pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.words: list[Span] = []
        self.editing = False
        self._touched = False  # the caret says something only where the user has put it
        self._loading = False
        self.cursorPositionChanged.connect(self._moved)
        self.selectionChanged.connect(self._moved)

    def show_text(self, text: str, entities: Sequence[Entity] = (), types: Sequence[str] = ()) -> None:
        self._loading = True
        super().show_text(text, entities, types)
        self._loading = False

    def set_editing(self, editing: bool) -> None:
        """Whether there are words to choose: then there is a caret, too."""
        self.editing = editing
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        self.setTextInteractionFlags(
            flags | Qt.TextInteractionFlag.TextSelectableByKeyboard if editing else flags
        )
        if editing:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def selected_span(self) -> Span:
        """The selection, or the caret as an empty one, in code points."""
        cursor, places = self.textCursor(), Positions(self.source())
        return places.to_text(cursor.selectionStart()), places.to_text(cursor.selectionEnd())

    def chosen_span(self) -> Span | None:
        """The entity at the caret, else the selection in whole words; None where there is neither."""
        start, end = self.selected_span()
        inside = [each for each in self.entities() if each.start <= start and end <= each.end]
        if inside and (end > start or (self._touched and start < inside[0].end)):
            return inside[0].start, inside[0].end
        return whole_words(self.words, start, end) if end > start else None

    def forget_selection(self) -> None:
        self._touched = False
        cursor = self.textCursor()
        cursor.setPosition(0)
        self.setTextCursor(cursor)

    def more_selections(self) -> list[QTextEdit.ExtraSelection]:
        """The chosen words, underlined."""
        span = self.chosen_span() if self.editing else None
        if span is None:
            return []
        places = Positions(self.source())
        part = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(places.to_qt(span[0]))
        cursor.setPosition(places.to_qt(span[1]), QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        look.setUnderlineColor(QColor(self._theme.palette.accent))
        look.setFontUnderline(True)
        part.cursor, part.format = cursor, look
        return [part]

    @Slot()
    def _moved(self) -> None:
        if self.editing and not self._loading:
            self._tint()
            self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._touched = True
        super().mousePressEvent(event)
        self._moved()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        cursor = self.textCursor()
        if not self.editing or not cursor.hasSelection():
            return
        span = whole_words(self.words, *self.selected_span())
        if span is not None and span != self.selected_span():
            places = Positions(self.source())
            cursor.setPosition(places.to_qt(span[0]))
            cursor.setPosition(places.to_qt(span[1]), QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self.editing and held == Qt.KeyboardModifier.NoModifier:
            if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
                self.number_pressed.emit(key - Qt.Key.Key_0)
                return
            if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.remove_pressed.emit()
                return
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.type_pressed.emit()
                return
        self._touched = True
        super().keyPressEvent(event)


class EntityEditor(QWidget):
    """Types to give to the words that are chosen in ``text``.

    Signals: ``entity_set(start, end, type)``, '' removes; ``tagged(bool)``: there is no entity in it (True), it is
    not tagged (False).
    """

    entity_set = Signal(int, int, str)
    tagged = Signal(bool)

    def __init__(self, theme: Theme, text: WordsText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = text
        self._document: Document | None = None
        self._types: tuple[str, ...] = ()
        self._refused = ""  # why what was asked for last is not possible
        self.note = label("", "caption", wrap=True)
        self._chips = QWidget()
        self._chips.setObjectName("scrolled")
        self._flow = FlowLayout(self._chips, SPACE_XS)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._chips)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.new = QLineEdit()
        self.remove = Button(theme, "", icon="minus")
        self.none = Button(theme, "", "quiet")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.remove)
        row.addWidget(self.none)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.note)
        column.addWidget(self._scroll)
        column.addWidget(self.new)
        column.addLayout(row)
        text.chosen.connect(self._choice_changed)
        text.number_pressed.connect(self._number)
        text.remove_pressed.connect(self._remove)
        text.type_pressed.connect(self._to_types)
        self.new.returnPressed.connect(self._give_new)
        self.remove.clicked.connect(self._remove)
        self.none.clicked.connect(self._switch_tagged)
        theme.changed.connect(self._rebuild)
        self.retranslate()

    def show_document(self, document: Document, types: Sequence[str], words: Sequence[Span]) -> None:
        """``types`` are all of the project, in the order of their colours; ``words`` those of the text."""
        another = self._document is None or self._document.id != document.id
        self._document, self._text.words = document, list(words)
        if another:
            self._text.forget_selection()
            self.new.clear()
        self._refused = ""
        if tuple(types) != self._types:
            self._types = tuple(types)
            self._rebuild()
        self._show()

    def chips(self) -> list[TypeChip]:
        widgets = [item.widget() for at in range(self._flow.count()) if (item := self._flow.itemAt(at))]
        return [widget for widget in widgets if isinstance(widget, TypeChip)]

    # --- what is chosen ----------------------------------------------------------------------------------

    def _chosen(self) -> tuple[Span | None, Entity | None, Entity | None]:
        """The chosen words, the entity that they are, and the first one that they overlap otherwise."""
        span = self._text.chosen_span()
        if span is None:
            return None, None, None
        found = self._text.entities()
        same = next((each for each in found if (each.start, each.end) == span), None)
        clash = next((each for each in found if each.start < span[1] and span[0] < each.end), None)
        return span, same, clash if same is None else None

    @Slot()
    def _choice_changed(self) -> None:
        self._refused = ""
        self._show()

    # --- what the user does ------------------------------------------------------------------------------

    def _give(self, name: str) -> None:
        span, same, clash = self._chosen()
        if span is None:
            self._refuse(self.tr("Choose words in the text first: drag over them, or click an entity."))
        elif clash is not None:
            self._refuse(self._overlap(span, clash))
        elif name in _NO_TYPES:
            self._refuse(
                self.tr("“{name}” says that there is no entity. Take another name.").format(name=name)
            )
        elif same is None or same.label != name:
            self.entity_set.emit(*span, name)

    def _refuse(self, words: str) -> None:
        self._refused = words
        self._show()

    @Slot()
    def _chip_clicked(self) -> None:
        chip = self.sender()
        assert isinstance(chip, TypeChip)
        self._give(chip.name)

    @Slot(int)
    def _number(self, number: int) -> None:
        if number <= len(self._types):
            self._give(self._types[number - 1])

    @Slot()
    def _give_new(self) -> None:
        name = " ".join(self.new.text().split())
        if name:
            self._give(name)
            if not self._refused:
                self.new.clear()
                self._text.setFocus()

    @Slot()
    def _to_types(self) -> None:
        self.new.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _remove(self) -> None:
        span, same, clash = self._chosen()
        if same is not None and span is not None:
            self._text.setFocus()
            self.entity_set.emit(*span, "")
        elif clash is not None and span is not None:
            self._refuse(self._overlap(span, clash))

    @Slot()
    def _switch_tagged(self) -> None:
        if self._document is not None:
            self.tagged.emit(self._document.entities is None)

    # --- what is shown -----------------------------------------------------------------------------------

    def _words_of(self, span: Span) -> str:
        words = " ".join(self._text.source()[span[0] : span[1]].split())
        return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"

    def _overlap(self, span: Span, clash: Entity) -> str:
        return self.tr(
            "“{words}” overlaps “{other}”, which is {type} already. Remove that first, or choose words beside it."
        ).format(words=self._words_of(span), other=self._words_of((clash.start, clash.end)), type=clash.label)

    def _note(self) -> str:
        if self._refused:
            return self._refused
        span, same, clash = self._chosen()
        one = self._document
        if span is None or one is None:
            how = self.tr("Choose words in the text, then their type here or by its number, 1 to 9.")
            if one is not None and not one.entities:
                state = self.tr("Not tagged.") if one.entities is None else self.tr("No entity in this text.")
                return f"{state} {how}"
            return how
        if clash is not None:
            return self._overlap(span, clash)
        if same is not None:
            return self.tr("“{words}” is {type}. Choose another type, or remove it.").format(
                words=self._words_of(span), type=same.label
            )
        return self.tr("“{words}”: choose its type.").format(words=self._words_of(span))

    def _show(self) -> None:
        _span, same, clash = self._chosen()
        counts = Counter(each.label for each in self._text.entities())
        for chip in self.chips():
            chip.show_state(counts[chip.name], same is not None and same.label == chip.name)
        self.remove.setEnabled(same is not None)
        entities = () if self._document is None else self._document.entities
        self.none.setVisible(not entities)
        self.none.setText(self.tr("No entity in it") if entities is None else self.tr("Not tagged yet"))
        self.none.setToolTip(
            self.tr("Say that this text has been read and holds no entity")
            if entities is None
            else self.tr("Take back that this text holds no entity")
        )
        set_role(self.note, "bad" if self._refused or clash is not None else "caption")
        self.note.setText(self._note())
        self._fit()

    def _fit(self) -> None:
        """As high as the types, up to a few rows."""
        width = self._scroll.viewport().width()
        self._scroll.setVisible(bool(self._types))
        self._scroll.setFixedHeight(min(_ROOM, max(1, self._flow.heightForWidth(width))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _rebuild(self) -> None:
        clear(self._flow)
        tints = entity_tints(self._theme.palette, self._types)
        for number, name in enumerate(self._types, start=1):
            chip = TypeChip(self._theme, name, tints[name])
            chip.setToolTip(self.tr("Key {number}").format(number=number) if number < 10 else name)
            chip.clicked.connect(self._chip_clicked)
            self._flow.addWidget(chip)
            chip.show()  # a hidden one takes no room when the height is asked for
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self._chips.setAccessibleName(self.tr("Entity types"))
        self.new.setAccessibleName(self.tr("Another type"))
        self.new.setPlaceholderText(self.tr("Another type, then Return"))
        self.remove.setText(self.tr("Remove"))
        self.remove.setAccessibleName(self.tr("Remove this entity"))
        self._rebuild()
