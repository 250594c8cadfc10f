"""The erasure test (ERASER, DeYoung et al., ACL 2020): do the words called important matter to the model?

Words are erased in the order of their scores, at 10, 20, 30, 40 and 50 % of the words: comprehensiveness is
the mean drop of the explained class's probability (of a score: its drop) when the top words go, sufficiency
when only they stay.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.catalog import explainer
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Erasure, Faithfulness, Interval
from engine.data.entities import Spans
from engine.explain.contrast import Asked, contrast_for
from engine.explain.drops import drops_by, order_of
from engine.explain.erasure_bounds import normalised
from engine.explain.explaining import compute
from engine.explain.tag_contrast import entity_question
from engine.models.run_model import AnyTaggingModel, BagOfWords, RunModel
from engine.progress import Progressed

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
    *,
    bounds: int = 0,
) -> Generator[Progressed, None, Faithfulness]:
    """The erasure test of one explainer on texts that have at least two words, beside random orders.

    ``bounds``: of so many texts also between what erasing can do to each at all, as two models are to be compared.
    Tagging: ``words`` are those of the texts; a text's surest entity is explained, texts without one are left
    out. Raises EXPLAINER_UNKNOWN, TEXT_EMPTY (where no text is left), EXPLAINER_NO_RULE.
    """
    method = "linear"
    if not isinstance(model, BagOfWords):
        method = explainer(method_id, transfer_method, model.task).id
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
    read, contrasts = [text for text, _ in kept], [contrast for _, contrast in kept]
    erased = yield from erase(model, read, scores, contrasts, seed)
    between = np.zeros(0)
    if bounds:
        few = slice(bounds)
        between = yield from normalised(
            model, read[few], scores[few], contrasts[few], erased.comprehensiveness[few]
        )
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
        normalised_comprehensiveness=mean_interval(between, seed) if len(between) else None,
    )


def questions_of(model: RunModel, texts: Sequence[str], words: Sequence[Spans]) -> list[tuple[str, Asked]]:
    """The texts that are not empty, each with what was predicted of it as the question.

    Tagging: ``words`` are those of the texts; a text's surest entity is explained, texts without one are left out.
    """
    if isinstance(model, AnyTaggingModel):
        return _entities_asked(model, texts, words)
    full = [text for text in texts if text.strip()]
    logits = model.logits(full) if full else ()
    return [(text, contrast_for(model, row, None, None)) for text, row in zip(full, logits, strict=True)]


def _entities_asked(
    model: AnyTaggingModel, texts: Sequence[str], words: Sequence[Spans]
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


def mean_interval(values: NDArray[np.float64], seed: int) -> Interval:
    """The mean of (N,) values with its percentile bootstrap 95 % interval over the texts."""
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
