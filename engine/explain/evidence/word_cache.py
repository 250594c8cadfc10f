"""The states of a project's words, read once a model; a file holds whole texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.explain.evidence.state_cache import AT_ONCE, KEY_BYTES, StateFiles, counted_from
from engine.models.tagging_model import Spans, TaggingModel
from engine.models.word_states import read_word_states, word_reading_of
from engine.progress import Work

_PLACE_BYTES = 4  # of a key: which word of its text it is


class WordCache(StateFiles):
    """The states of words by one model. ``fill`` gives the words of texts their rows."""

    def __init__(self, folder: Path, model: TaggingModel) -> None:
        """``folder`` is the project's cache."""
        super().__init__(folder, word_reading_of(model))
        self._model = model

    def fill(self, texts: Sequence[str], words: Sequence[Spans]) -> Work[NDArray[np.int64]]:
        """The rows (W,) of the words of all texts, one after the other; texts that were not met yet are read."""
        keys = [_key_of(text, spans) for text, spans in zip(texts, words, strict=True)]
        missing = {
            key: i
            for i, (key, spans) in enumerate(zip(keys, words, strict=True))
            if spans and _of_word(key, 0) not in self._rows
        }
        places = list(missing.values())
        done = 0
        for file in _files([len(words[i]) for i in places]):
            some = [places[at] for at in file]
            reading = read_word_states(self._model, [texts[i] for i in some], [words[i] for i in some])
            found = yield from counted_from(reading, done, len(places))
            done += len(some)
            names = [_of_word(keys[i], word) for i in some for word in range(len(words[i]))]
            self._add(self._written(names, found))
        return np.array(
            [
                self._rows[_of_word(key, word)]
                for key, spans in zip(keys, words, strict=True)
                for word in range(len(spans))
            ],
            np.int64,
        )

    def read(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which words (W,) the model reads at all; of others (zero-width characters) it has no state."""
        return self.lengths(rows) > 0


def _files(counts: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts with so many words, put together to files of about ``AT_ONCE`` words."""
    some: list[int] = []
    words = 0
    for place, count in enumerate(counts):
        some.append(place)
        words += count
        if words >= AT_ONCE or place == len(counts) - 1:
            yield some
            some, words = [], 0


def _key_of(text: str, spans: Spans) -> bytes:
    """By what a text in these words is known."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES - _PLACE_BYTES)
    digest.update(np.asarray(spans, np.int64).tobytes())
    return digest.digest()


def _of_word(key: bytes, place: int) -> bytes:
    return key + place.to_bytes(_PLACE_BYTES, "big")
