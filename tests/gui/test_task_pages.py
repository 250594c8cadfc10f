"""Evaluate, Explain, Predict and Report on real small projects of several labels, scores and tagged words."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from engine.api.errors import OptionValue
from engine.api.messages import Evaluate, Explain, PredictFile, PredictText, Train, WriteReport
from engine.api.tasks import SHOWN_FIGURES, split_labels
from engine.api.wording import figure_words
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.progress import Control, finish
from engine.transfer.training import train
from gui.context import Context
from gui.models.result_model import ResultColumn
from gui.pages.evaluate_page import EvaluatePage
from gui.pages.explain_page import ExplainPage
from gui.pages.predict_page import PredictPage
from gui.pages.report_page import ReportPage
from gui.pages.train_page import TrainPage
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import tagging_project
from tests.gui.fakes import FakeQueue
from tests.gui.task_context import InlineQueue, task_context, task_project

TASKS = ("multi", "score", "tagging")
Surroundings = tuple[Context, FakeQueue, InlineQueue]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A trained project of each task; a test works on a copy."""
    folder = tmp_path_factory.mktemp("projects")
    found = {}
    for task in ("multi", "score"):
        with task_project(folder / task, task) as made:
            found[task] = made.path
    with tagging_project(folder / "tagging") as made:
        options: dict[str, OptionValue] = {"epochs": 12.0, "learning_rate": 5e-3}
        source = str(bert_folder(folder / "source", dropout=0.0))
        run = finish(train(made, Train(method="fine-tune", source=source, options=options), Control())).run
        # it has learnt its words, so what it errs on is made: sentences whose tags are taken out
        tagged = [id for id, _, _, entities in made.documents.tagged("test") if entities][:3]
        with made.transaction():
            for id in tagged:
                made.documents.set_tags(id, ())
        finish(work_for(made, Evaluate(run=run, split="test"), Control(), Models()))
        found["tagging"] = made.path
    return found


