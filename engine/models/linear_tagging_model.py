"""Bag-of-words for tagged words: a linear layer over what stands in and around each word, a sum to be read exactly."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix

from engine.api.words import words_of
from engine.data.cleaning import clean
from engine.models.source import file_hash
from engine.models.tagging_model import Spans, outside_where, tag_names
from engine.models.word_features import read_words, readings
from engine.progress import Progressed, Work, finish

Floats = NDArray[np.float64]

_BLOCK = 200  # texts
_WEIGHTS = "linear.safetensors"
_VOCABULARY = "vocabulary.json"


@dataclass
class LinearTaggingModel:
    """``weights`` (V, C) of the features that ``vocabulary`` numbers and ``intercept`` (C,) give the tags' logits.

    A feature is there or not; the logits of a word are the sum of the rows of its features and the intercept.
    ``labels`` are the entity types.
    """

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    weights: NDArray[np.float32]
    intercept: NDArray[np.float64]
    longest_ngram: int
    model_hash: str = ""
    cleaning: tuple[str, ...] = ()
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
        """The same as a generator that yields progress."""
        found: list[NDArray[np.float32]] = []
        for start in range(0, len(texts), _BLOCK):
            block = slice(start, start + _BLOCK)
            read = [words_in(*pair, self.cleaning) for pair in zip(texts[block], words[block], strict=True)]
            rows = word_rows(read, self.vocabulary, self.longest_ngram)
            flat = (rows @ self.weights + self.intercept).astype(np.float32)
            flat = outside_where(flat, np.array([not word for each in read for word in each], np.bool_))
            ends = np.cumsum([len(each) for each in read])
            found += np.split(flat, ends[:-1])
            yield Progressed(stage, len(found), len(texts))
        return found

    def features(self, texts: Sequence[str]) -> csr_matrix:
        """Of each text the mean of its words' features (N, V)."""
        read = [words_in(text, words_of(text), self.cleaning) for text in texts]
        counts = np.array([len(words) for words in read])
        owners = np.repeat(np.arange(len(texts)), counts)
        shares = (1 / counts[owners], (owners, np.arange(len(owners))))
        return csr_matrix(shares, (len(texts), len(owners))) @ word_rows(
            read, self.vocabulary, self.longest_ngram
        )

    def read_to(self, text: str) -> int:
        return len(text)

    def words_read(self, text: str, words: Spans) -> set[int]:
        """The places of the words that are read: all but those that cleaning takes away."""
        return {at for at, word in enumerate(words_in(text, words, self.cleaning)) if word}

    def contributions(
        self, text: str, words: Spans, rows: Iterable[int]
    ) -> list[tuple[list[tuple[range, Floats]], Floats]]:
        """What each of the words ``rows`` is told by: places of words and the share (C,) of the features that read
        just these, and what it is told without any (C,): the intercept.

        They add up to the word's logits exactly. A word that cleaning takes away has no shares, and is outside.
        """
        read = words_in(text, words, self.cleaning)
        return [
            (self._shares(read, row), self.intercept) if read[row] else ([], self._outside) for row in rows
        ]

    def _shares(self, words: Sequence[str], at: int) -> list[tuple[range, Floats]]:
        found = []
        for reading in readings(words, at, self.longest_ngram):
            columns = [self.vocabulary[key] for key in reading.keys if key in self.vocabulary]
            if columns:
                share = self.weights[columns].sum(0, dtype=np.float64)
                found.append((range(reading.first, reading.end), share))
        return found

    @property
    def _outside(self) -> Floats:
        (found,) = outside_where(np.zeros((1, self.outputs), np.float32), np.ones(1, np.bool_))
        return np.asarray(found, np.float64)

    def save(self, folder: Path) -> None:
        """Write weights (safetensors) and vocabulary (JSON) into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file({"weights": self.weights, "intercept": self.intercept}, folder / _WEIGHTS)
        ordered = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        (folder / _VOCABULARY).write_bytes(msgspec.json.encode(ordered))

    @classmethod
    def load(
        cls, folder: Path, labels: tuple[str, ...], longest_ngram: int, cleaning: tuple[str, ...] = ()
    ) -> LinearTaggingModel:
        """Raises FileNotFoundError or a safetensors or msgspec error, which the loader words."""
        tensors = load_file(folder / _WEIGHTS)
        ordered = msgspec.json.decode((folder / _VOCABULARY).read_bytes(), type=list[str])
        return cls(
            labels=labels,
            vocabulary={key: column for column, key in enumerate(ordered)},
            weights=tensors["weights"],
            intercept=tensors["intercept"],
            longest_ngram=longest_ngram,
            model_hash=file_hash(folder / _WEIGHTS),
            cleaning=cleaning,
        )


def words_in(text: str, words: Spans, cleaning: Sequence[str]) -> list[str]:
    """The words as they stand in the cleaned text; '' for one that cleaning takes away."""
    cleaned = clean(text, cleaning)
    return read_words(cleaned.text, cleaned.positions, words)


def word_rows(texts: Iterable[Sequence[str]], vocabulary: dict[str, int], longest: int) -> csr_matrix:
    """Of all words of the texts, one after the other, which features they have: ones (W, V)."""
    columns, starts = array("i"), array("q", [0])
    for keys in keys_of(texts, longest):
        columns.extend(vocabulary[key] for key in keys if key in vocabulary)
        starts.append(len(columns))
    indices = np.frombuffer(columns, np.intc) if columns else np.zeros(0, np.intc)
    ones = np.ones(len(columns), np.float32)
    shape = (len(starts) - 1, len(vocabulary))
    return csr_matrix((ones, indices, np.frombuffer(starts, np.int64)), shape)


def keys_of(texts: Iterable[Sequence[str]], longest: int) -> Iterator[list[str]]:
    """The features of every word of the texts."""
    for words in texts:
        for at in range(len(words)):
            yield [key for reading in readings(words, at, longest) for key in reading.keys]
