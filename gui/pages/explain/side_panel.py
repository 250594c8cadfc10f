"""What stands beside the text in Explain: a tab each, told of the explanation in view."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.api.results import Explanation
from engine.api.store.runs import Run


@dataclass(frozen=True)
class Subject:
    """An explanation in view: ``id`` is the store's."""

    run: Run
    id: int
    explanation: Explanation


class SidePanel(QWidget):
    """The base of the tabs; each asks the engine itself, and only while it is the one in front.

    Signals:
        word_chosen(int): a word is to be shown in the text, by its index in the explanation.
        text_offered(str): another text is to be looked at, as if it had been typed.
        document_requested(int): a document is to be looked at.
        page_requested(str): another page is to be shown, by its id.
        front_requested: the tab is to be shown.
    """

    word_chosen = Signal(int)
    text_offered = Signal(str)
    document_requested = Signal(int)
    page_requested = Signal(str)
    front_requested = Signal()

    def title(self) -> str:
        """The words on the tab."""
        raise NotImplementedError

    def set_subject(self, subject: Subject | None) -> None:
        """Another explanation is in view, or none."""
        raise NotImplementedError

    def set_front(self, front: bool) -> None:
        """Whether the tab is the one that is seen."""

    def word_menu(self, index: int) -> list[tuple[str, object]]:
        """What may be done with a word of the text: (words, callable without arguments)."""
        return []

    def retranslate(self, language: str) -> None:
        raise NotImplementedError