@pytest.fixture(params=TASKS)
def task(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def surroundings(
    qtbot: QtBot, projects: dict[str, Path], task: str, tmp_path: Path
) -> Iterator[Surroundings]:
    copy = tmp_path / projects[task].name
    shutil.copytree(projects[task], copy)
    with task_context(tmp_path, copy) as found:
        yield found


def _explaining(qtbot: QtBot, surroundings: Surroundings, document: int) -> ExplainPage:
    context, _, inline = surroundings
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.show_subject(document)
    inline.answer()
    return page


def _document(context: Context, task: str) -> tuple[int, str]:
    project = context.session.project
    assert project is not None
    rows = project.documents.tagged("test") if task == "tagging" else project.documents.labelled("test")
    for id, text, *_ in rows:
        if task != "tagging" or any(word in text.split() for word in ("film", "food")):
            return id, text
    raise AssertionError("no such text")


def test_evaluate_shows_the_figures_of_the_task(qtbot: QtBot, surroundings: Surroundings, task: str) -> None:
    context = surroundings[0]
    project = context.session.project
    assert project is not None
    page = EvaluatePage(context)
    qtbot.addWidget(page)
    page.resize(1180, 720)
    page.show()
    qtbot.waitUntil(lambda: page._texts is not None)
    found = project.runs.get(context.session.run).test
    assert found is not None
    for shown, id in zip(page._figures.figures, SHOWN_FIGURES[task], strict=True):
        said = shown.accessibleName()
        assert figure_words(id, "en").name in said
        assert f"{found.figure(id).value:.3f}" in said.replace("−", "-")
    panels = page._panels
    assert panels.matrix.isVisible() == (task == "tagging")
    assert panels.labels.isVisible() == (task == "multi")
    assert panels.scatter.isVisible() == (task == "score")
    rows = page._texts_table._model
    assert page._texts is not None
    heads = [rows.headerData(i, Qt.Orientation.Horizontal) for i in range(rows.columnCount())]
    assert (
        heads
        == {
            "multi": ["Text", "Missed", "Too many", "Probability"],
            "tagging": ["True entities", "Found entities", "Probability"],
            "score": ["Text", "True score", "Predicted", "Off by"],
        }[task]
    )
    if task == "score":
        off = [abs(float(row.label) - float(row.true_label)) for row in page._texts.rows]
        assert off == sorted(off, reverse=True)
        qtbot.waitUntil(lambda: len(panels._pairs) == found.rows)
        assert panels.scatter.as_table()[1]
    else:
        assert page._texts.rows
        assert all(row.true_label != row.label for row in page._texts.rows)
    if task == "multi":
        first = page._texts.rows[0]
        missed = set(split_labels(first.true_label)) - set(split_labels(first.label))
        assert rows.index(0, 1).data() == ", ".join(sorted(missed))
        assert panels.labels._model.columnCount() == 6
        assert panels.labels._model.index(0, 5).data() == f"{found.thresholds[0]:.3f}"


def test_a_cell_of_types_lists_its_sentences(qtbot: QtBot, projects: dict[str, Path], tmp_path: Path) -> None:
    with task_context(tmp_path, projects["tagging"]) as (context, _, _inline):
        page = EvaluatePage(context)
        qtbot.addWidget(page)
        page.show()
        qtbot.waitUntil(lambda: page._texts is not None)
        found = page._evaluation
        assert found is not None
        true, called = next(
            (i, j) for i, row in enumerate(found.confusion) for j, count in enumerate(row) if count and i != j
        )
        cell = (found.labels[true], found.labels[called])
        page._panels.cell_opened.emit(*cell)
        qtbot.waitUntil(lambda: page._texts is not None and page._texts.asked.label == cell[1])
        assert page._texts is not None
        assert 0 < len(page._texts.rows) <= found.confusion[true][called]


def test_explain_asks_what_the_task_asks(qtbot: QtBot, surroundings: Surroundings, task: str) -> None:
    context, _, inline = surroundings
    document, text = _document(context, task)
    page = _explaining(qtbot, surroundings, document)
    explanation = page._explanation
    assert explanation is not None
    assert (explanation.task, explanation.text) == (task, text)
    inspector = page._inspector
    assert inspector._target.isVisible() == (task != "score")
    assert inspector._score.isVisible() == (task == "score")
    assert page._card.entities.isVisible() == (task == "tagging")
    assert explanation.word(0) in page._reading.text()
    if task == "multi":
        assert inspector._rival.currentData() == ""
        other = next(label for label in explanation.labels if label != explanation.target)
        inspector._target.setCurrentIndex(inspector._target.findData(other))
        inspector._target.activated.emit(inspector._target.currentIndex())
        inline.answer()
        assert page._explanation is not None
        assert (page._explanation.target, page._explanation.rival) == (other, "")
        assert "what speaks for it" in page._card.decision.text()
    if task == "score":
        assert "what raised and what lowered it" in page._card.decision.text()
        qtbot.keyClicks(page._reading, " superb")
        inline.answer()
        assert "before: " in inspector._score_before.text()
    if task == "tagging":
        assert explanation.span is not None
        assert explanation.text[slice(*explanation.span)] in page._card.decision.text()


def test_an_entity_is_chosen_by_button_or_click(
    qtbot: QtBot, projects: dict[str, Path], tmp_path: Path
) -> None:
    with task_context(tmp_path, projects["tagging"]) as found:
        context, queue, inline = found
        page = ExplainPage(context)
        qtbot.addWidget(page)
        page.resize(1180, 700)
        page.show()
        page.show_subject("a good film and a good food and a place")
        inline.answer()
        assert len(page._entities) > 1
        buttons = page._card.entities._group.buttons()
        assert len(buttons) == len(page._entities)
        qtbot.keyClick(buttons[-1], Qt.Key.Key_Space)
        request = queue.last(Explain).request
        assert isinstance(request, Explain)
        last = page._entities[-1]
        assert request.span == (last.start, last.end)
        inline.answer()
        assert page._explanation is not None
        assert page._explanation.span == request.span
        assert buttons[-1].isChecked()
        first = page._entities[0]
        cursor = page._reading.textCursor()
        cursor.setPosition(first.start + 1)
        place = page._reading.cursorRect(cursor).center()
        qtbot.mouseClick(page._reading.viewport(), Qt.MouseButton.LeftButton, pos=place)
        request = queue.last(Explain).request
        assert isinstance(request, Explain)
        assert request.span == (first.start, first.end)
        inline.answer()
        # an edit before it moves the entity, and it stays the one in view
        cursor.setPosition(0)
        page._reading.setTextCursor(cursor)
        qtbot.keyClicks(page._reading, "so ")
        assert page._span == (first.start + 3, first.end + 3)


def test_one_text_is_answered_while_it_is_typed(qtbot: QtBot, surroundings: Surroundings, task: str) -> None:
    context, queue, inline = surroundings
    page = PredictPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    page.one.text.setPlainText("a good film" if task == "tagging" else "I am furious about it, superb")
    inline.answer()
    assert isinstance(queue.last(PredictText).request, PredictText)
    shown = page.one._right.currentWidget()
    if task == "multi":
        assert shown is page.one.bars
        assert "✓ " in page.one.bars.accessibleDescription()
    elif task == "score":
        assert shown is page.one.score
        assert 0 < float(page.one.score.text()) < 7
    elif shown is page.one._tagged:
        assert "film" in page.one.entities.accessibleDescription()
    else:
        assert "No entity" in page.one.words.text()


def test_several_dropped_files_are_scored_one_after_the_other(
    qtbot: QtBot, surroundings: Surroundings, tmp_path: Path
) -> None:
    context, queue, inline = surroundings
    page = PredictPage(context)
    qtbot.addWidget(page)
    page.show()
    paths = [tmp_path / name for name in ("one.csv", "no-text.csv", "two.csv")]
    for path in paths:
        rows = [["id", "text"], *([str(n), "a good film and I miss her so much"] for n in range(3))]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows if "no" not in path.stem else [["a", "b"], ["1", "2"]])
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, buttons, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(QDropEvent(QPointF(5, 5), action, data, buttons, keys))
    inline.answer()
    assert "no-text.csv, two.csv" in page.file.then.full_text()
    page.file.column.setCurrentText("text")
    page.file.begin()
    inline.answer()
    requests = [job.request for job in queue.submitted if isinstance(job.request, PredictFile)]
    assert [Path(request.path).name for request in requests] == ["one.csv", "two.csv"]
    assert all(Path(request.out).exists() for request in requests)
    assert page.file.banner.isVisible()  # the file without the column is told of
    assert not page.file.then.isVisible()


