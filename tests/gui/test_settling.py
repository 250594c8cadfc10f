"""A more faithful method: offered, and settled on by itself once the first explanation stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.api.explaining.trust import SealExplanation
from engine.api.messages import Explain, JobState
from gui.context import Context
from gui.pages.explain import trust_sentences
from gui.settings import SETTLE
from tests.gui import trust_figures
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context
from tests.gui.trust_page import RUN, TEXT, answer, rank, seal, shown

# The offscreen platform has no window manager to tell.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path, texts=30) as found:
        yield found


def test_a_more_faithful_method_is_one_click_away(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    rank(context)
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    answer(context, queue)
    assert page._card.offer_line.text() == (
        "Integrated gradients was more faithful on this run: 0.31 against 0.27."
    )
    qtbot.mouseClick(page._card.offer, Qt.MouseButton.LeftButton)
    request = queue.last(Explain).request
    assert isinstance(request, Explain)
    assert request.method == "integrated-gradients"
    answer(context, queue, method="integrated-gradients")
    assert not page._card.offer.isVisible()
    assert page._inspector.method == "integrated-gradients"


def test_the_page_settles_on_the_more_faithful_method_by_itself(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    rank(context)
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    first = answer(context, queue)
    assert queue.count(Explain) == 1, "the seal of what is painted comes first"
    seal(context, queue, trust_figures.seal(first))
    job = queue.last(Explain)
    assert job.spare, "it makes room for whatever is asked"
    assert isinstance(job.request, Explain)
    assert (job.request.method, job.request.text) == ("integrated-gradients", TEXT)
    assert "settling: a more faithful method" in page._card._note.text()
    assert page._card.seal.tone == "good", "what is painted keeps its seal meanwhile"
    assert not page._card.offer.isVisible()
    page._reading.setFocus()
    QTest.keyClick(page._reading, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    word = page._reading._word
    second = answer(context, queue, method="integrated-gradients")
    assert page._inspector.method == "integrated-gradients"
    assert page._inspector.chosen_method == "", "the next text is painted by the quick one again"
    assert page._reading._word == word >= 0, "who walks from word to word stays there"
    assert queue.last(SealExplanation).request == SealExplanation(second)
    seal(context, queue, trust_figures.seal(second))
    assert queue.count(Explain) == 2
    assert "settled" in page._card._note.text()


def test_exact_weights_are_not_replaced(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    """Whatever the erasure test says of them."""
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    ranking = trust_figures.ranking(RUN, instant="linear")
    ranks = [
        msgspec.structs.replace(each, method="linear") if each.method == "lrp" else each
        for each in ranking.ranks
    ]
    with project.transaction():
        project.explaining.put_finding(RUN, msgspec.structs.replace(ranking, ranks=tuple(ranks)))
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    seal(context, queue, trust_figures.seal(answer(context, queue, method="linear")))
    assert queue.count(Explain) == 1
    assert page._card.offer.isVisible()


def test_what_is_typed_comes_before_settling(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    rank(context)
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    seal(context, queue, trust_figures.seal(answer(context, queue)))
    settling = queue.last(Explain)
    QTest.keyClicks(page._reading, "x")
    assert settling.silent
    assert settling.state is JobState.CANCELLED


@pytest.mark.parametrize("why", ["chosen", "off", "long"])
def test_the_page_does_not_settle_where_it_should_not(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], why: str
) -> None:
    context, queue = surroundings
    rank(context)
    context.settings.set(SETTLE, why != "off")
    page = shown(qtbot, context)
    text = TEXT * 100 if why == "long" else TEXT
    page.show_subject(text)
    if why == "chosen":
        page._inspector.choose_method("cp-lrp")
    id = answer(context, queue, text, **({"method": "cp-lrp"} if why == "chosen" else {}))
    asked = queue.count(Explain)
    seal(context, queue, trust_figures.seal(id))
    assert queue.count(Explain) == asked
    assert page._card.offer.isVisible(), "it is still one click away"


def test_methods_are_compared_on_the_same_texts_alone() -> None:
    ranking = trust_figures.ranking(RUN)
    method, words = trust_sentences.offer(ranking, "lrp", "en")
    assert (method, "0.31 against 0.27" in words) == ("integrated-gradients", True)
    # measured on fewer texts, its own figure may be the lower one
    first, *rest = ranking.ranks
    lower = msgspec.structs.replace(first, comprehensiveness=rest[-2].comprehensiveness)
    _, words = trust_sentences.offer(msgspec.structs.replace(ranking, ranks=(lower, *rest)), "lrp", "en")
    assert "by 0.05" in words
    assert trust_sentences.offer(ranking, "integrated-gradients", "en") == ("", "")
    assert trust_sentences.offer(ranking, "linear", "en") == ("", "")
    assert trust_sentences.offer(None, "lrp", "en") == ("", "")


def test_the_methods_stand_in_groups_and_the_default_is_the_runs(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    rank(context, instant="cp-lrp")
    page = shown(qtbot, context)
    box = page._inspector._method
    assert page._inspector.method == "cp-lrp"
    assert "default" in box.currentText()
    heads = [row for row in range(box.count()) if box.itemData(row) is None]
    assert [box.itemText(row) for row in heads][-1] == "A view, no explanation"
    assert box.findData("attention") == heads[-1] + 1
    for row in heads:
        assert not box.model().index(row, 0).flags() & Qt.ItemFlag.ItemIsSelectable
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert box.currentData() is not None  # a head is never chosen
    context.session.select_run("bag-of-words-1")
    assert page._inspector.method == "linear"
