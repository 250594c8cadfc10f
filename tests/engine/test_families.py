"""Every family that the product takes: found, trained, scored, saved, loaded and explained, from start to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.catalog import method
from engine.api.errors import OptionValue
from engine.api.messages import Explain, Explained, Train, Trained
from engine.api.project import Project
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.models.modules import hidden_states, mean_pool
from engine.models.source import FAMILIES, find, load_tokenizer
from engine.models.store import load_encoder, load_run
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer, longest
from engine.progress import Control, finish
from tests.engine import family_models
from tests.engine.family_models import LENGTH, family_folder
from tests.engine.tiny import project

QUICK: dict[str, OptionValue] = {"epochs": 1, "precision": "fp32", "batch_size": 8}
TEXT = "the food was good and not bad"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with project(tmp_path_factory.mktemp("families") / "p", train=24, validation=8, test=4) as made:
        yield made


def run(opened: Project, transfer: str, source: Path, options: dict[str, OptionValue]) -> str:
    request = Train(method=transfer, source=str(source), options=options)
    done = finish(work_for(opened, request, Control(), Models()))
    assert isinstance(done, Trained)
    assert done.validation is not None
    return done.run


def explained(opened: Project, run: str, explainer: str) -> None:
    done = finish(work_for(opened, Explain(run=run, text=TEXT, method=explainer), Control(), Models()))
    assert isinstance(done, Explained)
    found = opened.runs.explanation(done.explanation)
    assert [TEXT[word.start : word.end] for word in found.words] == TEXT.split()
    assert all(np.isfinite(word.score) for word in found.words)
    assert any(word.score for word in found.words)


def test_no_family_is_left_out() -> None:
    assert sorted(family_models.FAMILIES) == sorted(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_fine_tuned_end_to_end(opened: Project, tmp_path: Path, family: str) -> None:
    folder = family_folder(tmp_path / family, family, masked_head=True)
    trained = run(opened, "fine-tune", folder, QUICK)
    model = load_run(opened, trained)
    assert isinstance(model, TorchModel)
    texts = [TEXT, "bad", "a film " * 200]  # uneven, one longer than the model reads
    together = model.logits(texts)
    alone = np.concatenate([model.logits([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.isfinite(together).all()
    assert model.module.encoder.config.model_type == family  # type: ignore[union-attr]
    for id in method("fine-tune").explainers:
        explained(opened, trained, id)


@pytest.mark.parametrize("family", FAMILIES)
def test_frozen_states_do_not_depend_on_the_batch(tmp_path: Path, family: str) -> None:
    source = find(str(family_folder(tmp_path / family, family)))
    tokenizer = TextTokenizer(load_tokenizer(source.folder), LENGTH)
    encoder = load_encoder(source.folder)

    def pooled(*texts: str) -> torch.Tensor:
        batch = tokenizer.batch(tokenizer.encode(texts))
        with torch.inference_mode():
            states = hidden_states(encoder, batch)
        assert len(states) == source.layers + 1 == 3
        return mean_pool(states[-1], batch["attention_mask"])

    assert torch.allclose(pooled("bad", TEXT)[0], pooled("bad")[0], atol=1e-5)


def test_frozen_features_of_another_family_end_to_end(opened: Project, tmp_path: Path) -> None:
    folder = family_folder(tmp_path / "m", "xlm-roberta")
    explained(opened, run(opened, "features", folder, {"layer": 2}), "lrp")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_as_long_as_the_model_reads_fits_its_positions(tmp_path: Path, family: str) -> None:
    """RoBERTa-like tables have two rows more than tokens fit."""
    source = find(str(family_folder(tmp_path / family, family)))
    tokenizer = load_tokenizer(source.folder)
    tokenizer.model_max_length = 10**30  # as in folders that do not say it
    assert longest(tokenizer, source.positions) == LENGTH
    encoded = TextTokenizer(tokenizer, LENGTH).encode(["good film " * 50])[0]
    assert len(encoded.ids) == LENGTH
