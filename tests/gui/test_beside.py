"""Explain beside another run: the same question, both answers, the words that changed, every state and task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import Explain, Explained
from engine.api.results import Explanation, WordScore
from gui.context import Context
from gui.pages.explain.beside import Beside
from gui.pages.explain.beside_card import answer_words
from gui.pages.explain.seal_line import short_words
from gui.pages.explain_page import ExplainPage
from tests.gui import figures_project, trust_figures
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

TEXT = "the card was charged twice"
LABELS = ("Billing", "Delivery", "Returns")


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _page(qtbot: QtBot, context: Context) -> ExplainPage:
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 760)
    page.show()
    return page


def _explanation(run: str, scores: tuple[float, ...], label: str = "Billing") -> Explanation:
    base = figures_project.explanation(run, None, TEXT, LABELS)
    words = tuple(
        WordScore(word.start, word.end, score) for word, score in zip(base.words, scores, strict=True)
    )
    return msgspec.structs.replace(base, words=words, label=label)


FIRST = _explanation("fine-tune-3", (0.0, 1.0, 0.0, 3.0, 0.0))
SECOND = _explanation("features-2", (0.0, 30.0, 0.0, 10.0, 0.0), "Delivery")


def _answer(context: Context, queue: FakeQueue, explanation: Explanation) -> None:
    project = context.session.project
    assert project is not None
    with project.transaction():
        id = project.runs.put_explanation(explanation)
    queue.finish(queue.last(Explain), Explained(id))


def _shown(page: ExplainPage, context: Context, queue: FakeQueue) -> Beside:
    """The first run's explanation in view, and the switch on."""
    page.show_subject(TEXT)
    _answer(context, queue, FIRST)
    beside = page._beside
    beside.switch.click()
    return beside


def _changes(beside: Beside) -> list[QPushButton]:
    buttons = beside.card._changes.findChildren(QPushButton)
    return [button for button in buttons if button.isVisible()]


