"""The methods as cards: name, one sentence, cost; one is marked as recommended."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import METHODS, method, methods_for
from gui.theme import SPACE_S, Theme
from gui.widgets.basic import label
from gui.widgets.card import Card, CardGroup


class MethodCards(QWidget):
    """Only the methods that can learn the project's task. Signals: chosen(str): the user chose a method."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._language = language
        self._task = "single"
        self._selected = METHODS[0].id
        self._recommended = METHODS[0].id
        self._title = label("", "section")
        self._group: CardGroup | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        self._column.addWidget(self._title)
        self.retranslate(language)

    def methods(self) -> tuple[str, ...]:
        """The ids of the methods that are shown."""
        assert self._group is not None
        return tuple(card.key for card in self._group.cards())

    def selected(self) -> str:
        return self._selected

    def card(self) -> Card | None:
        """That of the selected method."""
        assert self._group is not None
        return next((card for card in self._group.cards() if card.key == self._selected), None)

    def select(self, method: str) -> None:
        """Show that method chosen; emits nothing."""
        self._selected = method
        assert self._group is not None
        self._group.select(method)

    def set_task(self, task: str) -> None:
        if task != self._task:
            self._task = task
            self.retranslate(self._language)

    def set_recommended(self, method: str) -> None:
        if method == self._recommended:
            return
        self._recommended = method
        assert self._group is not None
        for card in self._group.cards():
            card.set_badges(self._badges(card.key))

    def retranslate(self, language: str) -> None:
        """A card's words are its maker's: the cards are made anew."""
        self._language = language
        self._title.setText(self.tr("Method"))
        group = CardGroup()
        group.setAccessibleName(self.tr("Method"))
        for each in methods_for(self._task):
            words = wording.method_words(each.id, language)
            group.add(Card(self._theme, each.id, words.name, words.sentence, self._badges(each.id)))
        group.chosen.connect(self._choose)
        if self._group is not None:
            self._column.removeWidget(self._group)
            self._group.hide()
            self._group.deleteLater()
        self._group = group
        self._column.addWidget(group)
        group.show()  # else it counts as hidden, and as of no height, until the event loop comes round
        group.select(self._selected)

    def _badges(self, id: str) -> list[tuple[str, str]]:
        costs = {1: self.tr("seconds"), 2: self.tr("minutes"), 3: self.tr("minutes to hours")}
        badges = [(self.tr("recommended"), "accent")] if id == self._recommended else []
        return [*badges, (costs[method(id).cost], "neutral")]

    def _choose(self, method: str) -> None:
        self._selected = method
        self.chosen.emit(method)
