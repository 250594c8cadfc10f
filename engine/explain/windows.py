"""A text as the windows that a model reads, and how much of what is explained lies in each of them.

The parts add up: what is explained is a sum over the windows of their outputs times their weights. The mean over
windows gives each an equal share; the maximum gives an output wholly to the window that decides it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.explain.contrast import Asked, Contrast, TagContrast
from engine.models.first_token import first_token_only
from engine.models.frozen import frozen
from engine.models.tagging_model import TaggingModel, words_begun
from engine.models.text_model import TorchModel
from engine.models.text_tokens import EncodedText
from engine.progress import breathe

Floats = NDArray[np.float64]
Model = TorchModel | TaggingModel

# what a backward pass keeps of 2,048 tokens stays under 500 MB on MiniLM, and larger batches are no faster
TOKENS_AT_ONCE = 2048


def window_weights(model: Model, windows: Sequence[EncodedText], asked: Asked) -> list[Floats]:
    """The weight of each output of each window: (C,) for a text's outputs, (T, C) for its tokens'."""
    if isinstance(asked, TagContrast):
        return _tag_weights(windows, asked, model.outputs)
    weights = asked.weights(model.outputs)
    if len(windows) == 1 or not isinstance(model, TorchModel) or model.pooling == "mean":
        return [weights / len(windows) for _ in windows]
    deciding = np.stack(window_logits(model, windows)).argmax(0)  # (C,) the window of each output
    return [np.where(deciding == row, weights, 0.0) for row in range(len(windows))]


def _tag_weights(windows: Sequence[EncodedText], asked: TagContrast, outputs: int) -> list[Floats]:
    begun = [_begun(window, asked) for window in windows]
    shown = np.zeros(len(asked.words))  # in how many windows each word stands
    for places in begun:
        shown[list(places)] += 1
    found = []
    for window, places in zip(windows, begun, strict=True):
        weights = np.zeros((len(window.ids), outputs))
        for word, token in places.items():
            share = 1.0 / (len(asked.words) * shown[word])
            weights[token, asked.targets[word]] += share
            weights[token, asked.rivals[word]] -= share
        found.append(weights)
    return found


def _begun(window: EncodedText, asked: TagContrast) -> dict[int, int]:
    """Word (of those asked about) -> the token of the window that begins it."""
    return {word: token for token, word in enumerate(words_begun(window.offsets, asked.words)) if word >= 0}


def pooled_outputs(
    model: Model, windows: Sequence[EncodedText], logits: Sequence[NDArray[np.floating]], asked: Asked
) -> NDArray[np.float32]:
    """The windows' logits as the model puts them together: (C,), or (W, C) of the words asked about."""
    if isinstance(asked, Contrast):
        together = np.stack([np.asarray(each, np.float32) for each in logits])
        if isinstance(model, TorchModel) and model.pooling == "max":
            deciding: NDArray[np.float32] = together.max(0)
            return deciding
        mean: NDArray[np.float32] = together.mean(0)
        return mean
    total = np.zeros((len(asked.words), model.outputs), np.float32)
    shown = np.zeros((len(asked.words), 1), np.float32)
    for window, found in zip(windows, logits, strict=True):
        for word, token in _begun(window, asked).items():
            total[word] += found[token]
            shown[word] += 1
    return (total / np.maximum(shown, 1)).astype(np.float32)


def window_logits(model: Model, windows: Sequence[EncodedText]) -> list[NDArray[np.float32]]:
    """Logits of each window: (C,), or (T, C) of its tokens."""
    found: list[NDArray[np.float32]] = []
    for part, batch in window_batches(model, windows):
        with frozen(model.module), torch.inference_mode(), first_token_only(model.module):
            rows = model.module(**batch).float().cpu().numpy()
        found += [
            row[: len(window.ids)] if row.ndim > 1 else row for window, row in zip(part, rows, strict=True)
        ]
    return found


def window_batches(
    model: Model, windows: Sequence[EncodedText]
) -> Iterator[tuple[Sequence[EncodedText], dict[str, Tensor]]]:
    """Windows in batches of bounded memory, with their tensors (B, T)."""
    size = max(1, TOKENS_AT_ONCE // max(len(window.ids) for window in windows))
    for start in range(0, len(windows), size):
        breathe()
        part = windows[start : start + size]
        yield part, model.tokenizer.batch(part, model.device)


def padded(weights: Sequence[Floats], logits: Tensor) -> Tensor:
    """Weights of windows as a tensor like their logits (B, C) or (B, T, C); padding has none."""
    found = torch.zeros_like(logits)
    for row, values in enumerate(weights):
        given = torch.as_tensor(values, dtype=found.dtype, device=found.device)
        found[row, : len(values)] = given
    return found


def whole_text(
    windows: Sequence[EncodedText], scores: Sequence[NDArray[np.floating]]
) -> tuple[EncodedText, Floats]:
    """The text with every token once, and the sum of each token's scores over the windows that show it."""
    tokens: dict[int, tuple[int, int, tuple[int, int], bool]] = {}
    sums: dict[int, float] = {}
    for window, values in zip(windows, scores, strict=True):
        for at, position in enumerate(window.positions):
            tokens[position] = (window.ids[at], window.type_ids[at], window.offsets[at], window.special[at])
            sums[position] = sums.get(position, 0.0) + float(values[at])
    order = sorted(tokens)
    ids, types, offsets, special = (list(column) for column in zip(*(tokens[p] for p in order), strict=True))
    read_to = max(window.read_to for window in windows)
    whole = replace(
        windows[0],
        ids=ids,
        type_ids=types,
        offsets=offsets,
        special=special,
        read_to=read_to,
        positions=order,
    )
    return whole, np.array([sums[p] for p in order])
