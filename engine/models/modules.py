"""The two shapes of a torch model: fine-tuned with its own head, or frozen with a linear head on pooled states."""

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
        found = self.model.get_input_embeddings()
        assert isinstance(found, nn.Embedding)
        return found

    def forward(self, **batch: Tensor) -> Tensor:
        return self.model(**batch).logits  # type: ignore[no-any-return]


class FeatureModule(nn.Module):
    """A frozen encoder, mean-pooled states of some layers, a linear head. ``forward`` gives logits (B, C).

    ``layers`` are indices of hidden states: 0 the embeddings, n the last layer's output.
    """

    def __init__(self, encoder: PreTrainedModel, layers: tuple[int, ...], head: nn.Linear) -> None:
        super().__init__()
        self.encoder = encoder
        self.layers = layers
        self.head = head

    @property
    def embeddings(self) -> nn.Embedding:
        """The word embeddings."""
        found = self.encoder.get_input_embeddings()
        assert isinstance(found, nn.Embedding)
        return found

    def forward(self, **batch: Tensor) -> Tensor:
        states = hidden_states(self.encoder, batch)
        pooled = [mean_pool(states[layer], batch["attention_mask"]) for layer in self.layers]
        return self.head(torch.cat(pooled, dim=-1))  # type: ignore[no-any-return]


def hidden_states(encoder: Any, batch: dict[str, Tensor]) -> tuple[Tensor, ...]:
    """All hidden states of an encoder, embeddings first, each (B, T, H)."""
    return encoder(**batch, output_hidden_states=True).hidden_states  # type: ignore[no-any-return]


def mean_pool(states: Tensor, attention_mask: Tensor) -> Tensor:
    """Mean over the tokens that are no padding: (B, T, H), (B, T) -> (B, H)."""
    weights = attention_mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)
