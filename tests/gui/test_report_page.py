"""The Report page: what it will hold, what is asked for, what is said afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import ReportWritten, WriteReport
from gui.context import Context
from gui.pages.base import PageState
from gui.pages.report_page import ReportPage
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
    qtbot.waitUntil(lambda: "Limits" in _words(page))
    page.sections["limits"].setChecked(False)
    page.sections["examples"].setChecked(False)
    qtbot.waitUntil(lambda: "Data" in _words(page) and "Limits" not in _words(page))
    page.write.click()
    assert _request(surroundings[1]).sections == ("data", "method", "figures", "confusion")


def test_no_section_no_report(page: ReportPage) -> None:
    for box in page.sections.values():
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
