"""Below a text without spaces: characters or whole words, kept in the project, and explained again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.messages import Explain
from engine.api.words import CHARACTER, WORD
from gui.context import Context
from gui.pages.explain.word_units import WordUnits
from gui.pages.explain_page import ExplainPage
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("text", "shown"),
    [("早餐太差了", True), ("โรงแรม", True), ("the card", False), ("a 早 b", False), ("", False)],
)
def test_there_only_where_words_can_be_found(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], text: str, shown: bool
) -> None:
    box = WordUnits(surroundings[0])
    qtbot.addWidget(box)
    box.show_text(text)
    assert box.isHidden() is not shown


def test_the_choice_is_kept_and_asks_again(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.show_subject("我要退款")
    box = page.findChild(WordUnits)
    assert box is not None
    before = queue.count(Explain)
    box.show_text("我要退款")
    for unit in (WORD, CHARACTER):
        with qtbot.waitSignal(box.chosen):
            qtbot.keyClick(box, Qt.Key.Key_Space)
        assert project.word_unit == unit
        before += 1
        assert queue.count(Explain) == before
