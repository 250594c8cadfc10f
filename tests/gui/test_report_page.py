"""The Report page: what it will hold, what is asked for, what is said afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.api.catalog import REPORT_SECTIONS
from engine.api.errors import ErrorKind
from engine.api.messages import ReportWritten, WriteReport
from engine.api.results import Interval
from engine.api.results_transfer import Robustness, RobustnessLine
from engine.report import write_report
from gui.context import Context
from gui.pages.base import PageState
from gui.pages.report_page import ReportPage
from tests.engine.report_project import make
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import add_run, add_texts, page_context

Surroundings = tuple[Context, FakeQueue]


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[Surroundings]:
    with page_context(tmp_path) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, surroundings: Surroundings, tmp_path: Path) -> ReportPage:
    project = surroundings[0].session.project
    assert project is not None
    add_texts(project, tmp_path)
    add_run(project)
    page = ReportPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    return page


def _words(page: ReportPage) -> list[str]:
    return [each.text() for each in page.sheet.findChildren(QLabel) if each.isVisibleTo(page)]


def _request(queue: FakeQueue) -> WriteReport:
    request = queue.last(WriteReport).request
    assert isinstance(request, WriteReport)
    return request


def test_without_a_run_nothing_can_be_written(qtbot: QtBot, surroundings: Surroundings) -> None:
    page = ReportPage(surroundings[0])
    qtbot.addWidget(page)
    page.show()
    page.primary_action()
    assert page.state()[0] is PageState.EMPTY
    assert not page.write.isVisible()
    assert not surroundings[1].submitted


def test_the_sheet_shows_the_runs_own_figures(qtbot: QtBot, page: ReportPage) -> None:
    qtbot.waitUntil(lambda: "6" in _words(page))
    assert any("0.900   (0.850 – 0.950)" in word for word in _words(page))


def test_sections_that_are_not_chosen_are_left_out(
    qtbot: QtBot, page: ReportPage, surroundings: Surroundings
) -> None:
    qtbot.waitUntil(lambda: "Errors it was surest of" in _words(page))
    page.sections.boxes["limits"].setChecked(False)
    page.sections.boxes["errors"].setChecked(False)
    qtbot.waitUntil(lambda: "Data" in _words(page) and "Limits" not in _words(page))
    assert "Errors it was surest of" not in _words(page)
    page.write.click()
    assert _request(surroundings[1]).sections == ("data", "method", "figures", "classes", "confusion")


def test_what_the_store_has_nothing_for_cannot_be_chosen_and_says_why(
    qtbot: QtBot, page: ReportPage, surroundings: Surroundings
) -> None:
    boxes = page.sections.boxes
    qtbot.waitUntil(lambda: not boxes["robustness"].isEnabled())
    assert not boxes["robustness"].isChecked()
    assert boxes["robustness"].toolTip() == "Not measured for this run yet: see Evaluate."
    missing = {id for id, box in boxes.items() if not box.isEnabled()}
    assert missing == {
        *("calibration", "comparison", "race", "training", "robustness", "faithfulness", "examples")
    }
    assert all(boxes[id].toolTip() for id in missing - {"calibration"})
    project = surroundings[0].session.project
    assert project is not None
    line = RobustnessLine(kind="clean", rows=31, figure=Interval(0.9, 0.8, 0.95), flipped=0.0)
    file = RobustnessLine(
        kind="hard", rows=7, figure=line.figure, flipped=None, measured_at="2026-01-31T12:00:00+00:00"
    )
    with project.transaction():
        project.runs.put_robustness(
            Robustness(run="bag-of-words-1", figure="macro_f1", split="test", lines=(line, file))
        )
    boxes["limits"].setChecked(False)
    page.hide()
    page.show()  # it was measured on another page
    qtbot.waitUntil(boxes["robustness"].isChecked)
    assert not boxes["limits"].isChecked()
    assert "robustness" in page.chosen_sections()
    qtbot.waitUntil(lambda: {"Robustness", "As written", "31", "hard · 2026-01-31"} <= set(_words(page)))


def test_every_section_that_the_engine_writes_is_shown_as_it_will_be(
    qtbot: QtBot, surroundings: Surroundings, tmp_path: Path
) -> None:
    context, queue = surroundings
    made = make(tmp_path / "made", label="billing <b>")
    made.close()
    context.session.close()
    context.session.open(made.path)
    context.session.select_run("fine-tune-2")
    page = ReportPage(context)
    qtbot.addWidget(page)
    page.show()
    page.runs.setCurrentIndex(page.runs.findData("fine-tune-2"))
    page.runs.run_chosen.emit("fine-tune-2")
    qtbot.waitUntil(lambda: "Robustness" in _words(page))
    assert page.chosen_sections() == REPORT_SECTIONS
    assert not {id for id, box in page.sections.boxes.items() if not box.isVisible()}
    words = _words(page)
    titles = ("Each class", "Calibration", "Beside other runs", "The race it was in", "Learning curves")
    more = ("Faithfulness of explanations", "Examples", "Errors it was surest of", "Limits")
    assert [each for each in words if each in (*titles, "Robustness", *more)] == [
        *titles,
        "Robustness",
        *more,
    ]
    assert "+0.200   (+0.110 – +0.280)" in words
    assert "fine-tune-2 (kept)" in words or "bag-of-words-1 (kept)" in words
    assert "billing <b>" in words
    page.write.click()
    assert _request(queue).sections == REPORT_SECTIONS
    project = context.session.project
    assert project is not None
    out = tmp_path / "report.html"
    write_report(project, "fine-tune-2", out, "en", _request(queue).sections)
    assert re.findall(r'<section id="([a-z]+)"', out.read_text("utf-8")) == list(REPORT_SECTIONS)


def test_no_section_no_report(page: ReportPage) -> None:
    for box in page.sections.boxes.values():
        box.setChecked(False)
    assert not page.write.isEnabled()


def test_written_is_said_with_its_place(page: ReportPage, surroundings: Surroundings, tmp_path: Path) -> None:
    queue = surroundings[1]
    page.language.setCurrentIndex(page.language.findData("zh_CN"))
    page.write.click()
    request = _request(queue)
    assert request.language == "zh_CN"
    assert request.out == str(tmp_path / "test.lexplain" / "exports" / "bag-of-words-1-report.html")
    assert page.state()[0] is PageState.RUNNING
    assert not page.write.isEnabled()
    queue.finish(queue.last(WriteReport), ReportWritten(request.out))
    assert page.banner.isVisible()
    assert request.out in page.banner.accessibleName()
    assert page.banner.button.isVisible()
    assert page.folder.isVisible()
    assert page.write.isEnabled()


def test_a_failure_is_words_and_can_be_tried_again(page: ReportPage, surroundings: Surroundings) -> None:
    queue = surroundings[1]
    page.write.click()
    queue.fail(queue.last(WriteReport), ErrorKind.DISK_FULL, path="/full")
    assert page.banner.isVisible()
    assert not page.folder.isVisible()
    page.write.click()
    assert queue.count(WriteReport) == 2
