"""What is explained: a weighted sum of a model's outputs for a text, or for some of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.models.text_model import TextModel, sigmoid

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contrast:
    """The logit of ``target`` over that of ``rival`` (indices of outputs); None: the logit of ``target`` alone.

    ``label`` is the predicted output, of several labels the surest one.
    """

    label: int
    target: int
    rival: int | None

    def weights(self, outputs: int) -> Floats:
        """How much each of the outputs counts (C,): the explained quantity is ``weights @ logits``."""
        found = np.zeros(outputs)
        found[self.target] = 1.0
        if self.rival is not None:
            found[self.rival] = -1.0
        return found

    def margin(self, logits: NDArray[np.floating]) -> float:
        """The explained quantity of logits (C,)."""
        return float(self.weights(len(logits)) @ logits)


@dataclass(frozen=True)
class TagContrast:
    """The tags of an entity over those of its rival, averaged over the entity's words.

    ``words`` (spans of code points), ``targets`` and ``rivals`` (indices of tags) have the same length. ``among`` are
    all words of the text, for a model that reads the words beside them; where it is empty, they are ``words``.
    """

    words: tuple[tuple[int, int], ...]
    targets: tuple[int, ...]
    rivals: tuple[int, ...]
    among: tuple[tuple[int, int], ...] = ()

    def margin(self, logits: NDArray[np.floating]) -> float:
        """The explained quantity of the words' logits (W, C)."""
        rows = np.arange(len(self.words))
        return float((logits[rows, list(self.targets)] - logits[rows, list(self.rivals)]).mean())


Asked = Contrast | TagContrast


def contrast_for(
    model: TextModel, logits: NDArray[np.floating], target: str | None, rival: str | None
) -> Contrast:
    """What to explain of a text with logits (C,), by the model's task; '' as ``rival`` is as good as None.

    One label: the predicted one over the runner-up. Several labels: the surest one over itself not holding. A
    score: the score. Raises LABEL_UNKNOWN, RIVAL_IS_TARGET.
    """
    rival = rival or None
    if model.task == "single":
        return resolve(model.labels, logits, target, rival)
    if model.task == "multi":
        limits = np.asarray(model.thresholds or [0.5] * len(model.labels))
        surest = int((sigmoid(logits.astype(np.float32)) - limits).argmax())
        goal = surest if target is None else _index(model.labels, target)
        against = None if rival is None else _index(model.labels, rival)
        if goal == against:
            raise KnownError(ErrorKind.RIVAL_IS_TARGET, label=model.labels[goal])
        return Contrast(surest, goal, against)
    for name in (target, rival):
        if name is not None:
            _index(model.labels, name)
    return Contrast(0, 0, None)


def resolve(
    labels: Sequence[str], logits: NDArray[np.floating], target: str | None = None, rival: str | None = None
) -> Contrast:
    """The predicted label against the runner-up, or what the user asks for; ``logits`` (C,).

    A rival that is left open is the likeliest other label. Raises LABEL_UNKNOWN, RIVAL_IS_TARGET.
    """
    order = [int(i) for i in np.argsort(-logits, kind="stable")]
    goal = order[0] if target is None else _index(labels, target)
    against = next(i for i in order if i != goal) if rival is None else _index(labels, rival)
    if goal == against:
        raise KnownError(ErrorKind.RIVAL_IS_TARGET, label=labels[goal])
    return Contrast(order[0], goal, against)


def _index(labels: Sequence[str], label: str) -> int:
    if label not in labels:
        raise KnownError(ErrorKind.LABEL_UNKNOWN, label=label, valid=", ".join(labels))
    return labels.index(label)
