"""A run trained again from its record has the same weights, hash for hash; where it cannot, that is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, JobState, Train
from engine.api.messages_transfer import TrainAgain
from engine.api.project import Project
from engine.cli import run
from engine.models.fusion_model import FusionModel
from engine.models.store import load_run
from engine.progress import Control, Noticed, Progressed, Step, Work, finish
from engine.transfer import pseudo_learners
from engine.transfer.retraining import train_again
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, blind_folder, project, texts


@pytest.fixture
def source(tmp_path: Path) -> str:
    return str(bert_folder(tmp_path / "source"))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p") as made:
        yield made


def _train(opened: Project, method: str, source: str = "", **options: Any) -> str:
    return finish(train(opened, Train(method=method, source=source, options=options), Control())).run


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("bag-of-words", {}),
        ("features", {}),
        ("fine-tune", {"epochs": 2, "seed": 5}),
        ("fine-tune", {"patience": 1}),
        ("contrastive", {"pairs_per_text": 2, "learning_rate": 2e-3}),
        ("adversarial", {"epochs": 2, "attack": "pgd"}),
        ("adversarial", {"epochs": 1, "attack": "virtual"}),
    ],
)
def test_the_same_weights(opened: Project, source: str, method: str, options: dict[str, Any]) -> None:
    first = _train(opened, method, "" if method == "bag-of-words" else source, **options)
    _demand_the_same(opened, first)


def _demand_the_same(opened: Project, first: str) -> None:
    found = finish(train_again(opened, TrainAgain(first), Control()))
    assert found.same
    assert found.run != first
    assert found.model_hash == found.first_hash == opened.runs.get(found.run).model_hash != ""
    assert opened.runs.get(found.run).test == opened.runs.get(first).test


def test_a_run_of_the_time_when_options_that_do_not_fit_were_left_out(tmp_path: Path, source: str) -> None:
    with task_project(tmp_path / "tagged", "tagging") as opened:
        first = _train(opened, "fine-tune", source, epochs=1, augment="typos")
        options = {**opened.runs.get(first).options, "augment": "swap,typos", "target_metric": "macro_f1"}
        with opened.transaction():
            opened._db.execute("UPDATE runs SET options = ?", (json.dumps(options),))
        found = finish(train_again(opened, TrainAgain(first), Control()))
        assert found.same
        assert opened.runs.get(found.run).options["augment"] == "typos"


@pytest.mark.parametrize("pays", [True, False])
def test_two_models(opened: Project, tmp_path: Path, source: str, pays: bool) -> None:
    blind = str(blind_folder(tmp_path / "blind"))
    models = (blind, source) if pays else (source, blind)
    first = _train(opened, "fusion", models[0], second_source=models[1])
    assert isinstance(load_run(opened, first), FusionModel) is pays
    _demand_the_same(opened, first)


@pytest.mark.parametrize("base", ["bag-of-words", "features", "contrastive", "fine-tune"])
def test_self_training_labels_the_same_texts_again(
    tmp_path: Path, source: str, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = pseudo_learners.base_options
    quick = {"epochs": 0.1} if base == "contrastive" else {}
    monkeypatch.setattr(pseudo_learners, "base_options", lambda job: usual(job) | quick)
    with _partly_labelled(tmp_path / "few") as opened:
        first = _train(opened, "pseudo-label", source, base=base, rounds=2)
        _demand_the_same(opened, first)
        again = opened.runs.all()[-1].id
        assert opened.runs.pseudo_labels(again) == opened.runs.pseudo_labels(first) != []


def _partly_labelled(path: Path) -> Project:
    """24 texts to learn from, 8 to judge by, and 40 without a label."""
    opened = project(path, train=24, validation=8, test=8)
    rows = [(line, text, "", "") for line, (text, _) in enumerate(texts(40, seed=5), start=2)]
    with opened.transaction():
        added = opened.documents.add_source(path, "csv", "utf-8", ",", ColumnMapping(text="text"))
        opened.documents.add_rows(added, rows)
        opened.documents.finish_source(added)
    return opened


@pytest.mark.parametrize("task", ["multi", "score", "tagging"])
def test_every_task(tmp_path: Path, source: str, task: str) -> None:
    with task_project(tmp_path / "t", task) as opened:
        first = _train(opened, "fine-tune", source, epochs=1)
        assert finish(train_again(opened, TrainAgain(first), Control())).same


def test_scores_learnt_in_pairs(tmp_path: Path, source: str) -> None:
    with task_project(tmp_path / "t", "score", train=24, validation=8, test=8) as opened:
        _demand_the_same(opened, _train(opened, "contrastive", source, pairs_per_text=2, learning_rate=2e-3))


def test_a_training_stopped_by_hand_stops_at_the_same_step(opened: Project, source: str) -> None:
    control = Control()
    wanted = Train(method="fine-tune", source=source, options={"epochs": 5})
    first, _ = _driven(train(opened, wanted, control), control, stop_at=4)
    assert first.stopped_by == "user"
    again, steps = _driven(train_again(opened, TrainAgain(first.run), Control()))
    assert again.same
    assert max(step.done for step in steps if isinstance(step, Progressed) and step.stage == "train") == 5


def _driven(work: Work[Any], control: Control | None = None, stop_at: int = 0) -> tuple[Any, list[Step]]:
    """Result and steps of some work; told to stop after ``stop_at`` training steps."""
    steps: list[Step] = []
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value, steps
        steps.append(step)
        if control and isinstance(step, Progressed) and step.stage == "train" and step.done == stop_at:
            control.stop_and_keep_best = True


def test_what_was_measured_is_taken_over(opened: Project, source: str) -> None:
    """A number format that another moment would choose differently must not change the weights."""
    first = _train(opened, "fine-tune", source, epochs=1, precision="auto")
    record = opened.run_folder(first) / "loop.json"
    decided = json.loads(record.read_text())
    other = "fp32" if decided["precision"] == "bf16" else "bf16"
    again = finish(train_again(opened, TrainAgain(first), Control()))
    assert json.loads((opened.run_folder(again.run) / "loop.json").read_text()) == decided
    record.write_text(json.dumps({**decided, "precision": other}))
    swapped = finish(train_again(opened, TrainAgain(first), Control()))
    assert json.loads((opened.run_folder(swapped.run) / "loop.json").read_text())["precision"] == other


def test_changed_data_and_sources_are_refused(opened: Project, source: str) -> None:
    first = _train(opened, "features", source)
    with opened.transaction():
        opened.documents.set_label([1], "up")
    _refused(opened, first, "data-changed")
    opened.undo()
    assert finish(train_again(opened, TrainAgain(first), Control())).same
    _change(source)
    _refused(opened, first, "source-changed")


def test_a_changed_second_source_is_refused_too(opened: Project, tmp_path: Path, source: str) -> None:
    second = str(blind_folder(tmp_path / "blind"))
    first = _train(opened, "fusion", source, second_source=second)
    _change(second)
    _refused(opened, first, "source-changed")


def _change(source: str) -> None:
    """Other weights in a model folder."""
    weights = Path(source) / "model.safetensors"
    tensors = load_file(weights)
    name = next(iter(tensors))
    tensors[name] = tensors[name] + np.float32(0.5)
    weights.unlink()  # the run's own copy is a link to it
    save_file(tensors, weights, metadata={"format": "pt"})


def test_runs_without_a_record_are_refused(opened: Project) -> None:
    first = _train(opened, "bag-of-words")
    count = len(opened.runs.all())
    (opened.run_folder(first) / "run.json").write_text("{")
    _refused(opened, first, "no-record")
    (opened.run_folder(first) / "run.json").unlink()
    _refused(opened, first, "no-record")
    with opened.transaction():
        opened.runs.set_state(first, JobState.INTERRUPTED)
    _refused(opened, first, "not-finished")
    assert len(opened.runs.all()) == count
    with pytest.raises(KnownError) as caught:
        finish(train_again(opened, TrainAgain("nothing"), Control()))
    assert caught.value.kind is ErrorKind.RUN_UNKNOWN


def test_another_machine_is_said(opened: Project) -> None:
    first = _train(opened, "bag-of-words")
    path = opened.run_folder(first) / "run.json"
    record = json.loads(path.read_text())
    path.write_bytes(msgspec.json.encode({**record, "torch": "1.0"}))
    steps = list(train_again(opened, TrainAgain(first), Control()))
    assert [step.kind for step in steps if isinstance(step, Noticed)] == ["another-machine"]


def test_the_shell_trains_again(opened: Project, capsys: pytest.CaptureFixture[str]) -> None:
    first = _train(opened, "bag-of-words")
    assert run(["retrain", str(opened.path), first, "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["same"] is True
    assert found["model_hash"] == opened.runs.get(found["run"]).model_hash
    with opened.transaction():
        opened.documents.set_label([1], "up")
    assert run(["retrain", str(opened.path), first]) == 2
    assert "changed" in capsys.readouterr().err


def _refused(opened: Project, id: str, reason: str) -> None:
    with pytest.raises(KnownError) as caught:
        finish(train_again(opened, TrainAgain(id), Control()))
    assert (caught.value.kind, caught.value.values["reason"]) == (ErrorKind.CANNOT_RETRAIN, reason)