def test_results_show_what_the_task_has(
    qtbot: QtBot, surroundings: Surroundings, task: str, tmp_path: Path
) -> None:
    context, _, inline = surroundings
    page = PredictPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    path = tmp_path / ("new.conll" if task == "tagging" else "new.csv")
    if task == "tagging":
        path.write_text("a O\ngood O\nfilm B-WORK\n\nfood B-DISH\nwas O\n", encoding="utf-8")
    else:
        path.write_text("text\nI am furious about it\nThe kettle is superb\n", encoding="utf-8")
    page.file.set_files([path])
    inline.answer()
    assert page.file.scheme.isVisible() == (task == "tagging")
    page.file.begin()
    inline.answer()
    table = page.results.first
    qtbot.waitUntil(lambda: table.rows.rowCount() == 2)
    assert table.isColumnHidden(ResultColumn.PROBABILITY) == (task != "multi")
    name = {"multi": "Labels", "score": "Score", "tagging": "Entities"}[task]
    assert table.rows.headerData(ResultColumn.LABEL, Qt.Orientation.Horizontal) == name
    if task == "score":
        qtbot.waitUntil(lambda: len(page.results.spread.bars()) == 10)
    if task == "tagging":
        assert table.rows.row(0).text == "a good film"
        assert Path(page.file.out.text()).suffix == ".conll"


def test_a_report_of_the_task_is_asked_for_and_written(
    qtbot: QtBot, surroundings: Surroundings, task: str
) -> None:
    context, queue, inline = surroundings
    page = ReportPage(context)
    qtbot.addWidget(page)
    page.show()
    page.primary_action()
    request = queue.last(WriteReport).request
    assert isinstance(request, WriteReport)
    assert ("classes" in request.sections) == (task != "score")
    assert ("confusion" in request.sections) == (task != "multi")
    inline.answer()
    assert Path(request.out).exists()
    assert page.banner.isVisible()


# --- train ------------------------------------------------------------------------------------------------


def test_every_task_offers_to_train(qtbot: QtBot, surroundings: Surroundings) -> None:
    context, _, _ = surroundings
    page = TrainPage(context)
    qtbot.addWidget(page)
    page.show()
    project = context.session.project
    assert project is not None
    qtbot.waitUntil(lambda: page._train_texts() is not None)
    assert page._start.isVisible()
    tagged = project.task == "tagging"
    texts = len(list(project.documents.tagged("train") if tagged else project.documents.labelled("train")))
    assert page._train_texts() == texts > 0
