"""Robustness beside the figures: measured when asked, shown as bars, said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import JobState
from engine.api.messages_transfer import MeasureRobustness, RobustnessMeasured
from engine.api.results import Interval
from engine.api.results_transfer import Robustness, RobustnessLine
from gui.context import Context
from gui.pages.evaluate.robustness_panel import RobustnessPanel
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context
from tests.gui.page_context import page_context


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path, texts=30) as found:
        yield found


def _line(kind: str, value: float, flipped: float | None, rows: int = 200) -> RobustnessLine:
    figure = Interval(value, value - 0.03, value + 0.03)
    return RobustnessLine(kind=kind, rows=rows, figure=figure, flipped=flipped)


def _robustness(run: str, *lines: RobustnessLine) -> Robustness:
    return Robustness(run=run, figure="macro_f1", split="test", lines=lines)


def _panel(qtbot: QtBot, context: Context) -> RobustnessPanel:
    panel = RobustnessPanel(context)
    qtbot.addWidget(panel)
    panel.resize(420, 500)
    panel.show()
    panel.show_run("fine-tune-3")
    return panel


def test_it_is_measured_when_asked_and_shown(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    panel = _panel(qtbot, context)
    assert panel.bars() == []
    assert panel.meaning() == ""
    qtbot.mouseClick(panel._measure, Qt.MouseButton.LeftButton)
    job = queue.last(MeasureRobustness)
    assert job.request == MeasureRobustness(run="fine-tune-3")
    assert not panel._measure.isEnabled()
    queue.begin(job)
    queue.progress(job, "score", 500, 1000)
    assert "500/1,000" in panel._state.text()
    found = _robustness(
        "fine-tune-3",
        _line("clean", 0.80, 0.0),
        _line("typos", 0.65, 0.2),
        _line("case", 0.80, 0.0),
        _line("hard", 0.5, None, 148),
    )
    with project.transaction():
        project.runs.put_robustness(found)
    with qtbot.waitSignal(context.session.runs_changed):
        queue.finish(job, RobustnessMeasured(found))
    bars = panel.bars()
    assert [bar.name for bar in bars] == ["As written", "Typos", "Other case", "hard"]
    assert [bar.worse for bar in bars] == [False, True, False, True]
    assert bars[1].note == "20 % of answers change"
    assert bars[3].note == "148 texts"
    assert panel.meaning() == "“Typos” costs the most: Macro-F1 falls by 0.150."
    assert panel._measure.text() == "Measure again"
    panel.show_run("features-2")
    assert panel.bars() == []
    assert panel.meaning() == ""


def test_a_run_that_bears_everything_is_said_to(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    project = context.session.project
    assert project is not None
    with project.transaction():
        project.runs.put_robustness(
            _robustness("fine-tune-3", _line("clean", 0.8, 0.0), _line("typos", 0.81, 0.01))
        )
    assert _panel(qtbot, context).meaning() == "Changed texts cost this run nothing."


def test_a_file_is_measured_too_and_a_wrong_one_is_said(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], tmp_path: Path
) -> None:
    context, queue = surroundings
    panel = _panel(qtbot, context)
    panel.measure_with([tmp_path / "hard.csv"])
    job = queue.last(MeasureRobustness)
    assert job.request == MeasureRobustness(run="fine-tune-3", files=(str(tmp_path / "hard.csv"),))
    panel.measure()  # one at a time
    assert queue.count(MeasureRobustness) == 1
    queue.fail(job, ErrorKind.LABELS_ELSEWHERE, path="hard.csv", valid="a, b")
    assert "hard.csv" in panel._state.text()
    assert panel._measure.isEnabled()


def test_several_files_are_chosen_at_once(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], tmp_path: Path
) -> None:
    context, queue = surroundings
    files = [tmp_path / "hard.csv", tmp_path / "harder.csv"]
    for file in files:
        file.write_text("text,label\n")
    panel = _panel(qtbot, context)
    qtbot.mouseClick(panel._with_files, Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.nameFilters() == panel.file_kinds()
    dialog.filesSelected.emit([str(file) for file in files])
    dialog.reject()
    request = queue.last(MeasureRobustness).request
    assert isinstance(request, MeasureRobustness)
    assert request.files == tuple(str(file) for file in files)
    qtbot.waitUntil(lambda: panel.findChild(QFileDialog) is None)


def test_files_keep_their_lines_and_days_until_they_are_forgotten(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    project = context.session.project
    assert project is not None
    hard = msgspec.structs.replace(
        _line("hard", 0.5, None, 148), path="/x/hard.csv", measured_at="2026-01-31T12:00:00+00:00"
    )
    with project.transaction():
        project.runs.put_robustness(_robustness("fine-tune-3", _line("clean", 0.8, 0.0), hard))
    panel = _panel(qtbot, context)
    assert panel.bars()[1].note == "148 texts, measured 2026-01-31"
    assert panel._forget.isVisible()
    panel.measure()
    with project.transaction():  # as the engine does
        found = project.runs.put_robustness(_robustness("fine-tune-3", _line("clean", 0.9, 0.0)))
    queue.finish(queue.last(MeasureRobustness), RobustnessMeasured(found))
    assert [bar.name for bar in panel.bars()] == ["As written", "hard"]
    qtbot.mouseClick(panel._forget, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [bar.name for bar in panel.bars()] == ["As written"])
    assert not panel._forget.isVisible()
    kept = project.runs.robustness("fine-tune-3")
    assert kept is not None
    assert len(kept.lines) == 1


def test_what_is_measured_by_itself_makes_room_for_what_the_user_asks(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    panel = _panel(qtbot, context)
    spare = context.operations.measure_robustness("fine-tune-3", spare=True)
    assert "by itself" in panel._state.text()
    assert panel._measure.isEnabled()
    qtbot.mouseClick(panel._measure, Qt.MouseButton.LeftButton)
    assert spare.state is JobState.CANCELLED
    asked = queue.last(MeasureRobustness)
    assert asked is not spare
    assert not asked.spare
    assert not panel._measure.isEnabled()


def test_a_project_of_tagged_words_asks_for_tagged_files(qtbot: QtBot, tmp_path: Path) -> None:
    with page_context(tmp_path) as (context, _queue):
        project = context.session.project
        assert project is not None
        panel = _panel(qtbot, context)
        assert "*.csv" in panel.file_kinds()[0]
        with project.transaction():
            project.set_task("tagging")
        panel.show_run("")
        assert "*.conll" in panel.file_kinds()[0]
        assert "CoNLL" in panel._with_files.toolTip()


def test_without_a_run_nothing_can_be_measured(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    panel = _panel(qtbot, context)
    panel.show_run("")
    assert not panel._measure.isEnabled()
    panel.measure()
    assert queue.count(MeasureRobustness) == 0
