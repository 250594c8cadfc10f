"""The states of a project's texts, read once a model: in files of up to 8,192 texts that are written once.

A file is found by the texts in it, so that an edit of labels costs nothing, a deleted text neither, and new texts are
read alone. Dense states are kept in fp16 and memory-mapped.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from engine.models.states import LastStates, States, WholeTextModel, read_states, reading_of
from engine.models.text_model import Logits
from engine.progress import Work, retold

AT_ONCE = 8192
KEY_BYTES = 16
_MOST = float(np.finfo(np.float16).max)

Keys = NDArray[np.uint8]  # (N, 16)


@dataclass(frozen=True)
class _Part:
    """The texts of one file. ``states`` (N, H) are the mapped fp16 ones, or sparse."""

    keys: Keys
    logits: Logits
    states: NDArray[np.float16] | csr_matrix

    def block(self) -> States:
        return self.states if isinstance(self.states, csr_matrix) else self.states.astype(np.float32)


class StateFiles:
    """The states that one model has read. What is read has a row; every call speaks of rows."""

    def __init__(self, folder: Path, reading: str) -> None:
        """``folder`` is the project's cache; ``reading`` says what besides the text decides its states."""
        self._folder = folder / "states" / blake2b(reading.encode(), digest_size=16).hexdigest()
        self._parts: list[_Part] = []
        self._rows: dict[bytes, int] = {}
        for path in sorted(self._folder.glob("*.np[yz]")):
            part = _read(path)
            if part is not None:
                self._add(part)

    def identity(self, rows: NDArray[np.int64]) -> bytes:
        """What the texts of rows are and by which model they were read, as bytes to be hashed."""
        keys = np.concatenate([part.keys for part in self._parts])[rows]
        return self._folder.name.encode() + keys.tobytes()

    def logits(self, rows: NDArray[np.int64]) -> Logits:
        """(N, C), as the model gave them."""
        return np.concatenate([part.logits for part in self._parts])[rows]

    def states(self, rows: NDArray[np.int64]) -> States:
        """(N, H) in fp32; sparse (N, V) of a bag of words."""
        blocks = [part.states for part in self._parts]
        if isinstance(blocks[0], csr_matrix):
            return vstack(blocks, format="csr")[rows]
        found = np.zeros((len(rows), blocks[0].shape[1]), np.float32)
        first = 0
        for block in blocks:
            here = np.flatnonzero((rows >= first) & (rows < first + len(block)))
            found[here] = block[rows[here] - first]
            first += len(block)
        return found

    def products(self, rows: NDArray[np.int64], direction: NDArray[np.float64]) -> NDArray[np.float64]:
        """Dot products (N,) with a vector (H,), or (N, k) with several (H, k)."""
        vector = direction.astype(np.float32)
        return np.concatenate([block @ vector for block in self._blocks()]).astype(np.float64)[rows]

    def lengths(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Euclidean lengths (N,)."""
        return np.concatenate([row_lengths(block) for block in self._blocks()])[rows]

    def moments(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation (H,) over some rows, each as often as it stands there; of dense states."""
        times = np.bincount(rows, minlength=len(self._rows)).astype(np.float32)
        first = 0
        total: NDArray[np.float64] = np.zeros(1)
        squares: NDArray[np.float64] = np.zeros(1)
        for block in self._blocks():
            weights = times[first : first + block.shape[0]]
            total = total + weights @ block
            squares = squares + weights @ (block * block)
            first += block.shape[0]
        mean = total / len(rows)
        return mean, np.sqrt(np.maximum(squares / len(rows) - mean**2, 0.0))

    def _blocks(self) -> Iterator[States]:
        return (part.block() for part in self._parts)

    def _add(self, part: _Part) -> None:
        first = sum(len(each.keys) for each in self._parts)
        self._parts.append(part)
        self._rows |= {key.tobytes(): first + i for i, key in enumerate(part.keys)}

    def _written(self, names: Sequence[bytes], found: LastStates) -> _Part:
        """Write a file beside and rename it into place; gives it as it will be read."""
        keys = np.frombuffer(b"".join(names), np.uint8).reshape(-1, KEY_BYTES)
        self._folder.mkdir(parents=True, exist_ok=True)
        name = blake2b(keys.tobytes(), digest_size=16).hexdigest()
        sparse = isinstance(found.states, csr_matrix)
        path = self._folder / f"{name}.{'npz' if sparse else 'npy'}"
        beside = path.with_suffix(f".{os.getpid()}.writing")
        with beside.open("wb") as file:
            if isinstance(found.states, csr_matrix):
                s = found.states
                np.savez(
                    file,
                    keys=keys,
                    logits=found.logits,
                    data=s.data.astype(np.float32),
                    indices=s.indices,
                    indptr=s.indptr,
                    width=np.array(s.shape[1]),
                )
            else:
                np.save(file, _packed(keys, found.logits, found.states), allow_pickle=False)
        os.replace(beside, path)
        part = _read(path)
        assert part is not None
        return part


class StateCache(StateFiles):
    """The states of texts by one model. ``fill`` gives texts their rows."""

    def __init__(self, folder: Path, model: WholeTextModel) -> None:
        """``folder`` is the project's cache."""
        super().__init__(folder, reading_of(model))
        self._model = model

    def fill(self, texts: Sequence[str]) -> Work[NDArray[np.int64]]:
        """The rows (N,) of texts; those that no question has met yet are read by the model. Same text, same row."""
        keys = [key_of(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        for start in range(0, len(missing), AT_ONCE):
            some = dict(list(missing.items())[start : start + AT_ONCE])
            found = yield from counted_from(
                read_states(self._model, list(some.values())), start, len(missing)
            )
            self._add(self._written(list(some), found))
        return np.array([self._rows[key] for key in keys], np.int64)


def key_of(text: str) -> bytes:
    """By what a text is known: 16 bytes, the same for the same text alone."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def row_lengths(states: States) -> NDArray[np.float64]:
    """Euclidean lengths (N,) of rows (N, H)."""
    if isinstance(states, csr_matrix):
        return np.sqrt(np.asarray(states.multiply(states).sum(1), np.float64).ravel())
    return np.linalg.norm(states, axis=1).astype(np.float64)  # type: ignore[no-any-return]


def _packed(keys: Keys, logits: Logits, states: NDArray[np.float32]) -> NDArray[np.void]:
    kind = [
        ("key", "u1", (KEY_BYTES,)),
        ("logits", "<f4", (logits.shape[1],)),
        ("state", "<f2", (states.shape[1],)),
    ]
    packed = np.zeros(len(keys), np.dtype(kind))
    packed["key"], packed["logits"], packed["state"] = keys, logits, np.clip(states, -_MOST, _MOST)
    return packed


def _read(path: Path) -> _Part | None:
    """None where a file is damaged, which is removed: it can be computed again."""
    try:
        if path.suffix == ".npy":
            mapped = np.load(path, mmap_mode="r", allow_pickle=False)
            return _Part(np.array(mapped["key"]), np.array(mapped["logits"]), mapped["state"])
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            shape = (len(file["keys"]), int(file["width"]))
            states = csr_matrix((file["data"], file["indices"], file["indptr"]), shape=shape)
            return _Part(file["keys"], file["logits"], states)
    except FileNotFoundError:
        return None  # another process has found it damaged
    except (ValueError, EOFError, KeyError, IndexError, zipfile.BadZipFile):
        path.unlink(missing_ok=True)
        return None


def counted_from(work: Work[LastStates], first: int, total: int) -> Work[LastStates]:
    """Progress of a block as that of all texts."""
    return retold(work, lambda step: replace(step, done=min(total, first + step.done), total=total))
