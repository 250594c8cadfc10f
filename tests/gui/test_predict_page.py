"""The Predict page: a text while it is typed, a file while it is scored, and what to read yourself."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import (
    ColumnMapping,
    FileInspected,
    FilePredicted,
    InspectFile,
    PredictFile,
    PredictText,
    Progress,
    TextPredicted,
)
from engine.api.pairs import joined
from gui.context import Context
from gui.jobs import Job
from gui.models.result_model import ResultColumn
from gui.models.scored_file import ReadHead
from gui.pages.base import PageState
from gui.pages.predict.results_panel import bucket_text
from gui.pages.predict_page import PredictPage
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import add_run, page_context, preview

Surroundings = tuple[Context, FakeQueue]


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with page_context(tmp_path) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, surroundings: Surroundings) -> PredictPage:
    context, _ = surroundings
    assert context.session.project is not None
    add_run(context.session.project, macro_f1=0.7)
    add_run(context.session.project, macro_f1=0.9)
    page = PredictPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    return page


def _choose_file(page: PredictPage, surroundings: Surroundings, path: Path) -> None:
    context, queue = surroundings
    assert context.session.project is not None
    page.file.set_file(path)
    with context.session.project.transaction():
        number = context.session.project.documents.add_preview(preview(path))
    queue.finish(queue.last(InspectFile), FileInspected(number))


def _write(out: Path, rows: int, *, half: bool = False) -> None:
    """As the engine writes: the input's columns, then label, probability, margin."""
    out.parent.mkdir(exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "message", "topic", "label", "probability", "margin"])
        for row in range(rows):
            margin = row / rows
            writer.writerow([row, f"text {row}", "", "Billing", f"{0.5 + margin / 2:.6f}", f"{margin:.6f}"])
        if half:
            file.write('99,"a text that is only')


def _start(page: PredictPage, surroundings: Surroundings, tmp_path: Path) -> tuple[Job, Path]:
    queue = surroundings[1]
    _choose_file(page, surroundings, tmp_path / "mail.csv")
    page.primary_action()
    job = queue.last(PredictFile)
    queue.begin(job)
    request = job.request
    assert isinstance(request, PredictFile)
    return job, Path(request.out)


