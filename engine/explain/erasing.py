"""What a model still says of texts when words are taken out: the ground of every test and method by removal.

Erased words become mask tokens in id space; the text itself is never edited, and positions stay the whole text's.
In a bag-of-words model the n-grams, of tagged words the features, that touch an erased word leave the sum, and the
others stay as they were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.entities import words_of
from engine.explain.attribution import word_spans
from engine.explain.contrast import Asked, TagContrast
from engine.explain.embedded import explicit_positions
from engine.explain.fused import read_words as fused_words
from engine.explain.methods.linear import placed_words
from engine.explain.methods.linear import read_words as linear_words
from engine.explain.windows import Model, pooled_outputs, whole_text
from engine.explain.word_terms import word_terms
from engine.models.first_token import first_token_only
from engine.models.frozen import frozen
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.run_model import FusedModel, RunModel
from engine.models.text_model import BATCH_TOKENS
from engine.models.text_tokens import EncodedText
from engine.progress import Progressed

Span = tuple[int, int]
Outputs = NDArray[np.float32]  # (C,) of a text, (W, C) of the words asked about
NOTHING = np.zeros(0, np.intp)
_WHOLE = -1  # in place of an erasure: nothing is erased


@dataclass(frozen=True)
class Erasing:
    """A text, what is asked of it, and sets of words to erase, each alone: indices into ``read_words``."""

    text: str
    asked: Asked
    erasures: Sequence[NDArray[np.intp]]


def read_words(model: RunModel, text: str) -> list[Span]:
    """The words that a model reads, in order, as spans of the text: those that explanations score."""
    if isinstance(model, LinearModel):
        return linear_words(model, text)
    if isinstance(model, LinearTaggingModel):
        return words_of(text)
    if isinstance(model, FusedModel):
        return fused_words(model, text)
    windows = model.tokenizer.encode_windows(text)
    whole, _ = whole_text(windows, [np.zeros(len(window.ids)) for window in windows])
    return [(word.start, word.end) for word in word_spans(whole)]


def erased_outputs(
    model: RunModel, tasks: Sequence[Erasing]
) -> Generator[Progressed, None, list[list[Outputs]]]:
    """Of every text, its outputs after each of its erasures; all texts in batches of like lengths."""
    if isinstance(model, LinearModel):
        return (yield from _linear(model, tasks))
    if isinstance(model, LinearTaggingModel):
        return (yield from _linear_tags(model, tasks))
    parts: Sequence[Model] = model.parts if isinstance(model, FusedModel) else (model,)
    words = [fused_words(model, task.text) if isinstance(model, FusedModel) else None for task in tasks]
    outputs: list[list[Outputs]] = []
    for number, part in enumerate(parts):
        found = yield from _masked(part, tasks, words, (number, len(parts)))
        outputs = [_sums(*both) for both in zip(outputs, found, strict=True)] if outputs else found
    return outputs


def _sums(first: list[Outputs], second: list[Outputs]) -> list[Outputs]:
    return [one + other for one, other in zip(first, second, strict=True)]


def _masked(
    model: Model,
    tasks: Sequence[Erasing],
    words: Sequence[list[Span] | None],
    part: tuple[int, int],
) -> Generator[Progressed, None, list[list[Outputs]]]:
    """Of every text, its outputs after each erasure; ``words`` None: the model's own. ``part`` k of n of a model."""
    windows = [model.tokenizer.encode_windows(task.text) for task in tasks]
    owners = [_word_of_tokens(each, spans) for each, spans in zip(windows, words, strict=True)]
    gone = [_gone(task, tokens) for task, tokens in zip(tasks, owners, strict=True)]
    left: list[list[Outputs]] = [[] for _ in tasks]
    # all erasures of all texts, shortest texts first, so that batches hold little padding
    order = sorted(range(len(tasks)), key=lambda i: len(windows[i][0].ids))
    rows = [row for i in order for row in _rows(i, gone[i], owners[i])]
    read: dict[tuple[int, int], Outputs] = {}  # of the text at hand: (erasure, window) -> logits
    done = 0
    while done < len(rows):
        chunk = rows[done : done + _fitting(rows, done, windows)]
        for (i, k, w), logits in zip(
            chunk, _forward_masked(model, windows, owners, gone, chunk), strict=True
        ):
            read[k, w] = logits
            done += 1
            if done == len(rows) or rows[done][0] != i:
                left[i] = [
                    pooled_outputs(model, windows[i], _of_windows(read, k, len(windows[i])), tasks[i].asked)
                    for k in range(len(tasks[i].erasures))
                ]
                read = {}
        yield Progressed("measure", part[0] * len(rows) + done, part[1] * len(rows))
    return left


