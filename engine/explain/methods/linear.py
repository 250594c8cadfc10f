"""Exact contributions of a bag-of-words model: its decision is a sum, and the sum is shown."""

from __future__ import annotations

import numpy as np

from engine.api.results import WordScore
from engine.api.words import WORD
from engine.data.cleaning import clean
from engine.explain.attribution import Scores, one_word, relative_delta
from engine.explain.contrast import Contrast
from engine.models.linear_model import LinearModel
from engine.models.ngrams import Span, words
from engine.models.segmenting import word_begins


def explain(model: LinearModel, text: str, contrast: Contrast) -> Scores:
    """Each word's share of the margin over the empty text's; an n-gram counts in equal parts for its words.

    Words that the model does not know have the score 0. The scores add up exactly.
    """
    spans, place = placed_words(model, text)
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
    """The words that explanations score, each once, as spans of the untouched text."""
    return placed_words(model, text)[0]


def placed_words(model: LinearModel, text: str) -> tuple[list[Span], dict[Span, int]]:
    """The words that explanations score, and of each word that the model reads which of them it belongs to."""
    cleaned = clean(text, model.cleaning)
    read = dict.fromkeys(cleaned.original(*span) for span in words(cleaned.text, model.word_rule))
    begins = word_begins(text) if model.word_unit == WORD else None
    spans: list[Span] = []
    place = {}
    for start, end in read:
        if spans and begins is not None and spans[-1][1] == start and one_word(text, start, begins):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        place[start, end] = len(spans) - 1
    return spans, place
