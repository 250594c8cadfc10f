"""A finished run's model with its tokenizer: from texts to logits, in the order of the texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.batches import scoring_batches
from engine.devices import autocast
from engine.models.first_token import first_token_only
from engine.models.modules import TextModule
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Progressed, Work, finish

Logits = NDArray[np.float32]  # (N, C)

BATCH_TOKENS = 2048  # fills two cores' caches; larger is not faster on a CPU
_GPU_BATCH_TOKENS = 65_536
# below this logit margin a bf16 answer may differ from fp32's, so those texts are read again in fp32
_CLOSE_MARGIN = 0.25


class TextModel(Protocol):
    """What every run's model of whole texts can do. Labels are in the order of the logits."""

    task: str
    labels: tuple[str, ...]
    thresholds: tuple[float, ...]  # of several labels: the probability from which each holds
    model_hash: str

    def logits(self, texts: Sequence[str]) -> Logits:
        """Logits (N, C) in fp32; for a score (N, 1), the score itself."""
        ...

    def score(self, texts: Sequence[str], precision: str = "fp32", stage: str = "score") -> Work[Logits]:
        """The same as a generator that yields progress."""
        ...

    def read_to(self, text: str) -> int:
        """The code point where the model stops reading a text."""
        ...


@dataclass
class TorchModel:
    """Fine-tuned and features runs. ``module(**batch)`` gives logits (B, C).

    A long text's logits are the mean (or the maximum, ``pooling``) of its windows'.
    """

    module: TextModule
    tokenizer: TextTokenizer
    labels: tuple[str, ...]
    model_hash: str
    device: torch.device
    task: str = "single"
    thresholds: tuple[float, ...] = ()
    pooling: str = "mean"

    @property
    def outputs(self) -> int:
        """C: how many logits a text has."""
        return 1 if self.task == "score" else len(self.labels)

    def logits(self, texts: Sequence[str]) -> Logits:
        return finish(self.score(texts))

    def score(self, texts: Sequence[str], precision: str = "fp32", stage: str = "score") -> Work[Logits]:
        # a close margin is what tells where bf16 may change an answer; only one label has one
        precision = precision if self.task == "single" else "fp32"
        table = self.tokenizer.table(texts)
        logits = yield from score_table(self, table, precision, stage)
        if precision != "fp32" and len(texts):
            top = np.sort(logits, axis=1)
            close = np.flatnonzero(top[:, -1] - top[:, -2] < _CLOSE_MARGIN)
            again = self.tokenizer.table([texts[int(i)] for i in close])
            logits[close] = yield from score_table(self, again, "fp32", stage)
        return logits

    def read_to(self, text: str) -> int:
        return self.tokenizer.read_to(text)


def score_table(model: TorchModel, table: TokenTable, precision: str, stage: str) -> Work[Logits]:
    """Logits (N, C) of the texts of a token table, in length-bucketed batches, texts in their own order."""
    logits = np.zeros((len(table), model.outputs), np.float32)
    done = 0
    for rows, found in forward_batches(model.module, model.tokenizer, table, precision, model.device):
        logits[rows] = found.numpy()
        done += len(rows)
        yield Progressed(stage, done, len(table))
    return pool_windows(logits, table, model.pooling)


def forward_batches(
    module: TextModule, tokenizer: TextTokenizer, table: TokenTable, precision: str, device: torch.device
) -> Iterator[tuple[NDArray[np.int64], Tensor]]:
    """(rows, their logits on the CPU) in length-bucketed batches, the module in evaluation mode meanwhile."""
    tokens = BATCH_TOKENS if device.type == "cpu" else _GPU_BATCH_TOKENS
    was_training = module.training
    module.eval()
    try:
        for rows in scoring_batches(table.lengths, tokens):
            batch = tokenizer.table_batch(table, rows, device)
            with torch.inference_mode(), first_token_only(module), autocast(device, precision):
                logits = module(**batch).float().cpu()
            yield rows, logits
    finally:
        module.train(was_training)


def pool_windows(logits: Logits, table: TokenTable, pooling: str) -> Logits:
    """Logits of rows (R, C) -> of texts (N, C)."""
    if table.owners is None:
        return logits
    firsts = np.flatnonzero(np.diff(table.owners, prepend=-1))
    if pooling == "max":
        return np.maximum.reduceat(logits, firsts, axis=0)
    counts = np.bincount(table.owners, minlength=table.texts)
    return (np.add.reduceat(logits, firsts, axis=0) / counts[:, None]).astype(np.float32)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities (N, C) in double precision."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities of labels that exclude nothing, element by element, in double precision."""
    return 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -700, 700)))
