"""What the window says above the page: errors, offers; the newest on top, three at most."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme import SPACE_S, Theme
from gui.widgets.blocks import Banner, Tone

_MOST = 3


class Offer(Banner):
    """A banner with what its button does; it goes when either button was pressed.

    Signals:
        taken: the action's button was pressed.
    """

    taken = Signal()

    def __init__(self, theme: Theme, tone: Tone, text: str, action: str, close: str, key: str) -> None:
        super().__init__(theme, tone, text, action, close)
        self.key = key
        self.setAccessibleName(text)


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
        text: str,
        action: str = "",
        handler: Callable[[], None] | None = None,
        dismissed: Callable[[], None] | None = None,
        key: str = "",
    ) -> None:
        """Show a banner; one with the same ``key`` gives way. ``dismissed`` is called on its close button."""
        for each in [each for each in self._offers if key and each.key == key]:
            self._remove(each)
        offer = Offer(self._theme, tone, text, action, self.tr("Dismiss"), key)
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

    @Slot()
    def _done(self) -> None:
        offer = self.sender()
        if isinstance(offer, Offer) and offer in self._offers:
            self._remove(offer)
