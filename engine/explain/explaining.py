"""Explain one text: choose what is explained, run the method, and check that it explained the prediction."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from engine.api.catalog import explainer
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Explanation
from engine.explain.attribution import Contrast, Scores, resolve
from engine.explain.integrated_gradients import explain_integrated_gradients
from engine.explain.linear import explain_linear
from engine.explain.lrp import explain_lrp
from engine.models.linear_model import LinearModel
from engine.models.text_model import RunModel, TorchModel, softmax

# how far the explained probability may be from the predicted one: rounding, not another input
TOLERANCE = 1e-5

_TORCH_METHODS: dict[str, Callable[[TorchModel, str, Contrast], Scores]] = {
    "lrp": explain_lrp,
    "integrated-gradients": explain_integrated_gradients,
}


def compute(model: RunModel, method_id: str, text: str, contrast: Contrast) -> Scores:
    """The word scores of one method; the same call gives the same scores. ``method_id`` is an explainer's."""
    if isinstance(model, LinearModel):
        return explain_linear(model, text, contrast)
    assert isinstance(model, TorchModel)
    return _TORCH_METHODS[method_id](model, text, contrast)


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
) -> Explanation:
    """Why ``target`` (None: the predicted label) rather than ``rival`` (None: the likeliest other label).

    ``method_id`` '' is the transfer method's default. Raises EXPLAINER_UNKNOWN, TEXT_EMPTY, LABEL_UNKNOWN,
    RIVAL_IS_TARGET, MODEL_FAMILY.
    """
    method = explainer(method_id, transfer_method)
    if not text.strip():
        raise KnownError(ErrorKind.TEXT_EMPTY)
    started = time.perf_counter()
    predicted = model.logits([text])[0]
    contrast = resolve(model.labels, predicted, target, rival)
    scores = compute(model, method.id, text, contrast)
    if not scores.words:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    probabilities = softmax(predicted[None])[0]
    difference = float(np.abs(softmax(scores.logits[None])[0] - probabilities).max())
    assert difference <= TOLERANCE, f"explained probability is off the predicted one by {difference:.2g}"
    return Explanation(
        run=run,
        document=document,
        text=text,
        method=method.id,
        label=model.labels[contrast.label],
        target=model.labels[contrast.target],
        rival=model.labels[contrast.rival],
        labels=tuple(model.labels),
        probabilities=tuple(float(p) for p in probabilities),
        margin=contrast.margin(predicted),
        words=scores.words,
        signed=method.signed,
        baseline=scores.baseline,
        steps=scores.steps,
        seed=0,
        relative_delta=scores.relative_delta,
        special_share=scores.special_share,
        read_to=model.read_to(text),
        seconds=time.perf_counter() - started,
        model_hash=model.model_hash,
    )
