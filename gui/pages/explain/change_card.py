"""One change of a text as a card: the sentence with struck and replaced words, and what the answer then is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.api.explaining.change import Change, SmallestChange
from gui import fonts
from gui.theme import FONT_LARGE, RADIUS_M, RING_WIDTH, SPACE_M, SPACE_S, Palette, Theme
from gui.widgets.basic import label, set_role
from gui.widgets.choosable import Choosable

_AROUND = 60  # characters shown on each side of a change in a long text
_SHORT = 280  # a text of so many characters is shown whole


def change_html(found: SmallestChange, change: Change, palette: Palette) -> str:
    """The text with its changed words struck out and, where there are others, those behind them."""
    pieces: list[str] = []
    at = 0
    for start, end, new in _edits(found, change):
        pieces.append(
            _plain(found.text[at:start], first=not pieces, last=False, whole=len(found.text) <= _SHORT)
        )
        pieces.append(f'<s style="color:{palette.muted}">{escape(found.text[start:end])}</s>')
        if new:
            style = f"color:{palette.text};background-color:{palette.accent_soft};text-decoration:underline"
            pieces.append(f' <span style="{style}">{escape(new)}</span>')
        at = end
    pieces.append(_plain(found.text[at:], first=not pieces, last=True, whole=len(found.text) <= _SHORT))
    return "".join(pieces).replace("\n", "<br>")


def change_text(found: SmallestChange, change: Change) -> str:
    """The changes alone, for assistive tools: ``refused → paid, card``."""
    parts = [f"{found.text[a:b]} → {new}" if new else found.text[a:b] for a, b, new in _edits(found, change)]
    return ", ".join(parts)


def _edits(found: SmallestChange, change: Change) -> list[tuple[int, int, str]]:
    new: Sequence[str] = change.replacements or [""] * len(change.words)
    return sorted((*found.words[word], other) for word, other in zip(change.words, new, strict=True))


def _plain(text: str, *, first: bool, last: bool, whole: bool) -> str:
    """What stands between two changes; of a long text only what is near them."""
    room = _AROUND if first or last else 2 * _AROUND
    if whole or len(text) <= room:
        return escape(text)
    if first:
        return "… " + escape(text[-_AROUND:])
    return escape(text[:_AROUND]) + " …" + ("" if last else " " + escape(text[-_AROUND:]))


class ChangeCard(Choosable):
    """Signals: chosen(str): the changed text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._shown: tuple[SmallestChange, Change] | None = None
        self.title = label("", "muted", wrap=True)
        self.sentence = label("", wrap=True)
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setFont(fonts.sized(self.sentence.font(), FONT_LARGE))
        self.answer = label("", "strong", wrap=True)
        self.note = label("", "caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        for part in (self.title, self.sentence, self.answer, self.note):
            column.addWidget(part)
        self.pass_clicks(self.title, self.sentence, self.answer, self.note)
        theme.changed.connect(self._paint_sentence)

    def show_change(self, found: SmallestChange, change: Change) -> None:
        self._shown, self.key = (found, change), change.text
        self._paint_sentence()

    def set_words(self, title: str, answer: str, note: str, *, careful: bool) -> None:
        self.title.setText(title)
        self.answer.setText(answer)
        self.note.setText(note)
        set_role(self.note, "careful" if careful else "caption")
        self.note.setVisible(bool(note))
        said = change_text(*self._shown) if self._shown is not None else ""
        self.setAccessibleName(f"{title}: {said}. {answer}")
        self.setAccessibleDescription(note)

    @Slot()
    def _paint_sentence(self) -> None:
        if self._shown is not None:
            self.sentence.setText(change_html(*self._shown, self._theme.palette))
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = RING_WIDTH if self.hasFocus() else 1
        painter.setBrush(QColor(p.hover if self.underMouse() else p.surface))
        painter.setPen(QPen(QColor(p.focus if self.hasFocus() else p.line_strong), width))
        box = self.rect().toRectF().adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
        painter.end()
