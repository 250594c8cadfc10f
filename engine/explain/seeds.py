"""Chance for methods that draw samples: a seed of the text's own, and no trace left in the global generators."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


def seed_of(text: str) -> int:
    """The same for the same text, on every machine."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) & 0x7FFFFFFF


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """numpy's and torch's global generators (the libraries ask no others) start from ``seed`` inside."""
    before = np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        try:
            yield
        finally:
            np.random.set_state(before)  # noqa: NPY002
