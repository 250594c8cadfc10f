"""Five hundred classes: the matrix, the figures of each class and the list of labels stay usable."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.results import Evaluation
from engine.api.store.documents import DocumentFilter
from engine.evaluate.evaluating import evaluation
from gui.pages.data.filter_panel import FilterPanel
from gui.pages.evaluate.classes_table import ClassesTable
from gui.pages.evaluate.confusion_view import ConfusionView
from gui.store_reader import Overview
from gui.theme import Theme

LABELS = tuple(f"class {i:03}" for i in range(500))


@pytest.fixture(scope="module")
def judged() -> Evaluation:
    random = np.random.default_rng(0)
    true = random.integers(0, 500, 2000)
    probabilities = random.random((2000, 500)) + 5 * np.eye(500)[true] * (random.random((2000, 1)) < 0.7)
    return evaluation("test", LABELS, true, probabilities / probabilities.sum(1, keepdims=True))


def test_every_cell_of_the_matrix_can_be_reached(qtbot: QtBot, judged: Evaluation) -> None:
    view = ConfusionView(Theme("light"))
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    view.set_evaluation(judged)
    assert (view.model().rowCount(), view.model().columnCount()) == (500, 500)
    assert view.height() < 400, "it scrolls"
    view.choose(LABELS[499], LABELS[498])
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())
    assert view.columnWidth(498) >= 52
    with qtbot.waitSignal(view.cell_opened) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [LABELS[499], LABELS[498]]


def test_the_worst_classes_come_first_when_sorted(qtbot: QtBot, judged: Evaluation) -> None:
    table = ClassesTable()
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.show()
    table.set_scores(judged.per_class)
    assert table.model().rowCount() == 500
    assert table.height() <= 300
    table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    worst = min(each.f1 for each in judged.per_class)
    assert table.model().index(0, 3).data() == f"{worst:.3f}"


def test_a_label_far_down_the_list_can_be_chosen(qtbot: QtBot) -> None:
    panel = FilterPanel(Theme("light"))
    qtbot.addWidget(panel)
    panel.resize(260, 500)
    panel.show()
    panel.set_overview(Overview((), (), counts=tuple((label, 500 - i) for i, label in enumerate(LABELS))))
    panel.show_filter(DocumentFilter(label=LABELS[480]))
    assert panel.labels.selected().endswith(LABELS[480])
    qtbot.waitUntil(lambda: panel.verticalScrollBar().maximum() > 0)
    panel.labels.setFocus()
    qtbot.keyClick(panel.labels, Qt.Key.Key_End)
    assert panel.verticalScrollBar().value() > 0, "the keys scroll to where they have come"
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.keyClick(panel.labels, Qt.Key.Key_Return)
    assert chosen.args == [DocumentFilter(label=LABELS[499])]
