"""LRP and two-point integrated gradients of the same text, each brought to the same size, in equal parts.

Which of the two is the more faithful depends on the model: on the dev texts of SST-2 integrated gradients are, on
those of TweetEval emotion LRP; the mean of both comes near the better one on either, at the price of three passes.
The points are Gauss-Legendre's on the way from the masked text (markers stay) to the text itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.api.results import WordScore
from engine.explain.attribution import Scores, to_word_scores
from engine.explain.contrast import Asked
from engine.explain.embedded import Embedded
from engine.explain.methods import lrp
from engine.explain.windows import Model, padded, whole_text, window_batches, window_weights
from engine.models.frozen import frozen
from engine.models.text_tokens import EncodedText

Floats = NDArray[np.float64]

POINTS = tuple((1 + node) / 2 for node in np.polynomial.legendre.leggauss(2)[0])


def explain(model: Model, text: str, asked: Asked) -> Scores:
    """Signed scores whose absolute sum is the mean of both methods'. Raises EXPLAINER_NO_RULE as LRP does."""
    relevance = lrp.explain(model, text, asked)
    gradients = guess(model, text, asked)
    return Scores(
        words=blended(relevance.words, gradients.words),
        logits=relevance.logits,
        baseline=gradients.baseline,
        steps=gradients.steps,
        special_share=(relevance.special_share + gradients.special_share) / 2,
    )


def guess(model: Model, text: str, asked: Asked) -> Scores:
    """The two points alone, which every family has; without logits."""
    windows = model.tokenizer.encode_windows(text)
    weights = window_weights(model, windows, asked)
    scores: list[Floats] = []
    for part, batch in window_batches(model, windows):
        here = weights[len(scores) : len(scores) + len(part)]
        found = two_points(model, batch, part, here).double().cpu().numpy()
        scores += [row[: len(window.ids)] for window, row in zip(part, found, strict=True)]
    words, share = to_word_scores(*whole_text(windows, scores))
    nothing = np.zeros(0, np.float32)
    return Scores(words=words, logits=nothing, baseline="mask", steps=len(POINTS), special_share=share)


def two_points(
    model: Model, batch: dict[str, Tensor], windows: Sequence[EncodedText], weights: Sequence[Floats]
) -> Tensor:
    """Token scores (B, T) of windows whose outputs count by ``weights``; padding has none."""
    on = Embedded(model.module, batch)
    keep = torch.ones_like(batch["input_ids"], dtype=torch.bool)  # padding too
    for row, window in enumerate(windows):
        keep[row, : len(window.ids)] = torch.tensor(window.special, device=keep.device)
    blank = on.blank(model.tokenizer.mask_id, keep)
    way = on.embeddings - blank
    gradient = torch.zeros_like(way)
    with frozen(model.module), torch.enable_grad():
        for point in POINTS:
            place = (blank + float(point) * way).requires_grad_(True)
            outputs = on(place)
            (found,) = torch.autograd.grad((outputs * padded(weights, outputs)).sum(), place)
            gradient += found / len(POINTS)
    return (way * gradient).sum(-1)


def blended(first: Sequence[WordScore], second: Sequence[WordScore]) -> tuple[WordScore, ...]:
    """Scores of the same words in equal parts, whatever size each method gives them."""
    parts = [np.array([word.score for word in words]) for words in (first, second)]
    sizes = [float(np.abs(part).sum()) for part in parts]
    mean = sum(
        (part / size for part, size in zip(parts, sizes, strict=True) if size > 0), np.zeros(len(first))
    )
    size = sum(sizes) / 4  # the mean size, of two parts of size 1
    return tuple(
        WordScore(word.start, word.end, float(score * size)) for word, score in zip(first, mean, strict=True)
    )