def _gone(task: Erasing, owners: Sequence[NDArray[np.intp]]) -> list[NDArray[np.bool_]]:
    """Of each erasure whether a word (W + 1,) is gone; the last one, which stands for no word, never is."""
    words = 1 + max(int(tokens.max(initial=-1)) for tokens in owners)
    found = []
    for erasure in task.erasures:
        gone = np.zeros(words + 1, np.bool_)
        gone[erasure[erasure < words]] = True  # a word that no window shows has no token
        found.append(gone)
    return found


def _rows(
    i: int, gone: Sequence[NDArray[np.bool_]], owners: Sequence[NDArray[np.intp]]
) -> list[tuple[int, int, int]]:
    """(text, erasure, window) to be read. Of several windows an erasure reads those that show an erased word, the
    others are read once as they are (_WHOLE)."""
    if len(owners) == 1:
        return [(i, k, 0) for k in range(len(gone))]
    found = [(i, _WHOLE, w) for w in range(len(owners))]
    for k, words in enumerate(gone):
        found += [(i, k, w) for w, tokens in enumerate(owners) if words[tokens].any()]
    return found


def _of_windows(read: dict[tuple[int, int], Outputs], erasure: int, windows: int) -> list[Outputs]:
    """The logits of each window after an erasure."""
    return [read[erasure, w] if (erasure, w) in read else read[_WHOLE, w] for w in range(windows)]


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
    model: Model,
    windows: Sequence[Sequence[EncodedText]],
    owners: Sequence[list[NDArray[np.intp]]],
    gone: Sequence[list[NDArray[np.bool_]]],
    chunk: Sequence[tuple[int, int, int]],
) -> NDArray[np.float32]:
    batch = model.tokenizer.batch([windows[i][w] for i, _, w in chunk], "cpu")
    batch |= explicit_positions(model.module, batch["input_ids"])
    ids = batch["input_ids"].numpy().copy()  # positions are the unerased text's
    for row, (i, k, w) in enumerate(chunk):
        if k != _WHOLE:
            tokens = owners[i][w]
            ids[row, : len(tokens)][gone[i][k][tokens]] = model.tokenizer.mask_id
    batch["input_ids"] = torch.from_numpy(ids)
    with frozen(model.module), first_token_only(model.module), torch.inference_mode():
        logits = model.module(**{name: value.to(model.device) for name, value in batch.items()})
    return logits.float().cpu().numpy()  # type: ignore[no-any-return]


def _word_of_tokens(windows: Sequence[EncodedText], spans: Sequence[Span] | None) -> list[NDArray[np.intp]]:
    """Of each window the word that each of its tokens (T,) is of, -1: of none; ``spans`` None: words as it is read."""
    whole, _ = whole_text(windows, [np.zeros(len(window.ids)) for window in windows])
    read = word_spans(whole)
    starts = [word.start for word in read] if spans is None else [start for start, _ in spans]
    word_at = np.full(1 + max(whole.positions), -1, np.intp)
    for word in read:
        word_at[[whole.positions[token] for token in word.tokens]] = bisect_right(starts, word.start) - 1
    return [word_at[window.positions] for window in windows]


def _linear(model: LinearModel, tasks: Sequence[Erasing]) -> Generator[Progressed, None, list[list[Outputs]]]:
    """The same for bag-of-words: n-grams that touch an erased word are taken out of the sum."""
    left = []
    for done, task in enumerate(tasks, 1):
        words, place = placed_words(model, task.text)
        found, intercept = model.contributions(task.text)
        longest = max((len(spans) for spans, _ in found), default=1)
        touched = np.full((len(found), longest), len(words), np.intp)  # the last one stands for no word
        for row, (spans, _) in enumerate(found):
            touched[row, : len(spans)] = [place[span] for span in spans]
        shares = np.array([share for _, share in found]).reshape(len(found), len(intercept))
        outputs = []
        for erased in task.erasures:
            gone = np.zeros(len(words) + 1, np.bool_)
            gone[erased] = True
            stays = ~gone[touched].any(1)  # (n-grams,)
            outputs.append((stays @ shares + intercept).astype(np.float32))
        left.append(outputs)
        yield Progressed("measure", done, len(tasks))
    return left


def _linear_tags(
    model: LinearTaggingModel, tasks: Sequence[Erasing]
) -> Generator[Progressed, None, list[list[Outputs]]]:
    """The same for bag-of-words of tagged words: features that read an erased word are taken out of the sum."""
    left = []
    for done, task in enumerate(tasks, 1):
        assert isinstance(task.asked, TagContrast)
        spans, terms = word_terms(model, task.text, task.asked)
        gone = np.zeros((len(task.erasures), len(spans)), np.float32)
        for row, words in enumerate(task.erasures):
            gone[row, words] = 1.0
        outputs = np.zeros((len(task.erasures), len(terms), model.outputs), np.float32)
        for row, each in enumerate(terms):
            stays = gone @ each.touched(len(spans)).T == 0  # (erasures, G)
            outputs[:, row] = stays @ each.shares + each.alone
        left.append(list(outputs))
        yield Progressed("measure", done, len(tasks))
    return left
