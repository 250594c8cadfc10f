"""What fits a task: its choices alone are offered and taken, and what is refused is said before a run is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.api.catalog import METHODS, complete_options, method
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import ForecastTraining, Train
from engine.api.messages_transfer import Entrant, Race
from engine.api.option_tasks import CHOICE_TASKS, options_for, still_fitting
from engine.api.tasks import TASKS
from engine.cli import run
from engine.progress import Control, finish
from engine.transfer.forecasting import forecast
from engine.transfer.racing import race
from engine.transfer.training import train
from tests.engine.task_projects import task_project

WRONG: list[tuple[str, dict[str, OptionValue], str]] = [
    ("score", {"target_metric": "accuracy"}, "none, main, loss"),
    ("score", {"target_metric": "macro_f1"}, "none, main, loss"),
    ("tagging", {"target_metric": "macro_f1"}, "none, main, accuracy, loss"),
    ("tagging", {"augment": "typos,deletion"}, "typos, synonyms"),
    ("tagging", {"augment": "swap"}, "typos, synonyms"),
]


def test_the_table_names_choices_that_there_are_and_leaves_one_label_all() -> None:
    for option in (option for each in METHODS for option in each.options if option.id in CHOICE_TASKS):
        assert set(CHOICE_TASKS[option.id]) <= set(option.choices)
        assert all("single" in tasks for tasks in CHOICE_TASKS[option.id].values())


@pytest.mark.parametrize("task", TASKS)
def test_every_default_is_a_choice_of_its_task(task: str) -> None:
    for each in METHODS:
        for option in options_for(each, task):
            assert option.parse(option.default) == option.default
            assert complete_options(each.id, {}, task)[option.id] == option.default


def test_a_default_keeps_what_fits() -> None:
    assert complete_options("adversarial", {})["augment"] == "swap,typos"
    assert complete_options("adversarial", {}, "tagging")["augment"] == "typos"


@pytest.mark.parametrize(("task", "given", "valid"), WRONG)
def test_what_does_not_fit_is_refused_with_what_does(
    task: str, given: dict[str, OptionValue], valid: str
) -> None:
    assert complete_options("fine-tune", given)
    with pytest.raises(KnownError) as caught:
        complete_options("fine-tune", given, task)
    assert caught.value.kind is ErrorKind.OPTION_VALUE
    assert caught.value.values["valid"] == valid


def test_no_training_forecast_or_race_begins_with_it(tmp_path: Path) -> None:
    given: dict[str, OptionValue] = {"target_metric": "accuracy"}
    with task_project(tmp_path / "p", "score") as opened:
        for work in (
            train(opened, Train(method="fine-tune", options=given), Control()),
            forecast(opened, ForecastTraining(method="fine-tune", options=given)),
            race(opened, Race(entrants=(Entrant("fine-tune", options=given),)), Control()),
        ):
            with pytest.raises(KnownError) as caught:
                finish(work)
            assert caught.value.kind is ErrorKind.OPTION_VALUE
        assert opened.runs.all() == []


def test_the_shell_lists_what_a_score_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task_project(tmp_path / "p", "score").close()
    words = ["--method", "fine-tune", "--option", "target_metric=accuracy"]
    assert run(["train", str(tmp_path / "p"), *words]) == 2
    told = capsys.readouterr().err
    assert "accuracy" in told
    assert "none, main, loss" in told


def test_options_of_an_older_run_lose_what_counted_for_nothing() -> None:
    older: dict[str, OptionValue] = {"augment": "swap,typos", "target_metric": "accuracy", "epochs": 2.0}
    wanted = {"augment": "typos", "target_metric": "accuracy", "epochs": 2.0}
    assert still_fitting(method("fine-tune"), older, "tagging") == wanted
    assert still_fitting(method("fine-tune"), older, "score")["target_metric"] == "none"
    assert still_fitting(method("fine-tune"), older, "single") == older
