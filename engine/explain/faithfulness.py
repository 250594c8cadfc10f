"""The erasure test (ERASER, DeYoung et al., ACL 2020): do the words called important matter to the model?

Words are erased in the order of their scores, at 10, 20, 30, 40 and 50 % of the words: comprehensiveness is
the mean drop of the explained class's probability (of a score: its drop) when the top words go, sufficiency
when only they stay.
Erased words become mask tokens in id space; the text itself is never edited. In a bag-of-words model the
n-grams that touch an erased word leave the sum, and the others stay as they were.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_right
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.api.catalog import explainer
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Erasure, Faithfulness, Interval
from engine.data.entities import Spans
from engine.explain.attribution import word_spans
from engine.explain.contrast import Asked, Contrast, contrast_for
from engine.explain.explaining import compute
from engine.explain.fused import read_words as fused_words
from engine.explain.integrated_gradients import explicit_positions
from engine.explain.linear import read_words
from engine.explain.lrp import frozen
from engine.explain.tag_contrast import entity_question
from engine.explain.windows import pooled_outputs, whole_text
from engine.models.answers import probabilities_of
from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.run_model import RunModel
from engine.models.tag_answers import kind_probabilities
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import BATCH_TOKENS, TorchModel, softmax
from engine.models.text_tokens import EncodedText
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


@dataclass(frozen=True)
class _Task:
    """One text, what is explained, and what to erase: for each order a set of words a share, twice."""

    text: str
    asked: Asked
    erasures: list[NDArray[np.intp]]


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
    asked = _what_is_asked(model, texts, words)
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


def _what_is_asked(model: RunModel, texts: Sequence[str], words: Sequence[Spans]) -> list[tuple[str, Asked]]:
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
    tasks = []
    nothing = np.zeros(0, np.intp)
    for text, values, contrast in zip(texts, scores, asked, strict=True):
        orders = [np.argsort(-values, kind="stable")]
        orders += [random.permutation(len(values)) for _ in range(random_orders)]
        erasures = [words for order in orders for words in _erasures(order)]
        tasks.append(_Task(text, contrast, [nothing, *erasures]))
    # one array of figures a text: the untouched text's, then (orders x 2 x shares,)
    if isinstance(model, LinearModel):
        left = yield from _linear(model, tasks)
    else:
        left = yield from _masked(model, tasks)
    drops = np.stack(
        [values[0] - values[1:].reshape(1 + random_orders, 2, len(SHARES)).mean(-1) for values in left]
    )  # (N, orders, 2)
    return Erased(drops[:, 0, 0], drops[:, 0, 1], drops[:, 1:, 0].mean(1), drops[:, 1:, 1].mean(1))


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


def _masked(
    model: TorchModel | FusionModel | TaggingModel, tasks: Sequence[_Task]
) -> Generator[Progressed, None, list[NDArray[np.float64]]]:
    """Figures after each erasure: tokens of erased words become mask tokens, in every window that shows them."""
    parts: Sequence[TorchModel | TaggingModel] = model.parts if isinstance(model, FusionModel) else (model,)
    words = [fused_words(model, task.text) if isinstance(model, FusionModel) else None for task in tasks]
    outputs: list[list[NDArray[np.float32]]] = []
    for number, part in enumerate(parts):
        found = yield from _masked_outputs(part, tasks, words, (number, len(parts)))
        outputs = [_sums(*both) for both in zip(outputs, found, strict=True)] if outputs else found
    return [
        np.array([explained_figure(model.task, task.asked, each) for each in rows])
        for task, rows in zip(tasks, outputs, strict=True)
    ]


def _sums(first: list[NDArray[np.float32]], second: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    return [one + other for one, other in zip(first, second, strict=True)]


def _masked_outputs(
    model: TorchModel | TaggingModel,
    tasks: Sequence[_Task],
    words: Sequence[list[tuple[int, int]] | None],
    part: tuple[int, int],
) -> Generator[Progressed, None, list[list[NDArray[np.float32]]]]:
    """Of every text, its outputs after each erasure; ``words`` None: the model's own. ``part`` k of n of a model."""
    windows = [model.tokenizer.encode_windows(task.text) for task in tasks]
    places = [_word_places(each, spans) for each, spans in zip(windows, words, strict=True)]
    left: list[list[NDArray[np.float32]]] = [[np.zeros(0, np.float32)] * len(task.erasures) for task in tasks]
    # all erasures of all texts, shortest texts first, so that batches hold little padding
    order = sorted(range(len(tasks)), key=lambda i: len(windows[i][0].ids))
    rows = [(i, k, w) for i in order for k in range(len(tasks[i].erasures)) for w in range(len(windows[i]))]
    waiting: list[NDArray[np.float32]] = []  # logits of a text's first windows, until the last has come
    done = 0
    while done < len(rows):
        chunk = rows[done : done + _fitting(rows, done, windows)]
        for (i, k, w), logits in zip(
            chunk, _forward_masked(model, tasks, windows, places, chunk), strict=True
        ):
            waiting.append(logits)
            if w + 1 == len(windows[i]):
                left[i][k] = pooled_outputs(model, windows[i], waiting, tasks[i].asked)
                waiting = []
        done += len(chunk)
        yield Progressed("measure", part[0] * len(rows) + done, part[1] * len(rows))
    return left


