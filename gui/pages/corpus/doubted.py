"""A doubted label beside what the text is called now: of a whole text its label, of tagged words their type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.api.explaining.influence import LabelDoubt
from engine.api.results import Entity
from engine.api.retagging import retagged, type_at
from engine.api.store.documents import Document


@dataclass(frozen=True)
class Doubted:
    """A doubt, and the label, or the type of its words, as it is now; None: it is not known yet."""

    doubt: LabelDoubt
    now: str | None

    @property
    def corrected(self) -> bool:
        return self.now is not None and self.now != self.doubt.label

    @property
    def key(self) -> tuple[int, str]:
        """By what it is remembered that the label is right."""
        span = self.doubt.span
        return self.doubt.document, self.doubt.label if span is None else f"{span}: {self.doubt.label}"

    @property
    def words(self) -> str:
        """The tagged words; '' where the doubt is about the whole text."""
        span = self.doubt.span
        return "" if span is None else " ".join(self.doubt.text[slice(*span)].split())


def doubted(doubt: LabelDoubt, document: Document) -> Doubted:
    """A doubt beside its text as the project has it."""
    if doubt.span is None:
        return Doubted(doubt, document.label)
    return Doubted(doubt, type_at(document.entities or (), *doubt.span))


def with_type(doubt: LabelDoubt, document: Document, name: str) -> Sequence[Entity]:
    """The text's entities with the doubted words as one of that type, "O" as none."""
    assert doubt.span is not None
    return retagged(document.text, document.entities or (), *doubt.span, name)
