"""Exact contributions of a bag-of-words model: its decision is a sum, and the sum is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.api.results import WordScore
from engine.api.words import WORD
from engine.data.cleaning import clean
from engine.explain.attribution import Scores, one_word, relative_delta
from engine.explain.contrast import Asked, Contrast, TagContrast
from engine.explain.word_terms import word_terms
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.ngrams import Span, words
from engine.models.run_model import BagOfWords
from engine.models.segmenting import word_begins


def explain(model: BagOfWords, text: str, asked: Asked) -> Scores:
    """Each word's share of the margin over the empty text's; an n-gram counts in equal parts for its words.

    Words that the model does not know have the score 0. The scores add up exactly. Of tagged words, a feature counts
    in equal parts for the words that it reads.
    """
    if isinstance(model, LinearTaggingModel):
        assert isinstance(asked, TagContrast)
        return _of_tagged(model, text, asked)
    assert isinstance(asked, Contrast)
    return _of_text(model, text, asked)


def _of_text(model: LinearModel, text: str, contrast: Contrast) -> Scores:
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
    return _made(spans, scores, logits.astype(predicted.dtype), difference)


def _of_tagged(model: LinearTaggingModel, text: str, asked: TagContrast) -> Scores:
    spans, terms = word_terms(model, text, asked)
    scores = np.zeros(len(spans))
    blank = np.stack([each.alone for each in terms])
    logits = blank.copy()
    for row, each in enumerate(terms):
        for share, parts in zip(each.shares, each.parts, strict=True):
            logits[row] += share
            value = float(share[asked.targets[row]] - share[asked.rivals[row]]) / len(terms)
            for places in parts:  # a word of the text may be several of those that are scored
                scores[places] += value / len(parts) / len(places)
    difference = asked.margin(logits) - asked.margin(blank)
    return _made(spans, scores, logits.astype(np.float32), difference)


def _made(
    spans: list[Span], scores: NDArray[np.float64], logits: NDArray[np.float32], difference: float
) -> Scores:
    return Scores(
        words=tuple(WordScore(start, end, float(s)) for (start, end), s in zip(spans, scores, strict=True)),
        logits=logits,
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
