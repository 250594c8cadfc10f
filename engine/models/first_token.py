"""The last layer for the first token alone, where the head reads nothing else: the same logits for less work.

BERT's and RoBERTa's heads look at the first token of the last layer. Keys and values must be there for all
tokens, but query, output projection and feed-forward are needed for one: five sixths of the layer's work is
left out, which for six layers is a seventh of everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from engine.models.modules import SequenceModule, TaggingModule

# model families whose sequence classification head reads token 0 and whose layers have BERT's parts
_FAMILIES = ("bert", "roberta", "xlm-roberta")


@contextmanager
def first_token_only(module: nn.Module) -> Iterator[None]:
    """Within the context a fine-tuned model of a known family skips what its head does not read."""
    layer = _last_layer(module)
    if layer is None:
        yield
        return
    layer.forward = partial(_first_token, layer)  # the instance's own, so that nothing else changes
    try:
        yield
    finally:
        del layer.forward


def _last_layer(module: nn.Module) -> nn.Module | None:
    if not isinstance(module, SequenceModule) or isinstance(module, TaggingModule):
        return None  # a token head reads every token
    if module.model.config.model_type not in _FAMILIES:
        return None
    encoder: Any = module.encoder
    # a feed-forward cut into chunks would be skipped by the short cut
    if module.model.config.chunk_size_feed_forward or module.model.config.is_decoder:
        return None
    return encoder.encoder.layer[-1]  # type: ignore[no-any-return]


def _first_token(
    layer: Any, hidden_states: Tensor, attention_mask: Tensor | None = None, *_: Any, **__: Any
) -> Tensor:
    """(B, T, H) -> (B, 1, H); the mask is (B, 1, T, T), boolean or additive."""
    attention = layer.attention.self
    first = hidden_states[:, :1]
    heads = (*hidden_states.shape[:1], -1, attention.num_attention_heads, attention.attention_head_size)
    query, key, value = (
        project(states).view(heads).transpose(1, 2)  # (B, heads, 1 or T, H / heads)
        for project, states in (
            (attention.query, first),
            (attention.key, hidden_states),
            (attention.value, hidden_states),
        )
    )
    mixed = functional.scaled_dot_product_attention(
        query,
        key,
        value,
        attn_mask=None if attention_mask is None else attention_mask[:, :, :1],
        dropout_p=attention.dropout.p if attention.training else 0.0,
        scale=attention.scaling,
    )
    read = layer.attention.output(mixed.transpose(1, 2).reshape(first.shape), first)
    return layer.output(layer.intermediate(read), read)  # type: ignore[no-any-return]
