"""The one message above Train's work: what failed, what came out, or the offer to ask which method fits."""

from __future__ import annotations

from PySide6.QtCore import Slot

from engine.api.errors import ErrorReport
from gui.errors import describe
from gui.theme import Theme
from gui.widgets.blocks import Banner


class PageBanner(Banner):
    """A failure hides the rest until it is closed. ``activated``: the user takes the offer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "bad", "", close=" ")
        self._failure: ErrorReport | None = None
        self._offered = self._refused = False
        self.closed.connect(self._was_closed)
        self.hide()

    def fail(self, error: ErrorReport, language: str) -> None:
        """Tell why a training ended."""
        self._failure, self._offered = error, False
        self.say(language)

    def tell(self, text: str) -> None:
        self._offered = False
        self.set_message("info", text)
        self.show()

    def offer(self, wanted: bool, language: str) -> None:
        """Offer the probe, unless something failed or the offer was closed; False takes it back."""
        wanted = wanted and not self._refused and self._failure is None
        if self._offered and not wanted and self._failure is None:
            self.hide()
        self._offered = wanted
        self.say(language)

    def forget(self) -> None:
        """Nothing failed, as far as the user cares."""
        self._failure = None
        if not self._offered:
            self.hide()

    def start_over(self) -> None:
        """For another project."""
        self._failure, self._offered, self._refused = None, False, False
        self.hide()

    def say(self, language: str) -> None:
        """Say it in the language in use."""
        self.close_button.set_icon("close", self.tr("Close the message"))
        if self._failure is not None:
            self.set_message("bad", describe(self._failure, language).text)
        elif self._offered:
            self.set_message(
                "info",
                self.tr(
                    "Not sure which method to take? A probe of a minute tries them on a sample of your texts."
                ),
                self.tr("Which method?"),
            )
        else:
            return
        self.show()

    @Slot()
    def _was_closed(self) -> None:
        self._refused = self._refused or self._offered
        self._failure, self._offered = None, False
