"""What a training loop minimises and by what it chooses: the border between the loop and the methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.progress import Work

MOST_TOKENS = 6144  # of a forward and backward pass on a CPU, padding included: about 1.5 GB for MiniLM
_ATTENTION = 256  # in a text of so many tokens what is kept of attention takes as much memory as all else


@dataclass(frozen=True)
class Moment:
    """Where a training is. All chance comes from here, so that a resumed training draws what the first would have."""

    seed: int
    epoch: int
    step: int
    part: int

    def generator(self, purpose: int) -> np.random.Generator:
        """A source of chance for one purpose (any number, another for each use) at this moment."""
        return np.random.default_rng((self.seed, self.step, self.part, purpose))


@dataclass(frozen=True)
class Judgement:
    """On validation: the loss, the task's main figure (higher is better), the accuracy where there is one."""

    loss: float
    figure: float
    accuracy: float | None = None


class Objective(Protocol):
    """``lengths`` (R,) are the tokens of each training row, by which batches are put together.

    A row's loss holds the states of ``readings`` texts at once.
    """

    readings: int

    @property
    def module(self) -> nn.Module: ...

    @property
    def device(self) -> torch.device: ...

    @property
    def lengths(self) -> NDArray[np.int64]: ...

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        """The sum of the rows' losses, with its graph."""
        ...

    def judge(self, precision: str) -> Work[Judgement]:
        """How good the module is now. Leaves it as it was."""
        ...


def rows_at_once(objective: Objective, rows: NDArray[np.int64], most: int) -> int:
    """How many of ``rows`` go through the model at once. A processor gains nothing by more tokens than fill it."""
    if objective.device.type != "cpu":
        return most
    longest = max(1, int(objective.lengths[rows].max()))
    weight = objective.readings * longest * (1 + longest / _ATTENTION)
    return max(1, min(most, int(MOST_TOKENS / weight)))
