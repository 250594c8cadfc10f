"""From text to token ids and back to the characters they stand for. The text itself is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from engine.api.pairs import parted
from engine.api.words import CHARACTER, WORD
from engine.data.cleaning import clean, clean_text
from engine.models.segmenting import word_begins

# what a tokenizer without a limit of its own calls "very long"
_NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class EncodedText:
    """One text as the model reads it. ``offsets`` are code points of ``text``; (0, 0) for special tokens.

    ``read_to`` is the code point where reading stopped: ``len(text)`` unless the text was cut. ``positions`` are
    those of the tokens among all tokens of the text: windows of one text share some. ``word_begins`` are the code
    points where a word begins, for scripts without spaces; None: each of their characters is one.
    """

    text: str
    ids: list[int]
    type_ids: list[int]
    offsets: list[tuple[int, int]]
    special: list[bool]
    read_to: int
    positions: list[int]
    word_begins: frozenset[int] | None = None


@dataclass(frozen=True)
class TokenTable:
    """Many tokenised texts in one array: ``flat[starts[i]:starts[i + 1]]`` are the ids of row i.

    A row is a text, or a window of one where ``owners`` (R,), sorted, says which text each row belongs to.
    """

    flat: NDArray[np.int32]
    starts: NDArray[np.int64]
    owners: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def texts(self) -> int:
        """How many texts the rows belong to."""
        if self.owners is None or not len(self.owners):
            return len(self)
        return int(self.owners[-1]) + 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row, special ones included."""
        return np.diff(self.starts)

    def ids(self, index: int) -> NDArray[np.int32]:
        return self.flat[self.starts[index] : self.starts[index + 1]]

    def of_rows(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of the texts (N, ...) as values of the rows (R, ...)."""
        return values if self.owners is None else values[self.owners]


class TextTokenizer:
    """A fast tokenizer bound to a length. Every tensor the model is given comes from here.

    A text longer than ``max_tokens`` is read in windows that share ``overlap`` (a share of a window), or cut
    where ``overlap`` is None. A pair of texts (``engine.api.pairs``) is read as the family reads pairs; every window
    of a long one begins with the first text, unless that takes more than half of it. ``cleaning`` are ids of
    ``engine.data.cleaning``; offsets stay the original text's. ``word_unit`` is one of ``WORD_UNITS``: what is read
    is the same, only the words of explanations differ.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        max_tokens: int,
        overlap: float | None = None,
        cleaning: tuple[str, ...] = (),
        word_unit: str = CHARACTER,
    ) -> None:
        self.tokenizer = tokenizer
        self.max_tokens = max_tokens
        self.overlap = overlap
        self.cleaning = cleaning
        self.word_unit = word_unit
        self.takes_type_ids = "token_type_ids" in tokenizer.model_input_names
        self.pad_id = int(tokenizer.pad_token_id or 0)
        mask = tokenizer.mask_token_id
        self.mask_id = int(mask if mask is not None else tokenizer.unk_token_id or self.pad_id)
        marked = tokenizer("a", return_special_tokens_mask=True)["special_tokens_mask"]
        self._before = marked.index(0) if 0 in marked else 1
        self._after = marked[::-1].index(0) if 0 in marked else 1

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """With offsets, for explaining and for single texts; of a long text the first window alone."""
        return [self.encode_windows(text)[0] for text in texts]

    def encode_windows(self, text: str) -> list[EncodedText]:
        """All windows of a text, with offsets; one where it is short or is cut."""
        cleaned = clean(text, self.cleaning) if self.cleaning else None
        readable = _valid(text if cleaned is None else cleaned.text)
        parts = parted(readable) or ((0, len(readable)),)
        found = self.tokenizer(
            *(readable[start:end] for start, end in parts),
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            verbose=False,
        )
        ids = found["input_ids"]
        special = [bool(s) for s in found["special_tokens_mask"]]
        starts = [parts[number or 0][0] for number in found.sequence_ids()]
        offsets = [
            (0, 0) if s or b <= a else (start + a, start + b)
            for start, (a, b), s in zip(starts, found["offset_mapping"], special, strict=True)
        ]
        if cleaned is not None:
            offsets = [cleaned.original(a, b) if b > a else (0, 0) for a, b in offsets]
        begins = word_begins(text) if self.word_unit == WORD else None
        windows = []
        for rows in self._windows(np.asarray(ids)):
            read, spans = [ids[i] for i in rows], [offsets[i] for i in rows]
            last = max((end for _, end in spans), default=0)
            # only white space after the last token: everything was read
            read_to = len(text) if len(rows) == len(ids) or not text[last:].strip() else last
            windows.append(
                EncodedText(
                    text,
                    read,
                    self._types(np.asarray([read]), np.array([len(read)]))[0].tolist(),
                    spans,
                    [special[i] for i in rows],
                    read_to,
                    rows,
                    begins,
                )
            )
        return windows

    def read_to(self, text: str) -> int:
        """The code point where reading stops: the end of the text, unless it is cut."""
        return max(window.read_to for window in self.encode_windows(text))

    def table(self, texts: Sequence[str]) -> TokenTable:
        """Ids alone, for training and scoring: 4 bytes a token."""
        return self.fit(self.whole(texts))

    def whole(self, texts: Sequence[str]) -> TokenTable:
        """The ids of whole texts, however long."""
        pieces: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        for start in range(0, len(texts), 1000):
            readable = [_valid(clean_text(text, self.cleaning)) for text in texts[start : start + 1000]]
            found = self._ids(readable)
            lengths += [len(ids) for ids in found]
            pieces.append(np.fromiter((id for ids in found for id in ids), np.int32))
        flat = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
        return TokenTable(flat, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of whole texts and pairs of texts."""
        parts = [parted(text) or ((0, len(text)),) for text in texts]
        found: list[list[int]] = [[] for _ in texts]
        for count in {len(each) for each in parts}:
            places = [i for i, each in enumerate(parts) if len(each) == count]
            columns = [[texts[i][slice(*parts[i][column])] for i in places] for column in range(count)]
            encoded = self.tokenizer(
                *columns, return_attention_mask=False, return_token_type_ids=False, verbose=False
            )
            for place, ids in zip(places, encoded["input_ids"], strict=True):
                found[place] = ids
        return found

    def fit(self, table: TokenTable) -> TokenTable:
        """A table of whole texts as the model reads it: in windows, or cut."""
        lengths = table.lengths
        if not len(lengths) or lengths.max() <= self.max_tokens:
            return table
        pieces: list[NDArray[np.int64]] = []
        owners: list[int] = []
        for row, length in enumerate(lengths):
            if length <= self.max_tokens:
                pieces.append(np.arange(length) + table.starts[row])
                owners.append(row)
                continue
            for window in self._windows(table.ids(row)):
                pieces.append(np.asarray(window, np.int64) + table.starts[row])
                owners.append(row)
        starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces], dtype=np.int64)])
        fitted = TokenTable(table.flat[np.concatenate(pieces)], starts)
        if self.overlap is None:
            return fitted
        return TokenTable(fitted.flat, fitted.starts, np.asarray(owners, np.int64))

    def _windows(self, ids: NDArray[Any]) -> list[list[int]]:
        """The token positions of each window of a text's ids (T,); every window has the markers."""
        length = len(ids)
        if length <= self.max_tokens:
            return [list(range(length))]
        before, after = self._before, self._after
        second = int(self._seconds(ids[None], np.array([length]))[0])
        if second < length and 2 * second <= self.max_tokens:
            before = second
        inner = length - before - after
        size = max(1, self.max_tokens - before - after)
        step = max(1, size - round(size * (self.overlap or 0.0)))
        count = 1 if self.overlap is None else 1 + -(-(inner - size) // step)
        head, tail = list(range(before)), list(range(length - after, length))
        return [
            [*head, *range(before + k * step, before + min(inner, k * step + size)), *tail]
            for k in range(count)
        ]

    def batch(self, encoded: Sequence[EncodedText], device: torch.device | str = "cpu") -> dict[str, Tensor]:
        """Padded tensors (B, T) for the model."""
        width = max(len(e.ids) for e in encoded)
        ids = torch.full((len(encoded), width), self.pad_id, dtype=torch.long)
        mask = torch.zeros_like(ids)
        types = torch.zeros_like(ids)
        for row, e in enumerate(encoded):
            ids[row, : len(e.ids)] = torch.tensor(e.ids)
            mask[row, : len(e.ids)] = 1
            types[row, : len(e.ids)] = torch.tensor(e.type_ids)
        return self._inputs(ids, mask, types, device)

    def table_batch(
        self, table: TokenTable, rows: NDArray[np.int64], device: torch.device
    ) -> dict[str, Tensor]:
        """Padded tensors (B, T) of some rows of a table."""
        lengths = table.lengths[rows]
        positions = np.arange(lengths.max())[None, :]
        mask = positions < lengths[:, None]  # (B, T)
        ids = np.full(mask.shape, self.pad_id, np.int64)
        ids[mask] = np.concatenate([table.ids(int(row)) for row in rows])
        types = torch.from_numpy(self._types(ids, lengths))
        return self._inputs(torch.from_numpy(ids), torch.from_numpy(mask).long(), types, device)

    def _types(self, ids: NDArray[Any], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """Token types (B, T) of padded ids: 1 for the second text of a pair and the marker after it."""
        places = np.arange(ids.shape[1])
        return ((places >= self._seconds(ids, lengths)[:, None]) & (places < lengths[:, None])).astype(
            np.int64
        )

    def _seconds(self, ids: NDArray[Any], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where the second text of a pair begins (B,), the row's length where there is none: after the first token
        that is the marker at the row's end. So the ids alone tell, also in the numbers of a smaller vocabulary."""
        if not self._after or not ids.shape[1]:
            return lengths
        places = np.arange(ids.shape[1])
        last = ids[np.arange(len(ids)), np.maximum(lengths - 1, 0)]
        inside = (places >= self._before) & (places < lengths[:, None] - self._after)
        marks = inside & (ids == last[:, None])
        first = marks.argmax(1)
        after = np.where(marks.any(1), first + 1, lengths)
        # some families put two markers between
        twice = marks.any(1) & (ids[np.arange(len(ids)), np.minimum(after, ids.shape[1] - 1)] == last)
        return np.where(twice & (after < lengths - 1), after + 1, after)

    def _inputs(
        self, ids: Tensor, mask: Tensor, types: Tensor, device: torch.device | str
    ) -> dict[str, Tensor]:
        batch = {"input_ids": ids.to(device), "attention_mask": mask.to(device)}
        if self.takes_type_ids:
            batch["token_type_ids"] = types.to(device)
        return batch


def longest(tokenizer: PreTrainedTokenizerBase, positions: int | None) -> int:
    """The most tokens a model can read: the smaller of the tokenizer's and the position table's limits."""
    limits = [n for n in (tokenizer.model_max_length, positions) if n is not None and 0 < n < _NO_LIMIT]
    return int(min(limits, default=512))


def _valid(text: str) -> str:
    """A lone surrogate (half of a broken pair) is no text for a tokenizer; offsets stay as they are."""
    return text.encode("utf-8", "replace").decode()
