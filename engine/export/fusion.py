"""A model of several networks: each is written into a folder of its own, the logits are the sum of theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.export.capture import NetworkModel
from engine.export.settings import PARTS, write_settings
from engine.models.run_model import FusedModel, parts_of
from engine.progress import Work

# writes a network into a folder and gives the model that computes by what was written
NetworkWriter = Callable[[NetworkModel, Path], Work[NetworkModel]]


def write_networks(
    model: FusedModel | NetworkModel, folder: Path, write: NetworkWriter
) -> Work[FusedModel | NetworkModel]:
    """Write the one network of a model, or both of a fusion, and give the copy."""
    if not isinstance(model, FusedModel):
        return (yield from write(model, folder))
    copies: list[NetworkModel] = []
    for name, part in zip(PARTS, parts_of(model), strict=True):
        (folder / name).mkdir()
        copies.append((yield from write(part, folder / name)))
    write_settings(model, folder)
    parts: Any = tuple(copies)
    return replace(model, parts=parts)
