"""Adversarial training: the perturbation hurts, stays in its ball, is the same again, and every task learns with it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.api.catalog import complete_options
from engine.api.errors import OptionValue
from engine.api.messages import ForecastTraining, Train
from engine.api.project import Project
from engine.cli import run
from engine.devices import choose
from engine.models.source import find
from engine.progress import Control, finish
from engine.transfer.adversarial import AdversarialObjective, Attack, loop_work, perturbed
from engine.transfer.examples import gather
from engine.transfer.forecasting import forecast
from engine.transfer.method import Job
from engine.transfer.objective import Moment
from engine.transfer.preparing import Prepared, prepare
from engine.transfer.training import train
from tests.engine.family_models import family_folder
from tests.engine.resuming import stopped_and_resumed, weights
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, project

NOW = Moment(13, 0, 3, 0)
ROWS = np.arange(6)
KINDS = ("fgm", "pgd", "virtual")
TASKS = ("single", "multi", "tagging", "score")


def a_job(opened: Project, tmp_path: Path, source: Path, **options: OptionValue) -> Job:
    complete = complete_options("adversarial", {"precision": "fp32", "augment": "", **options})
    data = gather(opened, 1, 0.2)
    return Job(opened, "r", data, complete, str(source), tmp_path, tmp_path, choose(), Control())


def prepared(opened: Project, tmp_path: Path, source: Path, **options: OptionValue) -> Prepared:
    return finish(prepare(a_job(opened, tmp_path, source, **options), find(str(source)), None))


def request(source: Path, **options: OptionValue) -> Train:
    given: dict[str, OptionValue] = {"learning_rate": 3e-3, "epochs": 3, "precision": "fp32", **options}
    return Train(method="adversarial", source=str(source), options=given)


class Spy:
    """Keeps every perturbation (B, T, E) that a module's embeddings were moved by."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[torch.Tensor] = []

        def spied(module: Any, moved: torch.Tensor) -> Any:
            self.seen.append(moved.detach().clone())
            return perturbed(module, moved)

        monkeypatch.setattr("engine.transfer.adversarial.perturbed", spied)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_perturbation_stays_in_its_ball_and_hurts_more_than_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str, kind: str
) -> None:
    source = bert_folder(tmp_path / "source", dropout=0.0)
    with task_project(tmp_path / "p", task) as opened:
        made = prepared(opened, tmp_path, source)
    supervised = made.objective
    spy = Spy(monkeypatch)
    objective = AdversarialObjective(supervised, Attack(kind, 2.0, 3, 1.0))
    supervised.module.train()
    found = objective.loss(ROWS, NOW, "fp32")
    moved = spy.seen[-1]
    radius = 2.0 * float(supervised.model.module.embeddings.weight.detach()[1:].norm(dim=1).mean())
    batch, targets = supervised.learnt(ROWS, NOW)
    lengths = moved.flatten(1).norm(dim=1)
    assert torch.allclose(lengths, torch.full_like(lengths, radius), rtol=0.02)
    assert float((moved * (1 - batch["attention_mask"]).unsqueeze(-1)).abs().max()) == 0.0

    def harm(shift: torch.Tensor) -> float:
        with torch.no_grad(), perturbed(supervised.model.module, shift):
            if kind == "virtual":
                said = supervised.logits(batch, "fp32")
                return float(objective._divergence(clean, said, targets))
            return float(supervised.batch_loss(batch, targets, NOW, "fp32"))

    with torch.no_grad():
        clean = supervised.logits(batch, "fp32")
    generator = torch.Generator().manual_seed(0)
    harms = []
    for _ in range(10):
        chance = torch.randn(moved.shape, generator=generator) * batch["attention_mask"].unsqueeze(-1)
        harms.append(harm(radius * chance / chance.flatten(1).norm(dim=1)[:, None, None]))
    assert harm(moved) > max(harms)
    plain = float(supervised.batch_loss(batch, targets, NOW, "fp32").detach())
    assert float(found.detach()) == pytest.approx(plain + harm(moved), rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_one_backward_reaches_every_trained_weight(tmp_path: Path, kind: str) -> None:
    source = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        made = prepared(opened, tmp_path, source)
    objective = AdversarialObjective(made.objective, Attack(kind, 1.0, 2, 1.0))
    objective.module.train()
    assert made.compact is not None, "the compact vocabulary serves here too"
    objective.loss(ROWS, NOW, "fp32").backward()
    missing = [
        name
        for name, p in objective.module.named_parameters()
        if p.requires_grad and (p.grad is None or not p.grad.abs().sum()) and "token_type" not in name
    ]
    assert [name for name in missing if "key.bias" not in name] == []  # softmax does not see a key's bias


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{"top_layers": 1}, {"lora_rank": 2}, {"head": "mean"}])
def test_frozen_weights_stay_frozen(tmp_path: Path, kind: str, options: dict[str, OptionValue]) -> None:
    source = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        made = prepared(opened, tmp_path, source, **options)
    objective = AdversarialObjective(made.objective, Attack(kind, 1.0, 1, 1.0))
    objective.module.train()
    objective.loss(ROWS, NOW, "fp32").backward()
    assert all(p.requires_grad or p.grad is None for p in objective.module.parameters())
    assert any(p.grad is not None for p in objective.module.parameters())


