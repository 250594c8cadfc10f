"""The erasure test (ERASER, DeYoung et al., ACL 2020): do the words called important matter to the model?

Words are erased in the order of their scores, at 10, 20, 30, 40 and 50 % of the words: comprehensiveness is
the mean drop of the explained class's probability when the top words go, sufficiency when only they stay.
Erased words become mask tokens in id space; the text itself is never edited. In a bag-of-words model the
n-grams that touch an erased word leave the sum, and the others stay as they were.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.api.catalog import explainer
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Erasure, Faithfulness, Interval
from engine.explain.attribution import Contrast, resolve, word_spans
from engine.explain.explaining import compute
from engine.explain.integrated_gradients import explicit_positions
from engine.explain.lrp import frozen
from engine.models.linear_model import LinearModel
from engine.models.ngrams import words as linear_words
from engine.models.text_model import BATCH_TOKENS, RunModel, TorchModel, softmax
from engine.progress import Progressed

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)
RANDOM_ORDERS = 3
RESAMPLES = 1000


@dataclass(frozen=True)
class Erased:
    """Probability drops of N texts: the explainer's order, and the mean of the random ones. Each (N,)."""

    comprehensiveness: NDArray[np.float64]
    sufficiency: NDArray[np.float64]
    random_comprehensiveness: NDArray[np.float64]
    random_sufficiency: NDArray[np.float64]


@dataclass(frozen=True)
class _Task:
    """One text, what is explained, and what to erase: for each order a set of words a share, twice."""

    text: str
    target: int
    probability: float
    erasures: list[NDArray[np.intp]]


def measure(
    model: RunModel,
    run: str,
    method_id: str,
    transfer_method: str,
    texts: Sequence[str],
    seed: int = 13,
) -> Generator[Progressed, None, Faithfulness]:
    """The erasure test of one explainer on texts that have at least two words, beside random orders.

    Raises EXPLAINER_UNKNOWN, TEXT_EMPTY (where no text has two words), MODEL_FAMILY.
    """
    method = explainer(method_id, transfer_method).id
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    logits = model.logits(texts)
    yield Progressed("explain", 0, len(texts))
    kept: list[str] = []
    scores: list[NDArray[np.float64]] = []
    contrasts: list[Contrast] = []
    seconds: list[float] = []
    for i, text in enumerate(texts):
        contrast = resolve(model.labels, logits[i])
        started = time.perf_counter()
        found = compute(model, method, text, contrast)
        taken = time.perf_counter() - started
        if len(found.words) > 1:
            kept.append(text)
            contrasts.append(contrast)
            scores.append(np.array([word.score for word in found.words]))
            seconds.append(taken)
        yield Progressed("explain", i + 1, len(texts))
    if not kept:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    erased = yield from erase(model, kept, scores, contrasts, seed)
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


def erase(
    model: RunModel,
    texts: Sequence[str],
    scores: Sequence[NDArray[np.float64]],
    contrasts: Sequence[Contrast],
    seed: int,
    random_orders: int = RANDOM_ORDERS,
) -> Generator[Progressed, None, Erased]:
    """Erase words by their ``scores`` (one array a text, in the order of its words) and by random orders."""
    random = np.random.default_rng(seed)
    probabilities = softmax(model.logits(texts))
    tasks = []
    for text, values, contrast, row in zip(texts, scores, contrasts, probabilities, strict=True):
        orders = [np.argsort(-values, kind="stable")]
        orders += [random.permutation(len(values)) for _ in range(random_orders)]
        erasures = [words for order in orders for words in _erasures(order)]
        tasks.append(_Task(text, contrast.target, float(row[contrast.target]), erasures))
    # one array of probabilities a text: (orders x 2 x shares,)
    if isinstance(model, LinearModel):
        left = yield from _linear(model, tasks)
    else:
        assert isinstance(model, TorchModel)
        left = yield from _masked(model, tasks)
    drops = np.stack(
        [
            task.probability - values.reshape(1 + random_orders, 2, len(SHARES)).mean(-1)
            for task, values in zip(tasks, left, strict=True)
        ]
    )  # (N, orders, 2)
    return Erased(drops[:, 0, 0], drops[:, 0, 1], drops[:, 1:, 0].mean(1), drops[:, 1:, 1].mean(1))


def _erasures(order: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The words to erase: the top shares, then all but the top shares; one word is the least."""
    counts = [max(1, math.ceil(share * len(order) - 1e-9)) for share in SHARES]
    return [order[:count] for count in counts] + [order[count:] for count in counts]


def _masked(
    model: TorchModel, tasks: Sequence[_Task]
) -> Generator[Progressed, None, list[NDArray[np.float64]]]:
    """Probabilities of the targets after each erasure: tokens of erased words become mask tokens."""
    encoded = model.tokenizer.encode([task.text for task in tasks])
    tokens = [[np.array(word.tokens) for word in word_spans(text)] for text in encoded]
    left = [np.zeros(len(task.erasures)) for task in tasks]
    # all erasures of all texts, shortest texts first, so that batches hold little padding
    order = sorted(range(len(tasks)), key=lambda i: len(encoded[i].ids))
    rows = [(i, k) for i in order for k in range(len(tasks[i].erasures))]
    done = 0
    while done < len(rows):
        size = 1
        while done + size < len(rows) and (size + 1) * len(encoded[rows[done + size][0]].ids) <= BATCH_TOKENS:
            size += 1
        chunk = rows[done : done + size]
        batch = model.tokenizer.batch([encoded[i] for i, _ in chunk], "cpu")
        batch |= explicit_positions(model.module, batch["input_ids"])
        ids = batch["input_ids"].numpy().copy()  # positions are the unerased text's
        for row, (i, k) in enumerate(chunk):
            for word in tasks[i].erasures[k]:
                ids[row, tokens[i][word]] = model.tokenizer.mask_id
        batch["input_ids"] = torch.from_numpy(ids)
        with frozen(model.module), torch.inference_mode():
            logits = model.module(**{name: value.to(model.device) for name, value in batch.items()})
        for (i, k), row_values in zip(chunk, softmax(logits.float().cpu().numpy()), strict=True):
            left[i][k] = row_values[tasks[i].target]
        done += size
        yield Progressed("measure", done, len(rows))
    return left


def _linear(
    model: LinearModel, tasks: Sequence[_Task]
) -> Generator[Progressed, None, list[NDArray[np.float64]]]:
    """The same for bag-of-words: n-grams that touch an erased word are taken out of the sum."""
    left = []
    for done, task in enumerate(tasks, 1):
        place = {span: i for i, span in enumerate(linear_words(task.text))}
        found, intercept = model.contributions(task.text)
        touches = np.zeros((len(found), len(place)), bool)
        for row, (spans, _) in enumerate(found):
            touches[row, [place[span] for span in spans]] = True
        shares = np.array([share for _, share in found]).reshape(len(found), len(intercept))
        gone = np.zeros((len(task.erasures), len(place)), bool)
        for row, words in enumerate(task.erasures):
            gone[row, words] = True
        stays = ~(gone.astype(np.int32) @ touches.T.astype(np.int32)).astype(bool)  # (erasures, n-grams)
        left.append(softmax((stays @ shares + intercept).astype(np.float32))[:, task.target])
        yield Progressed("measure", done, len(tasks))
    return left


def mean_interval(values: NDArray[np.float64], seed: int) -> Interval:
    """The mean of (N,) values with its percentile bootstrap 95 % interval over the texts."""
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
