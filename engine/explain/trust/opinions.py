"""What other methods and baselines say of the same words: second opinions on an explanation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api.catalog import BASELINES
from engine.api.errors import ErrorKind, KnownError
from engine.explain.attribution import Scores
from engine.explain.contrast import Asked
from engine.explain.fused import explain_fused
from engine.explain.method import ExplainText, explain_function
from engine.models.run_model import BagOfWords, FusedModel, RunModel

# occlusion reads the text once a word: of longer texts that would take seconds
MOST_OCCLUDED = 40
# integrated gradients read it 20 times forward and back: of a book that would take an hour
MOST_INTEGRATED = 1000
# a word's sign counts from this share of a method's largest score on
SIGN_FROM = 0.05
_STEPS = 20  # an order of words needs no exact sum


@dataclass(frozen=True)
class Opinion:
    """``scores`` (W,) of the words by a method; ``name`` is its id, with ``:pad`` for the other baseline."""

    name: str
    scores: NDArray[np.float64]


def opinion_name(method: str, baseline: str = "") -> str:
    """A method's id, with ``:pad`` or ``:mean`` where it starts from another baseline than its own."""
    return f"{method}:{baseline}" if baseline not in ("", BASELINES[0]) else method


def opinions(model: RunModel, own: str, text: str, asked: Asked, words: int) -> Iterator[Opinion]:
    """The scores of the text's ``words`` by the methods that are cheap enough, without the ``own`` (a name) itself.

    Encoders: the other of LRP's rules, integrated gradients from the mask and from the padding token, occlusion of
    texts of at most 40 words; of more than 1,000 words LRP's two rules and their mean with gradients. Bag of words:
    exact terms, occlusion, KernelSHAP. A method without a rule for the model's family is left out.
    """
    for name, explain_text in _others(model, own, words):
        try:
            found = explain_text(model, text, asked)
        except KnownError as error:
            if error.kind is not ErrorKind.EXPLAINER_NO_RULE:
                raise
            continue
        yield Opinion(name, np.array([word.score for word in found.words]))


def _others(model: RunModel, own: str, words: int) -> Iterator[tuple[str, ExplainText]]:
    if isinstance(model, BagOfWords):
        for name in ("linear", "occlusion", "kernel-shap"):
            if name != own:
                yield name, explain_function(name)
        return
    if words > MOST_INTEGRATED:
        for name in ("lrp", "cp-lrp", "lrp-gradients"):
            if name != own:
                yield name, partial(_of_network, explain_function(name))
        return
    rule = "cp-lrp" if own == "lrp" else "lrp"
    yield rule, partial(_of_network, explain_function(rule))
    integrated: Any = explain_function("integrated-gradients")
    for baseline in ("mask", "pad"):
        name = opinion_name("integrated-gradients", baseline)
        if name != own:
            yield name, partial(_of_network, partial(integrated, baseline=baseline, most_steps=_STEPS))
    if words <= MOST_OCCLUDED and own != "occlusion":
        yield "occlusion", explain_function("occlusion")


def _of_network(explain_text: ExplainText, model: RunModel, text: str, asked: Asked) -> Scores:
    if isinstance(model, FusedModel):
        return explain_fused(explain_text, model, text, asked)
    return explain_text(model, text, asked)


def disputed_words(scores: NDArray[np.float64], others: Sequence[Opinion]) -> tuple[int, ...]:
    """Words whose sign more than half of the others that call them anything give otherwise.

    Scores under 5 % of a method's largest one have no sign.
    """
    if not others or not len(scores):
        return ()
    own = _signs(scores)
    theirs = np.stack([_signs(each.scores) for each in others])  # (methods, W)
    against = (theirs * own < 0).sum(0)
    said = (theirs != 0).sum(0)
    return tuple(int(word) for word in np.flatnonzero((own != 0) & (against * 2 > said)))


def _signs(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    large = np.abs(scores) >= SIGN_FROM * max(float(np.abs(scores).max()), 1e-12)
    return np.sign(scores) * large
