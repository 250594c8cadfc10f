"""Words of like meaning from a source model's own word embeddings: the nearest whole words by cosine.

Static embeddings also put opposites close together ("good", "bad"), so a substitution is shown on examples
before it is used. The matrix is read from its file in slices, never whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from transformers import PreTrainedTokenizerBase

from engine.api.errors import ErrorKind, KnownError

NEIGHBOURS = 5
LEAST_COSINE = 0.45
MOST_WORDS = 5_000  # of a project's words, in the order given: seconds on two cores

_WEIGHTS = "model.safetensors"
_ROWS = 4096  # of the matrix at once: 6 MB at 384 dimensions
_WORD_ROWS = 2048  # words compared with a slice at once
_NAMES = ("word_embeddings.weight", "embed_tokens.weight", "tok_embeddings.weight", "wte.weight")


def nearest_words(
    folder: Path,
    tokenizer: PreTrainedTokenizerBase,
    wanted: Iterable[str],
    count: int = NEIGHBOURS,
    least: float = LEAST_COSINE,
) -> dict[str, tuple[str, ...]]:
    """For each wanted word (lower-cased) that is one token: up to ``count`` other words, nearest first.

    Only neighbours of cosine ``least`` and above, without those that share the word's stem (they are other forms,
    not other words). Words that the model has no single token for are left out. Raises MODEL_DAMAGED.
    """
    tokens = _whole_words(tokenizer)
    asked = list(dict.fromkeys(word.lower() for word in wanted if word.lower() in tokens))[:MOST_WORDS]
    if not asked:
        return {}
    try:
        with safe_open(folder / _WEIGHTS, "pt") as file:
            name = _matrix_name(list(file.keys()))
            if name is None:
                raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / _WEIGHTS))
            found = _search(_Matrix(file.get_slice(name)), tokens, asked, count + _SPARE)
    except SafetensorError as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / _WEIGHTS)) from error
    return {
        word: near
        for word, candidates in found.items()
        if (
            near := tuple(w for w, cosine in candidates if cosine >= least and not _same_stem(w, word))[
                :count
            ]
        )
    }


_SPARE = 10  # candidates beyond those asked for, since other forms of the word are left out


def _matrix_name(names: list[str]) -> str | None:
    return next((name for suffix in _NAMES for name in names if name.endswith(suffix)), None)


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


def _search(
    matrix: _Matrix, tokens: dict[str, int], asked: list[str], count: int
) -> dict[str, list[tuple[str, float]]]:
    """Candidates of each word with their cosines, best first; the matrix is read once, a slice at a time."""
    names = sorted((name for name in tokens if tokens[name] < matrix.rows), key=tokens.__getitem__)
    ids = np.array([tokens[name] for name in names], np.int64)
    place = {name: i for i, name in enumerate(names)}
    asked = [word for word in asked if word in place]
    own = np.array([place[word] for word in asked])
    queries = _unit(matrix.at(ids[own]))
    count = min(count, len(names) - 1)
    best = np.full((len(asked), count), -2.0, np.float32)
    which = np.zeros((len(asked), count), np.int64)
    for start in range(0, len(ids), _ROWS):
        block = _unit(matrix.at(ids[start : start + _ROWS]))
        for first in range(0, len(asked), _WORD_ROWS):
            rows = slice(first, first + _WORD_ROWS)
            cosines = queries[rows] @ block.T  # (words, slice)
            within = (own[rows] >= start) & (own[rows] < start + len(block))
            cosines[np.flatnonzero(within), own[rows][within] - start] = -2.0  # not itself
            both = np.concatenate([best[rows], cosines], axis=1)
            position = np.concatenate(
                [which[rows], np.broadcast_to(np.arange(start, start + len(block)), cosines.shape)], axis=1
            )
            top = (
                np.argpartition(-both, count - 1, axis=1)[:, :count]
                if count
                else both[:, :0].astype(np.int64)
            )
            best[rows] = np.take_along_axis(both, top, axis=1)
            which[rows] = np.take_along_axis(position, top, axis=1)
    sorted_ = np.argsort(-best, axis=1, kind="stable")
    return {
        word: [(names[which[row, k]], float(best[row, k])) for k in sorted_[row]]
        for row, word in enumerate(asked)
    }


class _Matrix:
    """Rows of a matrix (V, D) that stays in its file."""

    def __init__(self, tensor: Any) -> None:
        self._tensor = tensor
        self.rows, self.width = (int(size) for size in tensor.get_shape())

    def at(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(ids), D) in fp32."""
        found = np.zeros((len(ids), self.width), np.float32)
        for start in np.unique(ids // _ROWS) * _ROWS:
            inside = np.flatnonzero((ids >= start) & (ids < start + _ROWS))
            block = self._tensor[int(start) : min(int(start) + _ROWS, self.rows)].float().numpy()
            found[inside] = block[ids[inside] - start]
        return found


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-12)  # type: ignore[no-any-return]


def _same_stem(one: str, other: str) -> bool:
    """Another form (film, films, filmed) or, by a syllable before it, the opposite (happy, unhappy)."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter[: max(3, len(shorter) - 2)]) or longer.endswith(shorter)
