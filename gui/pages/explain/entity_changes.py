"""What an edit of the text did to its entities: which came, which went, which are surer or less sure now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from engine.api.results import FoundEntity
from gui.pages.explain.sentences import probability_text
from gui.wordpaint import as_shown, shifted


@dataclass(frozen=True)
class EntityChange:
    """The words of an entity, and what it was and is; ``before`` None: it came, ``after`` None: it went."""

    words: str
    before: FoundEntity | None
    after: FoundEntity | None


def entity_changes(
    old_text: str, old: Sequence[FoundEntity], new_text: str, new: Sequence[FoundEntity]
) -> list[EntityChange]:
    """In the order of the new text, those that went at the end; one whose words were edited went and came.

    Between two edits the same words are the same entity.
    Of those that stayed only what can be seen: another type, or another figure of how sure it is.
    """
    moved = shifted(_spans(old_text, old), as_shown(old_text), as_shown(new_text))
    left = list(zip(moved, old, strict=True))  # those that are not found again
    changes = []
    for span, entity in zip(_spans(new_text, new), new, strict=True):
        words = _words(new_text, entity)
        alike = (pair for pair in left if pair[0] is None and _words(old_text, pair[1]) == words)
        found = next((pair for pair in left if pair[0] == span), None) or next(alike, None)
        if found is not None:
            left.remove(found)
        before = found[1] if found is not None else None
        if before is None or _told(before) != _told(entity):
            changes.append(EntityChange(words, before, entity))
    return changes + [EntityChange(_words(old_text, each), each, None) for _, each in left]


def change_words(change: EntityChange) -> str:
    """A change in a few words."""
    translate = QCoreApplication.translate
    before, after = change.before, change.after
    if after is None:
        assert before is not None
        return translate("EntityChanges", "gone: “{words}” ({label})").format(
            words=change.words, label=before.label
        )
    if before is None:
        return translate("EntityChanges", "new: “{words}” ({label}, {probability})").format(
            words=change.words, label=after.label, probability=probability_text(after.probability)
        )
    if before.label != after.label:
        return translate("EntityChanges", "“{words}”: {old} → {new}").format(
            words=change.words, old=before.label, new=after.label
        )
    return translate("EntityChanges", "“{words}”: {old} → {new}").format(
        words=change.words,
        old=probability_text(before.probability),
        new=probability_text(after.probability),
    )


def _spans(text: str, entities: Sequence[FoundEntity]) -> list[tuple[int, int]]:
    """As characters of the text as it is shown, whose line ends are one character each."""
    return [(len(as_shown(text[: each.start])), len(as_shown(text[: each.end]))) for each in entities]


def _told(entity: FoundEntity) -> tuple[str, str]:
    return entity.label, probability_text(entity.probability)


def _words(text: str, entity: FoundEntity) -> str:
    return " ".join(text[entity.start : entity.end].split())
