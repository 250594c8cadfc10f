"""Integrated gradients (Sundararajan et al., ICML 2017) through Captum: a real baseline, enough steps.

The path runs in the word embeddings, from the text with every token replaced by the mask token to the text
itself; markers ([CLS], [SEP]) stay in the baseline. Positions, token types and the attention mask are the
real input's along the whole path.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
import torch
from captum.attr import LayerIntegratedGradients
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.explain.attribution import Contrast, Scores, relative_delta, to_word_scores
from engine.explain.lrp import frozen
from engine.models.text_model import TorchModel

FIRST_STEPS = 20
MOST_STEPS = 320
MOST_DELTA = 0.02
# what a backward pass keeps of 2,048 tokens stays under 500 MB on MiniLM, and larger batches are no faster
_TOKENS_AT_ONCE = 2048


@dataclass(frozen=True)
class Integral:
    """Token scores (T,), the input's logits (C,), the steps taken, and the relative delta."""

    scores: NDArray[np.float64]
    logits: NDArray[np.float32]
    steps: int
    relative_delta: float


def explain_integrated_gradients(model: TorchModel, text: str, contrast: Contrast) -> Scores:
    """Integrated gradients of one text's margin, on its words."""
    (encoded,) = model.tokenizer.encode([text])
    batch = model.tokenizer.batch([encoded], model.device)
    found = integrate(model.module, batch, contrast, model.tokenizer.mask_id, encoded.special)
    words, share = to_word_scores(encoded, found.scores)
    return Scores(
        words=words,
        logits=found.logits,
        baseline="mask",
        steps=found.steps,
        relative_delta=found.relative_delta,
        special_share=share,
    )


def integrate(
    module: nn.Module, batch: dict[str, Tensor], contrast: Contrast, mask_id: int, special: list[bool]
) -> Integral:
    """Explain the logit margin of ``contrast`` for one text; ``batch`` holds tensors (1, T).

    Steps are doubled from 20 until the relative delta is under 2 %, at most to 320.
    """
    ids = batch["input_ids"]
    keep = torch.tensor([special], device=ids.device)
    blank = torch.where(keep, ids, mask_id)
    rest = {name: value for name, value in batch.items() if name != "input_ids"}
    rest |= explicit_positions(module, ids)
    names = tuple(rest)

    def margin(ids: Tensor, *others: Tensor) -> Tensor:
        logits = module(input_ids=ids, **dict(zip(names, others, strict=True)))
        return logits[:, contrast.target] - logits[:, contrast.rival]  # type: ignore[no-any-return]

    with frozen(module):
        with torch.inference_mode():
            twice = {name: torch.cat([value, value]) for name, value in rest.items()}
            ends = module(input_ids=torch.cat([ids, blank]), **twice).float().cpu().numpy()  # (2, C)
        difference = contrast.margin(ends[0]) - contrast.margin(ends[1])
        method = LayerIntegratedGradients(margin, module.embeddings)
        steps = FIRST_STEPS
        while True:
            scores = _integrate(method, ids, blank, tuple(rest.values()), steps)
            delta = relative_delta(float(scores.sum()), difference)
            if delta < MOST_DELTA or steps >= MOST_STEPS:
                return Integral(scores, ends[0], steps, delta)
            steps *= 2


def _integrate(
    method: LayerIntegratedGradients, ids: Tensor, blank: Tensor, rest: tuple[Tensor, ...], steps: int
) -> NDArray[np.float64]:
    with warnings.catch_warnings():
        # captum marks its inputs' gradients itself and warns about that
        warnings.filterwarnings("ignore", "Input Tensor .* did not already require gradients")
        found = method.attribute(
            ids,
            baselines=blank,
            additional_forward_args=rest,
            n_steps=steps,
            method="gausslegendre",
            internal_batch_size=max(1, _TOKENS_AT_ONCE // ids.shape[1]),
        )  # (1, T, H)
    return found[0].detach().double().sum(-1).cpu().numpy()  # type: ignore[no-any-return]


def explicit_positions(module: nn.Module, ids: Tensor) -> dict[str, Tensor]:
    """``position_ids`` (B, T) of the real input, for families that else derive them from the ids.

    RoBERTa-like models count the tokens that are no padding: a baseline must not move the others.
    """
    encoder: Any = module.encoder
    embeddings: Any = getattr(encoder, "embeddings", None)
    derive = getattr(embeddings, "create_position_ids_from_input_ids", None)
    if derive is None or "position_ids" not in signature(encoder.forward).parameters:
        return {}
    return {"position_ids": derive(ids, embeddings.padding_idx)}
