"""What may be done with a word of the text: the menu by mouse and by key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.pages.data_page import DataPage
from gui.pages.explain.evidence_panel import EvidencePanel
from gui.widgets.highlighted_text import HighlightedText
from tests.gui.figures_context import figures_context
from tests.gui.tabs_context import Surroundings, shown, subject


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with figures_context(tmp_path) as found:
        yield found


def _reading(qtbot: QtBot, surroundings: Surroundings) -> HighlightedText:
    reading = HighlightedText(surroundings[0].theme)
    qtbot.addWidget(reading)
    reading.resize(500, 300)
    reading.show()
    reading.set_text("it was refused twice, again")
    reading.set_scores([(0, 2, 0.1), (3, 6, 0.2), (7, 14, 0.9), (15, 20, 0.3), (22, 27, -0.1)], 1.0)
    return reading


def _menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_word_has_a_menu_by_mouse(qtbot: QtBot, surroundings: Surroundings) -> None:
    reading = _reading(qtbot, surroundings)
    asked: list[int] = []
    reading.set_word_menu(lambda index: [("Strike", lambda: asked.append(index))])
    cursor = reading.textCursor()
    cursor.setPosition(9)
    place = reading.cursorRect(cursor).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse,
        place,
        reading.viewport().mapToGlobal(place),
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(reading.viewport(), event)
    menu = _menu()
    assert [action.text() for action in menu.actions()[:3]] == ["Take it out", "Swap it for…", "Strike"]
    assert reading.focused_word == 2
    menu.actions()[2].trigger()
    assert asked == [2]
    with qtbot.waitSignal(reading.edited) as edited:
        menu.actions()[0].trigger()
    menu.close()
    assert edited.args == ["it was twice, again"]
    reading.undo()
    assert reading.text() == "it was refused twice, again"


@pytest.mark.parametrize("key", [Qt.Key.Key_Menu, Qt.Key.Key_F10])
def test_a_word_has_a_menu_by_key(qtbot: QtBot, surroundings: Surroundings, key: Qt.Key) -> None:
    reading = _reading(qtbot, surroundings)
    reading.set_word_menu(lambda _index: [])
    reading.setFocus()
    qtbot.keyClick(reading, Qt.Key.Key_Tab)
    qtbot.keyClick(reading, Qt.Key.Key_Tab)
    shift = Qt.KeyboardModifier.ShiftModifier if key == Qt.Key.Key_F10 else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(reading, key, shift)
    menu = _menu()
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert reading.textCursor().selectedText() == "was"
    qtbot.keyClicks(reading, "is")
    assert reading.text() == "it is refused twice, again"


def test_taking_words_out_leaves_no_spare_space(qtbot: QtBot, surroundings: Surroundings) -> None:
    reading = _reading(qtbot, surroundings)
    reading.take_out(3)
    assert reading.text() == "it was refused, again"
    reading.take_out(4)
    assert reading.text() == "it was refused,"
    reading.take_out(0)
    assert reading.text() == "was refused,"
    reading.take_out(0)  # it is gone
    assert reading.text() == "was refused,"


def test_a_word_is_found_in_all_texts(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _queue = surroundings
    panel = EvidencePanel(context)
    shown(qtbot, panel)
    assert panel.word_menu(0) == []
    panel.set_subject(subject(context))
    (entry,) = panel.word_menu(3)
    with qtbot.waitSignal(context.session.search_requested) as asked:
        entry[1]()  # type: ignore[operator]
    assert asked.args == ["refused"]
    page = DataPage(context)
    qtbot.addWidget(page)
    assert page.find_texts("refused")
    assert page.documents.search.text() == "refused"
    assert page.model.filter.search == "refused"
