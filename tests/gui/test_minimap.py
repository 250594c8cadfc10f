"""The strip beside a long text: there only when it is needed, its marks where the words are, the mouse scrolls."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from gui.widgets.highlighted_text import HighlightedText
from gui.widgets.minimap import Minimap
from gui.widgets.word_tint import TintStyle

LINES = 120
LONG = "\n".join(f"line {n} of a long text" for n in range(LINES))


@pytest.fixture
def view(qtbot: QtBot) -> HighlightedText:
    view = HighlightedText(Theme("light"))
    qtbot.addWidget(view)
    view.resize(420, 300)
    view.show()
    return view


@pytest.fixture
def minimap(view: HighlightedText) -> Minimap:
    return Minimap(view._theme, view)


def _word(line: int) -> tuple[int, int]:
    start = LONG.index(f"line {line} of")
    return start, start + 4


def test_it_is_there_only_for_a_text_that_is_longer_than_the_view(
    view: HighlightedText, minimap: Minimap
) -> None:
    view.set_text("short")
    assert not minimap.isVisible()
    view.set_text(LONG)
    assert minimap.isVisible()
    assert minimap.geometry().right() <= view.verticalScrollBar().geometry().left() or (
        minimap.geometry().right() < view.width()
    )
    view.resize(420, 20_000)
    assert not minimap.isVisible()


def test_marks_stand_where_the_words_do_and_weak_ones_are_left_out(
    view: HighlightedText, minimap: Minimap
) -> None:
    view.set_text(LONG)
    spans = [(*_word(0), 1.0), (*_word(60), -0.5), (*_word(90), 0.05)]
    view.set_scores(spans, 1.0)
    assert [strength for _, strength in minimap.marks()] == [1.0, -0.5]
    first, second = (place for place, _ in minimap.marks())
    assert first < 0.02
    assert second == pytest.approx(60.5 / LINES, abs=0.02)
    view.set_tint_style(TintStyle(hide_below=0.8))
    assert [strength for _, strength in minimap.marks()] == [1.0]
    view.set_text(LONG + "!")
    assert minimap.marks() == []


def test_a_click_and_a_drag_scroll_and_the_box_follows(
    qtbot: QtBot, view: HighlightedText, minimap: Minimap
) -> None:
    view.set_text(LONG)
    bar = view.verticalScrollBar()
    assert minimap.window_box().top() == pytest.approx(0, abs=1)
    middle = QPoint(5, minimap.height() // 2)
    qtbot.mousePress(minimap, Qt.MouseButton.LeftButton, pos=middle)
    assert bar.value() == pytest.approx(bar.maximum() / 2, rel=0.05)
    assert minimap.window_box().center().y() == pytest.approx(middle.y(), abs=4)
    qtbot.mouseRelease(minimap, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mousePress(minimap, Qt.MouseButton.LeftButton, pos=QPoint(5, minimap.height() - 1))
    assert bar.value() == bar.maximum()
    assert minimap.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert minimap.accessibleName()
    minimap.grab()
