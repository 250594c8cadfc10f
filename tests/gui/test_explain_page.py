"""Explain: a text and its words, what-if as one types, and pictures that keep every character."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QTextCursor
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import (
    Explain,
    Explained,
    FaithfulnessMeasured,
    MeasureFaithfulness,
    PredictText,
    TextPredicted,
)
from engine.api.results import Explanation, WordScore
from gui.context import Context
from gui.pages.base import PageState
from gui.pages.explain import picture, sentences
from gui.pages.explain.scale import ClassScales
from gui.pages.explain_page import ExplainPage
from gui.store_reader import StoreReader
from gui.theme import LIGHT
from gui.widgets.entity_reading import EntityReading
from gui.widgets.highlighted_text import HighlightedText
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

TEXT = "<b>the card</b> was refused & 我要退款 😀 twice"
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
    return page


def _answer(context: Context, queue: FakeQueue, explanation: Explanation) -> None:
    """Put an explanation into the store and tell the page of it."""
    project = context.session.project
    assert project is not None
    with project.transaction():
        id = project.runs.put_explanation(explanation)
    queue.finish(queue.last(Explain), Explained(id))


def _predicted(text: str, first: float) -> TextPredicted:
    rest = (1 - first) / 2
    return TextPredicted(
        run="fine-tune-3", labels=LABELS, probabilities=(first, rest, rest), read_to=len(text)
    )


def _document(context: Context) -> tuple[int, str]:
    project = context.session.project
    assert project is not None
    id, text, _label = next(project.documents.labelled("test"))
    return id, text


# --- the words of it --------------------------------------------------------------------------------------


def test_the_sentence_says_what_was_explained_and_what_is_left_out() -> None:
    explanation = figures_project.explanation("r", None, "late parcel again", LABELS)
    said = sentences.seal(explanation)
    assert "Billing" in said
    assert "94.0 %" in said
    assert "Delivery" in said
    assert "9 % went to markers" in said
    assert "margin" not in said  # LRP's scores need not add up, so no delta is claimed
    complete = msgspec.structs.replace(explanation, method="integrated-gradients", relative_delta=0.012)
    assert "1.2 %" in sentences.seal(complete)
    assert not sentences.needs_care(complete)
    assert sentences.needs_care(msgspec.structs.replace(complete, relative_delta=0.08))
    cut = msgspec.structs.replace(explanation, read_to=11)
    assert "last 6 characters" in sentences.seal(cut)


def test_a_probability_is_never_rounded_to_certainty() -> None:
    shown = [sentences.probability_text(p) for p in (0.99999, 0.5, 0.00001, 1.0)]
    assert shown == ["> 99.9 %", "50.0 %", "< 0.1 %", "100.0 %"]


def test_one_scale_for_a_class_keeps_a_weak_text_weak(qtbot: QtBot) -> None:
    scales = ClassScales(StoreReader())
    strong = figures_project.explanation("r", 1, "one two three four", LABELS)
    weak = msgspec.structs.replace(strong, words=(WordScore(0, 3, 0.1),))
    scales.see(strong)
    scales.see(weak)
    top = max(abs(word.score) for word in strong.words)
    assert scales.scale(weak, this_text_only=False) == top
    assert scales.scale(weak, this_text_only=True) == 0.1
    other = msgspec.structs.replace(weak, target="Returns")
    assert scales.scale(other, this_text_only=False) == 0.1


# --- the page ------------------------------------------------------------------------------------------


def test_without_a_run_the_page_offers_the_next_step(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, runs=False) as (context, queue):
        page = _page(qtbot, context)
        assert page._empty.isVisible()
        assert page.state()[0] is PageState.EMPTY
        page.primary_action()
        assert queue.submitted == []


def test_a_document_is_predicted_and_explained_at_once(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    id, text = _document(context)
    context.session.explain_requested.emit(id)
    assert queue.last(PredictText).request == PredictText(run="fine-tune-3", text=text, document=id)
    assert queue.last(Explain).request == Explain(run="fine-tune-3", document=id)
    queue.finish(queue.last(PredictText), _predicted(text, 0.94))
    _answer(context, queue, figures_project.explanation("fine-tune-3", id, text, LABELS))
    assert page._reading.text() == text
    assert not page._reading.faded()
    assert page._reading.visible_span(0) is not None
    assert "94.0 %" in page._card.decision.text()
    assert page._inspector._words.model().rowCount() == len(text.split())


def test_typing_asks_for_the_prediction_at_once_and_the_highlight_when_hands_rest(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    id, text = _document(context)
    page.show_subject(id)
    queue.finish(queue.last(PredictText), _predicted(text, 0.94))
    _answer(context, queue, figures_project.explanation("fine-tune-3", id, text, LABELS))
    explained = queue.count(Explain)
    cursor = page._reading.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    page._reading.setTextCursor(cursor)
    qtbot.keyClicks(page._reading, " no")
    assert queue.last(PredictText).request == PredictText(run="fine-tune-3", text=text + " no")
    assert queue.count(Explain) == explained
    queue.finish(queue.last(PredictText), _predicted(text, 0.41))
    assert "94.0 % → 41.0 %" in page._inspector._bars.accessibleDescription()
    qtbot.waitUntil(lambda: queue.count(Explain) == explained + 1)
    assert queue.last(Explain).request == Explain(run="fine-tune-3", text=text + " no")


def test_an_answer_to_an_older_text_is_never_shown(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject("the first text")
    old = queue.last(Explain)
    page.show_subject("another text")
    project = context.session.project
    assert project is not None
    with project.transaction():
        id = project.runs.put_explanation(
            figures_project.explanation("fine-tune-3", None, "the first text", LABELS)
        )
    queue.finish(old, Explained(id))
    assert page._explanation is None
    assert page._inspector._words.model().rowCount() == 0


def test_the_question_and_the_method_can_be_changed(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject("one two three")
    _answer(context, queue, figures_project.explanation("fine-tune-3", None, "one two three", LABELS))
    inspector = page._inspector
    inspector._rival.setCurrentIndex(inspector._rival.findData("Returns"))
    inspector._rival.activated.emit(inspector._rival.currentIndex())
    request = queue.last(Explain).request
    assert isinstance(request, Explain)
    assert (request.target, request.rival) == ("Billing", "Returns")
    inspector._method.setCurrentIndex(inspector._method.findData("integrated-gradients"))
    inspector._method.activated.emit(inspector._method.currentIndex())
    request = queue.last(Explain).request
    assert isinstance(request, Explain)
    assert request.method == "integrated-gradients"
    context.session.select_run("bag-of-words-1")
    request = queue.last(Explain).request
    assert isinstance(request, Explain)
    assert (request.run, request.method, request.target) == ("bag-of-words-1", "", None)
    assert inspector.method == "linear"


def test_the_highlight_method_is_checked_once_and_its_result_said(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    qtbot.mouseClick(page._card.measure, Qt.MouseButton.LeftButton)
    job = queue.last(MeasureFaithfulness)
    assert job.request == MeasureFaithfulness(run="fine-tune-3", method="lrp")
    assert not page._card.measure.isEnabled()
    measured = figures_project.faithfulness("fine-tune-3")
    project = context.session.project
    assert project is not None
    with project.transaction():
        project.runs.put_faithfulness(measured)
    queue.finish(job, FaithfulnessMeasured(measured))
    assert "0.61" in page._card.measure_line.text()
    assert "0.22" in page._card.measure_line.text()
    assert not page._card.measure.isVisible()


def test_a_failure_is_told_and_forgotten_with_the_next_text(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject("some text")
    queue.fail(queue.last(Explain), ErrorKind.RUN_FILES_MISSING, run="fine-tune-3", path="/x")
    assert page._banner.isVisible()
    page.show_subject("other text")
    assert not page._banner.isVisible()


def test_errors_of_the_run_can_be_listed(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    panel = page._documents
    panel._filter.setCurrentIndex(1)
    qtbot.waitUntil(lambda: panel._errors.rowCount() > 0)
    with qtbot.waitSignal(panel.chosen) as chosen:
        panel._view.setCurrentIndex(panel._errors.index(0, 0))
    assert chosen.args == [panel._errors.document(0)]


# --- leaving the window -----------------------------------------------------------------------------------


def test_words_are_copied_as_a_table(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject(TEXT)
    explanation = figures_project.explanation("fine-tune-3", None, TEXT, LABELS)
    _answer(context, queue, explanation)
    page._inspector._words.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "word\tstart\tend\tscore"
    assert len(lines) == len(explanation.words) + 1
    for line in lines[1:]:
        word, start, end, _score = line.split("\t")
        assert TEXT[int(start) : int(end)] == word
    page._menu.copy()
    assert TEXT in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("text", [TEXT, "我要退款，谢谢。", "word " * 3000])
def test_pictures_and_pages_are_written_whole(qtbot: QtBot, tmp_path: Path, text: str) -> None:
    explanation = figures_project.explanation("fine-tune-3", None, text, LABELS)
    made = picture.make_picture(explanation, 1.0, "en", figures_project.faithfulness("fine-tune-3"))
    picture.save_png(made, tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    assert image.width() == 2 * picture.WIDTH
    colours = {
        image.pixelColor(x, y).name()
        for x in range(0, 1500, 7)
        for y in range(0, min(700, image.height()), 7)
    }
    assert QColor(LIGHT.word_for).name() in colours  # the strongest word in full strength, or the legend
    picture.save_pdf(made, tmp_path / "a.pdf")
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") >= (2 if len(text) > 5000 else 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "a.png"]


def test_a_folder_that_is_gone_is_told_in_words(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], tmp_path: Path
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject(TEXT)
    _answer(context, queue, figures_project.explanation("fine-tune-3", None, TEXT, LABELS))
    for name in ("x.png", "x.pdf"):
        page._banner.hide()
        page.export(str(tmp_path / "gone" / name))
        qtbot.waitUntil(page._banner.isVisible)
        assert page._failure is not None


def test_the_list_follows_the_text_that_another_page_opened(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    panel = page._documents
    id, _text = _document(context)
    page.show_subject(id)  # before the list has been read
    qtbot.waitUntil(lambda: panel._view.currentIndex().isValid())
    assert panel._all.id_at(panel._view.currentIndex().row()) == id
    assert panel._view.visualRect(panel._view.currentIndex()).intersects(panel._view.viewport().rect())
    page.show_subject("a text of no document")
    assert not panel._view.selectionModel().hasSelection()


def test_a_picture_is_written_beside_the_window_and_told(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], tmp_path: Path
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject(TEXT)
    _answer(context, queue, figures_project.explanation("fine-tune-3", None, TEXT, LABELS))
    file = tmp_path / "why.png"
    page.export(str(file))
    qtbot.waitUntil(page._banner.isVisible)
    assert str(file) in page._banner.accessibleName()
    assert QImage(str(file)).width() == 2 * picture.WIDTH


def test_one_text_is_typed_into_and_the_one_beside_it_is_only_read(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    page = _page(qtbot, surroundings[0])
    (reading,) = page.findChildren(EntityReading)  # what the first run of a newcomer types into
    assert not reading.isReadOnly()
    others = [each for each in page.findChildren(HighlightedText) if each is not reading]
    assert others
    assert all(each.isReadOnly() for each in others)
