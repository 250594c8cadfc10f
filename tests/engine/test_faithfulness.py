"""The erasure test on models whose answers are known."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import torch

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Faithfulness
from engine.explain import drops, faithfulness
from engine.explain.attribution import word_spans
from engine.explain.contrast import Contrast
from engine.explain.drops import SHARES
from engine.explain.faithfulness import erase, mean_interval, measure
from engine.models.linear_model import LinearModel
from engine.models.text_model import softmax
from engine.progress import Progressed, finish
from tests.engine.explain_toys import tiny_bert, tiny_roberta, torch_model, word_values
from tests.engine.test_explain import linear_model

TEN = "the film was a very not good bad the film"
FIRST = Contrast(label=0, target=0, rival=1)


def sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def test_drops_are_those_that_can_be_written_down() -> None:
    """Ten words; "good" alone is worth 3 logits, "very" 1: the order takes one word more at each share."""
    model = word_values({"good": 3.0, "very": 1.0, "[MASK]": 0.25})
    scores = np.array([0, 0, 0, 0, 1.0, 0, 3.0, 0, 0, 0])
    erased = finish(erase(model, [TEN], [scores], [FIRST], seed=1))
    full = sigmoid(4.0)
    without = [1.25, 0.5, 0.75, 1.0, 1.25]
    only = [3 + 9 * 0.25, 4 + 8 * 0.25, 4 + 7 * 0.25, 4 + 6 * 0.25, 4 + 5 * 0.25]
    assert erased.comprehensiveness[0] == pytest.approx(full - np.mean([sigmoid(x) for x in without]))
    assert erased.sufficiency[0] == pytest.approx(full - np.mean([sigmoid(x) for x in only]))


@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta])
def test_erasing_puts_mask_tokens_into_the_ids_and_nothing_else(make: Any, monkeypatch: Any) -> None:
    model = make()
    texts = ["the film was good", "bad film, very bad 😂 film"]
    encoded = {len(text.ids): text for text in model.tokenizer.encode(texts)}
    assert len(encoded) == 2
    seen = []
    scores = [np.arange(float(len(word_spans(text)))) for text in model.tokenizer.encode(texts)]
    forward = model.module.forward

    def note(**batch: torch.Tensor) -> torch.Tensor:
        seen.append(batch)
        return forward(**batch)  # type: ignore[no-any-return]

    monkeypatch.setattr(model.module, "forward", note)
    finish(erase(model, texts, scores, [FIRST, FIRST], seed=1))
    erasures = 0
    for batch in seen:
        for row, attention in zip(batch["input_ids"], batch["attention_mask"], strict=True):
            original = encoded[int(attention.sum())]
            for token, (id, expected) in enumerate(zip(row.tolist(), original.ids, strict=False)):
                assert id == expected or (id == model.tokenizer.mask_id and not original.special[token])
                erasures += id != expected
    assert erasures > 0


@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta])
def test_batches_of_many_texts_give_each_its_own_numbers(make: Any) -> None:
    model = make()
    texts = ["the film was good", "bad film, very bad film", "not a very good film was the bad film !"]
    random = np.random.default_rng(4)
    scores = [random.normal(size=len(word_spans(text))) for text in model.tokenizer.encode(texts)]
    together = finish(erase(model, texts, scores, [FIRST] * 3, seed=1))
    for i in range(3):
        alone = finish(erase(model, texts[i : i + 1], scores[i : i + 1], [FIRST], seed=1))
        assert together.comprehensiveness[i] == pytest.approx(alone.comprehensiveness[0], abs=1e-5)
        assert together.sufficiency[i] == pytest.approx(alone.sufficiency[0], abs=1e-5)


def test_bag_of_words_loses_the_ngrams_that_touch_an_erased_word() -> None:
    weights = np.array([[1.0, 2.0, 5.0], [0.0, 0.0, 0.0]])
    model = LinearModel(
        ("yes", "no"), {"good": 0, "film": 1, "good film": 2}, np.ones(3), weights, np.array([0.5, 0.0]), 2
    )
    unit = 1 / np.sqrt(3)
    erased = finish(erase(model, ["good film"], [np.array([2.0, 1.0])], [FIRST], seed=1))
    full = sigmoid(8 * unit + 0.5)
    # two words: the top share is always "good"
    assert erased.comprehensiveness[0] == pytest.approx(full - sigmoid(2 * unit + 0.5), abs=1e-6)
    assert erased.sufficiency[0] == pytest.approx(full - sigmoid(1 * unit + 0.5), abs=1e-6)
    # a random order of two words is one of the two that are possible
    others = [full - sigmoid(2 * unit + 0.5), full - sigmoid(1 * unit + 0.5)]
    means = {np.mean(choice) for choice in itertools.product(others, repeat=faithfulness.RANDOM_ORDERS)}
    assert any(erased.random_comprehensiveness[0] == pytest.approx(mean, abs=1e-6) for mean in means)


def steps_of(work: Generator[Progressed, None, Faithfulness]) -> tuple[list[Progressed], Faithfulness]:
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            return steps, stop.value


def random_texts(count: int) -> list[str]:
    random = np.random.default_rng(11)
    words = ["good", "bad", "very", "not", "film", "was", "the", "a"]
    return [" ".join(random.choice(words, random.integers(5, 15))) for _ in range(count)]


@pytest.mark.parametrize("method", ["lrp", "integrated-gradients"])
def test_a_right_explainer_beats_random_orders(method: str) -> None:
    model = word_values({"good": 2.0, "bad": -2.0, "very": 0.5})
    steps, found = steps_of(measure(model, "run-1", method, "fine-tune", random_texts(20), seed=5))
    assert found.scores.comprehensiveness > found.random.comprehensiveness + 0.1
    assert found.scores.sufficiency < found.random.sufficiency - 0.1
    interval = found.comprehensiveness_interval
    assert interval.low < interval.value == found.scores.comprehensiveness < interval.high
    assert (found.run, found.method, found.texts) == ("run-1", method, 20)
    assert found.milliseconds_per_text > 0
    for stage in ("explain", "measure"):
        done = [step.done for step in steps if step.stage == stage]
        assert done == sorted(done)
        assert done[-1] == next(step.total for step in steps if step.stage == stage)


def test_bag_of_words_is_measured_too() -> None:
    _, found = steps_of(measure(linear_model(), "run-1", "", "bag-of-words", random_texts(20), seed=5))
    assert found.method == "linear"
    assert found.scores.comprehensiveness > found.random.comprehensiveness


def test_the_same_call_gives_the_same_numbers() -> None:
    texts = random_texts(5)
    first, second = (
        finish(measure(tiny_bert(), "r", "lrp", "fine-tune", texts, seed=seed)) for seed in (5, 5)
    )
    other = finish(measure(tiny_bert(), "r", "lrp", "fine-tune", texts, seed=6))
    assert (first.scores, first.random) == (second.scores, second.random)
    assert first.comprehensiveness_interval == second.comprehensiveness_interval
    assert first.scores == other.scores
    assert first.random != other.random


def test_texts_with_less_than_two_words_are_left_out() -> None:
    found = finish(measure(tiny_bert(), "r", "lrp", "fine-tune", ["", " ", "good", "good film"]))
    assert found.texts == 1
    for texts in ([], ["", "\n"], ["good"]):
        with pytest.raises(KnownError) as refused:
            finish(measure(tiny_bert(), "r", "lrp", "fine-tune", texts))
        assert refused.value.kind is ErrorKind.TEXT_EMPTY


def test_a_closed_measurement_leaves_the_model_as_it_was() -> None:
    model = tiny_bert()
    model.module.train()
    work = measure(model, "r", "lrp", "fine-tune", random_texts(4))
    for _ in range(6):
        next(work)
    work.close()
    assert all(part.training for part in model.module.modules())
    assert all(parameter.requires_grad for parameter in model.module.parameters())


def test_at_least_one_word_is_erased_at_every_share() -> None:
    sets = drops._erasures(np.array([2, 0, 1]))
    assert [list(words) for words in sets[: len(SHARES)]] == [[2], [2], [2], [2, 0], [2, 0]]
    assert [list(words) for words in sets[len(SHARES) :]] == [[0, 1], [0, 1], [0, 1], [1], [1]]


def test_the_interval_covers_the_mean() -> None:
    values = np.random.default_rng(0).normal(1.0, 2.0, 400)
    interval = mean_interval(values, seed=1)
    assert interval.value == pytest.approx(values.mean())
    half = 1.96 * values.std() / 20
    assert interval.low == pytest.approx(interval.value - half, abs=0.03)
    assert interval.high == pytest.approx(interval.value + half, abs=0.03)


def test_probabilities_are_those_of_the_model() -> None:
    model = torch_model(tiny_bert().module, tiny_bert().tokenizer.tokenizer)
    texts = ["the film was good", "bad film, very bad film"]
    unimportant = [np.zeros(4), np.zeros(6)]
    erased = finish(erase(model, texts, unimportant, [FIRST, FIRST], seed=1))
    assert (erased.comprehensiveness <= softmax(model.logits(texts))[:, 0]).all()
