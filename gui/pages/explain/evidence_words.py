"""Tagged words of a training text: the piece of it in which they stand, and its entities to correct."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.explaining.influence import EvidenceWord, Influence
from engine.api.store.documents import Document
from gui.delegates.text_delegate import Tint, on_one_line
from gui.pages.data.entity_editor import EntityEditor, WordsText
from gui.theme import SPACE_S, Palette, Theme
from gui.wordpaint import word_colour

_BEFORE = 24  # code points that are shown before the first word where the text's beginning is left out
_LONGEST = 240  # code points of a piece: two lines never show more
_EDITOR_HEIGHT = 120
_OUTSIDE = "O"

Span = tuple[int, int]


def piece_of(row: Influence, palette: Palette, *, pushing: bool) -> tuple[str, list[Tint]]:
    """A piece of the text that begins near its first word, on one line, and its words on their tints."""
    scale = max((abs(word.push) for word in row.words), default=0.0)
    tints: list[Tint] = [
        (
            word.start,
            word.end,
            word_colour(palette, word.push, scale) if pushing else palette.accent_soft,
        )
        for word in row.words
    ]
    line = " ".join(row.text.split())
    tints = on_one_line(row.text, tints)
    first = min((start for start, _, _ in tints), default=0)
    start = line.rfind(" ", 0, first - _BEFORE) + 1 if first > 2 * _BEFORE else 0
    lead = "… " if start else ""
    shift = len(lead) - start
    return lead + line[start : start + _LONGEST], [(a + shift, b + shift, tint) for a, b, tint in tints]


def words_now(row: Influence, document: Document) -> Influence:
    """The row with the types that its words have now."""
    entities = document.entities or ()

    def type_of(word: EvidenceWord) -> str:
        return next((e.label for e in entities if e.start < word.end and word.start < e.end), _OUTSIDE)

    words = tuple(msgspec.structs.replace(word, label=type_of(word)) for word in row.words)
    return msgspec.structs.replace(row, label=words[0].label if words else _OUTSIDE, words=words)


class EntityCorrection(QWidget):
    """The entities of an opened training text, to be changed as on the Data page.

    Signals: ``entity_set(document, start, end, type)``, '' removes; ``tagged_set(document, tagged)``.
    """

    entity_set = Signal(int, int, int, str)
    tagged_set = Signal(int, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self.text = WordsText(theme)
        self.text.setFixedHeight(_EDITOR_HEIGHT)
        self.text.set_editing(True)
        self.editor = EntityEditor(theme, self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.text)
        column.addWidget(self.editor)
        self.editor.entity_set.connect(self._set_entity)
        self.editor.tagged.connect(self._set_tagged)

    def show_document(self, document: Document, types: Sequence[str], words: Sequence[Span]) -> None:
        """``types`` are those to choose from, besides the text's own; ``words`` those that can be tagged."""
        known = sorted({*types, *(entity.label for entity in document.entities or ())})
        self._document = document
        self.text.show_text(document.text, document.entities or (), known)
        self.editor.show_document(document, known, words)

    def retranslate(self) -> None:
        self.text.setAccessibleName(self.tr("The training text with its entities"))
        self.editor.retranslate()

    @Slot(int, int, str)
    def _set_entity(self, start: int, end: int, type: str) -> None:
        if self._document is not None:
            self.entity_set.emit(self._document.id, start, end, type)

    @Slot(bool)
    def _set_tagged(self, tagged: bool) -> None:
        if self._document is not None:
            self.tagged_set.emit(self._document.id, tagged)
