"""The shapes of a torch model: fine-tuned with the family's head, a linear head on pooled states, a head on tokens."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel


class SequenceModule(nn.Module):
    """An encoder with the family's own classification head. ``forward`` gives logits (B, C)."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    @property
    def encoder(self) -> nn.Module:
        return self.model.base_model

    @property
    def embeddings(self) -> nn.Embedding:
        """The word embeddings."""
        return word_embeddings(self.model)

    @property
    def last_linear(self) -> nn.Linear:
        """The layer that gives the logits."""
        return _last_linear(self.model)

    def forward(self, **batch: Tensor) -> Tensor:
        return self.model(**batch).logits  # type: ignore[no-any-return]


class TaggingModule(SequenceModule):
    """An encoder with the family's own token head. ``forward`` gives logits (B, T, C)."""


class LayersModule(nn.Module):
    """An encoder and a linear head on the states of some of its layers, one after the other.

    ``layers`` are indices of hidden states: 0 the embeddings, n the last layer's output. ``dropout`` is a share of
    what the head reads while it is trained.
    """

    def __init__(
        self, encoder: PreTrainedModel, layers: tuple[int, ...], head: nn.Linear, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.layers = layers
        self.head = head
        self.dropout = nn.Dropout(dropout)

    @property
    def embeddings(self) -> nn.Embedding:
        """The word embeddings."""
        return word_embeddings(self.encoder)

    @property
    def last_linear(self) -> nn.Linear:
        """The layer that gives the logits."""
        return self.head


class FeatureModule(LayersModule):
    """The head reads the mean of the tokens' states. ``forward`` gives logits (B, C)."""

    def forward(self, **batch: Tensor) -> Tensor:
        return self.head(self.dropout(self.pooled(batch)))  # type: ignore[no-any-return]

    def pooled(self, batch: dict[str, Tensor]) -> Tensor:
        """What the head reads, (B, len(layers) * H)."""
        states = hidden_states(self.encoder, batch)
        return torch.cat([mean_pool(states[layer], batch["attention_mask"]) for layer in self.layers], dim=-1)


class TagFeatureModule(LayersModule):
    """The head reads the states of each token. ``forward`` gives logits (B, T, C)."""

    def forward(self, **batch: Tensor) -> Tensor:
        read = token_states(hidden_states(self.encoder, batch), self.layers)
        return self.head(self.dropout(read))  # type: ignore[no-any-return]


TextModule = SequenceModule | FeatureModule | TagFeatureModule
TagModule = TaggingModule | TagFeatureModule


def word_embeddings(model: PreTrainedModel) -> nn.Embedding:
    """The table of word embeddings of a transformers model."""
    found = model.get_input_embeddings()
    assert isinstance(found, nn.Embedding)
    return found


def _last_linear(model: PreTrainedModel) -> nn.Linear:
    found = [m for m in model.modules() if isinstance(m, nn.Linear) and m.out_features == model.num_labels]
    return found[-1]


def unscale(module: TextModule, mean: float, scale: float) -> None:
    """Let a model that learnt standardised scores give real ones: W' = W * scale, b' = b * scale + mean."""
    last = module.last_linear
    with torch.no_grad():
        last.weight.mul_(scale)
        last.bias.mul_(scale).add_(mean)


def hidden_states(encoder: Any, batch: dict[str, Tensor]) -> tuple[Tensor, ...]:
    """All hidden states of an encoder, embeddings first, each (B, T, H)."""
    return encoder(**batch, output_hidden_states=True).hidden_states  # type: ignore[no-any-return]


def token_states(states: tuple[Tensor, ...], layers: tuple[int, ...]) -> Tensor:
    """Some of the hidden states of every token, one after the other: (B, T, len(layers) * H)."""
    return torch.cat([states[layer] for layer in layers], dim=-1)


def mean_pool(states: Tensor, attention_mask: Tensor) -> Tensor:
    """Mean over the tokens that are no padding: (B, T, H), (B, T) -> (B, H)."""
    weights = attention_mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)
