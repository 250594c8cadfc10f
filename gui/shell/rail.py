"""The rail of pages at the left: icon, name, state dot; settings and help at its foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout, QWidget

from gui import fonts, icons
from gui.pages.base import PageState
from gui.theme import FONT_SMALL, ICON_M, RADIUS_M, RING_WIDTH, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import State, paint_dot

_WIDTH = 88
_HEIGHT = 60
_DOT = 4.0


@dataclass(frozen=True)
class RailEntry:
    id: str
    icon: str


class RailItem(QAbstractButton):
    """One page, or settings and help (``checkable`` False: it opens something)."""

    def __init__(
        self, theme: Theme, entry: RailEntry, *, checkable: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.entry = entry
        self._theme = theme
        self._state = PageState.EMPTY
        self._has_dot = checkable
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(fonts.sized(self.font(), FONT_SMALL))
        theme.changed.connect(self._repaint)

    @Slot()
    def _repaint(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def set_name(self, name: str, reason: str) -> None:
        """The visible name, and why the dot is what it is: on hover and to screen readers."""
        self.setText(name)
        self.setToolTip(reason)
        self.setAccessibleName(name)
        self.setAccessibleDescription(reason)

    def set_state(self, state: PageState) -> None:
        if state is not self._state:
            self._state = state
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(SPACE_S, SPACE_XS / 2, -SPACE_S, -SPACE_XS / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(palette.color("accent_soft"))
            painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(palette.color("hover"))
            painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
        token = "faint" if not self.isEnabled() else "accent" if self.isChecked() else "muted"
        picture = icons.icon(self.entry.icon, palette.tokens()[token])
        picture.paint(painter, int((self.width() - ICON_M) / 2), int(box.top()) + 9, ICON_M, ICON_M)
        painter.setPen(
            palette.color("faint" if not self.isEnabled() else "text" if self.isChecked() else "muted")
        )
        text = box.adjusted(0, 9 + ICON_M + 2, 0, -4)
        painter.drawText(text, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._has_dot and self.isEnabled() and self._state is not PageState.EMPTY:
            painter.save()
            painter.translate(self.width() / 2 + ICON_M / 2 + 5, box.top() + 12)
            paint_dot(painter, self._theme, cast(State, self._state.value), _DOT)
            painter.restore()
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(palette.color("focus"))
            pen.setWidth(RING_WIDTH)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


class Rail(QFrame):
    """Signals: chosen(page id), asked(settings | help)."""

    chosen = Signal(str)
    asked = Signal(str)

    def __init__(self, theme: Theme, pages: list[RailEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(_WIDTH)
        self._items: dict[str, RailItem] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, 0, SPACE_S)
        column.setSpacing(0)
        for entry in pages:
            item = RailItem(theme, entry, checkable=True, parent=self)
            self._group.addButton(item)
            self._items[entry.id] = item
            column.addWidget(item)
        column.addStretch(1)
        for entry in (RailEntry("settings", "settings"), RailEntry("help", "help")):
            item = RailItem(theme, entry, checkable=False, parent=self)
            item.clicked.connect(self._foot_clicked)
            self._items[entry.id] = item
            column.addWidget(item)
        self._group.buttonClicked.connect(self._clicked)

    def item(self, id: str) -> RailItem:
        """The item of a page, of ``settings`` or of ``help``."""
        return self._items[id]

    def select(self, page: str) -> None:
        """Mark a page as the one shown; '' = none."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(isinstance(button, RailItem) and button.entry.id == page)
        self._group.setExclusive(True)

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        assert isinstance(button, RailItem)
        self.chosen.emit(button.entry.id)

    @Slot()
    def _foot_clicked(self) -> None:
        item = self.sender()
        assert isinstance(item, RailItem)
        self.asked.emit(item.entry.id)
