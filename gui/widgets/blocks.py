"""Pieces a page is put together from: header, section, folded group, empty state, banner, row."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import fonts, icons
from gui.theme import (
    FONT_LARGE,
    ICON_L,
    ICON_M,
    ICON_S,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    Theme,
)
from gui.widgets.basic import (
    Button,
    ElidedLabel,
    IconButton,
    IconLabel,
    indent_number,
    label,
    restyle,
    set_role,
)

Tone = Literal["info", "careful", "bad"]
_NAME_WIDTH = 152  # of a form row's name
_NARROW_ROW = 520  # below it a note beside the field would be a column of single words


class PageHeader(QWidget):
    """Title, one sentence of state, and the page's actions at the right."""

    def __init__(self, theme: Theme, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = label(title, "title")
        self._sentence = ElidedLabel(sentence, "muted")
        self._actions = QHBoxLayout()
        self._actions.setSpacing(SPACE_S)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        row.addLayout(words, 1)
        row.addLayout(self._actions)
        self.setAccessibleName(title)

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_sentence(self, sentence: str) -> None:
        self._sentence.set_text(sentence)
        self.setAccessibleDescription(sentence)

    def add_action(self, text: str, *, primary: bool = False, icon: str | None = None) -> Button:
        """A new button at the right; the caller connects `clicked`."""
        button = Button(self._theme, text, "primary" if primary else "normal", icon)
        self._actions.addWidget(button)
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Anything else that belongs to the page's actions."""
        self._actions.addWidget(widget)


class Section(QFrame):
    """A card with a title, content below it, and room for controls at the title's right."""

    def __init__(self, title: str = "", *, card: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if card:
            self.setProperty("surface", "card")
        margin = SPACE_L if card else 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(SPACE_M)
        self._head = QHBoxLayout()
        self._head.setSpacing(SPACE_S)
        self._title = label(title, "section")
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._column.addLayout(self._head)
        self.setAccessibleName(title)
        self._title.setVisible(bool(title))

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def add_control(self, widget: QWidget) -> None:
        """A control on the title's line, at the right."""
        self._head.addWidget(widget)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        self._column.addWidget(widget, stretch)

    def body(self) -> QVBoxLayout:
        return self._column


class Disclosure(QWidget):
    """A group that folds. Signals: toggled(bool), True when it opens."""

    toggled = Signal(bool)

    def __init__(
        self, theme: Theme, title: str, *, opened: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._button = QPushButton(title)
        self._button.setProperty("kind", "quiet")
        self._button.setProperty("shape", "fold")
        self._button.setCheckable(True)
        self._button.setFont(fonts.strong(self._button.font()))
        self._button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._content = QWidget()
        self._inner = QVBoxLayout(self._content)
        self._inner.setContentsMargins(0, SPACE_XS, 0, SPACE_S)
        self._inner.setSpacing(SPACE_M)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        column.addWidget(self._button)
        column.addWidget(self._content)
        self.setFocusProxy(self._button)
        self._button.toggled.connect(self._turn)
        theme.changed.connect(self._tint)
        self._button.setChecked(opened)
        self._content.setVisible(opened)
        self._tint()

    @property
    def opened(self) -> bool:
        return self._button.isChecked()

    def set_opened(self, opened: bool) -> None:
        self._button.setChecked(opened)

    def set_title(self, title: str) -> None:
        self._button.setText(title)

    def body(self) -> QVBoxLayout:
        return self._inner

    def add(self, widget: QWidget) -> None:
        self._inner.addWidget(widget)

    @Slot(bool)
    def _turn(self, opened: bool) -> None:
        self._content.setVisible(opened)
        self._tint()
        self.toggled.emit(opened)

    @Slot()
    def _tint(self) -> None:
        name = "chevron-down" if self.opened else "chevron-right"
        self._button.setIcon(icons.icon(name, self._theme.palette.muted))
        self._button.setIconSize(QSize(ICON_S, ICON_S))


class EmptyState(QWidget):
    """What an empty page shows: one icon, one sentence, one button.

    Signals: activated, when the button is pressed.
    """

    activated = Signal()

    def __init__(
        self,
        theme: Theme,
        icon: str,
        sentence: str,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture = IconLabel(theme, icon, "faint", ICON_L)
        self._sentence = label(sentence, "muted", wrap=True)
        self._sentence.setFont(fonts.sized(self._sentence.font(), FONT_LARGE))
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setFixedWidth(360)
        self.button = Button(theme, action, "primary")
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.activated)
        self.setFocusProxy(self.button)
        self.setAccessibleName(sentence)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_L)
        column.addStretch(2)
        for widget in (self._picture, self._sentence, self.button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._fit()

    def _fit(self) -> None:
        # an aligned label gets its size hint, which for a wrapped text is not the height at this width
        self._sentence.setMinimumHeight(max(0, self._sentence.heightForWidth(self._sentence.width())))

    def set_content(self, icon: str, sentence: str, action: str = "") -> None:
        self._picture.set_icon(icon, "faint")
        self._sentence.setText(sentence)
        self._fit()
        self.setAccessibleName(sentence)
        self.button.setText(action)
        self.button.setVisible(bool(action))


class Banner(QFrame):
    """One message above the work: info, careful or bad.

    Signals: activated (its action button), closed.
    """

    activated = Signal()
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        tone: Tone,
        text: str,
        action: str = "",
        close: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`close` names the closing button for assistive tools; without it there is none."""
        super().__init__(parent)
        self._icon = IconLabel(theme, "info", "accent", ICON_M)
        self._text = label(text, wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = Button(theme, action)
        self.button.setVisible(bool(action))
        self.close_button = IconButton(theme, "close", close)
        self.close_button.setVisible(bool(close))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.button.clicked.connect(self.activated)
        self.close_button.clicked.connect(self._close)
        self.set_message(tone, text, action)

    def set_message(self, tone: Tone, text: str, action: str = "") -> None:
        icon, token = {
            "info": ("info", "accent"),
            "careful": ("warning", "careful"),
            "bad": ("error", "bad"),
        }[tone]
        self._icon.set_icon(icon, token)
        self.setProperty("surface", tone)
        restyle(self)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))

    @Slot()
    def _close(self) -> None:
        self.hide()
        self.closed.emit()


class FormRow(QWidget):
    """A field: its label, its editor, and beside it the default with the reason.

    The note turns careful or bad through `set_note`, which also marks the editor.
    """

    def __init__(self, name: str, editor: QWidget, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._name = label(name)
        self._name.setBuddy(editor)
        self._name.setFixedWidth(_NAME_WIDTH)
        self._name.setWordWrap(True)
        self._note = label(note, "muted", wrap=True)
        if editor.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Maximum:
            editor.setFixedWidth(200)
        if isinstance(editor, QAbstractSpinBox):
            indent_number(editor)
        editor.setAccessibleName(name)
        editor.setAccessibleDescription(note)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_XS)
        top = Qt.AlignmentFlag.AlignVCenter
        self._narrow = False
        grid.addWidget(self._name, 0, 0, top)
        grid.addWidget(editor, 0, 1, top)
        grid.addWidget(self._note, 0, 2, top)
        grid.setColumnStretch(2, 1)
        self.setFocusProxy(editor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The note stands beside the field, and below it where there is too little room for that."""
        super().resizeEvent(event)
        narrow = bool(self.note()) and event.size().width() < _NARROW_ROW
        if narrow != self._narrow:
            self._narrow = narrow
            self._grid.removeWidget(self._note)
            if narrow:
                self._grid.addWidget(self._note, 1, 1, 1, 2)
            else:
                self._grid.addWidget(self._note, 0, 2, Qt.AlignmentFlag.AlignVCenter)

    def note(self) -> str:
        return self._note.text()

    def set_note(self, note: str, tone: Literal["muted", "careful", "bad"] = "muted") -> None:
        self._note.setText(note)
        set_role(self._note, tone)
        self.editor.setAccessibleDescription(note)
        self.editor.setProperty("invalid", tone == "bad")
        restyle(self.editor)

    def name_label(self) -> QLabel:
        return self._name
