"""LRP: conservation, rules against formulas written out by hand, and a model that is left as it was."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.api.errors import ErrorKind, KnownError
from engine.explain.methods.lrp import ATTN_LRP, CP_LRP, scores_batch
from tests.engine.explain_toys import (
    WordValues,
    bert_tokenizer,
    family_module,
    tiny_bert,
    tiny_features,
    tiny_roberta,
    without_biases,
    word_values,
)

FAMILIES = (
    "bert",
    "distilbert",
    "roberta",
    "albert",
    "electra",
    "mpnet",
    "deberta",
    "deberta-v2",
    "modernbert",
    "convbert",
)
EAGER_ONLY = ("mpnet", "deberta", "deberta-v2", "convbert")
SMALL_IDS: dict[str, Any] = {
    "pad_token_id": 0,
    "cls_token_id": 2,
    "sep_token_id": 3,
    "bos_token_id": 2,
    "eos_token_id": 3,
}


def batch_of(*rows: list[int]) -> dict[str, Tensor]:
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    return {"input_ids": ids, "attention_mask": (ids != 0).long()}


BATCH = batch_of([2, 5, 6, 7, 8, 9, 10, 3])


@pytest.mark.parametrize("family", FAMILIES)
def test_relevance_adds_up_to_the_margin_where_nothing_absorbs_it(family: str) -> None:
    """Conservation, which fails wherever a family computes something that has met no rule."""
    attention = "eager" if family in EAGER_ONLY else "sdpa"
    module = without_biases(family_module(family, attention, **SMALL_IDS))
    relevance, logits = scores_batch(module, BATCH, [0], [1], CP_LRP)
    assert float(relevance.sum()) == pytest.approx(float(logits[0, 0] - logits[0, 1]), rel=1e-4)


@pytest.mark.parametrize("rule", [ATTN_LRP, CP_LRP])
def test_both_attention_implementations_meet_the_same_rules(rule: str) -> None:
    fused, _ = scores_batch(tiny_bert("sdpa").module, BATCH, [0], [1], rule)
    written, _ = scores_batch(tiny_bert("eager").module, BATCH, [0], [1], rule)
    assert torch.allclose(fused, written, rtol=1e-3, atol=1e-5)


class _OneHead(nn.Module):
    """One attention head over word embeddings, summed: small enough to write its relevance down."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.embeddings = nn.Embedding(12, 4)
        self.query, self.key, self.value = (nn.Linear(4, 4, bias=False) for _ in range(3))
        self.head = nn.Linear(4, 2, bias=False)
        self.encoder = nn.Identity()

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        x = self.embeddings(input_ids)
        mixed = functional.scaled_dot_product_attention(self.query(x), self.key(x), self.value(x), scale=0.5)
        return self.head(mixed.sum(1))  # type: ignore[no-any-return]


def test_attention_follows_the_published_formulas() -> None:
    """AttnLRP's uniform rule for both products and the softmax's Taylor rule (arXiv 2402.05602)."""
    module = _OneHead()
    relevance, _ = scores_batch(module, batch_of([2, 5, 6, 3]), [0], [1], ATTN_LRP)
    with torch.no_grad():
        x = module.embeddings.weight[[2, 5, 6, 3]]
        q, k, v = module.query(x), module.key(x), module.value(x)
        scores = 0.5 * q @ k.T
        weights = scores.softmax(-1)
        mixed = weights @ v
        out = mixed * (
            module.head.weight[0] - module.head.weight[1]
        )  # relevance of the product's output (T, H)
        share = out / mixed / 2
        of_values = v * (weights.T @ share)
        of_weights = weights * (share @ v.T)
        of_scores = scores * (of_weights - weights * of_weights.sum(-1, keepdim=True))
        half = of_scores / scores / 2 * 0.5
        of_queries, of_keys = q * (half @ k), k * (half.T @ q)
        expected = sum(
            x * ((part / output) @ layer.weight)
            for part, output, layer in (
                (of_queries, q, module.query),
                (of_keys, k, module.key),
                (of_values, v, module.value),
            )
        )
    assert isinstance(expected, Tensor)
    assert torch.allclose(relevance[0], expected.sum(-1), rtol=1e-3, atol=1e-6)


