"""Exact contributions of a bag-of-words model: its decision is a sum, and the sum is shown."""

from __future__ import annotations

import numpy as np

from engine.api.results import WordScore
from engine.data.cleaning import clean
from engine.explain.attribution import Scores, relative_delta
from engine.explain.contrast import Contrast
from engine.models.linear_model import LinearModel
from engine.models.ngrams import Span, words


def explain(model: LinearModel, text: str, contrast: Contrast) -> Scores:
    """Each word's share of the margin over the empty text's; an n-gram counts in equal parts for its words.

    Words that the model does not know have the score 0. The scores add up exactly.
    """
    spans = read_words(model, text)
    place = {span: i for i, span in enumerate(spans)}
    found, intercept = model.contributions(text)
    weights = contrast.weights(len(intercept))
    scores = np.zeros(len(spans))
    logits = intercept.copy()
    for parts, share in found:
        logits += share
        for span in parts:
            scores[place[span]] += float(weights @ share) / len(parts)
    predicted = model.logits([text])[0]
    difference = contrast.margin(logits) - contrast.margin(model.blank_logits())
    return Scores(
        words=tuple(WordScore(start, end, float(s)) for (start, end), s in zip(spans, scores, strict=True)),
        logits=logits.astype(predicted.dtype),
        baseline="empty",
        relative_delta=relative_delta(float(scores.sum()), difference),
    )


def read_words(model: LinearModel, text: str) -> list[Span]:
    """The words that the model reads, each once, as spans of the untouched text."""
    cleaned = clean(text, model.cleaning)
    spans = words(cleaned.text, model.word_rule)
    return list(dict.fromkeys(cleaned.original(start, end) for start, end in spans))
