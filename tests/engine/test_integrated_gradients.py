"""Integrated gradients: quadrature on functions whose integral is known, baselines, positions."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.explain.contrast import Contrast
from engine.explain.embedded import explicit_positions
from engine.explain.methods.integrated_gradients import (
    FIRST_STEPS,
    MOST_DELTA,
    MOST_STEPS,
    Integral,
    explain,
    integrate,
)
from engine.explain.windows import TOKENS_AT_ONCE
from engine.models.text_model import TorchModel
from tests.engine.explain_toys import bert_tokenizer, tiny_bert, tiny_features, tiny_roberta, word_values

FIRST_OVER_SECOND = Contrast(label=0, target=0, rival=1)


def integral(model: TorchModel, text: str, mask_id: int | None = None) -> Integral:
    (encoded,) = model.tokenizer.encode([text])
    blank = model.tokenizer.mask_id if mask_id is None else mask_id
    weights = FIRST_OVER_SECOND.weights(model.outputs)
    return integrate(model.module, model.tokenizer.batch([encoded]), weights, blank, encoded.special)


def test_a_square_is_integrated_exactly() -> None:
    """f(x) = x^2: trapezoid weights that sum to (n - 1) / n would be 5 % off at 20 steps."""
    found = integral(word_values({"good": 1.0, "very": 2.0}, lambda x: x * x), "very good")
    assert found.scores.tolist() == pytest.approx([0.0, 6.0, 3.0, 0.0], rel=1e-5)
    assert found.steps == FIRST_STEPS
    assert found.relative_delta < 1e-5


def test_a_steep_sigmoid_takes_more_steps_until_it_adds_up() -> None:
    model = word_values({"good": 1.0, "very": 3.0}, lambda x: torch.sigmoid(40 * (x - 1.234)))
    found = integral(model, "very good")
    assert found.steps > FIRST_STEPS
    assert found.relative_delta < MOST_DELTA
    assert found.scores.sum() == pytest.approx(1.0, abs=MOST_DELTA)
    assert found.scores[1] == pytest.approx(3 * found.scores[2], rel=1e-4)


def test_steps_are_not_doubled_for_ever() -> None:
    model = word_values({"good": 1.0}, lambda x: torch.sigmoid(1e6 * (x - 0.50312)))
    found = integral(model, "good")
    assert found.steps == MOST_STEPS
    assert found.relative_delta > MOST_DELTA


def test_the_sign_is_kept() -> None:
    found = integral(word_values({"good": 2.0, "bad": -3.0}), "bad good")
    assert found.scores.tolist() == pytest.approx([0.0, -3.0, 2.0, 0.0])


def test_the_baseline_is_the_mask_token_and_markers_stay() -> None:
    values = {"good": 2.0, "[MASK]": 0.5, "[CLS]": 7.0, "[SEP]": 9.0, "[PAD]": 100.0}
    found = integral(word_values(values), "good film")
    assert found.scores.tolist() == pytest.approx([0.0, 1.5, -0.5, 0.0])
    assert found.relative_delta < 1e-5


def test_the_mean_of_all_embeddings_is_a_baseline_and_markers_stay() -> None:
    values = {"good": 2.0, "[MASK]": 0.5, "[CLS]": 7.0, "[SEP]": 9.0}
    model = word_values(values)
    mean = sum(values.values()) / len(bert_tokenizer())
    found = explain(model, "good film", Contrast(label=0, target=0, rival=1), baseline="mean")
    assert [word.score for word in found.words] == pytest.approx([2.0 - mean, -mean])
    assert found.special_share == 0.0
    assert found.baseline == "mean"


@pytest.mark.parametrize("baseline", ["mask", "pad", "mean"])
@pytest.mark.parametrize("make", [tiny_bert, tiny_features, tiny_roberta])
def test_scores_add_up_to_the_margin_over_each_baselines(make: Any, baseline: str) -> None:
    found = explain(make(), "the film was good", FIRST_OVER_SECOND, baseline=baseline)
    assert found.baseline == baseline
    assert found.relative_delta is not None
    assert found.relative_delta < MOST_DELTA


def test_another_baseline_gives_other_scores() -> None:
    found = {
        tuple(word.score for word in explain(tiny_bert(), "very good film", FIRST_OVER_SECOND, each).words)
        for each in ("mask", "pad", "mean")
    }
    assert len(found) == 3


def test_padding_beside_the_text_changes_nothing() -> None:
    """The attention mask is the real one along the path, never read off the ids."""
    model = tiny_bert()
    (encoded,) = model.tokenizer.encode(["the film was not very good"])
    alone = model.tokenizer.batch([encoded])
    padded = {
        name: torch.nn.functional.pad(
            value, (0, 3), value=model.tokenizer.pad_id if name == "input_ids" else 0
        )
        for name, value in alone.items()
    }
    special = [*encoded.special, True, True, True]
    weights = FIRST_OVER_SECOND.weights(model.outputs)
    found = integrate(model.module, padded, weights, model.tokenizer.mask_id, special)
    expected = integrate(model.module, alone, weights, model.tokenizer.mask_id, encoded.special)
    assert found.scores[: len(encoded.ids)] == pytest.approx(expected.scores, rel=1e-3, abs=1e-4)
    assert not found.scores[len(encoded.ids) :].any()


def test_a_padding_baseline_does_not_move_positions_in_roberta() -> None:
    """With positions read off the ids the delta would stay large, whatever the number of steps."""
    model = tiny_roberta()
    (encoded,) = model.tokenizer.encode(["the film was good"])
    ids = model.tokenizer.batch([encoded])["input_ids"]
    positions = explicit_positions(model.module, ids)["position_ids"]
    assert positions.tolist() == [list(range(2, 2 + len(encoded.ids)))]
    found = integral(model, "the film was good", mask_id=model.tokenizer.pad_id)
    assert found.relative_delta < MOST_DELTA


def test_the_padding_baseline_is_read_at_the_texts_own_positions() -> None:
    model = tiny_roberta()
    (encoded,) = model.tokenizer.encode(["the film was good"])
    batch = model.tokenizer.batch([encoded])
    ids = batch["input_ids"]
    padding = ids.where(torch.tensor([encoded.special]), torch.tensor(model.tokenizer.pad_id))
    positions = explicit_positions(model.module, ids)
    model.module.eval()
    with torch.inference_mode():
        whole, moved, blank = (
            model.module(**batch | other)[0, 0] - model.module(**batch | other)[0, 1]
            for other in ({}, {"input_ids": padding}, {"input_ids": padding} | positions)
        )
    found = integral(model, "the film was good", mask_id=model.tokenizer.pad_id)
    assert found.difference == pytest.approx(float(whole - blank), abs=1e-5)
    assert abs(found.difference - float(whole - moved)) > 0.05


@pytest.mark.parametrize("make", [tiny_bert, tiny_features, tiny_roberta])
def test_scores_add_up_and_are_the_same_again(make: Any) -> None:
    model = make()
    model.module.train()
    text = "the film was not very good"
    first = explain(model, text, FIRST_OVER_SECOND)
    second = explain(model, text, FIRST_OVER_SECOND)
    assert first.words == second.words
    assert first.relative_delta is not None
    assert first.relative_delta < MOST_DELTA
    assert first.logits == pytest.approx(model.logits([text])[0], abs=1e-5)
    assert model.module.training
    assert all(parameter.requires_grad for parameter in model.module.parameters())
    assert all(parameter.grad is None for parameter in model.module.parameters())


def test_a_long_text_is_integrated_in_small_batches() -> None:
    model = tiny_bert()
    widest = 0

    def note(_: object, arguments: tuple[torch.Tensor, ...]) -> None:
        nonlocal widest
        widest = max(widest, arguments[0].numel())

    handle = model.module.embeddings.register_forward_pre_hook(note)
    integral(model, "good film " * 29)
    handle.remove()
    assert widest <= TOKENS_AT_ONCE
