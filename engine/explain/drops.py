"""What erasing words in an order does to an answer: the drops behind the erasure test."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.explain.contrast import Asked, Contrast
from engine.explain.erasing import NOTHING, Erasing, erased_outputs
from engine.models.answers import probabilities_of
from engine.models.run_model import RunModel
from engine.models.tag_answers import kind_probabilities
from engine.models.text_model import softmax
from engine.progress import Progressed

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)


def order_of(scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """The words (W,) from the highest score to the lowest."""
    return np.argsort(-scores, kind="stable")


def drops_by(
    model: RunModel,
    texts: Sequence[str],
    orders: Sequence[Sequence[NDArray[np.intp]]],
    asked: Sequence[Asked],
) -> Generator[Progressed, None, NDArray[np.float64]]:
    """Erase the words of each text in each of its ``orders`` (as many for every text).

    Gives (N, orders, 2): the mean drops when the top words go, and when only they stay.
    """
    tasks = []
    for text, given, contrast in zip(texts, orders, asked, strict=True):
        erasures = [words for order in given for words in _erasures(order)]
        tasks.append(Erasing(text, contrast, [NOTHING, *erasures]))
    # one array of figures a text: the untouched text's, then (orders x 2 x shares,)
    outputs = yield from erased_outputs(model, tasks)
    left = [
        np.array([explained_figure(model.task, task.asked, each) for each in rows])
        for task, rows in zip(tasks, outputs, strict=True)
    ]
    return np.stack([values[0] - values[1:].reshape(-1, 2, len(SHARES)).mean(-1) for values in left])


def shares_of(words: int) -> list[int]:
    """How many of a text's words each share of them is; one is the least."""
    return [max(1, math.ceil(share * words - 1e-9)) for share in SHARES]


def _erasures(order: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The words to erase: the top shares, then all but the top shares; one word is the least."""
    counts = shares_of(len(order))
    return [order[:count] for count in counts] + [order[count:] for count in counts]


def explained_figure(task: str, asked: Asked, logits: NDArray[np.float32]) -> float:
    """What should fall: the probability of what is explained, a score itself; logits (C,) or of words (W, C)."""
    if isinstance(asked, Contrast):
        return float(probabilities_of(task, logits[None])[0, asked.target])
    kinds = kind_probabilities(softmax(logits))
    return float(kinds[:, (asked.targets[0] + 1) // 2].mean())
