"""Explain one text: choose what is explained, run the method, and check that it explained the prediction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api.catalog import BASELINES, explainer, explainer_of
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Explanation
from engine.data.entities import Spans, words_of
from engine.explain.attribution import Scores
from engine.explain.contrast import Asked, TagContrast, contrast_for
from engine.explain.fused import explain_fused
from engine.explain.method import explain_function
from engine.explain.tag_contrast import entity_question
from engine.models.answers import answers, probabilities_of
from engine.models.run_model import AnyTaggingModel, BagOfWords, FusedModel, RunModel, word_unit_of
from engine.models.text_model import softmax

# how far the explained probability may be from the predicted one: rounding, not another input
TOLERANCE = 1e-5

LINEAR = explainer_of("linear")


def compute(model: RunModel, method_id: str, text: str, asked: Asked, baseline: str = "") -> Scores:
    """The word scores of one method; the same call gives the same scores. ``method_id`` is an explainer's.

    ``baseline`` '' is the method's own; another is one of its catalog row's.
    """
    explain_text: Any = explain_function(method_id)
    if baseline:
        explain_text = partial(explain_text, baseline=baseline)
    if isinstance(model, FusedModel) and explainer_of(method_id).reads == "network":
        return explain_fused(explain_text, model, text, asked)
    found: Scores = explain_text(model, text, asked)
    return found


def explain(
    model: RunModel,
    *,
    run: str,
    method_id: str,
    transfer_method: str,
    text: str,
    document: int | None = None,
    target: str | None = None,
    rival: str | None = None,
    words: Spans | None = None,
    span: tuple[int, int] | None = None,
    baseline: str = "",
) -> Explanation:
    """Why ``target`` (None: what was predicted) rather than ``rival`` (None: what comes nearest).

    ``method_id`` '' is the transfer method's default. Of tagged words: ``words`` are the text's own where it
    brings them, ``span`` chooses the entity. ``baseline`` '' is the method's own. Raises EXPLAINER_UNKNOWN,
    BASELINE_UNKNOWN, TEXT_EMPTY, LABEL_UNKNOWN, RIVAL_IS_TARGET, SPAN_WITHOUT_WORDS, EXPLAINER_NO_RULE.
    """
    method = explainer(method_id, transfer_method, model.task)
    if isinstance(model, BagOfWords) and method.reads == "network":
        method = LINEAR  # a small student of a method that mostly trains larger models
    if baseline and baseline not in method.baselines:
        raise KnownError(
            ErrorKind.BASELINE_UNKNOWN, method=method.id, baseline=baseline, valid=", ".join(BASELINES)
        )
    # half of a broken surrogate pair can be read by no model and stored nowhere; places stay as they are
    text = text.encode("utf-8", "replace").decode()
    if not text.strip():
        raise KnownError(ErrorKind.TEXT_EMPTY)
    started = time.perf_counter()
    if isinstance(model, AnyTaggingModel):
        question = _entity_question(model, text, words, span, target, rival)
    else:
        question = _text_question(model, text, target, rival)
    scores = compute(model, method.id, text, question.asked, baseline)
    if not scores.words:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    difference = float(np.abs(question.seen(scores.logits) - question.seen(question.logits)).max())
    assert difference <= TOLERANCE, f"explained probability is off the predicted one by {difference:.2g}"
    return Explanation(
        run=run,
        document=document,
        text=text,
        method=method.id,
        label=question.label,
        target=question.target,
        rival=question.rival,
        labels=tuple(question.labels),
        probabilities=question.probabilities,
        margin=question.asked.margin(question.logits),
        words=scores.words,
        signed=method.signed,
        baseline=scores.baseline,
        steps=scores.steps,
        seed=scores.seed,
        fit=scores.fit,
        relative_delta=scores.relative_delta,
        special_share=scores.special_share,
        read_to=model.read_to(text),
        seconds=time.perf_counter() - started,
        model_hash=model.model_hash,
        task=model.task,
        span=question.span,
        word_unit=word_unit_of(model),
    )


@dataclass(frozen=True)
class _Question:
    """What is asked, with its names; ``logits`` are the prediction's, (C,) or those of the words asked about."""

    task: str
    asked: Asked
    logits: NDArray[np.float32]
    label: str
    target: str
    rival: str
    labels: Sequence[str]
    probabilities: tuple[float, ...]
    span: tuple[int, int] | None = None

    def seen(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of the logits, or scores as a share of their size: what must not differ."""
        if isinstance(self.asked, TagContrast):
            return softmax(logits)
        found = probabilities_of(self.task, logits[None])
        return found / max(1.0, abs(float(self.logits[0]))) if self.task == "score" else found


def _text_question(model: RunModel, text: str, target: str | None, rival: str | None) -> _Question:
    assert not isinstance(model, AnyTaggingModel)
    predicted = model.logits([text])
    (answer,) = answers(model, predicted)
    contrast = contrast_for(model, predicted[0], target, rival)
    return _Question(
        model.task,
        contrast,
        predicted[0],
        answer.label,
        model.labels[contrast.target],
        "" if contrast.rival is None else model.labels[contrast.rival],
        model.labels,
        answer.probabilities,
    )


def _entity_question(
    model: AnyTaggingModel,
    text: str,
    words: Spans | None,
    span: tuple[int, int] | None,
    target: str | None,
    rival: str | None,
) -> _Question:
    spans = words_of(text) if words is None else words
    if not spans:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    (logits,) = model.logits([text], [spans])
    found = entity_question(model, text, spans, logits, span, target, rival)
    return _Question(
        model.task,
        found.contrast,
        logits[list(found.rows)],
        found.kinds[found.predicted],
        found.kinds[found.target],
        found.kinds[found.rival],
        found.kinds,
        found.probabilities,
        found.span,
    )
