"""Integrated gradients (Sundararajan et al., ICML 2017) through Captum: a real baseline, enough steps.

The path runs in the word embeddings, from the text with every token replaced by the mask token (or the padding
token, or the mean of all embeddings) to the text itself; markers ([CLS], [SEP]) stay in the baseline. Positions,
token types and the attention mask are the real input's along the whole path.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import IntegratedGradients
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.explain.attribution import Scores, relative_delta, to_word_scores
from engine.explain.contrast import Asked
from engine.explain.embedded import Embedded
from engine.explain.windows import TOKENS_AT_ONCE, Model, pooled_outputs, whole_text, window_weights
from engine.models.frozen import frozen
from engine.progress import breathe

FIRST_STEPS = 20
MOST_STEPS = 320
MOST_DELTA = 0.02
# a quarter of what other passes take: a new question must not wait longer than 0.15 s for a step of an old one
_TOKENS_AT_ONCE = TOKENS_AT_ONCE // 4


@dataclass(frozen=True)
class Integral:
    """Token scores (T,), the input's logits (C,) or (T, C), the steps taken, and what the scores should add up to."""

    scores: NDArray[np.float64]
    logits: NDArray[np.float32]
    steps: int
    difference: float

    @property
    def relative_delta(self) -> float:
        return relative_delta(float(self.scores.sum()), self.difference)


def explain(
    model: Model, text: str, asked: Asked, baseline: str = "mask", most_steps: int = MOST_STEPS
) -> Scores:
    """Integrated gradients of what is asked of one text, on its words; windows one after the other.

    ``baseline`` is what stands for no word: the token mask or pad, or the mean of all embeddings.
    """
    blank = {"mask": model.tokenizer.mask_id, "pad": model.tokenizer.pad_id, "mean": None}[baseline]
    windows = model.tokenizer.encode_windows(text)
    found = [
        integrate(
            model.module,
            model.tokenizer.batch([window], model.device),
            weights,
            blank,
            window.special,
            most_steps,
        )
        for window, weights in zip(windows, window_weights(model, windows, asked), strict=True)
    ]
    words, share = to_word_scores(*whole_text(windows, [each.scores for each in found]))
    return Scores(
        words=words,
        logits=pooled_outputs(model, windows, [each.logits for each in found], asked),
        baseline=baseline,
        steps=max(each.steps for each in found),
        relative_delta=relative_delta(
            float(sum(each.scores.sum() for each in found)), sum(each.difference for each in found)
        ),
        special_share=share,
    )


def integrate(
    module: nn.Module,
    batch: dict[str, Tensor],
    weights: NDArray[np.float64],
    blank_id: int | None,
    special: list[bool],
    most_steps: int = MOST_STEPS,
) -> Integral:
    """Explain the sum of one text's outputs times ``weights`` (like its logits); ``batch`` holds tensors (1, T).

    ``blank_id`` is the token that stands for no word; None: the mean of all embeddings does.
    Steps are doubled from 20 until the relative delta is under 2 %, at most to ``most_steps``.
    """
    on = Embedded(module, batch)
    keep = torch.tensor([special], device=on.embeddings.device)
    blank = on.mean(keep) if blank_id is None else on.blank(blank_id, keep)
    counted = torch.as_tensor(weights, dtype=torch.float32, device=on.embeddings.device)

    def quantity(embeddings: Tensor) -> Tensor:
        breathe()
        return (on(embeddings) * counted).flatten(1).sum(1)

    with frozen(module):
        breathe()
        with torch.inference_mode():
            ends = on(torch.cat([on.embeddings, blank])).float().cpu().numpy()  # (2, ...)
        difference = float((weights * (ends[0].astype(np.float64) - ends[1])).sum())
        if not weights.any():  # a window that decides nothing
            return Integral(np.zeros(len(special)), ends[0], 0, 0.0)
        method = IntegratedGradients(quantity)
        steps = FIRST_STEPS
        while True:
            breathe()
            scores = _integrate(method, on.embeddings, blank, steps)
            found = Integral(scores, ends[0], steps, difference)
            if found.relative_delta < MOST_DELTA or steps >= most_steps:
                return found
            steps *= 2


def _integrate(
    method: IntegratedGradients, embeddings: Tensor, blank: Tensor, steps: int
) -> NDArray[np.float64]:
    with warnings.catch_warnings():
        # captum marks its inputs' gradients itself and warns about that
        warnings.filterwarnings("ignore", "Input Tensor .* did not already require gradients")
        found = method.attribute(
            embeddings,
            baselines=blank,
            n_steps=steps,
            method="gausslegendre",
            internal_batch_size=max(1, _TOKENS_AT_ONCE // embeddings.shape[1]),
        )  # (1, T, H)
    return found[0].detach().double().sum(-1).cpu().numpy()  # type: ignore[no-any-return]
