"""Labels and buttons in the theme's roles, and the smallest pieces built from them."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from gui import fonts, icons
from gui.theme import (
    FONT_BASE,
    FONT_FIGURE,
    FONT_LARGE,
    FONT_SMALL,
    FONT_TITLE,
    ICON_S,
    RADIUS_M,
    RADIUS_S,
    SPACE_S,
    SPACE_XS,
    Theme,
)

Role = Literal["title", "section", "figure", "strong", "muted", "caption", "good", "careful", "bad", "plain"]
Kind = Literal["primary", "normal", "quiet"]
State = Literal["empty", "ready", "running", "attention"]

_SIZES: dict[str, int] = {
    "title": FONT_TITLE,
    "section": FONT_LARGE,
    "figure": FONT_FIGURE,
    "caption": FONT_SMALL,
}


def restyle(widget: QWidget) -> None:
    """Make a changed dynamic property count in the stylesheet."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def label(text: str, role: Role = "plain", *, wrap: bool = False) -> QLabel:
    """A label in one of the roles; it never reads markup out of the text it is given."""
    out = QLabel(text)
    out.setTextFormat(Qt.TextFormat.PlainText)
    out.setProperty("role", role)
    font = fonts.sized(out.font(), _SIZES.get(role, FONT_BASE))
    if role in ("title", "section", "figure", "strong"):
        font = fonts.strong(font)
    out.setFont(fonts.tabular(font) if role == "figure" else font)
    out.setWordWrap(wrap)
    return out


def set_role(target: QLabel, role: Role) -> None:
    """Change a label's colour by role (good, careful, bad, muted, plain)."""
    target.setProperty("role", role)
    restyle(target)


