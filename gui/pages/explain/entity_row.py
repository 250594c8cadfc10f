"""The entities that were found in the text, as buttons: one of them is explained."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from engine.api.results import FoundEntity
from gui.pages.explain.entity_changes import EntityChange, change_words
from gui.pages.explain.sentences import probability_text
from gui.theme import SPACE_S, Theme
from gui.widgets.basic import Button, label
from gui.widgets.flow import FlowLayout, clear

_MOST = 40  # buttons; a text with more is read by clicking in it
_MOST_CHANGES = 6  # that are said; a text has more only where much of it was edited
_LONGEST = 30  # characters of an entity on its button


class EntityRow(QWidget):
    """Signals: chosen(int): by the user, the index of an entity."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._entities: tuple[FoundEntity, ...] = ()
        self._group = QButtonGroup(self)
        self._box = QWidget()
        self._flow = FlowLayout(self._box, SPACE_S)
        self._words = label("", "muted", wrap=True)
        self._changes: tuple[EntityChange, ...] | None = None
        self.changed = label("", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)
        column.addWidget(self._box)
        column.addWidget(self.changed)
        self._group.idClicked.connect(self.chosen)
        self.retranslate()

    def show_entities(self, text: str, entities: Sequence[FoundEntity]) -> None:
        self._text, self._entities, self._changes = text, tuple(entities), None
        for button in self._group.buttons():
            self._group.removeButton(button)
        clear(self._flow)
        for index, entity in enumerate(self._entities[:_MOST]):
            words = " ".join(text[entity.start : entity.end].split())
            shown = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
            button = Button(self._theme, f"{shown} · {entity.label}")
            button.setCheckable(True)
            button.setAccessibleName(f"{words}, {entity.label}, {probability_text(entity.probability)}")
            button.setToolTip(probability_text(entity.probability))
            self._group.addButton(button, index)
            self._flow.addWidget(button)
        self._say()

    def show_changes(self, changes: Sequence[EntityChange]) -> None:
        """What an edit did to the entities, until others are shown; empty: nothing."""
        self._changes = tuple(changes)
        self._say()

    def choose(self, span: tuple[int, int] | None) -> None:
        """Show that entity as the one explained; emits nothing. None, or other words: none."""
        for index, entity in enumerate(self._entities[:_MOST]):
            if (entity.start, entity.end) == span:
                self._group.button(index).setChecked(True)
                return
        checked = self._group.checkedButton()
        if checked is not None:
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)

    def retranslate(self) -> None:
        self._box.setAccessibleName(self.tr("Entities that were found"))
        self._say()

    def _say(self) -> None:
        self._box.setVisible(bool(self._entities))
        self._words.setVisible(bool(self._text.strip()))
        self._words.setText(
            self.tr("Choose an entity to explain, here or in the text.")
            if self._entities
            else self.tr("No entity was found; what came nearest to one is explained.")
        )
        self.changed.setVisible(self._changes is not None)
        self.changed.setText(self._changed_words(self._changes or ()))

    def _changed_words(self, changes: Sequence[EntityChange]) -> str:
        if not changes:
            return self.tr("The edit changed no entity.")
        said = "; ".join(change_words(each) for each in changes[:_MOST_CHANGES])
        words = self.tr("Since the edit: {changes}").format(changes=said)
        more = len(changes) - _MOST_CHANGES
        return (
            words if more <= 0 else self.tr("{changes}; and {count} more").format(changes=words, count=more)
        )
