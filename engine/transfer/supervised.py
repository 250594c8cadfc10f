"""Learning from labels: the objectives of whole texts (one label, several, a score) and of tagged words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.devices import autocast
from engine.models.first_token import first_token_only
from engine.models.tagging_model import TaggingModel, WordTable, score_words
from engine.models.text_model import TorchModel, score_table
from engine.models.text_tokens import TokenTable
from engine.progress import Work
from engine.transfer.augmenting import TagChanges, TextChanges
from engine.transfer.criteria import IGNORED, Criterion
from engine.transfer.judging import judge, judge_tags
from engine.transfer.mix_up import draw_mixture, mixing
from engine.transfer.objective import Judgement, Moment


@dataclass(frozen=True)
class Preparation:
    """What is done to the training texts on the fly; ``mix_up`` is the alpha of its Beta distribution."""

    text_changes: TextChanges | None = None
    tag_changes: TagChanges | None = None
    mix_up: float | None = None


PLAIN = Preparation()


@dataclass(frozen=True)
class TextData:
    """Tokenised texts; ``train_targets`` are of the rows (R, ...), ``validation_targets`` of the texts (N, ...)."""

    train: TokenTable
    train_targets: NDArray[Any]
    validation: TokenTable
    validation_targets: NDArray[Any]


class TextObjective:
    """Labels or scores of whole texts."""

    readings = 1

    def __init__(
        self, model: TorchModel, data: TextData, criterion: Criterion, preparation: Preparation = PLAIN
    ) -> None:
        self.model = model
        self.module: nn.Module = model.module
        self.device = model.device
        self.lengths = data.train.lengths
        self.data = data
        self.criterion = criterion
        self.mix_up = preparation.mix_up
        self._changes = preparation.text_changes

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        return self.batch_loss(*self.learnt(rows, moment), moment, precision)

    def learnt(self, rows: NDArray[np.int64], moment: Moment) -> tuple[dict[str, Tensor], Tensor]:
        """``batch`` and what it is to be called."""
        return self.batch(rows, moment), self.targets(rows)

    def batch(self, rows: NDArray[np.int64], moment: Moment) -> dict[str, Tensor]:
        """The model's inputs for some training rows, changed as the user wants them at this moment."""
        if self._changes is None:
            return self.model.tokenizer.table_batch(self.data.train, rows, self.device)
        changed = self._changes.rows(rows, moment)
        return self.model.tokenizer.table_batch(changed, np.arange(len(rows)), self.device)

    def targets(self, rows: NDArray[np.int64]) -> Tensor:
        """(B, ...), as ``train_targets`` holds them."""
        return torch.from_numpy(self.data.train_targets[rows]).to(self.device)

    def batch_loss(self, batch: dict[str, Tensor], targets: Tensor, moment: Moment, precision: str) -> Tensor:
        """The sum of a batch's losses, with its graph; of mixed texts where the user wants mix-up."""
        if self.mix_up is None:
            return self.criterion(self.logits(batch, precision), targets).sum()
        mixture = draw_mixture(self.model.module, self.mix_up, len(targets), moment)
        with mixing(self.model.module, mixture, batch["attention_mask"]):
            logits = self.logits(batch, precision)
        own, partner = self.criterion(logits, targets), self.criterion(logits, targets[mixture.partners])
        return (mixture.share * own + (1 - mixture.share) * partner).sum()

    def logits(self, batch: dict[str, Tensor], precision: str) -> Tensor:
        """Logits (B, C) in fp32, with their graph."""
        with first_token_only(self.module), autocast(self.device, precision):
            logits: Tensor = self.module(**batch)
        return logits.float()

    def judge(self, precision: str) -> Work[Judgement]:
        logits = yield from score_table(self.model, self.data.validation, precision, "validate")
        return judge(self.model.task, logits, self.data.validation_targets)


@dataclass(frozen=True)
class TagData:
    """Tokenised texts with their words, and the tags of all words, one after the other (W,)."""

    train: WordTable
    train_tags: NDArray[np.int64]
    validation: WordTable
    validation_tags: NDArray[np.int64]


class TagObjective:
    """The tags of words, each learnt at the first token of its word."""

    readings = 1

    def __init__(
        self, model: TaggingModel, data: TagData, criterion: Criterion, preparation: Preparation = PLAIN
    ) -> None:
        self.model = model
        self.module: nn.Module = model.module
        self.device = model.device
        self.lengths = data.train.table.lengths
        self.data = data
        self.criterion = criterion
        self.mix_up = preparation.mix_up
        self._changes = preparation.tag_changes

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        return self.batch_loss(*self.learnt(rows, moment), moment, precision)

    def learnt(self, rows: NDArray[np.int64], moment: Moment) -> tuple[dict[str, Tensor], Tensor]:
        """``batch`` and what it is to be called."""
        table, at = self._read(rows, moment)
        batch = self.model.tokenizer.table_batch(table.table, at, self.device)
        return batch, self._tags(table, at)

    def _tags(self, table: WordTable, rows: NDArray[np.int64]) -> Tensor:
        """(B, T) tags of some rows of a table, IGNORED where no word begins."""
        words = words_of_tokens(table, rows)
        found = np.where(words >= 0, self.data.train_tags[words], IGNORED)
        return torch.from_numpy(found).to(self.device)

    def _read(self, rows: NDArray[np.int64], moment: Moment) -> tuple[WordTable, NDArray[np.int64]]:
        """A table that holds the rows as they are read at this moment, and where."""
        if self._changes is None:
            return self.data.train, rows
        return self._changes.rows(rows, moment), np.arange(len(rows))

    def batch_loss(self, batch: dict[str, Tensor], targets: Tensor, moment: Moment, precision: str) -> Tensor:
        """The sum of a batch's losses, with its graph; of mixed texts where the user wants mix-up."""
        if self.mix_up is None:
            return self.criterion(self.logits(batch, precision), targets).sum()
        mixture = draw_mixture(self.model.module, self.mix_up, len(targets), moment)
        with mixing(self.model.module, mixture, batch["attention_mask"]):
            logits = self.logits(batch, precision)
        # where a text has no token its partner's word cannot be read
        partners = targets[mixture.partners].masked_fill(batch["attention_mask"] == 0, IGNORED)
        own, partner = self.criterion(logits, targets), self.criterion(logits, partners)
        return (mixture.share * own + (1 - mixture.share) * partner).sum()

    def logits(self, batch: dict[str, Tensor], precision: str) -> Tensor:
        """Logits (B, T, C) in fp32, with their graph."""
        with autocast(self.device, precision):
            logits: Tensor = self.module(**batch)
        return logits.float()

    def judge(self, precision: str) -> Work[Judgement]:
        table = self.data.validation
        logits = yield from score_words(self.model, table, precision, "validate")
        return judge_tags(logits, self.data.validation_tags, table.firsts, self.model.tags)


def words_of_tokens(table: WordTable, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """(B, T) the word that each token of some rows begins, counted through all texts; -1 where it begins none."""
    starts = table.table.starts
    found = np.full((len(rows), int(table.table.lengths[rows].max())), -1, np.int64)
    for i, row in enumerate(rows):
        begun = table.words[starts[row] : starts[row + 1]]
        found[i, : len(begun)] = begun
    return found
