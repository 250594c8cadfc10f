"""The same work on a graphics card, where there is one: every method of the catalog trains, scores and explains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.catalog import METHODS
from engine.api.errors import OptionValue
from engine.api.messages import Train
from engine.devices import choose
from engine.explain.explaining import explain
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder, project

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="no GPU here: training, scoring and explaining on one are not tested",
)

# those that begin with a source model and need nothing else
_OPTIONS: dict[str, dict[str, OptionValue]] = {
    "features": {},
    "fine-tune": {"epochs": 2, "precision": "bf16", "learning_rate": 3e-3},
    "contrastive": {"epochs": 1},
    "adversarial": {"epochs": 1, "precision": "bf16"},
}


def test_a_gpu_is_chosen() -> None:
    assert choose().kind == "cuda"


@pytest.mark.parametrize("method", [each.id for each in METHODS if each.id in _OPTIONS])
def test_a_method_trains_scores_and_explains_there(method: str, tmp_path: Path) -> None:
    source = str(bert_folder(tmp_path / "source"))
    with project(tmp_path / "p.lexplain") as opened:
        wanted = Train(method=method, source=source, options=_OPTIONS[method])
        run = finish(train(opened, wanted, Control())).run
        model = load_run(opened, run)
        assert isinstance(model, TorchModel)
        assert next(model.module.parameters()).is_cuda
        assert np.isfinite(model.logits(["a good film", "a bad film"])).all()
        for id in ("lrp", "lrp-gradients", "guided-shap", "integrated-gradients", "occlusion"):
            found = explain(model, run=run, method_id=id, transfer_method=method, text="a very good film")
            assert np.isfinite([word.score for word in found.words]).all()
