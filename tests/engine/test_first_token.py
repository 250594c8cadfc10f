"""The short cut through the last layer changes nothing but time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from engine.models.first_token import first_token_only
from engine.models.modules import SequenceModule
from engine.models.source import find, load_tokenizer

SMALL: dict[str, Any] = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "num_labels": 3,
}


def module(family: str) -> SequenceModule:
    torch.manual_seed(0)
    if family == "bert":
        return SequenceModule(BertForSequenceClassification(BertConfig(**SMALL)))
    return SequenceModule(RobertaForSequenceClassification(RobertaConfig(**SMALL)))


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_same_logits_and_gradients(family: str) -> None:
    made = module(family).eval()
    ids = torch.randint(3, 50, (4, 9))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    mask[3, 2:] = 0
    found = []
    for short in (False, True):
        made.zero_grad()
        if short:
            with first_token_only(made):
                logits = made(input_ids=ids, attention_mask=mask)
        else:
            logits = made(input_ids=ids, attention_mask=mask)
        logits.square().sum().backward()
        grads = {name: p.grad.clone() for name, p in made.named_parameters() if p.grad is not None}
        found.append((logits.detach(), grads))
    (logits, grads), (short_logits, short_grads) = found
    assert torch.allclose(logits, short_logits, atol=1e-6)
    assert grads.keys() == short_grads.keys()
    assert all(torch.allclose(grads[name], short_grads[name], atol=1e-5) for name in grads)


def test_the_layer_is_itself_again_afterwards(tmp_path: Path) -> None:
    made = module("bert").eval()
    ids = torch.randint(3, 50, (2, 7))
    with first_token_only(made):
        assert made.encoder(input_ids=ids).last_hidden_state.shape[1] == 1
    assert made.encoder(input_ids=ids).last_hidden_state.shape[1] == 7


def test_the_default_model_gives_the_same_probabilities() -> None:
    source = find("")
    torch.manual_seed(5)
    made = SequenceModule(
        AutoModelForSequenceClassification.from_pretrained(source.folder, num_labels=3, local_files_only=True)
    ).eval()
    texts = ["Where is my parcel?", "我要退款", "The bill is wrong, twice."]
    batch = load_tokenizer(source.folder)(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        whole = made(**batch).softmax(-1)
        with first_token_only(made):
            short = made(**batch).softmax(-1)
    assert torch.allclose(whole, short, atol=1e-6)
