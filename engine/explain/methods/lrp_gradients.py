"""LRP and two-point integrated gradients of the same text, each brought to the same size, in equal parts.

Which of the two is the more faithful depends on the model: on the dev texts of SST-2 integrated gradients are, on
those of TweetEval emotion LRP; the mean of both comes near the better one on either, at the price of three passes.
"""

from __future__ import annotations

import numpy as np

from engine.api.results import WordScore
from engine.explain.attribution import Scores
from engine.explain.contrast import Asked
from engine.explain.methods import integrated_gradients, lrp
from engine.explain.windows import Model

POINTS = 2


def explain(model: Model, text: str, asked: Asked) -> Scores:
    """Signed scores whose absolute sum is the mean of both methods'. Raises EXPLAINER_NO_RULE as LRP does."""
    relevance = lrp.explain(model, text, asked)
    gradients = integrated_gradients.explain(model, text, asked, first_steps=POINTS, most_steps=POINTS)
    parts = [np.array([word.score for word in found.words]) for found in (relevance, gradients)]
    sizes = [float(np.abs(part).sum()) for part in parts]
    mean = np.zeros(len(relevance.words))
    for part, size in zip(parts, sizes, strict=True):
        if size > 0:
            mean += part / size * (sum(sizes) / len(sizes)) / len(parts)
    return Scores(
        words=tuple(
            WordScore(word.start, word.end, float(score))
            for word, score in zip(relevance.words, mean, strict=True)
        ),
        logits=relevance.logits,
        baseline=gradients.baseline,
        steps=POINTS,
        special_share=(relevance.special_share + gradients.special_share) / 2,
    )
