"""Comparing runs in the window: what is asked, what is shown, and what can be done with a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import Evaluate, Train
from engine.api.messages_transfer import CompareRuns, RunsCompared, TrainAgain, TrainedAgain
from engine.api.results import Interval
from engine.api.results_transfer import Comparison, FigurePair, Spread
from gui.context import Context
from gui.models.runs_model import NOTE
from gui.pages.compare import words
from gui.pages.compare.compare_view import CompareView
from gui.pages.compare.difference_bar import common_reach
from gui.pages.train_page import TrainPage
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

_NAMES = {"a": "Old", "b": "New"}


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _comparison(first: str = "a", second: str = "b", **changes: object) -> Comparison:
    facts: dict[str, object] = {
        "split": "test",
        "rows": 200,
        "figure": "macro_f1",
        "difference": Interval(0.02, -0.01, 0.05),
        "probability_better": 0.93,
        "mcnemar_p": 0.21,
        "only_first_right": 12,
        "only_second_right": 19,
        "texts_to_settle": 140,
        "pairs": (FigurePair("macro_f1", 0.70, 0.72), FigurePair("accuracy", 0.74, 0.75)),
    }
    return Comparison(first=first, second=second, **{**facts, **changes})  # type: ignore[arg-type]


def test_one_plain_sentence_says_which_is_better() -> None:
    assert words.verdict(_comparison(), _NAMES) == (
        "New is better with 93 %; about 140 more labelled texts would settle it."
    )
    other = _comparison(difference=Interval(-0.02, -0.05, 0.01), probability_better=0.07)
    assert words.verdict(other, _NAMES).startswith("Old is better with 93 %")
    clear = _comparison(difference=Interval(0.1, 0.05, 0.15), probability_better=1.0, texts_to_settle=None)
    assert "leaves zero out" in words.verdict(clear, _NAMES)
    assert words.tone(clear) == "good"
    even = _comparison(difference=Interval(0.0, -0.02, 0.02), probability_better=0.5, texts_to_settle=None)
    assert words.verdict(even, _NAMES).startswith("No difference")
    assert "12 texts, New on 19" in words.test_words(_comparison(), _NAMES)
    assert words.test_words(_comparison(figure="pearson"), _NAMES) == ""
    assert words.signed_interval(Interval(-0.02, -0.05, 0.01)) == "−0.020 (−0.050 to +0.010)"


def test_answers_of_every_task_are_readable() -> None:
    assert words.answer_words("single", "a", "x") == "a"
    assert words.answer_words("multi", "joy|love", "x") == "joy, love"
    assert words.answer_words("multi", "∅", "x") == "none of them"
    assert words.answer_words("tagging", '[[0,4,"LOC"]]', "Rome is old") == "Rome (LOC)"
    assert words.answer_words("tagging", "[]", "x") == "no entities"


def test_bars_share_a_scale_that_holds_them_all() -> None:
    assert common_reach([Interval(0.1, 0.0, 0.2), Interval(-0.3, -0.5, -0.1)]) == pytest.approx(0.55)
    assert common_reach([]) > 0


def _select(page: TrainPage, *runs: str) -> None:
    panel = page._runs_panel
    table = panel.table
    table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for run in runs:
        row = next(r for r in range(table.model().rowCount()) if table.model().index(r, 1).data() == run)
        table.selectionModel().select(table.model().index(row, 1), flags)


def _page(qtbot: QtBot, context: Context) -> TrainPage:
    page = TrainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    qtbot.waitUntil(lambda: page._overview is not None)
    return page


def _view(page: TrainPage) -> CompareView:
    view = page._run_actions.view()
    assert view is not None
    return view


def test_the_comparison_has_a_help_of_its_own(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    page = _page(qtbot, surroundings[0])
    assert page.help_topic == "train"
    _select(page, "bag-of-words-1", "features-2")
    qtbot.mouseClick(page._runs_panel._compare, Qt.MouseButton.LeftButton)
    assert page.help_topic == "compare"
    with qtbot.waitSignal(page.help_requested) as told:
        qtbot.mouseClick(_view(page)._help, Qt.MouseButton.LeftButton)
    assert told.args == ["compare"]
    qtbot.mouseClick(_view(page)._back, Qt.MouseButton.LeftButton)
    assert page.help_topic == "train"


def test_selected_runs_are_compared_and_their_texts_open(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    panel = page._runs_panel
    assert not panel._compare.isEnabled()
    _select(page, "fine-tune-4", "fine-tune-3")
    assert not panel._compare.isEnabled()  # one of them was interrupted and has no figures
    _select(page, "fine-tune-3", "bag-of-words-1", "features-2")
    qtbot.mouseClick(panel._compare, Qt.MouseButton.LeftButton)
    assert page._run_actions.comparing
    asked = queue.last(CompareRuns)
    assert asked.request == CompareRuns(runs=("bag-of-words-1", "features-2", "fine-tune-3"), split="test")
    spread = Spread(runs=("features-2", "fine-tune-3"), figure="macro_f1", mean=0.7, deviation=0.02)
    found = (_comparison("bag-of-words-1", "features-2"), _comparison("bag-of-words-1", "fine-tune-3"))
    queue.finish(asked, RunsCompared(comparisons=found, spreads=(spread,)))
    view = _view(page)
    assert [verdict.run for verdict in view._verdicts.verdicts()] == ["features-2", "fine-tune-3"]
    assert "0.020" in view._verdicts._spread.text()
    assert view._figures.model().rowCount() == 3
    assert view._figures.model().index(0, 1).data() == "0.700"
    qtbot.waitUntil(lambda: view._flips is not None)
    assert view._flips is not None
    assert view._flips.asked.second == "features-2"
    qtbot.mouseClick(view._verdicts.verdicts()[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view._flips is not None and view._flips.asked.second == "fine-tune-3")
    assert view._flips.rows
    with qtbot.waitSignal(context.session.explain_requested) as opened:
        qtbot.keyClick(view._flips_table, Qt.Key.Key_Return)
    assert opened.args == [view._flips.rows[0].document]
    assert context.session.run == "fine-tune-3"
    view._base.setCurrentIndex(view._base.findData("fine-tune-3"))
    assert queue.last(CompareRuns).request == CompareRuns(
        runs=("fine-tune-3", "bag-of-words-1", "features-2"), split="test"
    )
    qtbot.mouseClick(view._back, Qt.MouseButton.LeftButton)
    assert page._pages.currentWidget() is not view
    assert page._start.isVisible()


def test_a_run_that_was_not_judged_can_be_evaluated_from_there(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._run_actions.compare(("bag-of-words-1", "features-2"))
    view = _view(page)
    queue.fail(queue.last(CompareRuns), ErrorKind.RUN_NOT_JUDGED, run="features-2", split="test")
    assert view._banner.isVisible()
    assert not view._verdicts_card.isVisible()
    qtbot.mouseClick(view._banner.button, Qt.MouseButton.LeftButton)
    assert queue.last(Evaluate).request == Evaluate(run="features-2", split="test")
    context.session.runs_changed.emit()  # the figures have come: it asks again by itself
    assert queue.count(CompareRuns) == 2
    assert not view._banner.isVisible()


def test_a_deleted_run_ends_the_comparison(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    page._run_actions.compare(("bag-of-words-1", "features-2"))
    with qtbot.waitSignal(context.session.runs_changed):
        context.operations.delete_run("features-2")
    assert not page._run_actions.comparing


def test_the_comparison_speaks_the_window_language(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    view = CompareView(context)
    qtbot.addWidget(view)
    view.show_runs(("bag-of-words-1", "features-2"))
    queue.finish(
        queue.last(CompareRuns), RunsCompared(comparisons=(_comparison("bag-of-words-1", "features-2"),))
    )
    view.retranslate()
    assert view._verdicts.verdicts()[0].sentence().startswith("features-2 is better")
    names, rows = view._plot.as_table()
    assert len(names) == 3
    assert rows == []  # these runs' models were never measured
    view.clear()


# --- the table of runs --------------------------------------------------------------------------------------


def test_a_note_is_written_in_place_and_undone(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    project, panel = context.session.project, page._runs_panel
    assert project is not None
    panel.select("features-2")
    panel._note.trigger()
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("frozen, layer 4")
    with qtbot.waitSignal(context.session.runs_changed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert project.runs.get("features-2").note == "frozen, layer 4"
    row = panel._model.row_of("features-2")
    assert panel._model.index(row, NOTE).data() == "frozen, layer 4"
    with qtbot.waitSignal(context.session.runs_changed):
        context.operations.undo()
    assert project.runs.get("features-2").note == ""


def test_settings_are_used_once_more(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    page._runs_panel.select("fine-tune-4")
    page._runs_panel._reuse.trigger()
    form = page._form()
    assert form.method.id == "fine-tune"
    assert form.given() == {"epochs": 5.0}


def test_a_run_is_trained_again_and_the_page_says_how_it_came_out(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._runs_panel.select("fine-tune-4")
    assert not page._runs_panel._repeat.isEnabled()
    page._runs_panel.select("features-2")
    page._runs_panel._repeat.trigger()
    job = queue.last(TrainAgain)
    assert job.request == TrainAgain("features-2")
    assert job.is_training
    queue.begin(job, "fine-tune-3")
    queue.finish(
        job, TrainedAgain(run="fine-tune-3", first="features-2", same=True, model_hash="x", first_hash="x")
    )
    assert page._banner.isVisible()
    assert "bit for bit" in page._banner.accessibleName()


def test_a_run_is_trained_with_seeds_that_it_has_not_had(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._runs_panel.select("features-2")
    assert context.session.project is not None
    run = context.session.project.runs.get("features-2")
    seed = int(run.options.get("seed") or 0)
    page._runs_panel._reseed.trigger()
    asked = [job.request for job in queue.jobs if isinstance(job.request, Train)]
    assert [request.options["seed"] for request in asked] == [seed + 1, seed + 2]
    assert {(request.method, request.source) for request in asked} == {(run.method, run.source)}
    assert all({**request.options, "seed": seed} == {**run.options, "seed": seed} for request in asked)
