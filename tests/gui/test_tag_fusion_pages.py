"""A run of two encoders that tags words, on the pages that show what runs find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.messages import Train
from engine.progress import Control, finish
from engine.transfer.training import train
from gui.context import Context
from gui.pages.corpus_page import CorpusPage
from gui.pages.evaluate_page import EvaluatePage
from gui.pages.explain_page import ExplainPage
from gui.pages.predict_page import PredictPage
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, blind_folder
from tests.gui.task_context import InlineQueue, task_context


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fused")
    first, second = blind_folder(folder / "blind"), bert_folder(folder / "reader")
    with task_project(folder / "p", "tagging", validation=80) as made:
        wanted = Train(method="fusion", source=str(first), options={"second_source": str(second)})
        run = finish(train(made, wanted, Control())).run
        assert made.has_two_encoders(run)
        return made.path


@pytest.fixture
def surroundings(qtbot: QtBot, trained: Path, tmp_path: Path) -> Iterator[tuple[Context, InlineQueue]]:
    with task_context(tmp_path, trained) as (context, _, inline):
        yield context, inline


def test_evaluate_shows_its_entities(qtbot: QtBot, surroundings: tuple[Context, InlineQueue]) -> None:
    context, _ = surroundings
    page = EvaluatePage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page._texts is not None)
    assert page._panels.matrix.isVisible()
    project = context.session.project
    assert project is not None
    found = project.runs.get(context.session.run).test
    assert found is not None
    shown = page._figures.figures[0].accessibleName()
    assert f"{found.main.value:.3f}" in shown


def test_explain_colours_the_words_of_an_entity(
    qtbot: QtBot, surroundings: tuple[Context, InlineQueue]
) -> None:
    context, inline = surroundings
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.show_subject("a good film and it was awful")
    inline.answer()
    found = page._explanation
    assert found is not None
    assert found.method == "lrp"
    assert found.span is not None
    assert found.text[slice(*found.span)] in page._card.decision.text()
    assert len(found.words) == 7


def test_predict_marks_the_entities_of_a_text(
    qtbot: QtBot, surroundings: tuple[Context, InlineQueue]
) -> None:
    context, inline = surroundings
    page = PredictPage(context)
    qtbot.addWidget(page)
    page.show()
    page.one.text.setPlainText("a good film and it was awful")
    inline.answer()
    shown = page.one._right.currentWidget()
    assert shown is page.one._tagged
    assert "good" in page.one.entities.accessibleDescription()


def test_two_encoders_are_no_judges_of_tags(qtbot: QtBot, surroundings: tuple[Context, InlineQueue]) -> None:
    page = CorpusPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.doubts.run is not None)
    assert "one encoder" in page.doubts.why_not()
