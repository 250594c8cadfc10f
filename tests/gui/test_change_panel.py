"""Beside the text in Explain: what would turn the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.change import Change, FindSmallestChange, SmallestChange, SmallestChangeFound
from gui.pages.explain.change_card import change_html
from gui.pages.explain.change_panel import ChangePanel
from gui.theme import LIGHT
from tests.gui.figures_context import figures_context
from tests.gui.tabs_context import RUN, TEXT, Surroundings, shown, subject


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with figures_context(tmp_path) as found:
        yield found


def _change(removes: bool = True, replaces: bool = True, **changes: object) -> SmallestChangeFound:
    spans = ((0, 3), (5, 9), (11, 14), (15, 22), (23, 28))
    gone = Change(
        words=(3,), replacements=(), text="the <card> was twice", label="Delivery", probability=0.62
    )
    other = Change(
        words=(3,), replacements=("<b>",), text="the <card> was <b> twice", label="Returns", probability=0.51
    )
    found = SmallestChange(
        run=RUN,
        text=TEXT,
        label="Billing",
        probability=0.94,
        words=spans,
        removal=gone if removes else None,
        replacement=other if replaces else None,
        smallest=True,
        asked=44,
        seconds=0.4,
    )
    return SmallestChangeFound(msgspec.structs.replace(found, **changes))


def test_the_smallest_change_is_asked_when_its_tab_comes_to_the_front(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, queue = surroundings
    panel = ChangePanel(context)
    shown(qtbot, panel)
    assert "Choose a text" in panel._line.text()
    panel.set_subject(subject(context))
    assert queue.count(FindSmallestChange) == 0
    panel.set_front(True)
    job = queue.last(FindSmallestChange)
    assert job.request == FindSmallestChange(run=RUN, text=TEXT)
    queue.begin(job)
    queue.progress(job, "search", 3, 40)
    assert panel._bar.isVisible()
    assert panel._bar.value() == 3
    queue.finish(job, _change())
    assert not panel._bar.isVisible()
    assert "“Billing” with 94.0 %" in panel._head.text()
    assert "“Delivery” with 62.0 %" in panel.removal.answer.text()
    assert "all were tried" in panel.removal.note.text()
    assert "44 texts" in panel._facts.text()
    assert "refused" in panel.removal.accessibleName()
    assert "refused → <b>" in panel.replacement.accessibleName()
    panel.set_front(False)
    panel.set_front(True)
    assert queue.count(FindSmallestChange) == 1


def test_markup_in_a_text_stays_text() -> None:
    found = _change().change
    assert found.replacement is not None
    html = change_html(found, found.replacement, LIGHT)
    assert "&lt;card&gt;" in html
    assert "&lt;b&gt;" in html
    assert ">refused</s>" in html
    long = msgspec.structs.replace(found, text=found.text + " and so on" * 90)
    assert len(change_html(long, found.replacement, LIGHT)) < 600


@pytest.mark.parametrize("by_key", [False, True])
def test_a_changed_text_is_taken_into_view_and_left_again(
    qtbot: QtBot, surroundings: Surroundings, by_key: bool
) -> None:
    context, queue = surroundings
    panel = ChangePanel(context)
    shown(qtbot, panel)
    panel.set_front(True)
    panel.set_subject(subject(context))
    queue.finish(queue.last(FindSmallestChange), _change())
    with qtbot.waitSignal(panel.text_offered) as offered:
        if by_key:
            qtbot.keyClick(panel.removal, Qt.Key.Key_Return)
        else:
            qtbot.mouseClick(panel.removal, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert offered.args == ["the <card> was twice"]
    panel.set_subject(subject(context, "the <card> was twice"))
    assert queue.count(FindSmallestChange) == 1  # the answer in view is still that to the first text
    assert panel.back.isVisible()
    with qtbot.waitSignal(panel.text_offered) as offered:
        qtbot.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert offered.args == [TEXT]
    panel.set_subject(subject(context))
    assert queue.count(FindSmallestChange) == 1
    assert not panel.back.isVisible()
    panel.set_subject(subject(context, TEXT + " more"))
    assert queue.count(FindSmallestChange) == 2


def test_where_nothing_turns_it_that_is_said(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    panel = ChangePanel(context)
    shown(qtbot, panel)
    panel.set_front(True)
    panel.set_subject(subject(context))
    queue.finish(queue.last(FindSmallestChange), _change(removes=False, replaces=False))
    assert not panel.removal.isVisible()
    assert "all was tried" in panel._no_removal.text()
    assert panel._no_replacement.isVisible()
    panel._rivals.setCurrentIndex(panel._rivals.findData("Returns"))
    panel._rivals.activated.emit(panel._rivals.currentIndex())
    request = queue.last(FindSmallestChange).request
    assert isinstance(request, FindSmallestChange)
    assert request.rival == "Returns"
    queue.finish(queue.last(FindSmallestChange), _change(removes=False, smallest=False))
    assert "No removal of a few words" in panel._no_removal.text()


def test_a_failure_is_told_and_asked_again(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue = surroundings
    panel = ChangePanel(context)
    shown(qtbot, panel)
    panel.set_front(True)
    panel.set_subject(subject(context))
    queue.fail(queue.last(FindSmallestChange), ErrorKind.RUN_NOT_JUDGED, run=RUN, split="validation")
    assert RUN in panel._line.text()
    qtbot.mouseClick(panel._retry, Qt.MouseButton.LeftButton)
    assert queue.count(FindSmallestChange) == 2
    queue.interrupt(queue.last(FindSmallestChange))
    assert panel._retry.isVisible()
    panel.set_subject(None)
    assert not panel._retry.isVisible()
    assert "Choose a text" in panel._line.text()


@pytest.mark.parametrize(
    ("task", "stored", "said"),
    [
        ("score", "4.2", "Then it is 4.2."),
        ("multi", "", "none of the labels"),
        ("tagging", "O", "“no entity”"),
    ],
)
def test_every_task_says_its_answers(
    qtbot: QtBot, surroundings: Surroundings, task: str, stored: str, said: str
) -> None:
    context, queue = surroundings
    panel = ChangePanel(context)
    shown(qtbot, panel)
    panel.set_front(True)
    span = (4, 10) if task == "tagging" else None
    panel.set_subject(subject(context, task=task, span=span))
    assert panel.above.isVisible() == (task != "score")
    removal = Change(words=(3,), replacements=(), text="x", label=stored, probability=0.6, verified=False)
    result = _change(
        task=task, removal=removal, smallest=False, span=span, amount=0.5 if task == "score" else 0.0
    )
    queue.finish(queue.last(FindSmallestChange), result)
    assert said in panel.removal.answer.text()
    assert "Fewer words may do it" in panel.removal.note.text()
    assert "it stays" in panel.removal.note.text()
    assert ("0.5" in panel._facts.text()) == (task == "score")
