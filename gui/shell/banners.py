"""What the window says above the page: errors, offers; the newest on top, three at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme import SPACE_S, Theme
from gui.widgets.blocks import Banner, Tone

_MOST = 3


@dataclass(frozen=True)
class Words:
    """What a banner says, in the language in use: its text and the name of its action, '' for none."""

    text: str
    action: str = ""


class Offer(Banner):
    """A banner with what its button does; it goes when either button was pressed."""

    def __init__(self, theme: Theme, tone: Tone, words: Callable[[], Words], close: str, key: str) -> None:
        super().__init__(theme, tone, "", close=close)
        self.key = key
        self._tone, self._words = tone, words
        self.retranslate(close)

    def retranslate(self, close: str) -> None:
        """Say it again in the language in use; ``close`` names the closing button."""
        words = self._words()
        self.set_message(self._tone, words.text, words.action)
        self.close_button.set_icon("close", close)


class BannerStack(QWidget):
    """Takes no room while it is empty."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offers: list[Offer] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, 0)
        self._column.setSpacing(SPACE_S)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What stands there, the newest first."""
        return [each.accessibleName() for each in self._offers]

    def show_offer(
        self,
        tone: Tone,
        words: Callable[[], Words],
        handler: Callable[[], None] | None = None,
        dismissed: Callable[[], None] | None = None,
        key: str = "",
    ) -> None:
        """Show a banner; one with the same ``key`` gives way.

        ``words`` is asked now and after every change of the language; ``dismissed`` is called on the close button.
        """
        for each in [each for each in self._offers if key and each.key == key]:
            self._remove(each)
        offer = Offer(self._theme, tone, words, self.tr("Dismiss"), key)
        if handler is not None:
            offer.activated.connect(handler)
        if dismissed is not None:
            offer.closed.connect(dismissed)
        offer.activated.connect(self._done)
        offer.closed.connect(self._done)
        self._offers.insert(0, offer)
        self._column.insertWidget(0, offer)
        for each in self._offers[_MOST:]:
            self._remove(each)
        self.show()

    def take_away(self, key: str) -> None:
        """Remove what was shown under a key, if it still stands."""
        for each in [each for each in self._offers if each.key == key]:
            self._remove(each)

    def clear(self) -> None:
        for each in list(self._offers):
            self._remove(each)

    def _remove(self, offer: Offer) -> None:
        self._offers.remove(offer)
        offer.hide()
        offer.deleteLater()
        self.setVisible(bool(self._offers))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            for each in self._offers:
                each.retranslate(self.tr("Dismiss"))
        super().changeEvent(event)

    @Slot()
    def _done(self) -> None:
        offer = self.sender()
        if isinstance(offer, Offer) and offer in self._offers:
            self._remove(offer)
