"""A module as it answers: no dropout, no gradients for its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def frozen(module: nn.Module) -> Iterator[None]:
    """Evaluation mode and no parameter gradients inside; everything as it was afterwards."""
    parts = list(module.modules())
    training = [part for part in parts if part.training]
    tracked = [p for part in parts for p in part.parameters(recurse=False) if p.requires_grad]
    for part in training:
        part.training = False
    for parameter in tracked:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in tracked:
            parameter.requires_grad_(True)
        for part in training:
            part.training = True
