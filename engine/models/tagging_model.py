"""A model that tags words: logits of the BIO tags at the first token of every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.modules import TagModule
from engine.models.text_model import forward_batches
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Progressed, Work, finish

Spans = Sequence[tuple[int, int]]  # words as code points [start, end) of a text

OUTSIDE = "O"


def tag_names(labels: Sequence[str]) -> tuple[str, ...]:
    """The BIO tags of entity types, in the order of the logits: O, then B and I of each type."""
    return (OUTSIDE, *(f"{mark}-{label}" for label in labels for mark in "BI"))


@dataclass(frozen=True)
class WordTable:
    """Tokenised texts with their words: ``words`` (like ``table.flat``) is the word that a token begins, else -1.

    Words are counted through all texts: text i has words ``firsts[i]`` to ``firsts[i + 1]``.
    """

    table: TokenTable
    words: NDArray[np.int64]
    firsts: NDArray[np.int64]

    @property
    def read(self) -> NDArray[np.bool_]:
        """(W,) the words that some window shows: others the tokenizer drops, or reading does not reach them."""
        found = np.zeros(int(self.firsts[-1]), np.bool_)
        found[self.words[self.words >= 0]] = True
        return found


@dataclass
class TaggingModel:
    """``module(**batch)`` gives logits (B, T, C) of the tags; ``labels`` are the entity types."""

    module: TagModule
    tokenizer: TextTokenizer
    labels: tuple[str, ...]
    model_hash: str
    device: torch.device
    task: str = "tagging"

    @property
    def tags(self) -> tuple[str, ...]:
        return tag_names(self.labels)

    @property
    def outputs(self) -> int:
        """C: how many tags there are."""
        return len(self.tags)

    def logits(self, texts: Sequence[str], words: Sequence[Spans]) -> list[NDArray[np.float32]]:
        """Logits (W, C) of each text's words."""
        return finish(self.score(texts, words))

    def score(
        self, texts: Sequence[str], words: Sequence[Spans], stage: str = "score"
    ) -> Work[list[NDArray[np.float32]]]:
        """The same as a generator that yields progress. A word that several windows show gets their mean."""
        table = word_table(self.tokenizer, texts, words)
        flat = yield from score_words(self, table, "fp32", stage)
        return [flat[a:b] for a, b in zip(table.firsts[:-1], table.firsts[1:], strict=True)]

    def words_read(self, text: str, words: Spans) -> set[int]:
        """The places of the words that are read; some (zero-width characters) a tokenizer drops."""
        return {
            word
            for window in self.tokenizer.encode_windows(text)
            for word in words_begun(window.offsets, words)
            if word >= 0
        }

    def read_to(self, text: str) -> int:
        return self.tokenizer.read_to(text)


def score_words(
    model: TaggingModel, table: WordTable, precision: str, stage: str
) -> Work[NDArray[np.float32]]:
    """Logits (words of all texts, C). Words that the tokenizer drops (zero-width characters) are outside."""
    total = np.zeros((int(table.firsts[-1]), model.outputs), np.float32)
    seen = np.zeros(len(total), np.int64)
    done = 0
    for rows, logits in forward_batches(model.module, model.tokenizer, table.table, precision, model.device):
        for row, found in zip(rows, logits.numpy(), strict=True):
            start, end = table.table.starts[row], table.table.starts[row + 1]
            begun = table.words[start:end]
            at = np.flatnonzero(begun >= 0)
            total[begun[at]] += found[at]
            seen[begun[at]] += 1
        done += len(rows)
        yield Progressed(stage, done, len(table.table))
    return outside_where((total / np.maximum(seen, 1)[:, None]).astype(np.float32), seen == 0)


def outside_where(logits: NDArray[np.float32], unread: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Logits (W, C), changed in place: words that were not read are outside."""
    logits[unread] = 0.0
    logits[unread, 0] = 1.0
    return logits


def unread_words(logits: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(W,) the words that ``outside_where`` has put outside, by their logits (W, C)."""
    found: NDArray[np.bool_] = (logits[:, 0] == 1.0) & (logits[:, 1:] == 0.0).all(1)
    return found


def word_table(tokenizer: TextTokenizer, texts: Sequence[str], words: Sequence[Spans]) -> WordTable:
    """Tokenise texts and find the first token of each word, by characters; long texts in windows."""
    flat: list[int] = []
    begun: list[int] = []
    lengths: list[int] = []
    owners: list[int] = []
    firsts = np.concatenate([[0], np.cumsum([len(spans) for spans in words], dtype=np.int64)])
    for index, (text, spans) in enumerate(zip(texts, words, strict=True)):
        for window in tokenizer.encode_windows(text):
            flat += window.ids
            lengths.append(len(window.ids))
            owners.append(index)
            begun += words_begun(window.offsets, spans, int(firsts[index]))
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    table = TokenTable(np.asarray(flat, np.int32), starts, np.asarray(owners, np.int64))
    return WordTable(table, np.asarray(begun, np.int64), firsts)


def words_begun(offsets: list[tuple[int, int]], spans: Spans, first: int = 0) -> list[int]:
    """For each token the word (counted from ``first``) whose first token it is, else -1. Both are in text order."""
    found = [-1] * len(offsets)
    word = 0
    taken = -1
    for token, (start, end) in enumerate(offsets):
        if end <= start:
            continue
        while word < len(spans) and spans[word][1] <= start:
            word += 1
        # a token may begin with white space, so its end decides where its start lies before the word
        if word < len(spans) and end > spans[word][0] and word != taken:
            found[token] = first + word
            taken = word
    return found
