"""What is learnt from an argument: struck words must not move the answer, marked words must be enough for it.

The attribution that is held down is occlusion's: how far the logits move when the struck words are masked. It needs no
second derivatives (attention has none on a CPU), and it is what the erasure test measures. Where a struck word and the
others say the same, masking it moves nothing, and it would still decide where they differ: so it is also put into
texts that do not have it, at a random place, and must not move those either. Marked words follow UNIREX (Chan et al.,
ICML 2022): the answer from them alone is learnt (sufficiency), the answer without them is drawn towards none
(comprehensiveness).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.models.text_model import TorchModel
from engine.models.text_tokens import TokenTable
from engine.transfer.criteria import Criterion
from engine.transfer.objective import Moment
from engine.transfer.supervised import TextData, TextObjective

_INSERT = 5  # of ``Moment.generator``


@dataclass(frozen=True)
class Argument:
    """Masks (tokens of the training table,) of struck and marked words, of special tokens, and the mask token's id.

    ``inserts`` are the tokens of words that are struck wherever they stand.
    """

    struck: NDArray[np.bool_]
    marked: NDArray[np.bool_]
    special: NDArray[np.bool_]
    mask_id: int
    weight: float
    inserts: tuple[NDArray[np.int32], ...] = ()


class ArguedObjective(TextObjective):
    """Labels or scores, and an argument about words. ``data.validation`` has its struck words masked already.

    All ``epochs`` are one of the loop's: what validation says of a moment knows nothing of the argument, so the best
    moment by it would be an early one. The last weights are kept.
    """

    def __init__(
        self, model: TorchModel, data: TextData, criterion: Criterion, argument: Argument, epochs: float
    ) -> None:
        super().__init__(model, data, criterion)
        self._argument = argument
        rows = np.arange(max(1, round(epochs * len(data.train)))) % len(data.train)
        self.lengths = data.train.lengths[rows]
        table = data.train
        self._without = masked(table, argument.struck, argument.mask_id)
        # what is kept besides marked words are the markers
        self._only = masked(table, ~(argument.marked | argument.special), argument.mask_id)
        self._bare = masked(table, argument.marked, argument.mask_id)
        self._has_struck, self._has_marked = (
            np.array([mask[a:b].any() for a, b in zip(table.starts[:-1], table.starts[1:], strict=True)])
            for mask in (argument.struck, argument.marked)
        )
        moved = bool(argument.inserts) or self._has_struck.any()
        self.readings = 1 + int(moved) + 2 * int(self._has_marked.any())

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        """The sum over ``rows``. Rows without an argument count as they did before it."""
        rows = rows % len(self.data.train)
        moved = self._has_struck[rows] | bool(self._argument.inserts)
        struck, marked = np.flatnonzero(moved), np.flatnonzero(self._has_marked[rows])
        random = moment.generator(_INSERT)
        pieces = [self.data.train.ids(int(row)) for row in rows]
        pieces += [self._other(int(row), random) for row in rows[struck]]
        pieces += [table.ids(int(row)) for table in (self._only, self._bare) for row in rows[marked]]
        logits = self._logits_of(pieces, precision)
        plain, other, only, bare = torch.split(logits, [len(rows), len(struck), len(marked), len(marked)])
        targets, weight = self.targets(rows), self._argument.weight
        total = self.criterion(plain, targets).sum()
        if len(struck):
            at = torch.from_numpy(struck).to(self.device)
            distance = ((centred(plain[at]) - centred(other)) ** 2).mean(1)
            total = total + self.criterion(other, targets[at]).sum() + weight * distance.sum()
        if len(marked):
            at = torch.from_numpy(marked).to(self.device)
            total = total + weight * self.criterion(only, targets[at]).sum()
            if self.model.task == "single":
                undecided = -functional.log_softmax(bare, -1).mean(-1) - math.log(bare.shape[-1])
                total = total + weight * undecided.sum()
        return total

    def _other(self, row: int, random: np.random.Generator) -> NDArray[np.int32]:
        """The text of a row as it must be answered alike: without its struck words, or with one that it has not."""
        if self._has_struck[row]:
            return self._without.ids(row)
        table, argument = self.data.train, self._argument
        ids = table.ids(row)
        put = argument.inserts[int(random.integers(len(argument.inserts)))]
        inner = np.flatnonzero(~argument.special[table.starts[row] : table.starts[row + 1]])
        if not len(inner) or len(ids) + len(put) > self.model.tokenizer.max_tokens:
            return ids
        at = int(random.choice(inner))
        return np.concatenate([ids[:at], put, ids[at:]])

    def _logits_of(self, pieces: list[NDArray[np.int32]], precision: str) -> Tensor:
        starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces], dtype=np.int64)])
        table = TokenTable(np.concatenate(pieces), starts)
        batch = self.model.tokenizer.table_batch(table, np.arange(len(pieces)), self.device)
        return self.logits(batch, precision)


def masked(table: TokenTable, tokens: NDArray[np.bool_], mask_id: int) -> TokenTable:
    """The same rows with some tokens masked."""
    flat = np.where(tokens, np.int32(mask_id), table.flat).astype(np.int32)
    return TokenTable(flat, table.starts, table.owners)


def centred(logits: Tensor) -> Tensor:
    """Logits (B, C) less their mean, which a softmax does not see; a single one as it is."""
    return logits - logits.mean(-1, keepdim=True) if logits.shape[-1] > 1 else logits