def test_the_other_run_is_asked_the_same_and_what_changed_is_listed(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    assert not page._beside.card.isVisible()
    beside = _shown(page, context, queue)
    assert context.session.beside == "features-2"
    assert queue.last(Explain).request == Explain(
        run="features-2", text=TEXT, method="lrp", target="Billing", rival="Delivery"
    )
    assert "Asking" in beside.card.answers.text()
    _answer(context, queue, SECOND)
    card = beside.card
    assert card.reading.text() == TEXT
    assert card.reading.isReadOnly()
    assert card.reading.visible_span(1) is not None
    assert "“Billing” (94.0 %)" in card.answers.text()
    assert "“Delivery”" in card.answers.text()
    assert card.answers.property("role") == "careful"  # the answers differ
    assert "0.50 apart" in card.changed.text()
    assert [button.text() for button in _changes(beside)] == [
        "card  +25 → +75 %",
        "charged  +75 → +25 %",
    ]
    assert "charged" in card.reading.accessibleDescription()
    qtbot.mouseClick(_changes(beside)[0], Qt.MouseButton.LeftButton)
    assert card.reading.focused_word == page._reading.focused_word == 1


def test_both_runs_are_drawn_on_one_scale_of_shares(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    beside = _shown(page, context, queue)
    first = page._reading
    alone = dict(first.marks())
    assert max(alone.values()) == 1.0
    # a third of the weight is on its strongest word: its tints are fainter than those of the first run
    even = msgspec.structs.replace(
        SECOND, words=tuple(msgspec.structs.replace(w, score=20.0) for w in SECOND.words)
    )
    _answer(context, queue, even)
    assert [strength for _, strength in first.marks()] == pytest.approx([1 / 3, 1.0])
    shares = [strength for _, strength in beside.card.reading.marks()]
    assert shares == pytest.approx([0.2 / 0.75] * 5)
    only = page._inspector._only_this
    assert not only.isEnabled()
    assert "Two runs are on one scale" in only.toolTip()
    # the other run is the one with the stronger word: the first is fainter now
    page._ask_again()
    _answer(context, queue, msgspec.structs.replace(FIRST, margin=1.0))
    _answer(context, queue, msgspec.structs.replace(SECOND, words=(SECOND.words[1],)))
    assert max(strength for _, strength in first.marks()) == pytest.approx(0.75)
    beside.switch.click()
    assert dict(first.marks()) == alone
    assert only.isEnabled()


def test_another_second_run_and_none(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    beside = _shown(page, context, queue)
    row = beside.runs.findData("bag-of-words-1")
    beside.runs.setCurrentIndex(row)
    beside.runs.activated.emit(row)
    request = queue.last(Explain).request
    assert isinstance(request, Explain)
    assert (request.run, request.method) == ("bag-of-words-1", "")  # it has no LRP: its own method
    context.session.select_run("bag-of-words-1")  # it becomes the first: another one stands beside it
    assert context.session.beside == "fine-tune-3"
    assert beside.runs.findData("bag-of-words-1") < 0
    asked = queue.count(Explain)
    beside.switch.click()
    assert context.session.beside == ""
    assert not beside.card.isVisible()
    assert queue.count(Explain) == asked


def test_what_cannot_be_asked_is_said_in_words(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    beside = page._beside
    beside.switch.click()
    assert "Choose a text" in beside.card.answers.text()
    page.show_subject(TEXT)
    _answer(context, queue, FIRST)
    queue.fail(queue.last(Explain), ErrorKind.LABEL_UNKNOWN, label="Billing", valid="a, b")
    assert "Billing" in beside.card.answers.text()
    assert beside.card.answers.property("role") == "bad"
    assert not beside.card.reading.isVisible()
    page._ask_again()
    _answer(context, queue, msgspec.structs.replace(FIRST, margin=1.0))
    queue.interrupt(queue.last(Explain))
    assert beside.card.answers.property("role") == "bad"
    page._clear()
    assert "Choose a text" in beside.card.answers.text()


def test_without_a_second_run_there_is_nothing_to_switch_on(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, runs=False) as (context, _queue):
        project = context.session.project
        assert project is not None
        figures_project.add_run(project, "bag-of-words", 0.6, 2.0)
        context.session.select_run("bag-of-words-1")
        page = _page(qtbot, context)
        assert not page._beside.switch.isEnabled()
        assert "second run" in page._beside.switch.toolTip()


def test_runs_without_a_common_word_say_so(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    beside = _shown(page, context, queue)
    _answer(context, queue, msgspec.structs.replace(SECOND, words=()))
    assert "no word in common" in beside.card.changed.text()
    assert _changes(beside) == []


def test_long_texts_scroll_together(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    text = "one two three four five. " * 400
    first = figures_project.explanation("fine-tune-3", None, text, LABELS)
    page.show_subject(text)
    _answer(context, queue, first)
    page._beside.switch.click()
    _answer(context, queue, msgspec.structs.replace(first, run="features-2"))
    above, below = page._reading.verticalScrollBar(), page._beside.card.reading.verticalScrollBar()
    qtbot.waitUntil(lambda: above.maximum() > 0 and below.maximum() > 0)
    above.setValue(above.maximum() // 2)
    assert below.value() == pytest.approx(below.maximum() / 2, rel=0.05)
    below.setValue(below.maximum())
    assert above.value() == above.maximum()


def test_every_task_has_its_answer_in_words() -> None:
    base = figures_project.explanation("r", None, TEXT, LABELS)
    replace = msgspec.structs.replace
    assert answer_words(base) == "“Billing” (94.0 %)"
    several = replace(base, task="multi", label="Billing|Returns")
    assert answer_words(several) == "“Billing, Returns” (Billing 94.0 %)"
    assert answer_words(replace(base, task="multi", label="∅")) == "“none of the labels” (Billing 94.0 %)"
    entity = replace(
        base, task="tagging", labels=("O", "LOC"), label="LOC", target="LOC", rival="O", span=(4, 8)
    )
    assert answer_words(replace(entity, probabilities=(0.1, 0.9))) == "“LOC” (90.0 %)"
    score = replace(base, task="score", labels=("score",), label="3.2", target="score", rival="")
    assert answer_words(replace(score, probabilities=(3.2,))) == "3.2"


def test_the_reading_card_leaves_room_while_two_runs_are_shown(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject(TEXT)
    _answer(context, queue, FIRST)
    assert page._card.measure.isVisible()
    page._beside.switch.click()
    assert not page._card.measure.isVisible()
    page._beside.switch.click()
    assert page._card.measure.isVisible()


def test_in_a_low_window_no_sentence_is_cut(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.resize(888, 560)
    beside = _shown(page, context, queue)
    _answer(context, queue, SECOND)

    def whole() -> bool:
        sentences = (page._card.decision, beside.card.answers, beside.card.changed)
        return all(each.height() > each.heightForWidth(each.width()) - 3 for each in sentences)

    qtbot.waitUntil(whole)
    assert beside.card.reading.height() > 2 * beside.card.reading.fontMetrics().height()


def test_the_second_explanation_says_how_far_it_can_be_trusted(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    beside = _shown(page, context, queue)
    assert not beside.card.trust.isVisible()
    _answer(context, queue, SECOND)
    assert beside.card.trust.isVisible()
    assert "Not tested yet" in beside.card.trust.text()
    assert context.session.project is not None
    with context.session.project.transaction():
        context.session.project.explaining.put_seal(trust_figures.seal(beside._second_id))
    page._paint()
    assert beside.card.trust.text() == short_words(trust_figures.seal(1), "en")
    assert beside.card.trust.property("role") == "good"
    assert len(beside.card.trust.toolTip()) > len(beside.card.trust.text())
