"""How deep each weight of a model lies: for training its top layers alone, or each layer at a rate of its own."""

from __future__ import annotations

from torch import nn
from transformers import PreTrainedModel


def transformer_layers(module: nn.Module) -> list[nn.Module]:
    """The layers of the first transformer in ``module``, bottom first; a single one where all are shared (ALBERT)."""
    model = next((m for m in module.modules() if isinstance(m, PreTrainedModel)), None)
    if model is None:
        return []
    count = getattr(model.config, "num_hidden_layers", 0)
    found = [list(m) for m in model.modules() if isinstance(m, nn.ModuleList)]
    return next((layers for layers in found if len(layers) == count), found[0] if found else [])


def rate_scales(module: nn.Module, decay: float) -> dict[str, float]:
    """What each parameter's learning rate is multiplied by: the head 1, each layer below ``decay`` times less.

    The lowest rate is the embeddings'. Howard & Ruder 2018 (ULMFiT), with ELECTRA's exponential schedule.
    """
    layers = transformer_layers(module)
    depth = {id(p): len(layers) - i for i, layer in enumerate(layers) for p in layer.parameters()}
    scales = {}
    for name, parameter in module.named_parameters():
        # norms behind the last layer and poolers go with the head
        outside = len(layers) + 1 if "embed" in name else 0
        scales[name] = decay ** depth.get(id(parameter), outside)
    return scales
