"""Where the last layer looks: a view of the model, no explanation of its decision (Jain, Wallace 2019)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from engine.explain.attribution import Scores, to_word_scores
from engine.explain.contrast import Asked, TagContrast
from engine.explain.method import no_rule
from engine.explain.methods.lrp import SOFTMAXES
from engine.explain.windows import Model, pooled_outputs, whole_text
from engine.models.frozen import frozen
from engine.models.modules import FeatureModule
from engine.models.tagging_model import words_begun
from engine.models.text_tokens import EncodedText


def explain(model: Model, text: str, asked: Asked) -> Scores:
    """The last layer's attention to each token, the mean over heads, from where the head reads; unsigned.

    A head on the mean of the states reads every token, a family's own head the first one, a tagging head the words
    that are asked about. Raises EXPLAINER_NO_RULE where a family gives no attention.
    """
    windows = model.tokenizer.encode_windows(text)
    scores, logits = [], []
    for window in windows:
        batch = model.tokenizer.batch([window], model.device)
        with frozen(model.module), torch.inference_mode(), _eager(model.module), _Attention() as seen:
            outputs = model.module(**batch)
        if not seen.weights:
            raise no_rule(model.module, "attention")
        heads = seen.weights[-1][0].mean(0)  # (T, T) of the last layer
        scores.append(heads[_readers(model, window, asked)].mean(0).double().cpu().numpy() / len(windows))
        logits.append(outputs[0].float().cpu().numpy())
    words, share = to_word_scores(*whole_text(windows, scores))
    return Scores(words=words, logits=pooled_outputs(model, windows, logits, asked), special_share=share)


def _readers(model: Model, window: EncodedText, asked: Asked) -> np.ndarray:
    """The positions that the head reads."""
    if isinstance(asked, TagContrast):
        begun = [at for at, word in enumerate(words_begun(window.offsets, asked.words)) if word >= 0]
        return np.array(begun or range(len(window.ids)))
    if isinstance(model.module, FeatureModule):
        return np.arange(len(window.ids))
    return np.array([0])


@contextmanager
def _eager(module: nn.Module) -> Iterator[None]:
    """The other implementations of attention never have its weights."""
    encoder: Any = module.encoder
    before = encoder.config._attn_implementation
    encoder.config._attn_implementation = "eager"
    try:
        yield
    finally:
        encoder.config._attn_implementation = before


class _Attention(TorchFunctionMode):
    """``weights`` (B, heads, T, T) in the order in which layers compute them, whatever a family's file looks like."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[torch.Tensor] = []

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        found = func(*args, **(kwargs or {}))
        if func in SOFTMAXES and found.ndim == 4 and found.shape[-1] == found.shape[-2]:
            self.weights.append(found)
        return found
