"""What a self-training run labelled: looked through, taken back, and trained without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.messages import Train
from engine.api.project import Project
from gui.context import Context
from gui.models.pseudo_labels_model import LABEL, PROBABILITY, TEXT, USE
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