def _fitting(
    rows: Sequence[tuple[int, int, int]], first: int, windows: Sequence[Sequence[EncodedText]]
) -> int:
    """How many rows from ``first`` on fit into a batch."""
    size = longest = 0
    for i, _, w in rows[first:]:
        longest = max(longest, len(windows[i][w].ids))
        if size and (size + 1) * longest > BATCH_TOKENS:
            break
        size += 1
    return size


def _forward_masked(
    model: TorchModel | TaggingModel,
    tasks: Sequence[_Task],
    windows: Sequence[Sequence[EncodedText]],
    places: Sequence[list[list[NDArray[np.intp]]]],
    chunk: Sequence[tuple[int, int, int]],
) -> NDArray[np.float32]:
    batch = model.tokenizer.batch([windows[i][w] for i, _, w in chunk], "cpu")
    batch |= explicit_positions(model.module, batch["input_ids"])
    ids = batch["input_ids"].numpy().copy()  # positions are the unerased text's
    for row, (i, k, w) in enumerate(chunk):
        for word in tasks[i].erasures[k]:
            ids[row, places[i][w][word]] = model.tokenizer.mask_id
    batch["input_ids"] = torch.from_numpy(ids)
    with frozen(model.module), torch.inference_mode():
        logits = model.module(**{name: value.to(model.device) for name, value in batch.items()})
    return logits.float().cpu().numpy()  # type: ignore[no-any-return]


def _word_places(
    windows: Sequence[EncodedText], spans: Sequence[tuple[int, int]] | None
) -> list[list[NDArray[np.intp]]]:
    """For each window and word of the text, the word's tokens in that window; ``spans`` None: as it is read."""
    whole, _ = whole_text(windows, [np.zeros(len(window.ids)) for window in windows])
    read = word_spans(whole)
    words: list[set[int]] = [set() for _ in (read if spans is None else spans)]
    starts = [word.start for word in read] if spans is None else [start for start, _ in spans]
    for word in read:
        words[bisect_right(starts, word.start) - 1].update(whole.positions[token] for token in word.tokens)
    found = []
    for window in windows:
        at = {position: token for token, position in enumerate(window.positions)}
        found.append([np.array([at[p] for p in word if p in at], np.intp) for word in words])
    return found


def _linear(
    model: LinearModel, tasks: Sequence[_Task]
) -> Generator[Progressed, None, list[NDArray[np.float64]]]:
    """The same for bag-of-words: n-grams that touch an erased word are taken out of the sum."""
    left = []
    for done, task in enumerate(tasks, 1):
        place = {span: i for i, span in enumerate(read_words(model, task.text))}
        found, intercept = model.contributions(task.text)
        touches = np.zeros((len(found), len(place)), bool)
        for row, (spans, _) in enumerate(found):
            touches[row, [place[span] for span in spans]] = True
        shares = np.array([share for _, share in found]).reshape(len(found), len(intercept))
        gone = np.zeros((len(task.erasures), len(place)), bool)
        for row, words in enumerate(task.erasures):
            gone[row, words] = True
        stays = ~(gone.astype(np.int32) @ touches.T.astype(np.int32)).astype(bool)  # (erasures, n-grams)
        logits = (stays @ shares + intercept).astype(np.float32)
        left.append(np.array([explained_figure(model.task, task.asked, row) for row in logits]))
        yield Progressed("measure", done, len(tasks))
    return left


def mean_interval(values: NDArray[np.float64], seed: int) -> Interval:
    """The mean of (N,) values with its percentile bootstrap 95 % interval over the texts."""
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
