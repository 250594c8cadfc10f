"""What a self-training run labelled: looked through, taken back, and trained without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.messages import Train
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.store.documents import DocumentFilter
from engine.api.store.tags import pack_entities
from gui.context import Context
from gui.delegates.chip_delegate import CHIPS_ROLE
from gui.models.pseudo_labels_model import LABEL, PROBABILITY, SORT_ROLE, TEXT, USE
from gui.pages.train.pseudo_labels_view import PseudoLabelsView
from gui.pages.train.runs_panel import RunsPanel
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import add_texts, page_context

Surroundings = tuple[Context, FakeQueue]


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with page_context(tmp_path) as made:
        yield made


def opened(context: Context) -> Project:
    project = context.session.project
    assert project is not None
    return project


def labelling_run(context: Context, labels: int = 3) -> str:
    """A finished self-training run that has labelled the first texts of the project."""
    project = opened(context)
    add_texts(project, project.path)
    documents = [document for document, _, _ in project.documents.labelled("train")][:labels]
    assert len(documents) == labels
    with project.transaction():
        run = project.runs.add("pseudo-label", "minilm", {"base": "features", "seed": 13, "rounds": 2})
        project.runs.finish(run, 1.0, 0.0, "rounds")
        given = [(document, "billing", 0.9 - 0.1 * i, 1 + i // 2) for i, document in enumerate(documents)]
        project.runs.put_pseudo_labels(run, given)
    return run


def shown(qtbot: QtBot, context: Context, run: str) -> PseudoLabelsView:
    view = PseudoLabelsView(context, opened(context).runs.get(run))
    view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(view)
    view.show()
    return view


def cell(view: PseudoLabelsView, row: int, column: int) -> str:
    return str(view.table.model().index(row, column).data())


def test_labels_are_shown_taken_back_and_trained_without(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    run = labelling_run(context)
    view = shown(qtbot, context, run)
    assert [cell(view, row, PROBABILITY) for row in range(3)] == ["0.800", "0.900", "0.700"]
    assert cell(view, 0, LABEL) == "billing"
    assert not view._train.isEnabled()
    assert not view._take_back.isEnabled()
    view.table.selectRow(0)
    wanted = view.selected()[0]
    with qtbot.waitSignal(context.session.runs_changed):
        qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: cell(view, 0, USE) == "taken back")
    assert opened(context).runs.rejected_pseudo_labels() == {(wanted.document, "billing")}
    assert view._use_again.isEnabled()
    qtbot.mouseClick(view._train, Qt.MouseButton.LeftButton)
    request = queue.last(Train).request
    assert isinstance(request, Train)
    assert (request.method, request.source, request.options["rounds"]) == ("pseudo-label", "minilm", 2)
    assert not view.isVisible()


def test_a_label_taken_back_can_count_again(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _ = surroundings
    run = labelling_run(context)
    project = opened(context)
    with project.transaction():
        for given in project.runs.pseudo_labels(run):
            project.runs.reject_pseudo_label(run, given.document)
    view = shown(qtbot, context, run)
    assert view._train.isEnabled()
    view.table.selectAll()
    qtbot.mouseClick(view._use_again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view._train.isEnabled())
    assert project.runs.rejected_pseudo_labels() == frozenset()


def test_sorted_by_a_click_the_right_text_is_taken_back(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _ = surroundings
    run = labelling_run(context)
    view = shown(qtbot, context, run)
    view.table.sortByColumn(PROBABILITY, Qt.SortOrder.AscendingOrder)
    view.table.selectRow(0)
    assert view.selected()[0].probability == pytest.approx(0.7)
    assert view.selected()[0].text.startswith(cell(view, 0, TEXT)[:20])


def run_of_task(context: Context, task: str, labels: list[tuple[str, float]]) -> str:
    """A finished run that has given the texts of a project these labels, in one round."""
    project = opened(context)
    with project.transaction():
        project.set_task(task)
    add_texts(project, project.path)
    every = [id for block in project.documents.ids(DocumentFilter()) for id in block]
    with project.transaction():
        run = project.runs.add("pseudo-label", "minilm", {"base": "features"})
        project.runs.finish(run, 1.0, 0.0, "rounds")
        given = [(id, label, sure, 1) for id, (label, sure) in zip(every, labels, strict=False)]
        project.runs.put_pseudo_labels(run, given)
    return run


def heading(view: PseudoLabelsView, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
    return str(view.table.model().headerData(column, Qt.Orientation.Horizontal, role) or "")


def test_sentences_show_the_entities_that_were_found(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _ = surroundings
    found = [pack_entities([Entity(4, 10, "THING"), Entity(14, 18, "TIME")]), pack_entities([])]
    run = run_of_task(context, "tagging", [(found[0], 0.9), (found[1], 0.8)])
    view = shown(qtbot, context, run)
    assert heading(view, LABEL) == "Found entities"
    assert heading(view, PROBABILITY) == "Probability"
    assert [cell(view, row, LABEL) for row in range(2)] == ["no entity", "parcel (THING), late (TIME)"]
    index = view.table.model().index(1, LABEL)
    assert index.data(CHIPS_ROLE) == [("parcel (THING)", ""), ("late (TIME)", "")]
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "parcel (THING), late (TIME)"
    view.table.selectRow(1)
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: cell(view, 1, USE) == "taken back")
    ((_, label),) = opened(context).runs.rejected_pseudo_labels()
    assert label == found[0]


def test_scores_show_their_spread_the_widest_first(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _ = surroundings
    run = run_of_task(context, "score", [("10.25", 0.1), ("-2.123456", 0.4), ("3", 0.0)])
    view = shown(qtbot, context, run)
    assert heading(view, LABEL) == "Given score"
    assert heading(view, PROBABILITY) == "Spread"
    assert "standard deviation" in heading(view, PROBABILITY, Qt.ItemDataRole.ToolTipRole)
    assert [cell(view, row, PROBABILITY) for row in range(3)] == ["0.400", "0.100", "0.000"]
    assert cell(view, 0, LABEL) == "−2.123"
    assert view.table.model().index(0, LABEL).data(SORT_ROLE) == pytest.approx(-2.123456)
    view.table.sortByColumn(LABEL, Qt.SortOrder.AscendingOrder)
    assert [cell(view, row, LABEL) for row in range(3)] == ["−2.123", "3", "10.25"]
    assert "a score again" in view._take_back.toolTip()


def test_a_run_that_labelled_nothing_says_so(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _ = surroundings
    view = shown(qtbot, context, labelling_run(context, labels=0))
    assert not view.table.isVisible()
    assert view._empty.accessibleName() == "This run has labelled no text itself."
    qtbot.keyClick(view, Qt.Key.Key_Delete)  # nothing is selected: nothing happens
    assert not view._take_back.isEnabled()


def test_the_menu_offers_it_for_self_training_alone(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _ = surroundings
    run = labelling_run(context)
    project = opened(context)
    with project.transaction():
        other = project.runs.add("features", "minilm", {})
        project.runs.finish(other, 1.0, 0.0, "epochs")
    panel = RunsPanel(context.theme, "en")
    qtbot.addWidget(panel)
    panel.set_runs(project.runs.all()[::-1], frozenset())
    panel.select(other)
    assert not panel._labelled.isVisible()
    panel.select(run)
    assert panel._labelled.isVisible()
    with qtbot.waitSignal(panel.looked_through) as told:
        panel._labelled.trigger()
    assert told.args == [run]
