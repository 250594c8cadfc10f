"""The loss of a student that tags words: at every word its teacher's softened answer and, where known, the true tag."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.devices import autocast
from engine.models.modules import TagFeatureModule, hidden_states, mean_pool, token_states
from engine.models.tagging_model import TaggingModel, unread_words
from engine.transfer.criteria import Tags
from engine.transfer.distil_objective import Lessons, Matching, soft_losses
from engine.transfer.objective import Moment
from engine.transfer.supervised import TagData, TagObjective, words_of_tokens


class TagDistilObjective(TagObjective):
    """A tagging student's, judged on validation by the true tags. A text counts by its words.

    From words that the teacher has not read (a text cut short) nothing is learnt of the teacher.
    """

    def __init__(self, model: TaggingModel, data: TagData, criterion: Tags, lessons: Lessons) -> None:
        super().__init__(model, data, criterion)
        self.lessons = lessons
        self._words_per_text = criterion.words_per_text
        self._answered = None if lessons.logits is None else ~unread_words(lessons.logits)
        self._matching: Matching | None = None
        if lessons.states is not None:
            self._matching = Matching(self._student, lessons.states).to(self.device)
            self.module = self._matching

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        batch, tags = self.learnt(rows, moment)
        if self._matching is None:
            return self._answers(self.logits(batch, precision), tags, rows).sum()
        student = self._student
        with autocast(self.device, precision):
            states = hidden_states(student.encoder, batch)
            logits = student.head(student.dropout(token_states(states, student.layers)))
            matched = self._matching.projected([mean_pool(s, batch["attention_mask"]) for s in states])
        return (self._answers(logits.float(), tags, rows) + self._matching.losses(matched, rows)).sum()

    @property
    def _student(self) -> TagFeatureModule:
        assert isinstance(self.model.module, TagFeatureModule)
        return self.model.module

    def _answers(self, logits: Tensor, tags: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """Losses (B,) of logits (B, T, C)."""
        lessons = self.lessons
        true = self.criterion(logits, tags)
        if lessons.logits is None or self._answered is None:
            return true
        words = words_of_tokens(self.data.train, rows)
        taught = (words >= 0) & self._answered[words]
        said = torch.from_numpy(lessons.logits[words[taught]]).to(self.device)
        at = torch.from_numpy(taught).to(self.device)
        soft = logits.new_zeros(at.shape)
        soft[at] = soft_losses("single", logits[at], said, lessons.temperature)
        share = lessons.hard_share * torch.from_numpy(lessons.labelled[rows]).to(self.device).float()
        return (1 - share) * soft.sum(-1) / self._words_per_text + share * true
