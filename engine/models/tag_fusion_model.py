"""Two encoders that tag words behind one linear head: a word's logits are the sum of what each half of it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.tagging_model import Spans, TaggingModel, outside_where, score_words, word_table
from engine.progress import Progressed, Work, finish, retold


@dataclass
class TagFusionModel:
    """Logits W1 s1 + W2 s2 + b of a word: ``parts`` tag words themselves, the first with W1 and b, the second with W2.

    Each part reads with its own tokenizer; a word that one of them does not read is outside. ``source_folders`` are
    where the parts' encoders lie, to share their files.
    """

    parts: tuple[TaggingModel, ...]
    source_folders: tuple[Path | None, ...] = ()
    labels: tuple[str, ...] = field(init=False)
    task: str = field(init=False)
    model_hash: str = field(init=False)
    device: torch.device = field(init=False)

    def __post_init__(self) -> None:
        first = self.parts[0]
        self.labels, self.task, self.device = first.labels, first.task, first.device
        self.model_hash = "+".join(part.model_hash for part in self.parts)

    @property
    def tags(self) -> tuple[str, ...]:
        return self.parts[0].tags

    @property
    def outputs(self) -> int:
        """C: how many tags there are."""
        return self.parts[0].outputs

    def logits(self, texts: Sequence[str], words: Sequence[Spans]) -> list[NDArray[np.float32]]:
        """Logits (W, C) of each text's words."""
        return finish(self.score(texts, words))

    def score(
        self, texts: Sequence[str], words: Sequence[Spans], stage: str = "score"
    ) -> Work[list[NDArray[np.float32]]]:
        """The same as a generator that yields progress."""
        firsts = np.concatenate([[0], np.cumsum([len(spans) for spans in words], dtype=np.int64)])
        total = np.zeros((int(firsts[-1]), self.outputs), np.float32)
        unread = np.zeros(len(total), np.bool_)
        for number, part in enumerate(self.parts):
            table = word_table(part.tokenizer, texts, words)
            total += yield from self._scored(number, score_words(part, table, "fp32", stage))
            unread |= ~table.read
        outside_where(total, unread)
        return [total[a:b] for a, b in pairwise(firsts)]

    def _scored(self, number: int, work: Work[NDArray[np.float32]]) -> Work[NDArray[np.float32]]:
        def tell(step: Progressed) -> Progressed:
            done, parts = number * step.total + step.done, len(self.parts)
            return replace(step, done=done, total=step.total * parts)

        return retold(work, tell)

    def words_read(self, text: str, words: Spans) -> set[int]:
        """The places of the words that both parts read."""
        return set.intersection(*(part.words_read(text, words) for part in self.parts))

    def read_to(self, text: str) -> int:
        """The code point where the first of the parts stops reading."""
        return min(part.read_to(text) for part in self.parts)
