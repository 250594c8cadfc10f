"""Mix-up of hidden states: two texts of a batch become one between them, and so do their targets.

Manifold Mixup (Verma et al. 2019) at a layer drawn anew for every batch, as MixText (Chen et al. 2020) does it for
texts: each keeps the larger share of itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.models.modules import TextModule
from engine.transfer.layers import transformer_layers
from engine.transfer.objective import Moment

_PURPOSE = 3  # of ``Moment.generator``


@dataclass(frozen=True)
class Mixture:
    """Text i keeps ``share`` of itself, the rest is of text ``partners[i]`` (B,).

    ``depth`` 0 mixes the word embeddings, n the output of layer n.
    """

    share: float
    partners: Tensor
    depth: int


def draw_mixture(module: TextModule, alpha: float, size: int, moment: Moment) -> Mixture:
    """A share from Beta(alpha, alpha), partners, and a layer below the last: what is mixed is read once more."""
    random = moment.generator(_PURPOSE)
    share = float(random.beta(alpha, alpha))
    layers = int(module.encoder.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]
    depth = int(random.integers(layers))
    partners = torch.from_numpy(random.permutation(size))
    return Mixture(max(share, 1 - share), partners, depth)


@contextmanager
def mixing(module: TextModule, mixture: Mixture, attention_mask: Tensor) -> Iterator[None]:
    """Within the context a forward pass over the batch of ``attention_mask`` (B, T) is of mixed texts.

    Where the partner has no token a text stays as it is.
    """
    partners = mixture.partners.to(attention_mask.device)
    both = (attention_mask * attention_mask[partners]).bool().unsqueeze(-1)  # (B, T, 1)
    calls = 0

    def mixed(states: Tensor) -> Tensor:
        between = mixture.share * states + (1 - mixture.share) * states[partners]
        return torch.where(both, between, states)

    def hook(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != mixture.depth:  # a shared layer is called several times
            return None
        return (mixed(output[0]), *output[1:]) if isinstance(output, tuple) else mixed(output)

    places = transformer_layers(module.encoder)
    if mixture.depth == 0:
        calls = -1
        places = [module.embeddings]
    handles = [place.register_forward_hook(hook) for place in places]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
