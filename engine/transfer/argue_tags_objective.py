"""What is learnt from an argument about tagged words: ``argue_objective`` for the tags of an entity's words.

Every word has an answer of its own. What a struck word must not move are the tags of the words that are, or are taken
for, an entity's. A marked word is a reason for the entity that it stands in or nearest to: the entity's tags are learnt
from its own words and the marked ones alone, and drawn towards none where the marked ones are masked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.explain.tag_contrast import runs_of_words
from engine.models.tagging_model import TaggingModel, WordTable
from engine.models.text_tokens import TokenTable
from engine.transfer.argue_objective import Argument, centred, masked
from engine.transfer.criteria import Criterion
from engine.transfer.objective import Moment
from engine.transfer.supervised import TagData, TagObjective

_INSERT = 5  # of ``Moment.generator``


@dataclass(frozen=True)
class _Piece:
    """A text as it is read: token ids (T,), and the word that each token begins, else -1."""

    ids: NDArray[np.int32]
    begun: NDArray[np.int64]


class ArguedTagObjective(TagObjective):
    """The tags of words, and an argument. ``data.validation`` has its struck words masked already.

    All ``epochs`` are one of the loop's, for the reason that ``ArguedObjective`` gives.
    """

    def __init__(
        self, model: TaggingModel, data: TagData, criterion: Criterion, argument: Argument, epochs: float
    ) -> None:
        super().__init__(model, data, criterion)
        self._argument = argument
        table = data.train.table
        rows = np.arange(max(1, round(epochs * len(table)))) % len(table)
        self.lengths = table.lengths[rows]
        self._without = masked(table, argument.struck, argument.mask_id)
        self._bare = masked(table, argument.marked, argument.mask_id)
        meant = entities_meant(data.train, data.train_tags, argument.marked)
        kept = argument.marked | argument.special | _tokens_of(data.train, meant)
        self._only = masked(table, ~kept, argument.mask_id)
        self._meant = meant
        self._has_struck, self._has_marked = (
            np.array([mask[a:b].any() for a, b in zip(table.starts[:-1], table.starts[1:], strict=True)])
            for mask in (argument.struck, meant)
        )
        moved = bool(argument.inserts) or self._has_struck.any()
        self.readings = 1 + int(moved) + 2 * int(self._has_marked.any())

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        """The sum over ``rows``. Rows without an argument count as they did before it."""
        table = self.data.train.table
        rows = rows % len(table)
        struck = rows[self._has_struck[rows] | bool(self._argument.inserts)]
        marked = rows[self._has_marked[rows]]
        random = moment.generator(_INSERT)
        pieces = [self._piece(table, int(row)) for row in rows]
        pieces += [self._other(int(row), random) for row in struck]
        pieces += [self._piece(each, int(row)) for each in (self._only, self._bare) for row in marked]
        logits, tags = self._read_pieces(pieces, precision)
        sizes = [len(rows), len(struck), len(marked), len(marked)]
        plain, other, only, bare = torch.split(logits, sizes)
        total = self.criterion(plain, tags[: len(rows)]).sum()
        weight = self._argument.weight
        if len(struck):
            total = total + self.criterion(other, tags[len(rows) : len(rows) + len(struck)]).sum()
            place = {int(row): at for at, row in enumerate(rows)}
            for at, row in enumerate(struck):
                first = place[int(row)]
                pair = (pieces[first], pieces[len(rows) + at])
                total = total + weight * self._distance(pair, plain[first], other[at])
        for at, row in enumerate(marked):
            places = np.flatnonzero(self._meant[table.starts[row] : table.starts[row + 1]])
            found = torch.from_numpy(places).to(self.device)
            wanted = torch.from_numpy(
                self.data.train_tags[pieces[len(rows) + len(struck) + at].begun[places]]
            )
            total = total + weight * functional.cross_entropy(only[at][found], wanted.to(self.device))
            undecided = -functional.log_softmax(bare[at][found], -1).mean() - math.log(bare.shape[-1])
            total = total + weight * undecided
        return total

    def _distance(self, pieces: tuple[_Piece, _Piece], plain: Tensor, other: Tensor) -> Tensor:
        """How far the logits (T, C) of an entity's words, and of what is taken for one, are moved; their mean."""
        first, second = (np.flatnonzero(piece.begun >= 0) for piece in pieces)
        called = plain[torch.from_numpy(first).to(self.device)].argmax(-1).cpu().numpy()
        carrying = (self.data.train_tags[pieces[0].begun[first]] != 0) | (called != 0)
        if not carrying.any():
            return plain.new_zeros(())
        one, two = (torch.from_numpy(at[carrying]).to(self.device) for at in (first, second))
        return ((centred(plain[one]) - centred(other[two])) ** 2).mean()

    def _piece(self, table: TokenTable, row: int) -> _Piece:
        words = self.data.train.words[table.starts[row] : table.starts[row + 1]]
        return _Piece(table.ids(row), words)

    def _other(self, row: int, random: np.random.Generator) -> _Piece:
        """The text of a row as it must be answered alike: without its struck words, or with one that it has not."""
        if self._has_struck[row]:
            return self._piece(self._without, row)
        argument = self._argument
        piece = self._piece(self.data.train.table, row)
        put = argument.inserts[int(random.integers(len(argument.inserts)))]
        tags = np.where(piece.begun >= 0, self.data.train_tags[piece.begun], 0)
        # before a word, but not inside an entity, whose I tags are the even ones
        places = np.flatnonzero((piece.begun >= 0) & ((tags == 0) | (tags % 2 == 1)))
        if not len(places) or len(piece.ids) + len(put) > self.model.tokenizer.max_tokens:
            return piece
        at = int(random.choice(places))
        nothing = np.full(len(put), -1, np.int64)
        return _Piece(
            np.concatenate([piece.ids[:at], put, piece.ids[at:]]),
            np.concatenate([piece.begun[:at], nothing, piece.begun[at:]]),
        )

    def _read_pieces(self, pieces: list[_Piece], precision: str) -> tuple[Tensor, Tensor]:
        """Logits (B, T, C) and tags (B, T), ``IGNORED`` where no word begins."""
        starts = np.concatenate([[0], np.cumsum([len(piece.ids) for piece in pieces], dtype=np.int64)])
        flat = TokenTable(np.concatenate([piece.ids for piece in pieces]), starts)
        table = WordTable(flat, np.concatenate([piece.begun for piece in pieces]), self.data.train.firsts)
        rows = np.arange(len(pieces))
        batch = self.model.tokenizer.table_batch(flat, rows, self.device)
        return self.logits(batch, precision), self._tags(table, rows)


def entities_meant(words: WordTable, tags: NDArray[np.int64], marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(tokens of the table,) the first tokens of the words of the entities that marked words stand in or nearest to.

    ``tags`` (W,) are those of all words, ``marked`` the tokens of marked words.
    """
    found = np.zeros(len(marked), np.bool_)
    starts = words.table.starts
    for start, end in pairwise(starts):
        if not marked[start:end].any():
            continue
        begun = start + np.flatnonzero(words.words[start:end] >= 0)
        entities = runs_of_words(tags[words.words[begun]])
        for place in np.flatnonzero(marked[begun]) if entities else ():
            nearest = min(entities, key=lambda run: max(run[0] - place, place - run[-1], 0))
            found[begun[nearest]] = True
    return found


def _tokens_of(words: WordTable, begun: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """All tokens of the words whose first tokens are ``begun``, special tokens after a text's last word included."""
    found = begun.copy()
    starts = words.table.starts
    for start, end in pairwise(starts):
        if begun[start:end].any():
            last = np.maximum.accumulate(np.where(words.words[start:end] >= 0, np.arange(end - start), -1))
            found[start:end] = (last >= 0) & begun[start:end][last]
    return found
