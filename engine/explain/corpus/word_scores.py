"""The word scores of many documents: instant methods in batches of like lengths, others one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.api.catalog import explainer_of
from engine.api.results import WordScore
from engine.api.store.corpus import DocumentScores, Waiting
from engine.data.entities import words_of
from engine.explain.attribution import to_word_scores
from engine.explain.contrast import Asked, Contrast, contrast_for
from engine.explain.explaining import compute
from engine.explain.methods.lrp import ATTN_LRP, CP_LRP, LrpPass
from engine.explain.methods.lrp_gradients import blended, two_points
from engine.explain.tag_contrast import entity_question
from engine.explain.windows import TOKENS_AT_ONCE, Model, padded, window_weights
from engine.models.run_model import AnyTaggingModel, BagOfWords, RunModel
from engine.models.tagging_model import TaggingModel, words_begun
from engine.models.text_model import TextModel, TorchModel, sigmoid
from engine.models.text_tokens import EncodedText

RULES = {"lrp": ATTN_LRP, "cp-lrp": CP_LRP, "lrp-gradients": ATTN_LRP}
_GPU_TOKENS_AT_ONCE = 16_384
Words = tuple[WordScore, ...]


def scored(
    model: RunModel, method_id: str, waiting: Sequence[Waiting]
) -> Iterator[tuple[DocumentScores, ...]]:
    """The scores of documents, a few at a time, in an order of its own; the same as ``explain`` gives.

    Raises EXPLAINER_NO_RULE.
    """
    rule = RULES.get(method_id)
    if rule is not None and isinstance(model, TorchModel | TaggingModel):
        yield from _propagated(model, rule, waiting, method_id)
        return
    for each in waiting:
        yield (_alone(model, method_id, each),)


def asked_of(
    model: RunModel, text: str, words: Sequence[tuple[int, int]] | None, logits: NDArray[np.float32]
) -> tuple[str, Asked] | None:
    """(label, what is explained) of a text with logits (C,), or (W, C) of its words; None: nothing is."""
    if isinstance(model, AnyTaggingModel):
        spans = words_of(text) if words is None else words
        if not spans or not logits.argmax(1).any():
            return None
        question = entity_question(model, text, spans, logits)
        return question.kinds[question.target], question.contrast
    contrast = contrast_for(model, logits, None, None)
    return (model.labels[contrast.target], contrast) if _holds(model, contrast, logits) else None


def _holds(model: TextModel, contrast: Contrast, logits: NDArray[np.float32]) -> bool:
    if model.task != "multi":
        return True
    limit = model.thresholds[contrast.target] if model.thresholds else 0.5
    return bool(sigmoid(logits[None])[0, contrast.target] >= limit)


def _made(of: Waiting, label: str = "", words: Words = ()) -> DocumentScores:
    return DocumentScores(of.document, of.text, label if words else "", words, of.fingerprint)


# --- one by one ---------------------------------------------------------------------------------------------


def _alone(model: RunModel, method_id: str, of: Waiting) -> DocumentScores:
    if not of.text.strip():
        return _made(of)
    spans = of.words
    if isinstance(model, AnyTaggingModel):
        spans = words_of(of.text) if spans is None else spans
        if not spans:
            return _made(of)
        (logits,) = model.logits([of.text], [spans])
    else:
        logits = model.logits([of.text])[0]
    question = asked_of(model, of.text, spans, logits)
    if question is None:
        return _made(of)
    return _made(of, question[0], compute(model, method_id, of.text, question[1]).words)


# --- in batches ---------------------------------------------------------------------------------------------


def _propagated(
    model: Model, rule: str, waiting: Sequence[Waiting], method_id: str
) -> Iterator[tuple[DocumentScores, ...]]:
    short: list[tuple[Waiting, EncodedText]] = []
    for each in waiting:
        windows = model.tokenizer.encode_windows(each.text) if each.text.strip() else ()
        if len(windows) == 1:
            short.append((each, windows[0]))
        else:  # no text; or a long one, whose windows decide together what is asked of each
            yield (_alone(model, method_id, each),)
    short.sort(key=lambda pair: -len(pair[1].ids))
    most = TOKENS_AT_ONCE if model.device.type == "cpu" else _GPU_TOKENS_AT_ONCE
    while short:
        size = max(1, most // len(short[0][1].ids))
        yield _batch(model, rule, short[:size], method_id)
        del short[:size]


def _batch(
    model: Model, rule: str, part: Sequence[tuple[Waiting, EncodedText]], method_id: str
) -> tuple[DocumentScores, ...]:
    """One forward pass, whose logits say what is asked of each text, and one backward pass; gradients beside it."""
    batch = model.tokenizer.batch([window for _, window in part], model.device)
    done = LrpPass(model.module, batch, rule)
    logits = done.logits.float().cpu().numpy()
    questions = [
        asked_of(model, of.text, of.words, _seen(model, of, window, row))
        for (of, window), row in zip(part, logits, strict=True)
    ]
    weights = [
        np.zeros(row.shape if row.ndim == 1 else (len(window.ids), row.shape[1]))
        if question is None
        else window_weights(model, [window], question[1])[0]
        for (_, window), row, question in zip(part, logits, questions, strict=True)
    ]
    windows = [window for _, window in part]
    found = _words(windows, done.relevance(padded(weights, done.logits)))
    if method_id == "lrp-gradients":
        gradients = _words(windows, two_points(model, batch, windows, weights))
        found = [blended(*both) for both in zip(found, gradients, strict=True)]
    return tuple(
        _made(of) if question is None else _made(of, question[0], words)
        for (of, _), words, question in zip(part, found, questions, strict=True)
    )


def _words(windows: Sequence[EncodedText], scores: Tensor) -> list[Words]:
    rows = scores.double().cpu().numpy()
    return [
        to_word_scores(window, row[: len(window.ids)])[0] for window, row in zip(windows, rows, strict=True)
    ]


def _seen(model: Model, of: Waiting, window: EncodedText, logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits (C,) of a text; of tagged words (W, C), as scoring gives them."""
    if isinstance(model, TorchModel):
        return logits
    spans = words_of(of.text) if of.words is None else of.words
    found = np.zeros((len(spans), model.outputs), np.float32)
    found[:, 0] = 1.0  # words that the tokenizer drops are outside
    for token, word in enumerate(words_begun(window.offsets, spans)):
        if word >= 0:
            found[word] = logits[token]
    return found


def explainer_for(model: RunModel, method_id: str) -> str:
    """The method itself, or exact terms where a bag of words has no network to look into."""
    network = explainer_of(method_id).reads == "network"
    return "linear" if isinstance(model, BagOfWords) and network else method_id
