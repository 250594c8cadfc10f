"""From text to token ids and back to the characters they stand for. The text itself is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerBase

# what a tokenizer without a limit of its own calls "very long"
_NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class EncodedText:
    """One text as the model reads it. ``offsets`` are code points of ``text``; (0, 0) for special tokens.

    ``read_to`` is the code point where reading stopped: ``len(text)`` unless the text was cut.
    """

    text: str
    ids: list[int]
    type_ids: list[int]
    offsets: list[tuple[int, int]]
    special: list[bool]
    read_to: int


@dataclass(frozen=True)
class TokenTable:
    """Many tokenised texts in one array: ``flat[starts[i]:starts[i + 1]]`` are the ids of text i."""

    flat: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text, special ones included."""
        return np.diff(self.starts)

    def ids(self, index: int) -> NDArray[np.int32]:
        return self.flat[self.starts[index] : self.starts[index + 1]]

    def cut(self, max_tokens: int, last: int) -> TokenTable:
        """The same texts, none longer than ``max_tokens``; a cut text ends in ``last`` (its closing marker)."""
        lengths = np.minimum(self.lengths, max_tokens)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        keep = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths) + np.repeat(self.starts[:-1], lengths)
        flat = self.flat[keep]
        flat[starts[1:][self.lengths > max_tokens] - 1] = last
        return TokenTable(flat, starts)


class TextTokenizer:
    """A fast tokenizer bound to a length. Every tensor the model is given comes from here."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, max_tokens: int) -> None:
        self.tokenizer = tokenizer
        self.max_tokens = max_tokens
        self.takes_type_ids = "token_type_ids" in tokenizer.model_input_names
        self.pad_id = int(tokenizer.pad_token_id or 0)
        mask = tokenizer.mask_token_id
        self.mask_id = int(mask if mask is not None else tokenizer.unk_token_id or self.pad_id)

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """With offsets, for explaining and for single texts."""
        # a lone surrogate (half of a broken pair) is no text for a tokenizer; offsets stay as they are
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        found = self.tokenizer(
            clean,
            truncation=True,
            max_length=self.max_tokens,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            return_token_type_ids=True,
        )
        return [
            self._encoded(text, ids, types, offsets, special)
            for text, ids, types, offsets, special in zip(
                texts,
                found["input_ids"],
                found["token_type_ids"],
                found["offset_mapping"],
                found["special_tokens_mask"],
                strict=True,
            )
        ]

    def _encoded(
        self, text: str, ids: list[int], types: list[int], offsets: list[tuple[int, int]], special: list[int]
    ) -> EncodedText:
        read_to = len(text)
        if len(ids) >= self.max_tokens:
            last = max(
                (end for (_, end), marker in zip(offsets, special, strict=True) if not marker), default=0
            )
            # only white space after the last token: everything was read
            read_to = last if text[last:].strip() else len(text)
        return EncodedText(
            text, ids, types, [(start, end) for start, end in offsets], [bool(s) for s in special], read_to
        )

    def table(self, texts: Sequence[str]) -> TokenTable:
        """Ids alone, for training and scoring: 4 bytes a token."""
        pieces: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        for start in range(0, len(texts), 1000):
            clean = [text.encode("utf-8", "replace").decode() for text in texts[start : start + 1000]]
            found = self.tokenizer(
                clean,
                truncation=True,
                max_length=self.max_tokens,
                return_attention_mask=False,
                return_token_type_ids=False,
            )["input_ids"]
            lengths += [len(ids) for ids in found]
            pieces.append(np.fromiter((id for ids in found for id in ids), np.int32))
        flat = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
        return TokenTable(flat, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))

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
        inputs = torch.from_numpy(ids)
        return self._inputs(inputs, torch.from_numpy(mask).long(), torch.zeros_like(inputs), device)

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
