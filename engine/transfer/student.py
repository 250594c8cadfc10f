"""The small models that learn from a teacher: a source model with fewer layers, or a smaller source model.

Fewer layers: every second (or the first) layers of the pretrained model are kept (Sanh et al. 2019; Sun et al.
2019). Either way the head reads the mean of the states, since a small model brings no trained pooler; of tagged words
the states of each word's first token.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from engine.models.modules import FeatureModule, TagFeatureModule
from engine.models.source import SourceModel
from engine.models.store import load_encoder
from engine.models.tagging_model import TaggingModel, tag_names
from engine.models.text_model import TorchModel
from engine.transfer.method import Job
from engine.transfer.preparing import tagging_model, text_model

_HEAD_DEVIATION = 0.02
_DEEP = 4  # an encoder of fewer layers says something of its own in each: the head reads all of them


def new_student(job: Job, source: SourceModel, layers: int | None, which: str) -> TorchModel | TaggingModel:
    """The source model, of ``layers`` layers where that is said, under a freshly drawn head.

    ``which`` layers are kept: ``spread`` over the model or the ``first``.
    """
    torch.manual_seed(job.option("seed", int))
    encoder = load_encoder(source.folder)
    if layers is not None:
        encoder = shorten(encoder, kept_layers(source.layers, layers, which))
    pooler = getattr(encoder, "pooler", None)
    if isinstance(pooler, nn.Module):
        pooler.requires_grad_(False)  # nothing reads it
    last = int(encoder.config.num_hidden_layers)
    read = tuple(range(last + 1)) if last < _DEEP else (last,)
    head = nn.Linear(encoder.config.hidden_size * len(read), _outputs(job))
    nn.init.normal_(head.weight, std=_HEAD_DEVIATION)
    nn.init.zeros_(head.bias)
    dropout = float(getattr(encoder.config, "hidden_dropout_prob", 0.0) or 0.0)
    if job.data.task == "tagging":
        return tagging_model(job, source, TagFeatureModule(encoder, read, head, dropout))
    return text_model(job, source, FeatureModule(encoder, read, head, dropout))


def _outputs(job: Job) -> int:
    """How many logits a text has, or a word."""
    if job.data.task == "tagging":
        return len(tag_names(job.data.labels))
    return 1 if job.data.task == "score" else len(job.data.labels)


def kept_layers(there: int, wanted: int, which: str) -> tuple[int, ...]:
    """Indices of the layers that stay: 6 layers to 3 are (0, 2, 4) ``spread``, (0, 1, 2) ``first``."""
    wanted = min(wanted, there)
    if which == "first":
        return tuple(range(wanted))
    return tuple(i * there // wanted for i in range(wanted))


def shorten(encoder: PreTrainedModel, kept: tuple[int, ...]) -> PreTrainedModel:
    """The encoder with some of its layers, in a model of its own whose config says so.

    Built anew from a shorter config, since some families fix at construction what a layer does by its number.
    """
    config: Any = deepcopy(encoder.config)
    if config.model_type == "albert":  # one layer's weights, used again and again
        config.num_hidden_layers = len(kept)
    else:
        config.num_hidden_layers = len(kept)
        if isinstance(types := getattr(config, "layer_types", None), list):
            config.layer_types = [types[i] for i in kept]
    made: PreTrainedModel = type(encoder)(config)
    weights = dict(encoder.state_dict())
    if config.model_type != "albert":
        weights = _renumbered(encoder, kept)
    made.load_state_dict(weights)
    made.train(False)
    return made


def _renumbered(encoder: PreTrainedModel, kept: tuple[int, ...]) -> dict[str, torch.Tensor]:
    """The weights, those of kept layers under their new numbers, those of others left out."""
    count = int(encoder.config.num_hidden_layers)
    stack = next(
        name
        for name, module in encoder.named_modules()
        if isinstance(module, nn.ModuleList) and len(module) == count
    )
    weights = {}
    for name, value in encoder.state_dict().items():
        if not name.startswith(f"{stack}."):
            weights[name] = value
            continue
        number, rest = name.removeprefix(f"{stack}.").split(".", 1)
        if int(number) in kept:
            weights[f"{stack}.{kept.index(int(number))}.{rest}"] = value
    return weights
