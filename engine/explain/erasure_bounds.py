"""How much erasing words can do to a text's answer at all: what comprehensiveness is to be read against.

Models differ in how far any erasure moves them, so that the comprehensiveness of two of them may not be compared
raw (Edin et al. 2024, arXiv 2408.08137): each text's is put between the least and the most that an order of its words
reaches with the same model. They search orders with beams; here each share of the words is filled at once by those
that move the answer the most, or the least, beside what is erased already: a lower bound of the most, and an upper
bound of the least, at 5 readings a word for each.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.explain.contrast import Asked
from engine.explain.drops import drops_by, explained_figure, shares_of
from engine.explain.erasing import Erasing, erased_outputs
from engine.models.run_model import RunModel
from engine.progress import Progressed

_FALLING, _RISING = 1, -1


def normalised(
    model: RunModel,
    texts: Sequence[str],
    scores: Sequence[NDArray[np.float64]],
    asked: Sequence[Asked],
    comprehensiveness: NDArray[np.float64],
) -> Generator[Progressed, None, NDArray[np.float64]]:
    """Comprehensiveness (N,) of scores (an array a text) between the text's bounds, 0 to 1.

    Texts that no erasure moves are left out, so that fewer may come back.
    """
    words = [len(each) for each in scores]
    orders = yield from _extreme_orders(model, texts, words, asked)
    drops = yield from drops_by(model, texts, orders, asked)  # (N, 2, 2)
    most = np.maximum(drops[:, 0, 0], comprehensiveness)
    least = np.minimum(drops[:, 1, 0], comprehensiveness)
    moved = most - least > 1e-6
    return ((comprehensiveness - least)[moved]) / (most - least)[moved]  # type: ignore[no-any-return]


def _extreme_orders(
    model: RunModel, texts: Sequence[str], words: Sequence[int], asked: Sequence[Asked]
) -> Generator[Progressed, None, list[list[NDArray[np.intp]]]]:
    """Of each text the order that makes the answer fall the most, and the least."""
    found: list[list[list[int]]] = [[[], []] for _ in texts]
    levels = [shares_of(count) for count in words]
    for level in range(len(levels[0]) if levels else 0):
        tasks, places = [], []
        for i, text in enumerate(texts):
            for side, gone in enumerate(found[i]):
                rest = [word for word in range(words[i]) if word not in gone]
                places.append((i, side, rest))
                tasks.append(Erasing(text, asked[i], [np.array([*gone, word], np.intp) for word in rest]))
        outputs = yield from erased_outputs(model, tasks)
        for (i, side, rest), rows in zip(places, outputs, strict=True):
            left = np.array([explained_figure(model.task, asked[i], row) for row in rows])
            best = np.argsort((_FALLING, _RISING)[side] * left, kind="stable")
            wanted = levels[i][level] - len(found[i][side])
            found[i][side] += [rest[place] for place in best[:wanted]]
    return [[_completed(order, words[i]) for order in sides] for i, sides in enumerate(found)]


def _completed(first: list[int], count: int) -> NDArray[np.intp]:
    return np.array([*first, *(word for word in range(count) if word not in first)], np.intp)
