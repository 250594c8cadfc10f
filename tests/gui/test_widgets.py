"""The kit's pieces answer mouse and keyboard, and have names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemDelegate, QApplication, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from gui.delegates.chip_delegate import TONE_ROLE, ChipDelegate
from gui.delegates.probability_delegate import VALUE_ROLE, ProbabilityDelegate
from gui.delegates.text_delegate import TextDelegate, _first_line
from gui.delegates.words_delegate import SCORES_ROLE, WordsDelegate
from gui.theme import LIGHT, Theme
from gui.widgets import basic, blocks, card, figures
from gui.widgets.flow import FlowLayout, clear
from gui.wordpaint import ScoredText

# The offscreen platform has no window manager to tell.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme("light")
    theme.apply(qapp)
    return theme


def ready(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    with qtbot.waitExposed(widget):
        widget.show()


def test_cards_are_chosen_by_mouse_and_arrows(qtbot: QtBot, theme: Theme) -> None:
    group = card.CardGroup()
    for key in ("a", "b", "c"):
        group.add(card.Card(theme, key, key.upper(), "A sentence.", [("fast", "good")]))
    ready(qtbot, group)
    with qtbot.waitSignal(group.chosen) as said:
        QTest.mouseClick(group.cards()[0], Qt.MouseButton.LeftButton)
    assert said.args == ["a"]
    assert group.selected() == "a"
    group.cards()[0].setFocus()
    with qtbot.waitSignal(group.chosen) as said:
        QTest.keyClick(group.cards()[0], Qt.Key.Key_Down)
    assert said.args == ["b"]
    assert group.selected() == "b"
    with qtbot.waitSignal(group.chosen) as said:
        QTest.keyClick(group.cards()[2], Qt.Key.Key_Space)
    assert said.args == ["c"]
    with qtbot.assertNotEmitted(group.chosen):
        group.select("a")
    assert group.cards()[0].accessibleName() == "A"
    assert "fast" in group.cards()[0].accessibleDescription()


def test_bars_are_chosen_and_let_go(qtbot: QtBot, theme: Theme) -> None:
    bars = figures.BarList(theme, "Labels")
    bars.set_bars([figures.Bar(k, k, n, str(n)) for k, n in (("x", 3), ("y", 0), ("z", 7))])
    ready(qtbot, bars)
    with qtbot.waitSignal(bars.chosen) as said:
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(50, 45))
    assert said.args == ["y"]
    with qtbot.waitSignal(bars.chosen) as said:
        QTest.keyClick(bars, Qt.Key.Key_Return)
    assert said.args == [""]
    assert bars.selected() == ""
    QTest.keyClick(bars, Qt.Key.Key_End)
    with qtbot.waitSignal(bars.chosen) as said:
        QTest.keyClick(bars, Qt.Key.Key_Space)
    assert said.args == ["z"]
    bars.set_bars([])
    assert bars.selected() == ""
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Space)
    assert "x 3" not in bars.accessibleDescription()
    bars.grab()


def test_figure_says_everything(qtbot: QtBot, theme: Theme) -> None:
    figure = figures.BigFigure(theme, "Macro-F1")
    ready(qtbot, figure)
    figure.set_value("0.87", 0.87, 0.83, 0.9, "0.83 to 0.90")
    figure.set_difference("+0.1", "good")
    assert figure.accessibleName() == "Macro-F1, 0.87, 0.83 to 0.90, +0.1"
    figure.set_value("–")
    figure.grab()


def test_probability_bars(qtbot: QtBot, theme: Theme) -> None:
    bars = figures.ProbabilityBars(theme, "Probabilities")
    ready(qtbot, bars)
    bars.set_rows([figures.Probability("a", 0.8, "80 %", 0.4), figures.Probability("b", 0.2, "20 %")])
    assert bars.accessibleDescription() == "a 80 %, b 20 %"
    bars.grab()
    bars.set_rows([])
    bars.grab()


def test_empty_state_and_banner(qtbot: QtBot, theme: Theme) -> None:
    empty = blocks.EmptyState(theme, "file", "Nothing yet.", "Open")
    ready(qtbot, empty)
    with qtbot.waitSignal(empty.activated):
        QTest.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    banner = blocks.Banner(theme, "bad", "Full.", "Again", "Close")
    ready(qtbot, banner)
    with qtbot.waitSignal(banner.activated):
        banner.button.click()
    with qtbot.waitSignal(banner.closed):
        banner.close_button.click()
    assert not banner.isVisible()
    banner.set_message("info", "Done.")
    assert banner.accessibleName() == "Done."


def test_disclosure_folds(qtbot: QtBot, theme: Theme) -> None:
    fold = blocks.Disclosure(theme, "More")
    inside = QLineEdit()
    fold.add(inside)
    ready(qtbot, fold)
    assert not inside.isVisible()
    with qtbot.waitSignal(fold.toggled):
        fold.set_opened(True)
    assert inside.isVisible()
    assert fold.opened


def test_form_row_names_its_editor(qtbot: QtBot, theme: Theme) -> None:
    edit = QLineEdit()
    row = blocks.FormRow("Epochs", edit, "3 is usual")
    ready(qtbot, row)
    assert edit.accessibleName() == "Epochs"
    row.set_note("too many", "bad")
    assert edit.property("invalid") is True
    assert edit.accessibleDescription() == row.note() == "too many"


def test_header_and_small_parts(qtbot: QtBot, theme: Theme) -> None:
    header = blocks.PageHeader(theme, "Train", "Idle")
    button = header.add_action("Start", primary=True, icon="play")
    ready(qtbot, header)
    assert button.property("kind") == "primary"
    header.set_sentence("Running")
    assert header.accessibleDescription() == "Running"
    dot = basic.StateDot(theme)
    dot.set_state("attention", "why")
    assert dot.toolTip() == dot.accessibleName() == "why"
    qtbot.addWidget(dot)
    dot.grab()
    long = basic.ElidedLabel("word " * 100)
    ready(qtbot, long)
    assert long.text().endswith("…")
    assert long.toolTip() == long.full_text()
    chip = basic.Chip(theme, "label", "good")
    qtbot.addWidget(chip)
    chip.grab()
    theme.mode = "dark"
    header.grab()


def test_labels_read_no_markup(qtbot: QtBot, theme: Theme) -> None:
    shown = basic.label("<b>bold</b>")
    qtbot.addWidget(shown)
    assert shown.textFormat() == Qt.TextFormat.PlainText


def test_flow_layout_breaks_rows(qtbot: QtBot, theme: Theme) -> None:
    box = QWidget()
    flow = FlowLayout(box)
    for _ in range(10):
        flow.addWidget(basic.Chip(theme, "a label"))
    ready(qtbot, box)
    assert flow.heightForWidth(100) > flow.heightForWidth(2000) > 0
    clear(flow)
    assert flow.count() == 0


def test_first_line_counts_code_points(qapp: QApplication) -> None:
    text = "😀 " * 60
    assert _first_line(text, qapp.font(), 10_000) == len(text)
    assert 0 < _first_line(text, qapp.font(), 100) < 40


def test_delegates_paint(qtbot: QtBot, theme: Theme) -> None:
    model = QStandardItemModel(2, 4)
    text = "Emoji 😀 and a long text with hits " * 8
    for row in range(2):
        for column in range(4):
            model.setItem(row, column, QStandardItem(text if row == 0 else ""))
    model.item(0, 1).setData("good", TONE_ROLE)
    model.item(0, 2).setData(0.5, VALUE_ROLE)
    model.item(0, 3).setData(ScoredText(text, ((0, 5, 1.0), (6, 7, -0.5)), 1.0), SCORES_ROLE)
    table = QTableView()
    model.setParent(table)
    table.setModel(model)
    words = TextDelegate(theme, table)
    words.set_query('hits 😀 (*"')
    painters: list[QAbstractItemDelegate] = [
        words,
        ChipDelegate(theme, table),
        ProbabilityDelegate(theme, table),
        WordsDelegate(theme, table),
    ]
    for column, delegate in enumerate(painters):
        table.setItemDelegateForColumn(column, delegate)
    ready(qtbot, table)
    table.selectRow(0)
    table.resize(900, 300)
    table.horizontalHeader().setDefaultSectionSize(220)
    image = table.grab().toImage()
    colours = {
        image.pixelColor(x, y).name().upper()
        for x in range(0, image.width())
        for y in range(0, image.height())
    }
    assert LIGHT.word_for in colours
    assert LIGHT.accent in colours
