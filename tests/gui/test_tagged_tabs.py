"""Beside an entity in Explain, with answers of the real engine: the words it was learnt from, and their types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.explaining.argue import Argue
from engine.api.explaining.influence import EvidenceWord, FindInfluences, Influence
from engine.api.messages import Train
from engine.api.results import Entity
from engine.api.wording import figure_words
from engine.progress import Control, finish
from engine.transfer.training import train
from gui.context import Context
from gui.pages.corpus_page import CorpusPage
from gui.pages.explain.argue_panel import ArguePanel
from gui.pages.explain.evidence_panel import EvidencePanel
from gui.pages.explain.evidence_row import EvidenceRow
from gui.pages.explain.evidence_words import piece_of
from gui.pages.explain_page import ExplainPage
from gui.theme import Theme
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import tagging_project
from tests.gui.fakes import FakeQueue
from tests.gui.task_context import InlineQueue, task_context

Surroundings = tuple[Context, FakeQueue, InlineQueue]


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    """A project whose things are tagged, and a run that has learnt them."""
    with tagging_project(tmp_path / "made") as made:
        finish(train(made, Train(method="features", source=str(bert_folder(tmp_path / "source"))), Control()))
        path = made.path
    with task_context(tmp_path, path) as found:
        yield found


def explaining(qtbot: QtBot, surroundings: Surroundings, panel: type) -> tuple[ExplainPage, object]:
    """The Explain page on a test text with a dish, and the tab of that kind in front."""
    context, _, inline = surroundings
    project = context.session.project
    assert project is not None
    rows = list(project.documents.tagged("test"))
    document = next(id for id, text, *_ in rows if "food" in text.split())
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    page.show_subject(document)
    inline.answer()
    found = next(each for each in page._side._panels if isinstance(each, panel))
    found.front_requested.emit()
    inline.answer()
    return page, found


def test_the_words_that_an_entity_was_learnt_from(qtbot: QtBot, surroundings: Surroundings) -> None:
    queue = surroundings[1]
    _, panel = explaining(qtbot, surroundings, EvidencePanel)
    assert isinstance(panel, EvidencePanel)
    subject = panel.subject
    assert subject is not None
    asked = queue.last(FindInfluences).request
    assert isinstance(asked, FindInfluences)
    assert asked.span == subject.explanation.span
    assert f"{subject.explanation.label}”" in panel._head.text()
    first = panel.rows(0)[0]
    assert "“food” DISH" in first.words()[0]
    assert panel.rows(2)
    assert not panel.labels_changed


def test_a_type_is_corrected_where_it_is_seen(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue, _ = surroundings
    project = context.session.project
    assert project is not None
    _, panel = explaining(qtbot, surroundings, EvidencePanel)
    assert isinstance(panel, EvidencePanel)
    row = panel.rows(0)[0]
    row.chosen.emit(row.key)
    correction = panel.correction
    assert correction.entities.isVisible()
    assert not correction.one.isVisible()
    document, word = row.row.document, row.row.words[0]
    before = project.documents.get(document).entities
    with qtbot.waitSignal(context.session.documents_changed):
        correction.entities.editor.entity_set.emit(word.start, word.end, "SPOT")
    now = project.documents.get(document).entities
    assert now is not None
    assert Entity(word.start, word.end, "SPOT") in now
    assert "SPOT" in panel.rows(0)[0].words()[0]
    assert correction.entities.isVisible()  # the row stays open
    assert correction.entities.text.entities() == now
    assert panel.hint.isVisible()
    assert panel.retrain.isVisible()
    with qtbot.waitSignal(context.session.documents_changed):
        context.operations.undo()
    assert project.documents.get(document).entities == before
    assert not panel.hint.isVisible()
    with qtbot.waitSignal(context.session.documents_changed):
        correction.entities.editor.tagged.emit(False)
    assert project.documents.get(document).entities is None
    panel.train_again()
    assert queue.count(Train) == 1


@pytest.mark.parametrize("pushing", [True, False])
def test_a_long_text_is_shown_from_its_word_on(qtbot: QtBot, pushing: bool) -> None:
    text = "it was \n  a day " * 30 + "in Rome"
    at = text.index("Rome")
    word = EvidenceWord(start=at, end=at + 4, label="LOC", push=0.2)
    row = Influence(document=1, text=text, label="LOC", push=0.2, likeness=0.5, doubt=0.0, words=(word,))
    theme = Theme()
    piece, ((start, end, tint),) = piece_of(row, theme.palette, pushing=pushing)
    assert piece.startswith("… ")
    assert len(piece) < 60
    assert piece[start:end] == "Rome"
    assert (tint == theme.palette.accent_soft) != pushing
    widget = EvidenceRow(theme, row, pushing=pushing)
    qtbot.addWidget(widget)
    widget.resize(300, widget.sizeHint().height())
    drawn = widget.grab().toImage()
    colours = {drawn.pixelColor(x, y).name() for x in range(drawn.width()) for y in range(drawn.height())}
    assert tint.lower() in colours


def test_a_run_that_tags_words_is_argued_with(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, queue, inline = surroundings
    _, panel = explaining(qtbot, surroundings, ArguePanel)
    assert isinstance(panel, ArguePanel)
    project = context.session.project
    assert project is not None
    assert panel._form.isVisible()
    assert not panel.places.isVisible()
    assert "single texts" in panel._everywhere.text()
    assert len(panel.word_menu(0)) == 2  # strike and mark everywhere, no place of this text
    panel.strike_word("good")
    assert panel.start.isEnabled()
    panel.minutes.setValue(0.5)
    panel.argue()
    inline.answer()
    assert queue.last(Argue).request.strike == ("good",)  # type: ignore[union-attr]
    rows = panel.table.rows()
    assert rows, panel._trouble.text()
    assert figure_words("entity_f1", "en").name == rows[0][0]
    assert any("struck" in row[0] for row in rows)
    argued = panel._argued
    assert argued is not None
    assert project.runs.get(argued.run).method == "argue"


def test_a_doubted_type_is_put_right_from_the_list(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _, inline = surroundings
    project = context.session.project
    assert project is not None
    rows = list(project.documents.tagged("train"))
    missed, text, *_ = next(row for row in rows if row[1].split().count("place") == 1 and len(row[3]) == 1)
    taken, _, _, entities = next(row for row in rows if [each.label for each in row[3]] == ["DISH"])
    with project.transaction():
        project.documents.set_tags(missed, [])
        project.documents.set_tags(taken, [Entity(each.start, each.end, "SPOT") for each in entities])
    page = CorpusPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    page.show()
    panel = page.doubts
    page.tabs.setCurrentIndex(3)
    panel.begin()
    inline.answer()
    qtbot.waitUntil(lambda: panel.table.rows_model.rowCount() > 1 and panel._now is not None)
    shown = {row.doubt.document: at for at, row in enumerate(panel.table.rows_model.rows())}
    assert {missed, taken} <= shown.keys()
    assert "an entity is wrong or missed" in panel.note()
    panel.table.choose(shown[missed])
    row = panel.table.current()
    assert row is not None
    assert (row.words, row.doubt.suggested) == ("place", "SPOT")
    assert panel._label_words(row) == "no entity: place"
    assert panel.take_it.text() == "Set “SPOT”"
    with qtbot.waitSignal(context.session.documents_changed):
        panel.take_it.click()
    at = text.index("place")
    assert project.documents.get(missed).entities == (Entity(at, at + 5, "SPOT"),)
    qtbot.waitUntil(lambda: panel.table.rows_model.rows()[shown[missed]].corrected)
    panel.table.choose(shown[taken])
    other = next(action for action in panel.labels.actions() if action.data() == "O")
    assert other.text() == "no entity"
    with qtbot.waitSignal(context.session.documents_changed):
        other.trigger()
    assert project.documents.get(taken).entities == ()
    panel.table.choose(shown[taken])
    row = panel.table.current()
    assert row is not None
    panel.fine.click()
    assert row.key in panel._accepted
    assert str(row.doubt.span) in row.key[1]
