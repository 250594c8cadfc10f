"""Evaluate: the figures, the matrix whose cells open their texts, and the errors that open in Explain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import Evaluate, Evaluated
from engine.api.results import Interval
from gui.context import Context
from gui.models.confusion_model import DIAGONAL_ROLE, SHARE_ROLE, ConfusionModel
from gui.pages.base import PageState
from gui.pages.evaluate.figures_row import _tone, signed
from gui.pages.evaluate_page import EvaluatePage
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _page(qtbot: QtBot, context: Context) -> EvaluatePage:
    page = EvaluatePage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    if page._runs:
        qtbot.waitUntil(lambda: page._texts is not None)
    return page


def test_the_matrix_says_counts_shares_and_sentences() -> None:
    model = ConfusionModel()
    model.set_evaluation(figures_project.evaluation(("a", "b"), "test", 0.75, rows=80))
    cell = model.index(0, 0)
    assert cell.data() == "30"
    assert cell.data(SHARE_ROLE) == 0.75
    assert cell.data(DIAGONAL_ROLE) is True
    wrong = model.index(0, 1)
    assert model.cell(wrong) == ("a", "b")
    assert (
        wrong.data(Qt.ItemDataRole.AccessibleTextRole) == "10 texts of “a” were called “b”, 25 % of the class"
    )
    shares = [sum(model.index(r, c).data(SHARE_ROLE) for c in range(2)) for r in range(2)]
    assert shares == [1.0, 1.0]


def test_a_difference_within_the_intervals_gets_no_colour() -> None:
    low, high = Interval(0.60, 0.55, 0.65), Interval(0.80, 0.75, 0.85)
    near = Interval(0.64, 0.60, 0.68)
    assert _tone(0.2, True, high, low) == "good"
    assert _tone(0.2, False, high, low) == "careful"
    assert _tone(-0.2, False, low, high) == "good"
    assert _tone(0.04, True, near, low) == "muted"
    assert (signed(0.25), signed(-0.25)) == ("+0.250", "−0.250")


def test_without_a_finished_run_the_page_offers_the_next_step(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, runs=False) as (context, queue):
        page = _page(qtbot, context)
        assert page._empty.isVisible()
        assert page.state()[0] is PageState.EMPTY
        page.primary_action()
        assert queue.submitted == []
        with qtbot.waitSignal(page.page_requested) as asked:
            qtbot.mouseClick(page._empty.button, Qt.MouseButton.LeftButton)
        assert asked.args == ["train"]


def test_figures_stand_beside_the_baseline(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    project = context.session.project
    assert project is not None
    run, base = project.runs.get("fine-tune-3").test, project.runs.get("bag-of-words-1").test
    assert run is not None
    assert base is not None
    said = page._figures.figures[0].accessibleName()
    assert f"{run.macro_f1.value:.3f}" in said
    assert signed(run.macro_f1.value - base.macro_f1.value) in said
    context.session.select_run("bag-of-words-1")
    assert "the line to compare with" in page._figures.figures[0].accessibleName()


def test_errors_come_most_confident_first_and_open_in_explain(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    assert page._texts is not None
    rows = page._texts.rows
    assert rows
    assert all(row.true_label != row.label for row in rows)
    assert [row.probability for row in rows] == sorted((row.probability for row in rows), reverse=True)
    with qtbot.waitSignal(context.session.explain_requested) as asked:
        qtbot.keyClick(page._texts_table, Qt.Key.Key_Return)
    assert asked.args == [rows[0].document]


def test_a_cell_chosen_by_keyboard_lists_its_texts(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    labels = page._panels.matrix._model.labels()
    page._panels.matrix.choose(labels[0], labels[1])
    qtbot.keyClick(page._panels.matrix, Qt.Key.Key_Left)
    qtbot.keyClick(page._panels.matrix, Qt.Key.Key_Return)
    assert page._cell == (labels[0], labels[0])
    qtbot.waitUntil(lambda: page._texts is not None and page._texts.asked.label == labels[0])
    assert page._texts is not None
    assert all((row.true_label, row.label) == (labels[0], labels[0]) for row in page._texts.rows)
    assert page._all_errors.isVisible()
    qtbot.mouseClick(page._all_errors, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._texts is not None and page._texts.asked.errors_only)


def test_evaluate_again_asks_once_and_shows_what_came(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._split.setCurrentIndex(1)
    qtbot.mouseClick(page._again, Qt.MouseButton.LeftButton)
    page.primary_action()
    assert queue.count(Evaluate) == 1
    job = queue.last(Evaluate)
    assert job.request == Evaluate(run="fine-tune-3", split="validation")
    assert page.state()[0] is PageState.RUNNING
    project = context.session.project
    assert project is not None
    better = figures_project.evaluation(tuple(project.documents.labels()), "validation", 0.95)
    with project.transaction():
        project.runs.put_evaluation("fine-tune-3", better)
    queue.begin(job)
    queue.finish(job, Evaluated("fine-tune-3", better))
    assert f"{better.macro_f1.value:.3f}" in page._figures.figures[0].accessibleName()
    assert page.state()[0] is PageState.READY


def test_a_failed_evaluation_is_told(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.primary_action()
    queue.fail(queue.last(Evaluate), ErrorKind.RUN_FILES_MISSING, run="fine-tune-3", path="/x")
    assert page._banner.isVisible()


def test_closing_the_project_empties_the_page(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    context.session.close()
    assert page._empty.isVisible()
    assert page.state()[0] is PageState.EMPTY
