"""A text whose entities stand on the tint of their type, and the legend that says which is which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QColor, QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from engine.api.results import Entity
from gui.theme import Palette, Theme, mix
from gui.widgets.basic import Chip
from gui.widgets.flow import FlowLayout, clear
from gui.wordpaint import Positions

_TOKENS = ("word_against", "word_for", "good", "bad", "accent", "careful", "muted")


def entity_tints(palette: Palette, types: Sequence[str]) -> dict[str, str]:
    """A background (#RRGGBB) for each type, in the order given; `text` is readable on all of them.

    From the eighth type on the colours come again, paler, from the fifteenth on the same: legend and tooltip
    name the type.
    """
    full = {"word_for": 0.75, "word_against": 0.75}
    tints = [
        mix(palette.surface, getattr(palette, name), full.get(name, 0.26) * strength)
        for strength in (1.0, 0.5)
        for name in _TOKENS
    ]
    return {name: tints[at % len(tints)] for at, name in enumerate(types)}


class EntityText(QPlainTextEdit):
    """Read-only text with tinted entities; hovering one names its type."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._entities: tuple[Entity, ...] = ()
        self._types: tuple[str, ...] = ()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        theme.changed.connect(self._tint)

    def show_text(self, text: str, entities: Sequence[Entity] = (), types: Sequence[str] = ()) -> None:
        """``types`` are all of the project, in the order of their colours."""
        if text != self._text or not self.toPlainText():
            self.setPlainText(text)
        self._text, self._entities, self._types = text, tuple(entities), tuple(types)
        said = [f"{text[each.start : each.end]}: {each.label}" for each in self._entities]
        self.setAccessibleDescription(", ".join(said))
        self._tint()

    @Slot()
    def _tint(self) -> None:
        tints = entity_tints(self._theme.palette, self._types)
        positions = Positions(self._text)
        selections = []
        for entity in self._entities:
            part = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(positions.to_qt(entity.start))
            cursor.setPosition(positions.to_qt(entity.end), QTextCursor.MoveMode.KeepAnchor)
            look = QTextCharFormat()
            look.setBackground(QColor(tints.get(entity.label, self._theme.palette.track)))
            look.setForeground(QColor(self._theme.palette.text))
            part.cursor, part.format = cursor, look
            selections.append(part)
        self.setExtraSelections(selections + self.more_selections())

    def more_selections(self) -> list[QTextEdit.ExtraSelection]:
        """What is marked besides the entities."""
        return []

    def source(self) -> str:
        """The text as it was given; Qt keeps it with line ends of its own."""
        return self._text

    def entities(self) -> tuple[Entity, ...]:
        return self._entities

    def type_at(self, position: int) -> str:
        """The type of the entity at a Qt position of the text; '' for none."""
        places = Positions(self._text)
        for entity in self._entities:
            if places.to_qt(entity.start) <= position < places.to_qt(entity.end):
                return entity.label
        return ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.viewport().mapFromGlobal(event.globalPos())
            QToolTip.showText(event.globalPos(), self.type_at(self.cursorForPosition(at).position()), self)
            return True
        return super().event(event)


class TintChip(Chip):
    """A chip on a background of its own."""

    def __init__(self, theme: Theme, text: str, tint: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, parent=parent)
        self._tint = tint

    def colours(self) -> tuple[str, str]:
        return self._tint, self._theme.palette.text


class EntityLegend(QWidget):
    """The types of a text, each on its tint with how often it is there."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._flow = FlowLayout(self)
        self._shown: tuple[tuple[Entity, ...], tuple[str, ...]] = ((), ())
        theme.changed.connect(self._build)

    def show_entities(self, entities: Sequence[Entity], types: Sequence[str]) -> None:
        self._shown = (tuple(entities), tuple(types))
        self._build()

    def words(self) -> list[str]:
        """What stands in the legend, in order."""
        counts = Counter(entity.label for entity in self._shown[0])
        return [f"{name} · {counts[name]}" for name in sorted(counts, key=lambda name: (-counts[name], name))]

    @Slot()
    def _build(self) -> None:
        clear(self._flow)
        tints = entity_tints(self._theme.palette, self._shown[1])
        for words in self.words():
            name = words.rpartition(" · ")[0]
            self._flow.addWidget(TintChip(self._theme, words, tints.get(name, self._theme.palette.track)))
        self.updateGeometry()
        self.setVisible(bool(self._shown[0]))
