"""The erasure test (ERASER, DeYoung et al., ACL 2020): do the words called important matter to the model?

Words are erased in the order of their scores, at 10, 20, 30, 40 and 50 % of the words: comprehensiveness is
the mean drop of the explained class's probability (of a score: its drop) when the top words go, sufficiency
when only they stay.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.catalog import explainer
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Erasure, Faithfulness, Interval
from engine.data.entities import Spans
from engine.explain.contrast import Asked, Contrast, contrast_for
from engine.explain.erasing import NOTHING, Erasing, erased_outputs
from engine.explain.explaining import compute
from engine.explain.tag_contrast import entity_question
from engine.models.answers import probabilities_of
from engine.models.linear_model import LinearModel
from engine.models.run_model import RunModel
from engine.models.tag_answers import kind_probabilities
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import softmax
from engine.progress import Progressed

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)
RANDOM_ORDERS = 3
RESAMPLES = 1000


@dataclass(frozen=True)
class Erased:
    """Drops of what is explained on N texts: the explainer's order, and the mean of the random ones. Each (N,)."""

    comprehensiveness: NDArray[np.float64]
    sufficiency: NDArray[np.float64]
    random_comprehensiveness: NDArray[np.float64]
    random_sufficiency: NDArray[np.float64]


def measure(
    model: RunModel,
    run: str,
    method_id: str,
    transfer_method: str,
    texts: Sequence[str],
    seed: int = 13,
    words: Sequence[Spans] = (),
) -> Generator[Progressed, None, Faithfulness]:
    """The erasure test of one explainer on texts that have at least two words, beside random orders.

    Tagging: ``words`` are those of the texts; a text's surest entity is explained, texts without one are left
    out. Raises EXPLAINER_UNKNOWN, TEXT_EMPTY (where no text is left), EXPLAINER_NO_RULE.
    """
    method = "linear" if isinstance(model, LinearModel) else explainer(method_id, transfer_method).id
    asked = questions_of(model, texts, words)
    if not asked:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    yield Progressed("explain", 0, len(asked))
    kept: list[tuple[str, Asked]] = []
    scores: list[NDArray[np.float64]] = []
    seconds: list[float] = []
    for i, (text, contrast) in enumerate(asked):
        started = time.perf_counter()
        found = compute(model, method, text, contrast)
        taken = time.perf_counter() - started
        if len(found.words) > 1:
            kept.append((text, contrast))
            scores.append(np.array([word.score for word in found.words]))
            seconds.append(taken)
        yield Progressed("explain", i + 1, len(asked))
    if not kept:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    erased = yield from erase(model, [text for text, _ in kept], scores, [asked for _, asked in kept], seed)
    comprehensiveness = mean_interval(erased.comprehensiveness, seed)
    sufficiency = mean_interval(erased.sufficiency, seed)
    return Faithfulness(
        run=run,
        method=method,
        texts=len(kept),
        scores=Erasure(comprehensiveness.value, sufficiency.value),
        random=Erasure(
            float(erased.random_comprehensiveness.mean()), float(erased.random_sufficiency.mean())
        ),
        comprehensiveness_interval=comprehensiveness,
        sufficiency_interval=sufficiency,
        # the first text pays for what is loaded once
        milliseconds_per_text=1000 * float(np.mean(seconds[1:] or seconds)),
    )


def questions_of(model: RunModel, texts: Sequence[str], words: Sequence[Spans]) -> list[tuple[str, Asked]]:
    """The texts that are not empty, each with what was predicted of it as the question.

    Tagging: ``words`` are those of the texts; a text's surest entity is explained, texts without one are left out.
    """
    if isinstance(model, TaggingModel):
        return _entities_asked(model, texts, words)
    full = [text for text in texts if text.strip()]
    logits = model.logits(full) if full else ()
    return [(text, contrast_for(model, row, None, None)) for text, row in zip(full, logits, strict=True)]


def _entities_asked(
    model: TaggingModel, texts: Sequence[str], words: Sequence[Spans]
) -> list[tuple[str, Asked]]:
    found: list[tuple[str, Asked]] = []
    given = [(text, spans) for text, spans in zip(texts, words, strict=True) if spans]
    logits = model.logits([text for text, _ in given], [spans for _, spans in given]) if given else []
    for (text, spans), rows in zip(given, logits, strict=True):
        if rows.argmax(1).any():
            found.append((text, entity_question(model, text, spans, rows).contrast))
    return found


def erase(
    model: RunModel,
    texts: Sequence[str],
    scores: Sequence[NDArray[np.float64]],
    asked: Sequence[Asked],
    seed: int,
    random_orders: int = RANDOM_ORDERS,
) -> Generator[Progressed, None, Erased]:
    """Erase words by their ``scores`` (one array a text, in the order of its words) and by random orders."""
    random = np.random.default_rng(seed)
    orders = [
        [order_of(values), *(random.permutation(len(values)) for _ in range(random_orders))]
        for values in scores
    ]
    drops = yield from drops_by(model, texts, orders, asked)
    return Erased(drops[:, 0, 0], drops[:, 0, 1], drops[:, 1:, 0].mean(1), drops[:, 1:, 1].mean(1))


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


def _erasures(order: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The words to erase: the top shares, then all but the top shares; one word is the least."""
    counts = [max(1, math.ceil(share * len(order) - 1e-9)) for share in SHARES]
    return [order[:count] for count in counts] + [order[count:] for count in counts]


def explained_figure(task: str, asked: Asked, logits: NDArray[np.float32]) -> float:
    """What should fall: the probability of what is explained, a score itself; logits (C,) or of words (W, C)."""
    if isinstance(asked, Contrast):
        return float(probabilities_of(task, logits[None])[0, asked.target])
    kinds = kind_probabilities(softmax(logits))
    return float(kinds[:, (asked.targets[0] + 1) // 2].mean())


def mean_interval(values: NDArray[np.float64], seed: int) -> Interval:
    """The mean of (N,) values with its percentile bootstrap 95 % interval over the texts."""
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
