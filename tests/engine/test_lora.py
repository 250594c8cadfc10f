"""LoRA: adapters learn beside frozen weights and end up in them; the saved model is an ordinary one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification

from engine.api.errors import OptionValue
from engine.api.messages import Train
from engine.models.modules import SequenceModule
from engine.models.store import load_run
from engine.progress import Control, Progressed, finish
from engine.transfer.lora import add_low_rank
from engine.transfer.training import train
from tests.engine.family_models import FAMILIES, family_folder
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, project

QUICK: dict[str, OptionValue] = {"learning_rate": 1e-2, "precision": "fp32", "lora_rank": 4}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_gets_adapters_and_is_itself_again(tmp_path: Path, family: str) -> None:
    torch.manual_seed(3)
    inner = AutoModelForSequenceClassification.from_pretrained(family_folder(tmp_path / "m", family))
    module = SequenceModule(inner).eval()
    names = [name for name, _ in module.named_parameters()]
    frozen = module.embeddings.weight.clone()
    batch = {"input_ids": torch.randint(7, 20, (3, 8)), "attention_mask": torch.ones(3, 8, dtype=torch.long)}
    before = module(**batch).detach()
    adapters = add_low_rank(module, 2)
    assert adapters is not None
    assert torch.equal(module(**batch), before), "adapters begin as nothing"
    trained = {name for name, p in module.named_parameters() if p.requires_grad}
    assert any("lora_A" in name for name in trained)
    assert all("lora_" in name or "pooler" in name or "embeddings" not in name for name in trained)
    optimizer = torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        module(**batch).square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    learnt = module(**batch).detach()
    adapters.merge()
    assert [name for name, _ in module.named_parameters()] == names
    assert torch.allclose(module(**batch), learnt, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(learnt, before, rtol=1e-3, atol=1e-5)
    assert torch.equal(module.embeddings.weight, frozen)


def test_only_the_layers_that_are_trained_get_adapters(tmp_path: Path) -> None:
    inner = AutoModelForSequenceClassification.from_pretrained(family_folder(tmp_path / "m", "bert"))
    module = SequenceModule(inner)
    module.encoder.requires_grad_(False)
    assert add_low_rank(module, 2) is None
    inner.base_model.encoder.layer[1].requires_grad_(True)
    assert add_low_rank(module, 2) is not None
    assert {name.split("layer.")[1][0] for name, _ in module.named_parameters() if "lora_" in name} == {"1"}
    assert inner.classifier.weight.requires_grad


def test_learns_and_saves_an_ordinary_model(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        wanted = Train(method="fine-tune", source=str(folder), options={**QUICK, "epochs": 20})
        result = finish(train(opened, wanted, Control()))
        assert result.validation is not None
        assert result.validation.accuracy.value > 0.7  # the random embeddings stay as they are
        saved = opened.run_folder(result.run) / "model"
        assert not list(saved.glob("adapter*"))
        after = load_file(saved / "model.safetensors")
        before = load_file(folder / "model.safetensors")
        assert {name.removeprefix("bert.") for name in after} - {
            "classifier.weight",
            "classifier.bias",
        } == set(before)
        query, words = "encoder.layer.0.attention.self.query.weight", "embeddings.word_embeddings.weight"
        assert not torch.equal(after[f"bert.{query}"], before[query])
        assert torch.equal(after[f"bert.{words}"], before[words])
        assert load_run(opened, result.run).labels == ("down", "up")


@pytest.mark.parametrize("task", ["multi", "tagging", "score"])
def test_other_tasks_learn_too(tmp_path: Path, task: str) -> None:
    folder = bert_folder(tmp_path / "source", dropout=0.0)
    with task_project(tmp_path / "p", task) as opened:
        wanted = Train(method="fine-tune", source=str(folder), options={**QUICK, "epochs": 15})
        result = finish(train(opened, wanted, Control()))
        assert result.validation is not None
        assert result.validation.main.value > 0.6


def test_a_checkpoint_holds_what_is_trained_and_nothing_else(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        work = train(opened, Train(method="fine-tune", source=str(folder), options=QUICK), Control())
        run = ""
        for step in work:
            run = run or getattr(step, "run", "")
            if isinstance(step, Progressed) and step.stage == "train":
                break
        work.close()
        with safe_open(opened.run_folder(run) / "checkpoint" / "state.safetensors", "pt") as file:
            kept = {name.removeprefix("now.") for name in file.keys() if name.startswith("now.")}  # noqa: SIM118
        assert kept
        assert all("lora_" in name or "classifier" in name or "pooler" in name for name in kept)
