"""The reasons of two runs in the comparison: what is missing, the list, a text beside both runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.reasons import (
    CompareReasons,
    ReasonChange,
    ReasonComparison,
    ReasonsCompared,
    TermShift,
    WordShift,
)
from engine.api.messages_transfer import CompareRuns, RunsCompared
from gui.context import Context
from gui.pages.compare.compare_view import CompareView
from gui.shell.phrases import job_title
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context
from tests.gui.test_compare_view import _comparison


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _view(qtbot: QtBot, context: Context, queue: FakeQueue) -> CompareView:
    view = CompareView(context)
    qtbot.addWidget(view)
    view.resize(1180, 760)
    view.show_runs(("bag-of-words-1", "fine-tune-3"))
    view.show()
    queue.finish(
        queue.last(CompareRuns), RunsCompared(comparisons=(_comparison("bag-of-words-1", "fine-tune-3"),))
    )
    view._texts.setCurrentIndex(1)
    qtbot.waitUntil(lambda: view._reasons._found is not None)
    return view


def _change(document: int, first: str, second: str, distance: float) -> ReasonChange:
    return ReasonChange(
        document=document,
        first=first,
        second=second,
        label=first,
        rival="",
        distance=distance,
        gained=(WordShift("refund", 0.1, 0.5),),
        lost=(WordShift("late", 0.4, -0.1), WordShift("parcel", 0.2, 0.1)),
    )


def _found(context: Context, differing: int = 2, same: int = 1) -> ReasonComparison:
    project = context.session.project
    assert project is not None
    ids = [id for id, _, _ in project.documents.labelled("test")]
    return ReasonComparison(
        run="bag-of-words-1",
        second="fine-tune-3",
        split="test",
        task="single",
        methods=("linear", "lrp"),
        model_hashes=("1", "2"),
        documents=40,
        explained=(40, 40),
        compared=differing + same,
        differing_documents=differing,
        same_documents=same,
        mean_differing=0.8,
        mean_same=0.2,
        differing=tuple(
            _change(id, "Billing", "Delivery", 0.9 - n / 10) for n, id in enumerate(ids[:differing])
        ),
        same=tuple(_change(id, "Billing", "Billing", 0.2) for id in ids[differing : differing + same]),
        gained=(TermShift(word="refund", label="Billing", documents=3, total=1.2),),
        lost=(TermShift(word="late", label="Delivery", documents=3, total=-1.1),),
        seconds=1.0,
    )


def _finish(context: Context, queue: FakeQueue, found: ReasonComparison) -> None:
    project = context.session.project
    assert project is not None
    with project.transaction():
        project.explaining.put_finding(found.run, found)
    queue.finish(queue.last(CompareReasons), ReasonsCompared(found))


def test_reasons_are_compared_listed_and_opened_beside_both_runs(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    view = _view(qtbot, context, queue)
    panel = view._reasons
    assert "not compared yet" in panel._sentence.text()
    assert "40 of 40 texts by" in panel._sentence.text()
    assert not panel.table.isVisible()
    panel.start.click()
    job = queue.last(CompareReasons)
    assert job.request == CompareReasons(run="bag-of-words-1", second="fine-tune-3", split="test")
    assert "bag-of-words-1" in job_title(job.request, "en")
    assert "Comparing" in panel._sentence.text()
    assert not panel.start.isEnabled()
    found = _found(context)
    _finish(context, queue, found)
    qtbot.waitUntil(panel.table.isVisible)
    assert "0.20 where the answer is the same, 0.80" in panel._sentence.text()
    assert "refund (for Billing)" in panel._terms.text()
    model = panel.table.model()
    assert [model.index(0, column).data() for column in (0, 2, 3, 4)] == [
        "0.90",
        "Billing → Delivery",
        "refund",
        "late, parcel",
    ]
    assert "−10 %" in str(model.index(0, 4).data(int(Qt.ItemDataRole.ToolTipRole)))
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert opened.args == [found.differing[0].document]
    assert (context.session.run, context.session.beside) == ("bag-of-words-1", "fine-tune-3")
    panel._kind.setCurrentIndex(1)
    assert model.rowCount() == 1
    assert model.index(0, 2).data() == "Billing"
    view._split.setCurrentIndex(1)
    queue.finish(
        queue.last(CompareRuns), RunsCompared(comparisons=(_comparison("bag-of-words-1", "fine-tune-3"),))
    )
    qtbot.waitUntil(lambda: panel._found is not None and panel._found.asked.split == "validation")
    assert "not compared yet" in panel._sentence.text()
    view.clear()


def test_runs_that_always_agree_show_the_other_list(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    view = _view(qtbot, context, queue)
    panel = view._reasons
    panel.start.click()
    _finish(context, queue, _found(context, differing=0))
    qtbot.waitUntil(panel.table.isVisible)
    assert panel._kind.currentData() == "same"
    panel._kind.setCurrentIndex(0)
    assert "same answer to every text" in panel._none.text()
    assert not panel.table.isVisible()
    view.clear()


def test_a_failure_is_told_and_can_be_tried_again(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    view = _view(qtbot, context, queue)
    panel = view._reasons
    panel.start.click()
    queue.fail(queue.last(CompareReasons), ErrorKind.RUN_FILES_MISSING, run="fine-tune-3", path="x")
    assert panel._sentence.property("role") == "bad"
    assert panel.start.isEnabled()
    panel.start.click()
    queue.cancel(queue.last(CompareReasons))
    qtbot.waitUntil(lambda: "not compared yet" in panel._sentence.text())
    view.clear()