def test_without_a_run_there_is_one_sentence(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = PredictPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    assert page.state()[0] is PageState.EMPTY
    assert page.empty.isVisible()
    assert not page.runs.isVisible()


def test_the_best_run_is_chosen_first(page: PredictPage) -> None:
    assert page.runs.run is not None
    assert page.runs.run.id == "bag-of-words-2"
    assert "0.90" in page.runs.currentText()


def test_bars_follow_the_typing(page: PredictPage, surroundings: Surroundings) -> None:
    queue = surroundings[1]
    page.one.text.setPlainText("please refund me")
    request = queue.last(PredictText).request
    assert isinstance(request, PredictText)
    assert (request.run, request.text) == ("bag-of-words-2", "please refund me")
    queue.finish(
        queue.last(PredictText),
        TextPredicted(
            run=request.run, labels=("Delivery", "Billing"), probabilities=(0.25, 0.75), read_to=16
        ),
    )
    assert page.one.bars.isVisible()
    assert page.one.bars.accessibleDescription() == "Billing 75.0 %, Delivery 25.0 %"
    page.one.text.clear()
    assert not page.one.bars.isVisible()
    assert queue.count(PredictText) == 1


def test_an_error_of_a_text_is_words(page: PredictPage, surroundings: Surroundings) -> None:
    queue = surroundings[1]
    page.one.text.setPlainText("x")
    queue.fail(queue.last(PredictText), ErrorKind.RUN_FILES_MISSING, run="bag-of-words-2", path="/gone")
    assert page.one.words.isVisible()
    assert page.one.words.text()


def test_the_file_is_asked_for_as_shown(
    page: PredictPage, surroundings: Surroundings, tmp_path: Path
) -> None:
    job, out = _start(page, surroundings, tmp_path)
    request = job.request
    assert isinstance(request, PredictFile)
    assert request.text_column == "message"
    assert out == tmp_path / "test.lexplain" / "exports" / "mail-scored.csv"
    assert page.state()[0] is PageState.RUNNING
    assert page.file.stop.isVisible()
    assert not page.file.start.isVisible()


def test_first_rows_show_while_the_file_is_written(
    qtbot: QtBot, page: PredictPage, surroundings: Surroundings, tmp_path: Path
) -> None:
    job, out = _start(page, surroundings, tmp_path)
    _write(out.with_name(out.name + ".part"), 40, half=True)
    job.progressed.emit(
        Progress(
            job=job.id,
            stage="score",
            done=40,
            total=80,
            rate=12.0,
            label_counts={"Billing": 30, "Delivery": 10},
        )
    )
    assert [(bar.text, bar.count) for bar in page.results.spread.bars()] == [
        ("Billing", 30),
        ("Delivery", 10),
    ]
    assert "12 rows a second" in page.file.words.text()
    rows = page.results.first.rows
    qtbot.waitUntil(lambda: rows.rowCount() == 40)
    assert rows.index(3, ResultColumn.TEXT).data() == "text 3"


def test_texts_below_the_line_are_to_be_read(
    qtbot: QtBot, page: PredictPage, surroundings: Surroundings, tmp_path: Path
) -> None:
    job, out = _start(page, surroundings, tmp_path)
    _write(out, 2000)
    done = FilePredicted(
        rows=2000, seconds=2.0, texts_per_second=1000.0, out=str(out), label_counts={"Billing": 2000}
    )
    surroundings[1].finish(job, done)
    table = page.results.unsure.rows
    qtbot.waitUntil(lambda: "600 of 2,000" in page.results.count.text())
    assert table.rowCount() == 500
    page.results.slider.setValue(10)
    assert page.results.count.text() == "200 of 2,000 texts"
    assert table.rowCount() == 200
    assert table.row(0).text == "text 0"
    assert page.file.folder.isVisible()
    assert page.results.first.rows.rowCount() == 200


def test_stop_and_start_again(page: PredictPage, surroundings: Surroundings, tmp_path: Path) -> None:
    _start(page, surroundings, tmp_path)
    page.file.stop.click()
    assert page.state()[0] is PageState.READY
    assert page.file.start.isEnabled()


def test_a_failed_scoring_is_words(page: PredictPage, surroundings: Surroundings, tmp_path: Path) -> None:
    job, _ = _start(page, surroundings, tmp_path)
    surroundings[1].fail(job, ErrorKind.COLUMN_MISSING, column="message", valid="a, b")
    assert page.file.banner.isVisible()
    assert "message" in page.file.banner.accessibleName()
    assert page.file.start.isEnabled()


def test_a_row_goes_to_explain(
    qtbot: QtBot, page: PredictPage, surroundings: Surroundings, tmp_path: Path
) -> None:
    with qtbot.waitSignal(surroundings[0].session.explain_requested) as asked:
        page.results.text_opened.emit("text 3")
    assert asked.args == ["text 3"]


def test_the_ends_of_a_bucket_have_the_digits_that_tell_it_from_the_next() -> None:
    assert bucket_text(0.5942, 1.067) == "0.59 … 1.07"
    assert bucket_text(-2.0, 8.0) == "\u22122 … 8"
    assert bucket_text(1.0, 1.0) == "1.000 … 1.000"


def test_where_the_texts_are_pairs_a_file_is_scored_as_pairs(
    page: PredictPage, surroundings: Surroundings, tmp_path: Path
) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    _choose_file(page, surroundings, tmp_path / "plain.csv")
    assert not page.file.second.isVisible()
    mapping = ColumnMapping(text="message", second="topic", label="id")
    with project.transaction():
        project.documents.finish_source(
            project.documents.add_source(tmp_path / "pairs.csv", "csv", "utf-8", ",", mapping)
        )
    _choose_file(page, surroundings, tmp_path / "mail.csv")
    assert page.file.second.isVisible()
    assert page.file.second.currentData() == "topic"
    page.primary_action()
    job = queue.last(PredictFile)
    request = job.request
    assert isinstance(request, PredictFile)
    assert (request.text_column, request.second_column) == ("message", "topic")
    out = Path(request.out)
    out.parent.mkdir(exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        head = "id,message,topic,label,probability,margin"
        file.write(f"{head}\n1,first,second,Billing,0.9,0.8\n2,alone, ,Billing,0.9,0.8\n")
    rows = next(iter(ReadHead(out, ("message", "topic")).answers(project))).rows
    assert [row.text for row in rows] == [joined("first", "second"), "alone"]
