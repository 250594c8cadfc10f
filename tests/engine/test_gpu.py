"""The same work on a graphics card, where there is one: every method with a network trains, scores and explains.

On the CPU the same is done, so that what is asked of a card is known to be right where there is none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.api.catalog import METHODS
from engine.api.messages import ColumnMapping, Train
from engine.api.project import Project
from engine.devices import choose
from engine.explain.explaining import explain
from engine.models.fusion_model import FusionModel
from engine.models.ngrams import words
from engine.models.run_model import RunModel
from engine.models.store import load_run
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, blind_folder, project, texts

_ON_A_CARD = pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="no GPU here: training, scoring and explaining on one are not tested",
)
_DEVICES = ("cpu", pytest.param("cuda", marks=_ON_A_CARD))
_EXPLAINERS = ("lrp", "lrp-gradients", "guided-shap", "integrated-gradients", "occlusion")
_TEXT, _GOOD = "a very good film", (7, 11)

# (method, options): what a name in capitals stands for is made by the test
_CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("features", {}),
    ("features", {"adapt_epochs": 1}),
    ("fusion", {"second_source": "READER"}),
    ("fine-tune", {"epochs": 2, "precision": "bf16", "learning_rate": 3e-3}),
    ("fine-tune", {"epochs": 1, "precision": "auto", "adapt_epochs": 1}),
    ("contrastive", {"epochs": 1, "pairs_per_text": 2}),
    ("adversarial", {"epochs": 1, "precision": "bf16"}),
    ("adversarial", {"epochs": 1, "attack": "virtual"}),
    ("distil", {"epochs": 1, "student": "fewer-layers", "teacher": "RUN"}),
    ("distil", {"epochs": 1, "student": "small-model", "student_source": "READER", "teacher": "RUN"}),
    ("pseudo-label", {"rounds": 1}),
    ("pseudo-label", {"rounds": 1, "base": "fine-tune"}),
    ("argue", {"epochs": 1, "argued_run": "RUN", "strike": "film"}),
)


@pytest.fixture
def device(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of device that is computed on."""
    kind = str(request.param)
    monkeypatch.setenv("LEXPLAIN_DEVICE", kind)
    return kind


@pytest.mark.parametrize("device", _DEVICES, indirect=True)
def test_the_device_is_chosen(device: str) -> None:
    assert choose().kind == device


@_ON_A_CARD
def test_a_card_is_chosen_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEXPLAIN_DEVICE", raising=False)
    assert choose().kind == "cuda"


def test_no_method_is_forgotten() -> None:
    without_network = {"bag-of-words"}
    assert {method for method, _ in _CASES} | without_network == {method.id for method in METHODS}


@pytest.mark.parametrize("device", _DEVICES, indirect=True)
@pytest.mark.parametrize(("method", "options"), _CASES)
def test_a_method_trains_scores_and_explains_there(
    device: str, method: str, options: dict[str, Any], tmp_path: Path
) -> None:
    # of a fusion the first model reads no words, so that the second is kept
    blind = method == "fusion"
    source = str((blind_folder if blind else bert_folder)(tmp_path / "source"))
    with project(tmp_path / "p.lexplain", train=48, validation=24, test=8) as opened:
        _add_unlabelled(opened, tmp_path)
        run = _trained(opened, method, source, _filled(opened, source, options, tmp_path))
        model = load_run(opened, run)
        assert isinstance(model, FusionModel if method == "fusion" else TorchModel)
        assert _kinds(model) == {device}
        assert np.isfinite(model.logits(["a good film", "a bad film"])).all()
        _demand_explanations(model, run, method)


@pytest.mark.parametrize("device", _DEVICES, indirect=True)
@pytest.mark.parametrize("method", ["fine-tune", "adversarial"])
def test_words_are_tagged_and_explained_there(device: str, method: str, tmp_path: Path) -> None:
    source = str(bert_folder(tmp_path / "source"))
    with task_project(tmp_path / "p.lexplain", "tagging", train=48, validation=24, test=8) as opened:
        run = _trained(opened, method, source, {"epochs": 1, "precision": "bf16"})
        model = load_run(opened, run)
        assert isinstance(model, TaggingModel)
        assert _kinds(model) == {device}
        (logits,) = model.logits([_TEXT], [words(_TEXT)])
        assert logits.shape == (4, model.outputs)
        assert np.isfinite(logits).all()
        _demand_explanations(model, run, method, _GOOD)


def _trained(opened: Project, method: str, source: str, options: dict[str, Any]) -> str:
    needed = {each.id: each.needs_source for each in METHODS}[method]
    wanted = Train(method=method, source=source if needed else "", options=options)
    return finish(train(opened, wanted, Control())).run


def _filled(opened: Project, source: str, options: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Options with a second model for READER and a finished run for RUN."""
    made: dict[str, Any] = {}
    if "READER" in options.values():
        made["READER"] = str(bert_folder(folder / "reader"))
    if "RUN" in options.values():
        made["RUN"] = _trained(opened, "fine-tune", source, {"epochs": 1})
    return {name: made.get(value, value) for name, value in options.items()}


def _add_unlabelled(opened: Project, path: Path) -> None:
    with opened.transaction():
        added = opened.documents.add_source(path, "csv", "utf-8", ",", ColumnMapping(text="text"))
        rows = [(line, text, "", "") for line, (text, _) in enumerate(texts(40, seed=5), start=2)]
        opened.documents.add_rows(added, rows)
        opened.documents.finish_source(added)


def _kinds(model: RunModel) -> set[str]:
    """The kinds of devices that a model's weights lie on."""
    parts = model.parts if isinstance(model, FusionModel) else (model,)
    return {
        weight.device.type
        for part in parts
        if isinstance(part, TorchModel | TaggingModel)
        for weight in part.module.parameters()
    }


def _demand_explanations(model: RunModel, run: str, method: str, span: tuple[int, int] | None = None) -> None:
    for id in _EXPLAINERS:
        found = explain(model, run=run, method_id=id, transfer_method=method, text=_TEXT, span=span)
        scores = [word.score for word in found.words]
        assert np.isfinite(scores).all(), id
        assert any(scores), id
