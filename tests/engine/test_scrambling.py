"""The weight-scramble check: an explanation that follows the weights dissolves with them, another one is caught."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.trust import ScrambleCheck, ScrambleWeights
from engine.api.messages import Train
from engine.api.project import Project
from engine.api.results import WordScore
from engine.api.wording_explaining import scramble_words
from engine.explain.attribution import Scores
from engine.explain.erasing import read_words
from engine.explain.explaining import compute
from engine.explain.faithfulness import questions_of
from engine.explain.trust import scrambling
from engine.explain.trust.scrambling import (
    check_scrambled,
    copied,
    layers_from_top,
    modules_of,
    randomise,
    scramble_weights,
)
from engine.models.loaded import Models
from engine.models.run_model import RunModel
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine import tiny
from tests.engine.explain_toys import family_module, tiny_bert, tiny_features, tiny_roberta
from tests.engine.test_explain_tasks import scoring, several, tagging
from tests.engine.test_sealing import fused

TEXTS = [text for text, _ in tiny.texts(10, seed=2)] + ["the film was not very good , bad film"]


def asked_of(model: Any) -> list[Any]:
    words = [read_words(model, text) for text in TEXTS]
    return [each for each in questions_of(model, TEXTS, words) if len(read_words(model, each[0])) > 2]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with tiny.project(tmp_path / "p") as opened:
        yield opened


def added(project: Project, method: str = "fine-tune") -> str:
    with project.transaction():
        return project.runs.add(method, "x", {})


@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta, tiny_features, fused, several, scoring, tagging])
def test_every_model_with_layers_is_checked_and_left_alone(make: Any) -> None:
    model = make()
    before = [
        {name: value.clone() for name, value in module.state_dict().items()} for module in modules_of(model)
    ]
    asked = asked_of(model)
    first = finish(check_scrambled(model, "run-1", "lrp", asked))
    assert [step.layers for step in first.steps] == [1, 2, 3]  # the head and two layers
    assert all(0 <= step.likeness <= 1 for step in first.steps)
    assert first.texts == len(asked)
    assert 0 < first.chance < 0.7
    assert first == finish(check_scrambled(model, "run-1", "lrp", asked))
    for module, state in zip(modules_of(model), before, strict=True):
        assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())


def test_an_explanation_of_the_text_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_length(model: Any, method: str, text: str, asked: Any) -> Scores:
        found = compute(model, method, text, asked)
        words = tuple(WordScore(w.start, w.end, float(w.end - w.start)) for w in found.words)
        return Scores(words, found.logits)

    monkeypatch.setattr(scrambling, "compute", by_length)
    model = tiny_bert()
    # words of one length have no order that could stay
    asked = [each for each in asked_of(model) if len({len(word) for word in each[0].split()}) > 1]
    check = finish(check_scrambled(model, "run-1", "lrp", asked))
    assert [step.likeness for step in check.steps] == pytest.approx([1.0] * 3)
    assert not check.passed
    assert "{" not in scramble_words(check, "en") + scramble_words(check, "zh_CN")
    assert "Do not rely" in scramble_words(check, "en")


def test_an_explanation_that_is_chance_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)

    def by_chance(model: Any, method: str, text: str, asked: Any) -> Scores:
        words = read_words(model, text)
        return Scores(
            tuple(WordScore(*word, float(random.normal())) for word in words), np.zeros(3, np.float32)
        )

    monkeypatch.setattr(scrambling, "compute", by_chance)
    model = tiny_bert()
    check = finish(check_scrambled(model, "run-1", "lrp", asked_of(model)))
    assert check.passed
    assert check.steps[-1].likeness == pytest.approx(check.chance, abs=0.2)


@pytest.mark.parametrize(
    "family", ["bert", "distilbert", "electra", "deberta-v2", "mpnet", "albert", "roberta"]
)
def test_each_tensor_above_the_embeddings_is_in_one_layer(family: str) -> None:
    changes = {"pad_token_id": 1} if family == "roberta" else {}
    module = family_module(family, "eager", **changes)
    layers = layers_from_top(module)
    held = [id(parameter) for layer in layers for parameter in layer]
    assert len(held) == len(set(held))
    assert len(layers) == (2 if family == "albert" else 3)
    assert all(layers)
    assert id(module.embeddings.weight) not in held
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    left = {name for place, name in names.items() if place not in set(held)}
    assert all("embeddings" in name for name in left)
    assert id(module.last_linear.weight) in [id(parameter) for parameter in layers[0]]


def test_layers_become_random_from_the_top_and_keep_their_scale() -> None:
    model = copied(tiny_bert())
    (module,) = modules_of(model)
    head, last, first = layers_from_top(module)
    untouched = [parameter.clone() for parameter in first]
    weight = max(last, key=lambda parameter: parameter.numel())
    before, mean, deviation = weight.detach().clone(), weight.mean().item(), weight.std().item()
    random = torch.Generator().manual_seed(1)
    for parameter in [*head, *last]:
        randomise(parameter, random)
    assert not torch.allclose(weight, before)
    assert weight.mean().item() == pytest.approx(mean, abs=0.1 * deviation)
    assert weight.std().item() == pytest.approx(deviation, rel=0.1)
    assert all(torch.equal(a, b) for a, b in zip(untouched, first, strict=True))
    single = nn.Parameter(torch.tensor([2.0]))
    randomise(single, random)
    assert single.item() == 2.0


def test_a_check_is_kept_and_takes_the_default_explainer(project: Project) -> None:
    run = added(project)
    done = finish(scramble_weights(project, ScrambleWeights(run=run, texts=6), tiny_bert()))
    assert done.check.method == "lrp"
    assert 0 < done.check.texts <= 6
    assert project.explaining.finding(run, ScrambleCheck) == done.check
    named = finish(
        scramble_weights(project, ScrambleWeights(run=run, texts=3, method="occlusion"), tiny_bert())
    )
    assert named.check.method == "occlusion"


def test_where_the_default_has_no_rule_integrated_gradients_are_checked(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(model: Any, method: str, text: str, asked: Any) -> Scores:
        if method == "lrp":
            raise KnownError(ErrorKind.EXPLAINER_NO_RULE, family="odd", function="sin")
        return compute(model, method, text, asked)

    monkeypatch.setattr(scrambling, "compute", refused)
    run = added(project)
    done = finish(scramble_weights(project, ScrambleWeights(run=run, texts=2), tiny_bert()))
    assert done.check.method == "integrated-gradients"
    with pytest.raises(KnownError) as named:
        finish(scramble_weights(project, ScrambleWeights(run=run, texts=2, method="lrp"), tiny_bert()))
    assert named.value.kind is ErrorKind.EXPLAINER_NO_RULE


def test_what_cannot_be_checked_is_told(project: Project, tmp_path: Path) -> None:
    def refused(opened: Project, run: str, model: RunModel, **given: Any) -> ErrorKind:
        with pytest.raises(KnownError) as error:
            finish(scramble_weights(opened, ScrambleWeights(run=run, **given), model))
        return error.value.kind

    linear = finish(train(project, Train(method="bag-of-words"), Control())).run
    assert refused(project, linear, Models().get(project, linear)) is ErrorKind.NOTHING_TO_SCRAMBLE
    run = added(project)
    assert refused(project, run, tiny_bert(), method="nonsense") is ErrorKind.EXPLAINER_UNKNOWN
    with tiny.project(tmp_path / "q", validation=0) as empty:
        assert refused(empty, added(empty), tiny_bert()) is ErrorKind.SPLIT_EMPTY
