"""A finished run's model with its tokenizer: from texts to logits, in the order of the texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.batches import scoring_batches
from engine.devices import autocast
from engine.models.first_token import first_token_only
from engine.models.modules import FeatureModule, SequenceModule
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Progressed, Work, finish

Logits = NDArray[np.float32]  # (N, C)

BATCH_TOKENS = 2048  # fills two cores' caches; larger is not faster on a CPU
_GPU_BATCH_TOKENS = 65_536
# below this logit margin a bf16 answer may differ from fp32's, so those texts are read again in fp32
_CLOSE_MARGIN = 0.25


class RunModel(Protocol):
    """What every run's model can do. Labels are in the order of the logits."""

    labels: tuple[str, ...]
    model_hash: str

    def logits(self, texts: Sequence[str]) -> Logits:
        """Logits (N, C) in fp32."""
        ...

    def score(self, texts: Sequence[str], precision: str = "fp32", stage: str = "score") -> Work[Logits]:
        """The same as a generator that yields progress."""
        ...

    def read_to(self, text: str) -> int:
        """The code point where the model stops reading a text."""
        ...


@dataclass
class TorchModel:
    """Fine-tuned and features runs. ``module(**batch)`` gives logits (B, C)."""

    module: SequenceModule | FeatureModule
    tokenizer: TextTokenizer
    labels: tuple[str, ...]
    model_hash: str
    device: torch.device

    def logits(self, texts: Sequence[str]) -> Logits:
        return finish(self.score(texts))

    def score(self, texts: Sequence[str], precision: str = "fp32", stage: str = "score") -> Work[Logits]:
        table = self.tokenizer.table(texts)
        logits = yield from score_table(self, table, precision, stage)
        if precision != "fp32" and len(texts):
            top = np.sort(logits, axis=1)
            close = np.flatnonzero(top[:, -1] - top[:, -2] < _CLOSE_MARGIN)
            logits[close] = yield from score_table(self, _rows(table, close), "fp32", stage)
        return logits

    def read_to(self, text: str) -> int:
        return self.tokenizer.encode([text])[0].read_to


def score_table(model: TorchModel, table: TokenTable, precision: str, stage: str) -> Work[Logits]:
    """Logits (N, C) of a token table, in length-bucketed batches, rows in their own order."""
    logits = np.zeros((len(table), len(model.labels)), np.float32)
    done = 0
    tokens = BATCH_TOKENS if model.device.type == "cpu" else _GPU_BATCH_TOKENS
    was_training = model.module.training
    model.module.eval()
    try:
        for rows in scoring_batches(table.lengths, tokens):
            batch = model.tokenizer.table_batch(table, rows, model.device)
            with torch.inference_mode(), first_token_only(model.module), autocast(model.device, precision):
                logits[rows] = model.module(**batch).float().cpu().numpy()
            done += len(rows)
            yield Progressed(stage, done, len(table))
    finally:
        model.module.train(was_training)
    return logits


def _rows(table: TokenTable, rows: NDArray[np.int64]) -> TokenTable:
    pieces = [table.ids(int(row)) for row in rows]
    flat = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
    return TokenTable(flat, np.concatenate([[0], np.cumsum([len(p) for p in pieces], dtype=np.int64)]))


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities (N, C) in double precision."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