def test_a_linear_model_gets_its_own_terms_with_their_signs() -> None:
    model = word_values({"good": 2.0, "bad": -3.0})
    encoded = model.tokenizer.encode(["good bad film"])
    relevance, _ = scores_batch(model.module, model.tokenizer.batch(encoded), [0], [1])
    assert relevance[0].tolist() == [0.0, 2.0, -3.0, 0.0, 0.0]


@pytest.mark.parametrize("function", [torch.tanh, functional.gelu, functional.silu, functional.relu])
def test_activations_hand_relevance_on_in_proportion(function: Any) -> None:
    """The identity rule: shares of the input's sum, scaled to the output; a gradient would vanish here."""
    model = word_values({"good": 6.0, "very": 3.0}, function)
    encoded = model.tokenizer.encode(["very good"])
    relevance, logits = scores_batch(model.module, model.tokenizer.batch(encoded), [0], [1])
    total = float(logits[0, 0])
    assert relevance[0].tolist() == pytest.approx([0.0, total / 3, 2 * total / 3, 0.0], abs=1e-6)


def test_an_input_of_zero_gets_no_relevance_and_no_nan() -> None:
    model = word_values({"good": 2.0, "bad": -2.0}, functional.gelu)
    encoded = model.tokenizer.encode(["good bad"])
    relevance, _ = scores_batch(model.module, model.tokenizer.batch(encoded), [0], [1])
    assert relevance[0].tolist() == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("make", [tiny_bert, tiny_features, tiny_roberta])
def test_the_explained_pass_is_the_models_own(make: Any) -> None:
    model = make()
    encoded = model.tokenizer.encode(["the film was not very good"])
    _, logits = scores_batch(model.module, model.tokenizer.batch(encoded), [0], [1])
    assert logits.numpy() == pytest.approx(model.logits(["the film was not very good"]), abs=1e-6)


def test_a_batch_gives_each_text_what_it_gets_alone() -> None:
    model = tiny_bert()
    encoded = model.tokenizer.encode(["good", "the film was not very good", "bad film"])
    together, _ = scores_batch(model.module, model.tokenizer.batch(encoded), [0, 1, 2], [1, 2, 0])
    for row, (text, target, rival) in enumerate(zip(encoded, [0, 1, 2], [1, 2, 0], strict=True)):
        alone, _ = scores_batch(model.module, model.tokenizer.batch([text]), [target], [rival])
        width = len(text.ids)
        assert torch.allclose(together[row, :width], alone[0], rtol=1e-3, atol=1e-5)
        assert not together[row, width:].any()


def test_the_model_is_left_as_it_was() -> None:
    module = tiny_bert().module
    module.train()
    frozen = module.embeddings.weight.requires_grad_(False)
    hooks = [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in module.modules()]
    before = [(name, p.requires_grad) for name, p in module.named_parameters()]
    first, _ = scores_batch(module, BATCH, [0], [1])
    second, _ = scores_batch(module, BATCH, [0], [1])
    assert torch.equal(first, second)  # dropout of 0.4 was off
    assert all(part.training for part in module.modules())
    assert [(name, p.requires_grad) for name, p in module.named_parameters()] == before
    assert not frozen.requires_grad
    assert all(parameter.grad is None for parameter in module.parameters())
    assert [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in module.modules()] == hooks


def test_what_has_no_rule_is_refused_and_the_model_is_still_left_as_it_was() -> None:
    module = WordValues({"good": 1.0}, torch.sigmoid).train()
    with pytest.raises(KnownError) as refused:
        scores_batch(module, BATCH, [0], [1])
    assert refused.value.kind is ErrorKind.EXPLAINER_NO_RULE
    assert refused.value.values["function"] == "sigmoid"
    assert module.training
    assert module.embeddings.weight.requires_grad
    assert float(torch.sigmoid(torch.tensor(0.0))) == 0.5


def test_composite_activations_leave_no_hooks() -> None:
    module = without_biases(family_module("bert", hidden_act="gelu_new"))
    relevance, logits = scores_batch(module, BATCH, [0], [1], CP_LRP)
    assert float(relevance.sum()) == pytest.approx(float(logits[0, 0] - logits[0, 1]), rel=1e-4)
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())


def test_the_vocabulary_of_the_toys_is_where_the_tests_think() -> None:
    assert bert_tokenizer().convert_tokens_to_ids(["[PAD]", "[CLS]", "[SEP]", "good"]) == [0, 2, 3, 5]
