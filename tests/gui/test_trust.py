"""The trust seal above the text, the tab Trust, and what says that a highlight is settled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.trust import (
    ExplainersRanked,
    RankExplainers,
    ScrambleWeights,
    Sealed,
    SealExplanation,
    WeightsScrambled,
)
from engine.api.messages import JobState, Lane, PredictText
from engine.api.project import Project
from engine.api.results import Explanation
from gui.context import Context
from gui.pages.explain import trust_sentences
from gui.pages.explain.trust_panel import TrustPanel
from gui.pages.explain_page import ExplainPage
from gui.settings import HIDE_BELOW, LANGUAGE, PATTERNS
from gui.theme import LIGHT
from gui.widgets.word_tint import TintStyle
from tests.gui import figures_project, trust_figures
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context
from tests.gui.trust_page import LABELS, RUN, TEXT, answer, seal, shown

# The offscreen platform has no window manager to tell.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path, texts=30) as found:
        yield found


def _trust(page: ExplainPage) -> TrustPanel:
    return next(each for each in page._side._panels if isinstance(each, TrustPanel))


# --- the seal ---------------------------------------------------------------------------------------------


def test_the_first_paint_is_there_before_the_seal_is_asked_for(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    assert queue.count(SealExplanation) == 0
    assert page._card.seal.tone == "muted"
    id = answer(context, queue)
    assert page._reading.visible_span(0) is not None
    job = queue.last(SealExplanation)
    assert job.request == SealExplanation(id)
    assert job.lane is Lane.INTERACTIVE
    assert "Being tested" in page._card.seal.words()
    assert "settling" in page._card._note.text()
    seal(context, queue, trust_figures.seal(id))
    assert page._card.seal.tone == "good"
    assert "0.31 against 0.04" in page._card.seal.words()
    assert "settled" in page._card._note.text()


@pytest.mark.parametrize(
    ("reason", "tone", "said"),
    [
        ("removal-turns", "good", "Tested: it holds"),
        ("methods-differ", "careful", "Read with care"),
        ("removal-random", "bad", "Do not rely on it"),
    ],
)
def test_every_colour_comes_with_its_reason(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], reason: str, tone: str, said: str
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    id = answer(context, queue)
    seal(context, queue, trust_figures.seal(id, reason))
    line = page._card.seal
    assert line.tone == tone
    assert line.words().startswith(f"{said}. ")
    assert len(line.words()) > len(said) + 20
    assert line.accessibleName() == line.words()
    line.grab()


def test_a_stored_seal_is_shown_at_once(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    seal(context, queue, trust_figures.seal(answer(context, queue)))
    page.show_subject("another text of some words")
    answer(context, queue, "another text of some words")
    asked = queue.count(SealExplanation)
    page.show_subject(TEXT)
    answer(context, queue)  # a new explanation, but the same
    assert queue.count(SealExplanation) == asked
    assert page._card.seal.tone == "good"
    page.show_subject(TEXT)
    answer(context, queue, target="Returns")
    assert queue.count(SealExplanation) == asked + 1


def test_typing_lets_the_seal_go(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    id = answer(context, queue)
    job = queue.last(SealExplanation)
    page._reading.setFocus()
    page._reading.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(page._reading, " now")
    assert job.state is JobState.CANCELLED  # the prediction need not wait for it
    assert queue.last(PredictText).request == PredictText(run=RUN, text=TEXT + " now")
    queue.finish(job, Sealed(trust_figures.seal(id, "removal-random")))
    assert page._card.seal.tone == "muted"
    assert page._reading.text() == TEXT + " now"


def test_a_seal_that_fails_says_why(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    answer(context, queue)
    page._show_trust()
    queue.fail(queue.last(SealExplanation), ErrorKind.RUN_FILES_MISSING, run=RUN, path="/x")
    assert "could not be tested" in page._card.seal.words()
    assert not page._banner.isVisible()  # the explanation itself stands
    assert _trust(page).text._problem.isVisible()


def test_disputed_words_fade_and_say_so(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    id = answer(context, queue)
    before = page._reading.grab().toImage()
    seal(context, queue, trust_figures.seal(id, disputed=(0,)))
    assert page._reading.grab().toImage() != before
    assert "dashed" in page._card._note.text()
    assert "say the opposite" in page._card.word_tooltip(0)
    assert "say the opposite" not in page._card.word_tooltip(1)


def test_the_strongest_words_are_read_out_in_order(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    answer(context, queue)
    found = page._explanation
    assert found is not None
    ranked = sorted(range(len(found.words)), key=lambda i: -abs(found.words[i].score))
    said = page._reading.accessibleDescription()
    places = [said.index(f"“{found.word(i)}”") for i in ranked[:3]]
    assert places == sorted(places)
    page._reading.setFocus()
    page._reading.moveCursor(QTextCursor.MoveOperation.Start)
    with qtbot.waitSignal(page._reading.word_focused) as stepped:
        QTest.keyClick(page._reading, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert f"“{found.word(stepped.args[0])}”" in page._card.word_tooltip(stepped.args[0])


# --- the tab Trust ----------------------------------------------------------------------------------------


def test_a_click_on_the_seal_opens_the_tab_with_its_parts(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    id = answer(context, queue)
    qtbot.mouseClick(page._card.seal, Qt.MouseButton.LeftButton)
    panel = _trust(page)
    assert panel.isVisible()
    assert "Being tested" in panel.text.words()
    seal = trust_figures.seal(id, "methods-differ", "markers", "removal-strong", agreement=0.2)
    queue.finish(queue.last(SealExplanation), Sealed(seal))
    assert panel.text.words() == page._card.seal.words()
    bars = panel.text.bars.accessibleDescription()
    assert "2 strongest" in bars
    assert "0.31" in bars
    assert "0.04" in bars
    rows = {name: row.words() for name, row in panel.text.rows.items()}
    assert "0.20" in rows["agreement"]
    assert "CP-LRP" in rows["agreement"]
    assert "9.0 % of the scores went" in rows["markers"]
    assert "whole text" in rows["unread"]
    page._side.setCurrentIndex(0)
    page._card.seal.setFocus()
    QTest.keyClick(page._card.seal, Qt.Key.Key_Space)
    assert panel.isVisible()


def test_the_parts_fit_a_score_and_a_text_that_cannot_be_tested(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page._show_trust()
    panel = _trust(page)
    assert "No text is explained" in panel.text.words()
    page.show_subject("well")
    id = answer(context, queue, "well", read_to=2)
    one = trust_figures.seal(
        id, "nothing-to-remove", "no-other-method", "unread", agreement=None, disputed=()
    )
    one = msgspec.structs.replace(one, removal=None, methods=(), unread_share=0.5)
    queue.finish(queue.last(SealExplanation), Sealed(one))
    assert not panel.text.bars.isVisible()
    assert page._card.seal.tone == "careful"
    assert "50 %" in panel.text.rows["unread"].words()
    page.show_subject(TEXT)
    id = answer(
        context, queue, task="score", labels=("score",), probabilities=(3.2,), target="score", label=""
    )
    queue.finish(queue.last(SealExplanation), Sealed(trust_figures.seal(id, disputed=())))
    assert "How far the score falls" in panel.text._removal_words.text()
    page.grab()


def test_the_ranking_is_measured_in_the_heavy_lane(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page._show_trust()
    check = _trust(page).of_run.ranking
    assert "Not measured" in check.found.text()
    check.measure.setFocus()
    QTest.keyClick(check.measure, Qt.Key.Key_Space)
    job = queue.last(RankExplainers)
    assert (job.request, job.lane) == (RankExplainers(run=RUN), Lane.HEAVY)
    assert not check.measure.isEnabled()
    queue.begin(job)
    queue.progress(job, "measure", 30, 60)
    assert "50 %" in check.state.text()
    ranking = trust_figures.ranking(RUN, instant="cp-lrp", settled="cp-lrp")
    project = context.session.project
    assert project is not None
    with project.transaction():
        project.explaining.put_finding(RUN, ranking)
    queue.finish(job, ExplainersRanked(ranking))
    assert len(check.rows()) == 5
    assert "default" in check.rows()[2].accessibleName()
    assert "420 ms" in check.rows()[0].accessibleDescription()
    assert "Not for this model: GradientSHAP." in check._rest.text()
    assert "No time was left for: LIME." in check._rest.text()
    assert page._inspector.method == "cp-lrp"
    assert not page._card.measure.isVisible()  # the tab has the figures now
    assert check.measure.isEnabled()


def test_the_scramble_check_is_a_curve_and_a_sentence(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page._show_trust()
    check = _trust(page).of_run.scramble
    check.measure.click()
    job = queue.last(ScrambleWeights)
    assert job.request == ScrambleWeights(run=RUN)
    queue.fail(job, ErrorKind.SPLIT_EMPTY, split="validation")
    assert check.problem.isVisible()
    check.measure.click()
    assert not check.problem.isVisible()
    found = trust_figures.scramble(RUN, passed=False)
    project = context.session.project
    assert project is not None
    with project.transaction():
        project.explaining.put_finding(RUN, found)
    with qtbot.waitSignal(check.plot.drawn):
        queue.finish(queue.last(ScrambleWeights), WeightsScrambled(found))
    assert "Do not rely on it" in check.found.text()
    head, rows = check.plot.as_table()
    assert (len(head), len(rows)) == (2, 8)
    context.session.select_run("bag-of-words-1")
    assert "no layers" in check.found.text()
    assert not check.measure.isVisible()
    assert not check.plot.isVisible()


def test_a_tab_behind_forgets_the_runs_of_the_project_before(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], tmp_path: Path
) -> None:
    context, _ = surroundings
    page = shown(qtbot, context)
    page._show_trust()
    page._side.setCurrentIndex(0)
    other = tmp_path / "other.lexplain"
    Project.create(other).close()
    context.session.open(other)
    context.settings.set(LANGUAGE, "zh_CN")
    QApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    page._show_trust()
    assert _trust(page).of_run.scramble.run == ""


# --- reading comfort ----------------------------------------------------------------------------------------


def test_weak_tints_can_be_hidden_and_it_is_kept(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    answer(context, queue)
    whole = page._reading.grab().toImage()
    slider = page._card.tints.slider
    slider.setFocus()
    for _ in range(6):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 30
    assert page._reading.grab().toImage() != whole
    assert context.settings.get(HIDE_BELOW) == 30
    qtbot.mouseClick(page._card.tints.patterns, Qt.MouseButton.LeftButton)
    assert context.settings.get(PATTERNS)
    assert shown(qtbot, context)._card.tints.tint_style == TintStyle(hide_below=0.3, patterns=True)


def test_patterns_are_without_colours(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = shown(qtbot, context)
    page.show_subject(TEXT)
    answer(context, queue)
    hues = {QColor(LIGHT.word_for).name(), QColor(LIGHT.word_against).name()}
    assert hues & _colours(page)
    page._card.tints.patterns.setChecked(True)
    assert not hues & _colours(page)


def _colours(page: ExplainPage) -> set[str]:
    image = page._reading.viewport().grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, 120, 3)}


def test_what_a_style_hides() -> None:
    style = TintStyle(hide_below=0.5)
    assert [style.hides(score, 2.0) for score in (0.0, 0.9, -0.9, 1.0, -3.0)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert not TintStyle().hides(0.001, 2.0)


def _explanation() -> Explanation:
    return figures_project.explanation(RUN, None, TEXT, LABELS)


def test_a_text_without_scores_has_nothing_to_read_out() -> None:
    found = _explanation()
    blank = tuple(msgspec.structs.replace(word, score=0.0) for word in found.words)
    assert trust_sentences.spoken(msgspec.structs.replace(found, words=blank)) == ""
    assert trust_sentences.spoken(found).count("“") >= 5
