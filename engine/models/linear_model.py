"""Bag-of-words: TF-IDF of n-grams and a linear layer, whose decision is a sum that can be read exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from engine.api.words import CHARACTER
from engine.data.cleaning import clean, clean_text
from engine.models.ngrams import WORD_RULE, Span, keys, ngrams
from engine.models.source import file_hash
from engine.models.text_model import Logits
from engine.progress import Progressed, Work, finish

_BLOCK = 1000
_WEIGHTS = "linear.safetensors"
_VOCABULARY = "vocabulary.json"


@dataclass
class LinearModel:
    """``weights`` (C, V), ``intercept`` (C,), ``idf`` (V,); logits = tf-idf (unit length) @ weights.T + intercept."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: NDArray[np.float64]
    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]
    longest_ngram: int
    model_hash: str = ""
    task: str = "single"
    thresholds: tuple[float, ...] = ()
    cleaning: tuple[str, ...] = ()
    word_rule: int = WORD_RULE
    word_unit: str = CHARACTER  # of explanations; the n-grams stay as they are

    def features(self, texts: Iterable[str]) -> csr_matrix:
        """TF-IDF rows of unit length (N, V)."""
        if self.cleaning:
            texts = [clean_text(text, self.cleaning) for text in texts]
        counter = CountVectorizer(
            analyzer=partial(keys, longest=self.longest_ngram, rule=self.word_rule),
            vocabulary=self.vocabulary,
            dtype=np.float64,
        )
        return tf_idf(counter.transform(texts), self.idf)

    def logits(self, texts: Sequence[str]) -> Logits:
        return finish(self.score(texts))

    def score(self, texts: Sequence[str], precision: str = "fp32", stage: str = "score") -> Work[Logits]:
        logits = np.zeros((len(texts), len(self.intercept)), np.float32)
        for start in range(0, len(texts), _BLOCK):
            rows = self.features(texts[start : start + _BLOCK])
            logits[start : start + rows.shape[0]] = rows @ self.weights.T + self.intercept
            yield Progressed(stage, start + rows.shape[0], len(texts))
        return logits

    def read_to(self, text: str) -> int:
        return len(text)

    def contributions(
        self, text: str
    ) -> tuple[list[tuple[list[Span], NDArray[np.float64]]], NDArray[np.float64]]:
        """Each n-gram occurrence with its words' spans and its share (C,) of the logits, and the intercept (C,).

        Shares and intercept add up to the logits exactly.
        """
        row = self.features([text]).tocoo()
        value = dict(zip(row.col.tolist(), row.data.tolist(), strict=True))
        cleaned = clean(text, self.cleaning)
        found = [
            (self.vocabulary[key], [cleaned.original(start, end) for start, end in spans])
            for key, spans in ngrams(cleaned.text, self.longest_ngram, self.word_rule)
            if key in self.vocabulary
        ]
        times: dict[int, int] = {}
        for column, _ in found:
            times[column] = times.get(column, 0) + 1
        shares = [(spans, self.weights[:, column] * value[column] / times[column]) for column, spans in found]
        return shares, self.intercept

    def blank_logits(self) -> NDArray[np.float64]:
        """Logits (C,) of a text without any known word."""
        return self.intercept

    def save(self, folder: Path) -> None:
        """Write weights (safetensors) and vocabulary (JSON) into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file(
            {"idf": self.idf, "weights": np.ascontiguousarray(self.weights), "intercept": self.intercept},
            folder / _WEIGHTS,
        )
        ordered = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        (folder / _VOCABULARY).write_bytes(msgspec.json.encode(ordered))

    @classmethod
    def load(
        cls,
        folder: Path,
        labels: tuple[str, ...],
        longest_ngram: int,
        *,
        task: str = "single",
        thresholds: tuple[float, ...] = (),
        cleaning: tuple[str, ...] = (),
        word_rule: int = WORD_RULE,
    ) -> LinearModel:
        """Raises FileNotFoundError or a safetensors or msgspec error, which the loader words."""
        tensors = load_file(folder / _WEIGHTS)
        ordered = msgspec.json.decode((folder / _VOCABULARY).read_bytes(), type=list[str])
        return cls(
            labels=labels,
            vocabulary={word: column for column, word in enumerate(ordered)},
            idf=tensors["idf"],
            weights=tensors["weights"],
            intercept=tensors["intercept"],
            longest_ngram=longest_ngram,
            model_hash=file_hash(folder / _WEIGHTS),
            task=task,
            thresholds=thresholds,
            cleaning=cleaning,
            word_rule=word_rule,
        )


def tf_idf(counts: csr_matrix, idf: NDArray[np.float64]) -> csr_matrix:
    """Sublinear term frequency times inverse document frequency, rows of unit length (as scikit-learn's)."""
    rows = csr_matrix(counts, dtype=np.float64, copy=True)
    np.log(rows.data, out=rows.data)
    rows.data += 1.0
    rows.data *= idf[rows.indices]
    return normalize(rows, copy=False)
