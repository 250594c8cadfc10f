"""Offsets stay right through emoji, line ends, Chinese and editing."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from gui.widgets.highlighted_text import HighlightedText
from gui.widgets.score_legend import ScoreLegend
from gui.wordpaint import Positions, as_shown, shifted, strongest

# The offscreen platform has no window manager to tell.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> HighlightedText:
    theme = Theme("light")
    theme.apply(qapp)
    view = HighlightedText(theme)
    qtbot.addWidget(view)
    view.resize(900, 400)
    with qtbot.waitExposed(view):
        view.show()
    view.setFocus()
    return view


def tinted(view: HighlightedText, index: int) -> str | None:
    """The characters Qt has where that span is drawn."""
    place = view.visible_span(index)
    if place is None:
        return None
    cursor = QTextCursor(view.document())
    cursor.setPosition(place[0])
    cursor.setPosition(place[1], QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText()


def word_spans(text: str, *words: str) -> list[tuple[int, int, float]]:
    return [(text.index(w), text.index(w) + len(w), 1.0 - i / 9) for i, w in enumerate(words)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain words here", ("plain", "here")),
        ("😀😀 emoji 👩‍👩‍👧 then word", ("😀😀", "emoji", "👩‍👩‍👧", "word")),
        ("第一行\r\n退款 and\rmore\u2028last 😀 end", ("第一行", "退款", "more", "last", "end")),
        ("no\u00a0break", ("break",)),
    ],
)
def test_spans_cover_their_words(view: HighlightedText, text: str, words: tuple[str, ...]) -> None:
    view.set_text(text)
    view.set_scores(word_spans(text, *words), 1.0)
    assert [tinted(view, i) for i in range(len(words))] == list(words)
    assert view.text() == text
    assert not view.faded()
    view.grab()


def test_typing_fades_and_never_shifts_wrongly(qtbot: QtBot, view: HighlightedText) -> None:
    text = "😀 good service and 退款 fast"
    view.set_text(text)
    view.set_scores(word_spans(text, "good", "service", "退款", "fast"), 1.0)
    cursor = view.textCursor()
    cursor.setPosition(view.document().toPlainText().index("service") + 1 + 3)
    view.setTextCursor(cursor)
    with qtbot.waitSignal(view.edited) as said:
        QTest.keyClicks(view, "X")
    assert said.args == ["😀 good serXvice and 退款 fast"]
    assert view.faded()
    assert [tinted(view, i) for i in range(4)] == ["good", None, "退款", "fast"]
    view.grab()
    view.undo()
    assert not view.faded()
    assert [tinted(view, i) for i in range(4)] == ["good", "service", "退款", "fast"]


def test_code_does_not_count_as_typing(qtbot: QtBot, view: HighlightedText) -> None:
    with qtbot.assertNotEmitted(view.edited):
        view.set_text("one")
        view.set_scores([(0, 3, 1.0)], 1.0)
        view.set_text("two")
    assert not view.document().isUndoAvailable()


def test_late_scores_land_where_their_words_went(view: HighlightedText) -> None:
    view.set_text("late parcel")
    view.textCursor().insertText("very ")
    view.set_scores([(5, 11, 1.0)], 1.0, for_text="late parcel")
    assert view.faded()
    assert tinted(view, 0) == "parcel"
    view.set_scores([(5, 9, 1.0)], 1.0)
    assert not view.faded()
    assert tinted(view, 0) == "late"


def test_keyboard_goes_from_word_to_word_and_out(qtbot: QtBot, view: HighlightedText) -> None:
    text = "a 😀 b c"
    view.set_text(text)
    view.set_scores(word_spans(text, "😀", "c"), 1.0)
    seen: list[int] = []
    view.word_focused.connect(seen.append)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    view.grab()
    QTest.keyClick(view, Qt.Key.Key_Backtab)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert seen == [0, 1, 0, -1]
    view.focus_word(1)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.focused_word == -1
    assert view.text() == text


def test_hovering_tells_the_word(qtbot: QtBot, view: HighlightedText) -> None:
    view.set_text("😀 parcel")
    view.set_scores([(2, 8, 0.5)], 1.0)
    view.set_tooltip(lambda index: f"word {index}")
    place = view.visible_span(0)
    assert place is not None
    cursor = QTextCursor(view.document())
    cursor.setPosition(place[0] + 2)
    point = view.cursorRect(cursor).center()
    assert view.word_at(point) == 0
    at = view.viewport().mapToGlobal(point)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, at))
    assert QToolTip.text() == "word 0"
    QToolTip.hideText()


def test_column_is_centred_and_wraps(view: HighlightedText) -> None:
    view.resize(1600, 500)
    view.set_text("word " * 400)
    margins = view.viewportMargins()
    assert margins.left() == margins.right() > 100
    assert view.document().textWidth() == view.viewport().width()


def test_unread_and_legend_paint(qtbot: QtBot, view: HighlightedText) -> None:
    view.set_text("😀 read, not read " * 50)
    before = view.grab().toImage()
    view.unread_from(7)
    assert view.grab().toImage() != before
    legend = ScoreLegend(Theme("dark"), "against", "for")
    qtbot.addWidget(legend)
    legend.grab()


def test_empty_text(view: HighlightedText) -> None:
    view.set_text("")
    view.set_scores([(0, 0, 1.0)], 0.0)
    view.unread_from(0)
    view.grab()
    assert view.text() == ""


def random_texts(alphabet: str, longest: int, count: int) -> list[str]:
    chance = random.Random(7)
    return ["".join(chance.choices(alphabet, k=chance.randint(0, longest))) for _ in range(count)]


def test_positions_count_utf16() -> None:
    for text in random_texts("a 😀退\r\n", 30, 300):
        positions = Positions(text)
        for i in range(len(text) + 1):
            if i > 0 and text[i - 1 : i + 1] == "\r\n":
                continue
            units = len(as_shown(text[:i]).encode("utf-16-le")) // 2
            assert positions.to_qt(i) == units


def test_a_kept_span_covers_the_same_characters() -> None:
    texts = random_texts("ab ", 12, 600)
    for old, new in zip(texts[::2], texts[1::2], strict=True):
        spans = [(i, j) for i in range(len(old)) for j in range(i + 1, len(old) + 1)]
        for (start, end), moved in zip(spans, shifted(spans, old, new), strict=True):
            if moved is not None:
                assert new[moved[0] : moved[1]] == old[start:end]


def test_strongest_leaves_zeros_out() -> None:
    assert strongest([(0, 1, 0.0), (1, 2, -3.0), (2, 3, 1.0)]) == {1, 2}
