"""What a model's last linear layer reads of a text, and the logits that it makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from torch import Tensor, nn

from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.text_model import Logits, TorchModel, forward_batches, pool_windows
from engine.progress import Progressed, Work

WholeTextModel = LinearModel | TorchModel | FusionModel
States: TypeAlias = "NDArray[np.float32] | csr_matrix"

_BLOCK = 1000
STAGE = "encode"


@dataclass(frozen=True)
class LastStates:
    """``states`` (N, H), of a bag of words sparse (N, V); ``logits`` (N, C) = states @ weights.T + bias.

    A text in windows has the mean of their states; where the model takes the windows' maximum, that is in the logits
    alone. Of two encoders the states stand one beside the other.
    """

    states: States
    logits: Logits


def read_states(model: WholeTextModel, texts: Sequence[str]) -> Work[LastStates]:
    """The states and logits of texts, in fp32 and in the order of the texts."""
    if isinstance(model, LinearModel):
        return (yield from _counted(model, texts))
    if isinstance(model, TorchModel):
        return (yield from _read(model, texts))
    parts = []
    for part in model.parts:
        parts.append((yield from _read(part, texts)))
    logits: Logits = np.stack([part.logits for part in parts]).sum(0)
    return LastStates(np.concatenate([part.states for part in parts], axis=1), logits)


def reading_of(model: WholeTextModel) -> str:
    """What besides the text decides its states: the weights, and how texts are read."""
    if isinstance(model, LinearModel):
        return f"{model.model_hash} {model.longest_ngram} {model.cleaning}"
    parts = [model] if isinstance(model, TorchModel) else model.parts
    return " ".join(
        f"{p.model_hash} {p.tokenizer.max_tokens} {p.tokenizer.overlap} {p.tokenizer.cleaning} {p.pooling}"
        for p in parts
    )


def _counted(model: LinearModel, texts: Sequence[str]) -> Work[LastStates]:
    blocks = []
    for start in range(0, len(texts), _BLOCK):
        blocks.append(model.features(texts[start : start + _BLOCK]))
        yield Progressed(STAGE, min(start + _BLOCK, len(texts)), len(texts))
    states = vstack(blocks, format="csr") if blocks else csr_matrix((0, len(model.idf)))
    return LastStates(states, (states @ model.weights.T + model.intercept).astype(np.float32))


def _read(model: TorchModel, texts: Sequence[str]) -> Work[LastStates]:
    last = model.module.last_linear
    table = model.tokenizer.table(texts)
    states = np.zeros((len(table), last.in_features), np.float32)
    logits = np.zeros((len(table), model.outputs), np.float32)
    seen: list[Tensor] = []

    def keep(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        seen[:] = [inputs[0]]

    handle = last.register_forward_pre_hook(keep)
    done = 0
    try:
        for rows, found in forward_batches(model.module, model.tokenizer, table, "fp32", model.device):
            states[rows], logits[rows] = seen[0].float().cpu().numpy(), found.numpy()
            done += len(rows)
            yield Progressed(STAGE, done, len(table))
    finally:
        handle.remove()
    return LastStates(pool_windows(states, table, "mean"), pool_windows(logits, table, model.pooling))
