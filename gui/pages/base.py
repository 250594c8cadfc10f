"""What every page promises to the window."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from gui.context import Context


class PageState(StrEnum):
    """What a page's dot in the rail says; the values are the kit's words."""

    EMPTY = "empty"
    READY = "ready"
    RUNNING = "running"
    ATTENTION = "attention"


class Page(QWidget):
    """A step of the way. Pages read ``context.session`` and act through ``context.operations``.

    Signals:
        state_changed: ``state()`` gives something else now.
    """

    page_id: str = ""
    state_changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context

    @property
    def help_topic(self) -> str:
        """The topic of the help about what is shown now."""
        return self.page_id

    def state(self) -> tuple[PageState, str]:
        """The dot and its reason in the user's language."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Set every visible text again; the language has changed."""
        raise NotImplementedError

    def primary_action(self) -> None:
        """What Ctrl+R does here; nothing where there is nothing to start."""

    def focus_search(self) -> None:
        """Put the cursor into the page's search field, where it has one (Ctrl+F)."""

    def find_texts(self, words: str) -> bool:
        """Show the texts with these words; False where the page lists none."""
        return False

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
