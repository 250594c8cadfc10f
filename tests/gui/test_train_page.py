"""Train: the form gives requests, the queue's signals give curves, and runs are handled by keyboard."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from engine.api.catalog import METHODS, method
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import Forecasted, ForecastTraining, JobState, Resume, Train, Trained
from engine.api.messages_transfer import PreviewPreparation
from engine.api.results import Forecast
from gui.context import Context
from gui.models.runs_model import NAME, STAR, VALIDATION, duration_text
from gui.pages.base import PageState
from gui.pages.train.command import changed_options, train_command, value_text
from gui.pages.train.curves_panel import thinned
from gui.pages.train.history import read_points
from gui.pages.train.method_form import MethodForm
from gui.pages.train.option_editor import ChipsEditor
from gui.pages.train.recommendation import recommend
from gui.pages.train_page import TrainPage
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

FORECAST = Forecast(
    train_texts=3257,
    validation_texts=374,
    test_texts=1421,
    labels=4,
    seconds=140,
    memory_bytes=1_100_000_000,
    max_tokens=64,
    share_cut=0.0,
    precision="bf16",
    device="cpu",
)


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _page(qtbot: QtBot, context: Context) -> TrainPage:
    page = TrainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    qtbot.waitUntil(lambda: page._overview is not None)
    return page


# --- the pure parts ---------------------------------------------------------------------------------------


def test_the_command_is_read_back_by_the_shell_and_the_catalog() -> None:
    values = {"epochs": 2.5, "learning_rate": 3e-5, "batch_size": 16, "clip_norm": None}
    line = train_command(Path("/my data/it's.lexplain"), "fine-tune", "/models/my bert", values, "linux")
    words = shlex.split(line)
    assert words[:5] == ["lexplain-cli", "train", "/my data/it's.lexplain", "--method", "fine-tune"]
    assert words[5:7] == ["--source", "/models/my bert"]
    given = dict(word.split("=") for word in words if "=" in word)
    assert set(given) == {"epochs", "learning_rate", "clip_norm"}  # the batch size is the default
    options = {option.id: option for option in method("fine-tune").options}
    assert {name: options[name].parse(text) for name, text in given.items()} == {
        "epochs": 2.5,
        "learning_rate": 3e-5,
        "clip_norm": None,
    }


@pytest.mark.parametrize("name", [each.id for each in METHODS])
def test_every_default_survives_the_way_through_the_shell(name: str) -> None:
    for option in method(name).options:
        assert option.parse(value_text(option.default)) == option.default


def test_defaults_are_not_changes() -> None:
    assert changed_options("features", {"layer": None, "seed": 13}) == {}
    assert changed_options("features", {"layer": 3, "seed": 13}) == {"layer": 3}


def test_the_recommendation_follows_its_rule(surroundings: tuple[Context, FakeQueue]) -> None:
    project = surroundings[0].session.project
    assert project is not None
    runs = project.runs.all()
    interrupted = [run for run in runs if run.state is JobState.INTERRUPTED]
    assert recommend([], 5000) == "bag-of-words"
    assert recommend(interrupted, 5000) == "bag-of-words"
    assert recommend(runs, 299) == "features"
    assert recommend(runs, 300) == "fine-tune"
    assert recommend(runs, None) == "fine-tune"
    assert recommend([], 300, "tagging") == "bag-of-words"


def test_a_curve_survives_a_line_cut_off_by_a_crash_and_a_resume(tmp_path: Path) -> None:
    assert read_points(tmp_path) == []
    first = b'{"step": 1, "epoch": 0.1, "loss": 2.0, "learning_rate": 0.1}\n'
    second = b'{"step": 2, "epoch": 0.2, "loss": 1.5, "learning_rate": 0.1}\n'
    again = b'{"step": 2, "epoch": 0.2, "loss": 1.4, "learning_rate": 0.1, "macro_f1": 0.5}\n'
    (tmp_path / "metrics.jsonl").write_bytes(first + second + again + b'{"step": 3, "ep')
    points = read_points(tmp_path)
    assert [(point.step, point.loss) for point in points] == [(1, 2.0), (2, 1.4)]


def test_long_curves_are_averaged_and_keep_their_end() -> None:
    points = [(float(i), float(i % 2)) for i in range(1000)]
    thin = thinned(points, 100)
    assert len(thin) == 100
    assert thin[-1] == (999.0, 0.5)
    assert thinned(points[:50], 100) == tuple(points[:50])


def test_durations_in_words() -> None:
    assert [duration_text(s) for s in (0.84, 59.6, 140, 3900)] == [
        "0.8 s",
        "1 min 0 s",
        "2 min 20 s",
        "1 h 5 min",
    ]


# --- the form ------------------------------------------------------------------------------------------


def test_the_form_shows_every_option_and_gives_only_changes(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    form = MethodForm(surroundings[0].theme, method("fine-tune"), "en")
    qtbot.addWidget(form)
    for option in method("fine-tune").options:
        assert form.editor(option.id).value() == option.default
        assert form.row(option.id).editor.accessibleName()
        assert form.row(option.id).note(), f"{option.id} gives no reason for its default"
    assert form.given() == {}
    rate = form.editor("learning_rate").widget
    assert isinstance(rate, QLineEdit)
    rate.setText("3e-5")
    batch = form.editor("batch_size").widget
    assert isinstance(batch, QSpinBox)
    batch.setValue(32)
    assert form.given() == {"learning_rate": 3e-5, "batch_size": 32}


def test_a_wrong_value_is_told_beside_its_field(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    form = MethodForm(surroundings[0].theme, method("fine-tune"), "en")
    qtbot.addWidget(form)
    line = form.editor("epochs").widget
    assert isinstance(line, QLineEdit)
    reason = form.row("epochs").note()
    line.setText("many")
    assert not form.is_valid()
    with pytest.raises(KnownError) as caught:
        form.given()
    assert caught.value.kind is ErrorKind.OPTION_VALUE
    qtbot.waitUntil(lambda: "many" in form.row("epochs").note())
    assert line.property("invalid") is True
    line.setText("2")
    qtbot.waitUntil(lambda: form.row("epochs").note() == reason)
    assert line.property("invalid") is False


# --- the page ------------------------------------------------------------------------------------------


def test_without_labelled_texts_the_page_offers_the_next_step(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, texts=0, runs=False) as (context, queue):
        page = _page(qtbot, context)
        assert page._empty.isVisible()
        assert page.state()[0] is PageState.EMPTY
        page.primary_action()
        assert queue.count(Train) == 0
        with qtbot.waitSignal(page.page_requested) as asked:
            qtbot.mouseClick(page._empty.button, Qt.MouseButton.LeftButton)
        assert asked.args == ["data"]


def test_the_forecast_is_asked_once_the_form_rests_and_said_in_one_line(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    qtbot.waitUntil(lambda: queue.count(ForecastTraining) == 1)
    queue.finish(queue.last(ForecastTraining), Forecasted(FORECAST))
    assert page._set_up.forecast_line.text() == "3,257 texts, 4 labels, about 2 min 20 s, 1.1 GB"
    seed = page._form().editor("seed").widget
    assert isinstance(seed, QSpinBox)
    for value in (14, 15, 16):
        seed.setValue(value)
    qtbot.waitUntil(lambda: queue.count(ForecastTraining) == 2)
    request = queue.last(ForecastTraining).request
    assert isinstance(request, ForecastTraining)
    assert request.options == {"seed": 16}


def test_what_would_fail_is_told_before_the_start(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    qtbot.waitUntil(lambda: queue.count(ForecastTraining) == 1)
    queue.fail(queue.last(ForecastTraining), ErrorKind.ONE_CLASS, label="Billing")
    assert page._set_up.forecast_line.text()
    assert page._set_up.forecast_line.error is not None
    assert not page._start.isEnabled()
    page.primary_action()
    assert queue.count(Train) == 0


def test_start_submits_what_the_form_and_the_command_say(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._show_method("fine-tune")
    epochs = page._form().editor("epochs").widget
    assert isinstance(epochs, QLineEdit)
    epochs.setText("2")
    qtbot.mouseClick(page._start, Qt.MouseButton.LeftButton)
    request = queue.last(Train).request
    assert request == Train(method="fine-tune", source="minilm", options={"epochs": 2.0})
    assert "--option epochs=2" in page._set_up.command.text()
    page._set_up.command.copy()
    assert QGuiApplication.clipboard().text() == page._set_up.command.text()


def test_what_a_method_changes_by_default_is_previewed(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._show_method("adversarial")
    form = page._form()
    form.editor("epochs").set_value("many")  # what is wrong elsewhere is told there
    chips = form.editor("augment")
    assert isinstance(chips, ChipsEditor)
    assert chips.preview is not None
    chips.preview.click()
    request = queue.last(PreviewPreparation).request
    assert isinstance(request, PreviewPreparation)
    assert request.options == {"cleaning": "", "augment": "swap,typos", "augment_share": 0.6}


def test_a_training_is_followed_and_steered(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    job = context.operations.train("fine-tune", "minilm", {"target_metric": "macro_f1", "target_value": 0.8})
    queue.begin(job, "fine-tune-4")
    panel = page._curves
    assert panel.job is job
    assert page.state()[0] is PageState.RUNNING
    before = len(panel.points)
    for point in figures_project.points()[24:40]:
        queue.move(job, point)
    assert len(panel.points) == before + 16
    queue.progress(job, "train", 412, 630, 170.0)
    assert "2 min 50 s" in panel._status.text()
    assert panel._score_data().target == 0.8
    assert panel._score_data().points[-1][0] == 400.0
    qtbot.mouseClick(panel._pause, Qt.MouseButton.LeftButton)
    queue.pause(job)
    assert panel._pause.text() == "Continue"
    qtbot.mouseClick(panel._pause, Qt.MouseButton.LeftButton)
    queue.go_on(job)
    qtbot.mouseClick(panel._stop, Qt.MouseButton.LeftButton)
    assert [type(command).__name__ for _, command in queue.commands] == [
        "Pause",
        "Continue",
        "StopAndKeepBest",
    ]
    qtbot.mouseClick(panel._cancel, Qt.MouseButton.LeftButton)
    assert job.state is JobState.CANCELLED
    assert panel.job is None


def test_the_points_of_one_training_never_show_in_the_next(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    first = context.operations.train("fine-tune")
    queue.begin(first, "fine-tune-8")
    for point in figures_project.points()[:9]:
        queue.move(first, point)
    queue.cancel(first)
    second = context.operations.train("fine-tune")
    queue.begin(second, "fine-tune-9")
    assert page._curves.points == []


def test_a_failure_is_told_in_words(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    job = context.operations.train("fine-tune")
    queue.begin(job, "fine-tune-5")
    queue.fail(job, ErrorKind.OUT_OF_MEMORY)
    assert page._banner.isVisible()
    assert page._banner.accessibleName()


# --- the runs ------------------------------------------------------------------------------------------


def test_an_interrupted_run_goes_on_from_its_checkpoint(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    assert page.state()[0] is PageState.ATTENTION
    panel = page._runs_panel
    panel.select("fine-tune-3")
    assert not panel._resume.isVisible()
    panel.select("fine-tune-4")
    assert panel._resume.isVisible()
    assert len(page._curves.points) == 24
    qtbot.mouseClick(panel._resume, Qt.MouseButton.LeftButton)
    assert queue.last(Resume).request == Resume(run="fine-tune-4")


def test_runs_are_starred_renamed_and_deleted_by_keyboard_and_undone(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    project, table = context.session.project, page._runs_panel.table
    assert project is not None
    page._runs_panel.select("fine-tune-3")
    with qtbot.waitSignal(context.session.runs_changed):
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert project.runs.get("fine-tune-3").starred
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("tickets, best")
    with qtbot.waitSignal(context.session.runs_changed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert project.runs.get("fine-tune-3").title == "tickets, best"
    page._runs_panel.select("fine-tune-3")
    with qtbot.waitSignal(context.session.runs_changed):
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert "fine-tune-3" not in [run.id for run in project.runs.all()]
    with qtbot.waitSignal(context.session.runs_changed):
        context.operations.undo()
    assert page._runs_panel._model.row_of("fine-tune-3") >= 0


def test_the_table_sorts_by_value_and_opens_a_run(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    table = page._runs_panel.table
    table.sortByColumn(VALIDATION, Qt.SortOrder.DescendingOrder)
    names = [table.model().index(row, NAME).data() for row in range(4)]
    assert names == ["fine-tune-3", "features-2", "bag-of-words-1", "fine-tune-4"]
    assert table.model().index(0, STAR).data(Qt.ItemDataRole.AccessibleTextRole) == "not starred"
    page._runs_panel.select("features-2")
    with qtbot.waitSignal(page.page_requested) as asked:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert asked.args == ["evaluate"]
    assert context.session.run == "features-2"


def test_the_run_that_has_ended_is_the_one_looked_at(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    project = context.session.project
    assert project is not None
    page._runs_panel.select("bag-of-words-1")
    job = context.operations.train("features")
    run = figures_project.add_run(project, "features", 0.75, 5.0)
    queue.begin(job, run)
    queue.finish(
        job,
        Trained(
            run=run,
            method="features",
            seconds=5.0,
            tokens_per_second=4200.0,
            stopped_by="converged",
            validation=None,
            test=None,
        ),
    )
    assert page._runs_panel.current() == run
    assert page._curves._run is not None
    assert page._curves._run.id == run
    context.session.select_run("features-2")  # another page looks at another one
    assert page._runs_panel.current() == "features-2"
