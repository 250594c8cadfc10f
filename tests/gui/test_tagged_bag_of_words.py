"""The pages on a bag-of-words run of tagged words: from the form to its reasons, with the real engine behind them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.catalog import explainers_for
from engine.api.errors import ErrorKind
from engine.api.messages import Train
from engine.api.project import Project
from engine.progress import Control, finish
from engine.transfer.training import train
from gui.context import Context
from gui.jobs import Job
from gui.pages.corpus_page import CorpusPage
from gui.pages.evaluate_page import EvaluatePage
from gui.pages.explain.argue_panel import ArguePanel
from gui.pages.explain_page import ExplainPage
from gui.pages.export.export_dialog import ExportDialog
from gui.pages.train_page import TrainPage
from tests.engine.tiny_tasks import tagging_project
from tests.gui.fakes import FakeQueue
from tests.gui.task_context import InlineQueue, task_context

Surroundings = tuple[Context, FakeQueue, InlineQueue]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one run; a test works on a copy."""
    with tagging_project(tmp_path_factory.mktemp("trained") / "p") as made:
        finish(train(made, Train(method="bag-of-words"), Control()))
        return made.path


@pytest.fixture
def surroundings(qtbot: QtBot, trained: Path, tmp_path: Path) -> Iterator[Surroundings]:
    copy = tmp_path / trained.name
    shutil.copytree(trained, copy)
    with task_context(tmp_path, copy) as found:
        yield found


def project_of(context: Context) -> Project:
    project = context.session.project
    assert project is not None
    return project


def failures(jobs: list[Job]) -> list[tuple[str, ErrorKind]]:
    return [(type(job.request).__name__, job.error.kind) for job in jobs if job.error is not None]


def test_the_form_offers_it_and_what_it_starts_becomes_a_run(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, queue, inline = surroundings
    page = TrainPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page._train_texts() is not None)
    page._set_up.show_method("bag-of-words")
    form = page._form()
    assert form.method.id == "bag-of-words"
    assert form.values()["min_documents"] == 2, "the default of the task"
    assert "min_documents" not in form.given()
    assert not form.row("strike").isVisibleTo(form)
    page.primary_action()
    request = queue.last(Train).request
    assert isinstance(request, Train)
    assert (request.method, request.options) == ("bag-of-words", {})
    assert not failures(inline.answer())
    assert [run.id for run in project_of(context).runs.all()] == ["bag-of-words-1", "bag-of-words-2"]


def test_evaluate_takes_it_for_the_line_itself(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = EvaluatePage(surroundings[0])
    qtbot.addWidget(page)
    page.resize(1180, 720)
    page.show()
    qtbot.waitUntil(lambda: page._texts is not None)
    found = project_of(surroundings[0]).runs.all()[0].test
    assert found is not None
    for shown, id in zip(
        page._figures.figures, ("entity_f1", "entity_precision", "entity_recall"), strict=True
    ):
        assert f"{found.figure(id).value:.3f}" in shown.accessibleName()
        assert "no bag-of-words run" not in shown.accessibleName()
    assert page._panels.matrix.isVisible()


def test_an_entity_is_explained_by_the_exact_terms_of_its_words(
    qtbot: QtBot, surroundings: Surroundings
) -> None:
    context, _, inline = surroundings
    document, text = next(
        (id, text) for id, text, _, found in project_of(context).documents.tagged("test") if found
    )
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.show_subject(document)
    assert not failures(inline.answer())
    found = page._explanation
    assert found is not None
    assert (found.text, found.method, found.task) == (text, "linear", "tagging")
    assert found.span is not None
    assert found.text[slice(*found.span)] in page._card.decision.text()
    assert page._card.entities.isVisible()


def test_every_tab_of_the_corpus_works_or_says_why_not(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _, inline = surroundings
    page = CorpusPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.words._fill_methods()
    offered = {page.words.methods.itemData(at) for at in range(page.words.methods.count())}
    assert {"linear"} <= offered - {None} <= set(explainers_for("bag-of-words", "tagging"))
    assert [panel for panel in page.panels if panel.why_not()] == [page.doubts]
    for at, panel in enumerate(page.panels):
        if panel is not page.doubts:
            page.tabs.setCurrentIndex(at)
            page.primary_action()
            jobs = inline.answer()
            assert jobs
            assert not failures(jobs)


def test_only_the_formats_that_can_hold_it_are_offered(qtbot: QtBot, surroundings: Surroundings) -> None:
    context = surroundings[0]
    dialog = ExportDialog(context, project_of(context).runs.all()[0])
    qtbot.addWidget(dialog)
    dialog.show()
    assert [card.key for card in dialog.cards.cards()] == ["runner", "huggingface"]


def test_it_is_not_argued_with(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = ExplainPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    panel = page.findChild(ArguePanel)
    assert panel is not None
    qtbot.waitUntil(lambda: "bag of words" in panel._intro.text())
    assert not panel._form.isVisible()