@pytest.mark.parametrize("family", ["roberta", "albert", "electra", "deberta-v2", "modernbert", "distilbert"])
def test_families(tmp_path: Path, family: str) -> None:
    source = family_folder(tmp_path / "m", family)
    with project(tmp_path / "p") as opened:
        made = prepared(opened, tmp_path, source)
    for kind in KINDS:
        objective = AdversarialObjective(made.objective, Attack(kind, 1.0, 2, 1.0))
        objective.module.train()
        torch.manual_seed(0)
        found = objective.loss(ROWS, NOW, "fp32")
        torch.manual_seed(0)  # the clean texts are read first, with the same dropout
        plain = made.objective.loss(ROWS, NOW, "fp32")
        assert torch.isfinite(found)
        assert float(found.detach()) > float(plain.detach())


def test_bf16(tmp_path: Path) -> None:
    source = bert_folder(tmp_path / "source", dropout=0.0)
    with project(tmp_path / "p") as opened:
        made = prepared(opened, tmp_path, source)
    for kind in KINDS:
        objective = AdversarialObjective(made.objective, Attack(kind, 1.0, 2, 1.0))
        objective.module.train()
        exact = float(objective.loss(ROWS, NOW, "fp32").detach())
        assert float(objective.loss(ROWS, NOW, "bf16").detach()) == pytest.approx(exact, rel=0.1)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_learns(tmp_path: Path, task: str) -> None:
    source = bert_folder(tmp_path / "source", dropout=0.0)
    with task_project(tmp_path / "p", task) as opened:
        wanted = request(source, epochs=15, augment="", learning_rate=5e-3, epsilon=0.3)
        result = finish(train(opened, wanted, Control()))
        assert result.validation is not None
        assert result.validation.main.value > 0.6


@pytest.mark.parametrize(
    "options", [{"attack": "fgm"}, {"attack": "pgd", "mix_up": 0.5}, {"attack": "virtual", "attack_steps": 1}]
)
def test_stopped_anywhere_and_resumed_gives_the_same_weights(
    tmp_path: Path, options: dict[str, OptionValue]
) -> None:
    source = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        wanted = request(source, **options)
        whole = finish(train(opened, wanted, Control()))
        result = stopped_and_resumed(opened, wanted)
        assert weights(opened, result.run) == weights(opened, whole.run)
        plain = finish(train(opened, request(source, adversarial_weight=0.01, **options), Control()))
        assert weights(opened, plain.run) != weights(opened, whole.run)


@pytest.mark.parametrize("kind", KINDS)
def test_the_work_of_a_step_is_what_the_forecast_takes_it_for(tmp_path: Path, kind: str) -> None:
    source = bert_folder(tmp_path / "source")
    counted = {"forward": 0, "backward": 0}

    def count(way: str) -> None:
        counted[way] += 1

    def hook(_module: Any, _inputs: Any, output: torch.Tensor) -> None:
        count("forward")
        if output.requires_grad:
            output.register_hook(lambda _slope: count("backward"))

    with project(tmp_path / "p") as opened:
        job = a_job(opened, tmp_path, source, attack=kind, attack_steps=3)
        made = prepared(opened, tmp_path, source)
    norms = [each for each in made.model.module.modules() if isinstance(each, torch.nn.LayerNorm)]
    norms[-1].register_forward_hook(hook)
    AdversarialObjective(made.objective, Attack(kind, 1.0, 3, 1.0)).loss(ROWS, NOW, "fp32").backward()
    assert loop_work(job).passes == pytest.approx((counted["forward"] + 2 * counted["backward"]) / 3)


def test_the_forecast_measures_its_own_steps(tmp_path: Path) -> None:
    """Ten steps of PGD take many times as long as none."""
    source = bert_folder(tmp_path / "source", layers=4)
    with project(tmp_path / "p", train=400) as opened:
        options: dict[str, OptionValue] = {"precision": "fp32", "epochs": 40}

        def seconds(method: str, **more: OptionValue) -> float:
            wanted = ForecastTraining(method=method, source=str(source), options=options | more)
            return finish(forecast(opened, wanted)).forecast.seconds

        assert seconds("adversarial", attack="pgd", attack_steps=10) > 2.5 * seconds("fine-tune")
        assert opened.runs.all() == []


def test_the_shell_names_the_command_that_says_whether_it_helped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(bert_folder(tmp_path / "source"))
    with project(tmp_path / "my p") as opened:
        where = str(opened.path)
    assert run(["train", where, "--method", "adversarial", "--source", source, "--option", "epochs=1"]) == 0
    told = capsys.readouterr().out.splitlines()[-1]
    words = shlex.split(told.partition(": ")[2])
    assert words == ["lexplain-cli", "robustness", where, "adversarial-1"]
    assert run(words[1:]) == 0
    assert "typos" in capsys.readouterr().out
