"""What-if on tagged words: which entities came, went, or are surer now than before the edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from engine.api.messages import PredictText, TextPredicted
from engine.api.results import FoundEntity
from gui.pages.explain.entity_changes import change_words, entity_changes
from gui.pages.explain_page import ExplainPage
from tests.gui.figures_context import figures_context

OLD = "Ann met Bob\r\nin Rome 😀"


def found(text: str, **entities: tuple[str, float]) -> list[FoundEntity]:
    out = []
    for words, (label, probability) in entities.items():
        start = text.index(words)
        out.append(FoundEntity(start, start + len(words), label, probability))
    return out


def said(new: str, **entities: tuple[str, float]) -> list[str]:
    old = found(OLD, Ann=("PER", 0.9), Bob=("PER", 0.8), Rome=("LOC", 0.95))
    return [change_words(each) for each in entity_changes(OLD, old, new, found(new, **entities))]


def test_what_came_went_and_changed_is_told_and_nothing_else() -> None:
    new = "Well, Ann met Eve\nin Rome 😀"
    changes = said(new, Ann=("PER", 0.9), Eve=("ORG", 0.7), Rome=("LOC", 0.45))
    assert changes == ["new: “Eve” (ORG, 70.0 %)", "“Rome”: 95.0 % → 45.0 %", "gone: “Bob” (PER)"]
    # the same words are another type now; what is told alike is no change
    same = OLD.replace("\r\n", "\n")
    assert said(same, Ann=("PER", 0.90001), Bob=("ORG", 0.8), Rome=("LOC", 0.95)) == ["“Bob”: PER → ORG"]
    assert said(same, Ann=("PER", 0.9), Bob=("PER", 0.8), Rome=("LOC", 0.95)) == []
    assert said("") == ["gone: “Ann” (PER)", "gone: “Bob” (PER)", "gone: “Rome” (LOC)"]


def test_an_edit_says_what_it_did(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with figures_context(tmp_path) as (context, queue):
        monkeypatch.setattr(ExplainPage, "_task", lambda _page: "tagging")
        page = ExplainPage(context)
        qtbot.addWidget(page)
        page.resize(1180, 700)
        page.show()
        page.show_subject("Ann met Bob")

        def answer(**entities: tuple[str, float]) -> None:
            text = page._reading.text()
            result = TextPredicted(
                run="fine-tune-3",
                labels=("O", "PER"),
                probabilities=(0.2, 0.8),
                read_to=len(text),
                task="tagging",
                entities=tuple(found(text, **entities)),
            )
            queue.finish(queue.last(PredictText), result)

        answer(Ann=("PER", 0.9), Bob=("PER", 0.8))
        row = page._card.entities
        assert row.isVisible()
        assert not row.changed.isVisible()
        page._reading.moveCursor(QTextCursor.MoveOperation.End)
        page._reading.setFocus(Qt.FocusReason.OtherFocusReason)
        qtbot.keyClicks(page._reading, " x")
        answer(Ann=("PER", 0.9), Bob=("PER", 0.8))
        assert row.changed.isVisible()
        assert row.changed.text() == "The edit changed no entity."
        qtbot.keyClicks(page._reading, " y")
        answer(Bob=("PER", 0.5))
        assert row.changed.text() == "Since the edit: “Bob”: 80.0 % → 50.0 %; gone: “Ann” (PER)"
        page.show_subject("another text")
        assert not row.changed.isVisible()