class Button(QPushButton):
    """A push button of one kind; its icon follows the theme."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        kind: Kind = "normal",
        icon: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._icon_name = icon
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_kind(kind)
        theme.changed.connect(self._tint)

    def set_kind(self, kind: Kind) -> None:
        self.setProperty("kind", kind)
        self.setFont(fonts.strong(self.font()) if kind == "primary" else self.font())
        restyle(self)
        self._tint()

    def set_icon(self, name: str | None) -> None:
        self._icon_name = name
        self._tint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.property("kind") == "primary":
            # A ring at the edge alone would have too little contrast to the accent inside it.
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.palette.color("focus_on_accent"), 1.5))
            box = self.rect().toRectF().adjusted(3.5, 3.5, -3.5, -3.5)
            painter.drawRoundedRect(box, RADIUS_S / 2, RADIUS_S / 2)
            painter.end()

    @Slot()
    def _tint(self) -> None:
        if self._icon_name is None:
            return
        palette = self._theme.palette
        colour = palette.accent_text if self.property("kind") == "primary" else palette.text
        self.setIcon(icons.icon(self._icon_name, colour, palette.faint))
        self.setIconSize(QSize(ICON_S, ICON_S))


class IconButton(QToolButton):
    """A quiet square button: one icon, its name as tooltip and for assistive tools."""

    def __init__(self, theme: Theme, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self.setProperty("kind", "quiet")
        self.setProperty("shape", "square")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._tint()
        theme.changed.connect(self._tint)

    def set_icon(self, icon: str, name: str) -> None:
        self._icon_name = icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        palette = self._theme.palette
        self.setIcon(icons.icon(self._icon_name, palette.muted, palette.faint))
        self.setIconSize(QSize(ICON_S, ICON_S))


class IconLabel(QLabel):
    """An icon that only decorates, in the colour of a palette token."""

    def __init__(self, theme: Theme, icon: str, token: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icon_name, self._token, self._size = theme, icon, token, size
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def set_icon(self, icon: str, token: str) -> None:
        self._icon_name, self._token = icon, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = getattr(self._theme.palette, self._token)
        painter = QPainter(self)
        # Drawn as shapes: sharp at every scale, also where the painter itself is scaled.
        icons.paint(painter, self._icon_name, colour, self.rect().toRectF())
        painter.end()


def indent_number(editor: QAbstractSpinBox) -> None:
    """Give a spin box the inset of a line edit; Qt takes no padding for it from a stylesheet."""
    edit = editor.findChild(QLineEdit)
    if edit is not None:
        edit.setTextMargins(SPACE_S, 0, 0, 0)


class ClearButton(QObject):
    """A button in a line edit that empties it, with an icon of the set; it lives as long as the line edit."""

    def __init__(self, theme: Theme, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._theme = theme
        edit.setClearButtonEnabled(True)
        found = edit.findChild(QAction, "_q_qlineeditclearaction")  # Qt has no other way to its icon
        self._action = found if isinstance(found, QAction) else None
        self._tint()
        theme.changed.connect(self._tint)

    @Slot()
    def _tint(self) -> None:
        if self._action is not None:
            self._action.setIcon(icons.icon("close", self._theme.palette.muted))


def separator() -> QFrame:
    """A horizontal hairline."""
    line = QFrame()
    line.setProperty("separator", True)
    return line


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where it does not fit; the whole text as tooltip then."""

    def __init__(
        self,
        text: str = "",
        role: Role = "plain",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._full = ""
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        font = fonts.sized(self.font(), _SIZES.get(role, FONT_BASE))
        self.setFont(fonts.strong(font) if role in ("title", "section", "strong") else font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def full_text(self) -> str:
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        one_line = " ".join(self._full.split())
        shown = self.fontMetrics().elidedText(one_line, self._mode, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._full if shown != one_line else "")


class Chip(QWidget):
    """A short word in a rounded box: a label, a badge. `tone`: neutral, accent, good, careful, bad.

    Colours only repeat what the text says.
    """

    def __init__(self, theme: Theme, text: str, tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text, self._tone = theme, text, tone
        self.setFont(fonts.sized(self.font(), FONT_SMALL))
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def text(self) -> str:
        return self._text

    def colours(self) -> tuple[str, str]:
        """Background and text."""
        return chip_colours(self._theme, self._tone)

    def set_text(self, text: str, tone: str | None = None) -> None:
        self._text = text
        self._tone = tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2 * SPACE_S, metrics.height() + 2 * SPACE_XS - 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 4 * SPACE_S), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        back, fore = self.colours()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(back))
        painter.drawRoundedRect(self.rect(), RADIUS_M, RADIUS_M)
        painter.setPen(QColor(fore))
        room = self.rect().adjusted(SPACE_S, 0, -SPACE_S, 0)
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()


def chip_colours(theme: Theme, tone: str) -> tuple[str, str]:
    """Background and text of a chip of that tone."""
    p = theme.palette
    return {
        "neutral": (p.track, p.text),
        "accent": (p.accent_soft, p.accent),
        "good": (p.good_soft, p.good),
        "careful": (p.careful_soft, p.careful),
        "bad": (p.bad_soft, p.bad),
    }[tone]


class StateDot(QWidget):
    """A dot for empty, ready, running, attention: shape differs as well as colour."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state: State = "empty"
        self.setFixedSize(10, 10)
        theme.changed.connect(self.update)

    @property
    def state(self) -> State:
        return self._state

    def set_state(self, state: State, reason: str) -> None:
        """`reason` is what hovering and assistive tools say."""
        self._state = state
        self.setToolTip(reason)
        self.setAccessibleName(reason)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_dot(painter, self._theme, self._state, float(self.width()) / 2)
        painter.end()


def paint_dot(painter: QPainter, theme: Theme, state: State, half: float) -> None:
    """The dot, centred on (half, half): ring, disc, half disc, triangle."""
    p = theme.palette
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = half - 1.5
    box = QRectF(half - radius, half - radius, 2 * radius, 2 * radius)
    token = {"empty": p.muted, "ready": p.good, "running": p.accent, "attention": p.careful}
    colour = QColor(token[state])
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state == "attention":
        painter.setBrush(colour)
        low = 2 * half - 2
        corners = [QPointF(half, 1.5), QPointF(2 * half - 1.5, low), QPointF(1.5, low)]
        painter.drawPolygon(QPolygonF(corners))
        return
    if state == "ready":
        painter.setBrush(colour)
    painter.drawEllipse(box)
    if state == "running":
        painter.setBrush(colour)
        painter.drawPie(box, 90 * 16, -180 * 16)
