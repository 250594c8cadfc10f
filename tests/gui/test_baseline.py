"""What integrated gradients start from: chosen beside the method, asked for, and shown as it was answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.api.catalog import BASELINES
from engine.api.messages import Explain, Explained
from engine.api.results import Explanation
from gui.context import Context
from gui.pages.explain_page import ExplainPage
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

TEXT = "the card was refused twice"
LABELS = ("Billing", "Delivery", "Returns")


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _page(qtbot: QtBot, context: Context) -> ExplainPage:
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.show_subject(TEXT)
    return page


def _answer(context: Context, queue: FakeQueue, method: str, baseline: str = "mask") -> Explanation:
    project = context.session.project
    assert project is not None
    made = figures_project.explanation("fine-tune-3", None, TEXT, LABELS, method)
    made = msgspec.structs.replace(made, baseline=baseline)
    with project.transaction():
        id = project.runs.put_explanation(made)
    queue.finish(queue.last(Explain), Explained(id))
    return made


def _choose_method(page: ExplainPage, method: str) -> None:
    box = page._inspector._method
    box.setCurrentIndex(box.findData(method))
    box.activated.emit(box.currentIndex())


def _choose_baseline(page: ExplainPage, baseline: str) -> None:
    box = page._inspector._baseline
    box.setCurrentIndex(box.findData(baseline))
    box.activated.emit(box.currentIndex())


def _asked(queue: FakeQueue) -> tuple[str, str]:
    request = queue.last(Explain).request
    assert isinstance(request, Explain)
    return request.method, request.baseline


def test_a_baseline_is_offered_where_the_method_leaves_the_choice(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    _answer(context, queue, "lrp")
    box = page._inspector._baseline
    assert not box.isVisible()
    _choose_method(page, "integrated-gradients")
    assert _asked(queue) == ("integrated-gradients", "")
    _answer(context, queue, "integrated-gradients")
    assert box.isVisible()
    assert [box.itemData(row) for row in range(box.count())] == list(BASELINES)
    assert box.baseline == "mask"
    _choose_baseline(page, "mean")
    assert _asked(queue) == ("integrated-gradients", "mean")
    _answer(context, queue, "integrated-gradients", "mean")
    assert box.baseline == "mean"
    _choose_method(page, "lrp")
    assert _asked(queue) == ("lrp", "")
    _answer(context, queue, "lrp")
    assert not box.isVisible()


def test_the_baseline_stays_for_the_next_text(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    _answer(context, queue, "integrated-gradients")  # the model has no rules for the default
    _choose_baseline(page, "pad")
    assert _asked(queue) == ("integrated-gradients", "pad")
    page.show_subject(TEXT + " again")
    assert _asked(queue) == ("integrated-gradients", "pad")


def test_a_second_run_starts_from_the_same(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    _answer(context, queue, "integrated-gradients", "mean")
    project = context.session.project
    assert project is not None
    other = next(
        run.id for run in page._runs if run.id != "fine-tune-3" and run.model_method != "bag-of-words"
    )
    context.session.set_beside(other)
    request = queue.last(Explain).request
    assert isinstance(request, Explain)
    assert (request.run, request.method, request.baseline) == (other, "integrated-gradients", "mean")


def test_each_baseline_has_its_words(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, _ = surroundings
    box = _page(qtbot, context)._inspector._baseline
    box.show_baseline("integrated-gradients", "pad")
    shown = [box.itemText(row) for row in range(box.count())]
    assert len(set(shown)) == len(BASELINES)
    box.retranslate()
    assert [box.itemText(row) for row in range(box.count())] == shown
    assert box.accessibleName()
