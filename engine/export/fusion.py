"""A model of several networks: each is written into a folder of its own, the logits are the sum of theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.export.capture import NetworkModel
from engine.export.settings import PARTS, write_settings
from engine.models.fusion_model import FusionModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel
from engine.progress import Work

# writes a network into a folder and gives the model that computes by what was written
NetworkWriter = Callable[[NetworkModel, Path], Work[NetworkModel]]


def write_networks(
    model: FusionModel | NetworkModel, folder: Path, write: NetworkWriter
) -> Work[FusionModel | NetworkModel]:
    """Write the one network of a model, or both of a fusion, and give the copy."""
    if not isinstance(model, FusionModel):
        return (yield from write(model, folder))
    copies: list[TorchModel] = []
    for name, part in zip(PARTS, model.parts, strict=True):
        (folder / name).mkdir()
        copy = yield from write(part, folder / name)
        assert not isinstance(copy, TaggingModel)
        copies.append(copy)
    write_settings(model, folder)
    return replace(model, parts=tuple(copies))
