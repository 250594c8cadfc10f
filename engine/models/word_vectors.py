"""A source model's own word embeddings, of whole words; the matrix is read from its file in slices, never whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from transformers import PreTrainedTokenizerBase

from engine.api.errors import ErrorKind, KnownError

_WEIGHTS = "model.safetensors"
_ROWS = 4096  # of the matrix at once: 6 MB at 384 dimensions
_NAMES = ("word_embeddings.weight", "embed_tokens.weight", "tok_embeddings.weight", "wte.weight")

Vectors = NDArray[np.float32]


class WordVectors:
    """Lower-cased words that are one token each, in the order of their tokens, with vectors of length 1."""

    def __init__(self, tensor: Any, tokens: dict[str, int]) -> None:
        self._tensor = tensor
        rows, self.width = (int(size) for size in tensor.get_shape())
        self._rows = rows
        held = sorted((name for name in tokens if tokens[name] < rows), key=tokens.__getitem__)
        self.names = tuple(held)
        self.place = {name: i for i, name in enumerate(held)}
        self._ids = np.array([tokens[name] for name in held], np.int64)

    def of(self, words: Sequence[str]) -> Vectors:
        """(N, D) of words that are among ``names``."""
        return _unit(self._at(self._ids[[self.place[word] for word in words]]))

    def blocks(self) -> Iterator[tuple[int, Vectors]]:
        """(place of the first, vectors) of all ``names``, some thousand at a time."""
        for start in range(0, len(self._ids), _ROWS):
            yield start, _unit(self._at(self._ids[start : start + _ROWS]))

    def _at(self, ids: NDArray[np.int64]) -> Vectors:
        found = np.zeros((len(ids), self.width), np.float32)
        for start in np.unique(ids // _ROWS) * _ROWS:
            inside = np.flatnonzero((ids >= start) & (ids < start + _ROWS))
            block = self._tensor[int(start) : min(int(start) + _ROWS, self._rows)].float().numpy()
            found[inside] = block[ids[inside] - start]
        return found


@contextmanager
def word_vectors(folder: Path, tokenizer: PreTrainedTokenizerBase) -> Iterator[WordVectors]:
    """Of a model's folder. Raises MODEL_DAMAGED."""
    try:
        with safe_open(folder / _WEIGHTS, "pt") as file:
            names = list(file.keys())
            name = next((name for suffix in _NAMES for name in names if name.endswith(suffix)), None)
            if name is None:
                raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / _WEIGHTS))
            yield WordVectors(file.get_slice(name), _whole_words(tokenizer))
    except SafetensorError as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / _WEIGHTS)) from error


def _whole_words(tokenizer: PreTrainedTokenizerBase) -> dict[str, int]:
    """Lower-cased words that are one token -> its id."""
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    marked = any(token.startswith(("\u0120", "\u2581")) for token in vocabulary)
    found: dict[str, int] = {}
    for token, id in sorted(vocabulary.items(), key=lambda entry: entry[1]):
        # byte-level and SentencePiece vocabularies mark a word's start, WordPiece its continuations
        if marked and not token.startswith(("\u0120", "\u2581")):
            continue
        word = token.lstrip("\u0120\u2581") if marked else token
        if word.isalpha() and (len(word) > 2 or not word.isascii()):
            found.setdefault(word.lower(), id)
    return found


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-12)  # type: ignore[no-any-return]
