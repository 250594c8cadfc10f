"""Words of like meaning from a source model's own word embeddings: the nearest whole words by cosine.

Static embeddings also put opposites close together ("good", "bad"), so the caller says which pairs may be
exchanged, and a substitution is shown on examples before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from engine.models.word_vectors import WordVectors

NEIGHBOURS = 5
LEAST_COSINE = 0.45
MOST_WORDS = 5_000  # of a project's words, in the order given: seconds on two cores

_WORD_ROWS = 2048  # words compared with a slice at once
_SPARE = 10  # candidates beyond those asked for, since some are left out


def nearest_words(
    vectors: WordVectors,
    wanted: Iterable[str],
    count: int = NEIGHBOURS,
    least: float = LEAST_COSINE,
    alike: Callable[[str, str], bool] = lambda _word, _other: True,
) -> dict[str, tuple[str, ...]]:
    """For each wanted word (lower-cased) that is one token: up to ``count`` other words, nearest first.

    Only neighbours of cosine ``least`` and above that are ``alike`` to the word, without those that share its stem
    (they are other forms, not other words). Words that the model has no single token for are left out.
    """
    asked = list(dict.fromkeys(word.lower() for word in wanted if word.lower() in vectors.place))[:MOST_WORDS]
    if not asked:
        return {}
    chosen = {
        word: [w for w, cosine in near if cosine >= least and not _same_stem(w, word) and alike(word, w)]
        for word, near in _search(vectors, asked, count + _SPARE).items()
    }
    return {word: tuple(near[:count]) for word, near in chosen.items() if near}


def _search(vectors: WordVectors, asked: list[str], count: int) -> dict[str, list[tuple[str, float]]]:
    """Candidates of each word with their cosines, best first; the matrix is read once, a slice at a time."""
    names = vectors.names
    own = np.array([vectors.place[word] for word in asked])
    queries = vectors.of(asked)
    count = min(count, len(names) - 1)
    best = np.full((len(asked), count), -2.0, np.float32)
    which = np.zeros((len(asked), count), np.int64)
    for start, block in vectors.blocks():
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


def _same_stem(one: str, other: str) -> bool:
    """Another form (film, films, filmed) or, by a syllable before it, the opposite (happy, unhappy)."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter[: max(3, len(shorter) - 2)]) or longer.endswith(shorter)
