"""Fusion of tagged words: the states of each word in two frozen source models, side by side under one linear head.

Each model has its own tokenizer and is read at the layer that suits it best; their words are the same. From a word that
one of them does not read nothing is learnt.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from engine.models.source import SourceModel
from engine.models.tag_fusion_model import TagFusionModel
from engine.progress import Work
from engine.transfer.adapt import starting_source
from engine.transfer.method import Job, Outcome
from engine.transfer.tag_features import choose_layer, read_splits, tag_head, tag_model
from engine.transfer.weighing import weigh
from engine.transfer.word_encoding import ReadWords, WordReader, word_reader


@dataclass(frozen=True)
class _Half:
    """One source model, and which of its layers is read."""

    source: SourceModel
    reader: WordReader
    layer: int

    @property
    def width(self) -> int:
        return int(self.source.config.hidden_size)


def train_tagged(job: Job, second: str, started: float) -> Work[Outcome]:
    """Fit the head on the first model and on both, from the same words, and keep what pays."""
    halves = []
    for id in (job.source, second):
        halves.append((yield from _half(replace(job, source=id))))
    width = sum(half.width for half in halves)
    read = []
    for half in halves:
        read.append((yield from read_splits(job, half.reader, half.layer, width)))
    (train, validation), (other_train, other_validation) = read
    first, _ = halves
    head = yield from tag_head(job, train, validation)
    alone = tag_model(job, first.reader, first.layer, head)
    head = yield from tag_head(job, _beside(train, other_train), _beside(validation, other_validation))
    both = TagFusionModel(
        tuple(
            tag_model(job, half.reader, half.layer, part)
            for half, part in zip(halves, head.split(first.width), strict=True)
        ),
        tuple(half.source.folder for half in halves),
    )
    record = yield from weigh(job, alone, both, second)
    tokens = sum(part.tokens for parts in read for part in parts)
    model, folder = (both, None) if record.kept else (alone, first.source.folder)
    return Outcome(model, folder, time.monotonic() - started, tokens)


def _half(job: Job) -> Work[_Half]:
    source = yield from starting_source(job)
    reader = yield from word_reader(job, source)
    return _Half(source, reader, (yield from choose_layer(job, reader)))


def _beside(first: ReadWords, second: ReadWords) -> ReadWords:
    """The same words with the states of both."""
    states = np.concatenate([first.states, second.states], axis=1)
    return ReadWords(states, first.read & second.read, first.examples, first.tokens + second.tokens)
