"""Self-training of tagged words on frozen features: all words are read once, each round fits a head on their states."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from engine.models.tagging_model import outside_where
from engine.progress import Work
from engine.transfer.adapt import starting_source
from engine.transfer.examples import Examples
from engine.transfer.method import Job
from engine.transfer.pseudo_lessons import Learnt, Lesson, Pool, Rows, left_out, taught
from engine.transfer.tag_features import choose_layer, most_words, some_rows, tag_head, tag_model
from engine.transfer.word_encoding import ReadWords, WordReader, word_reader


class TagLearner:
    """``texts``: the words of the training texts, then those of the pool; the layer is that which the labels choose."""

    def __init__(
        self, job: Job, pool: Pool, reader: WordReader, layer: int, texts: ReadWords, validation: ReadWords
    ) -> None:
        self.source_folder: Path | None = reader.source.folder
        self._job = job
        self._pool = pool
        self._reader = reader
        self._layer = layer
        self._texts = texts
        self._validation = validation

    def learn(self, lesson: Lesson, folder: Path) -> Work[Learnt]:
        started = time.monotonic()
        examples = taught(self._job, self._pool, lesson)
        most = most_words(int(self._reader.source.config.hidden_size))
        rows = some_rows(examples, most, self._job.option("seed", int))
        labelled = len(self._job.data.train)
        at = self._words(np.concatenate([lesson.labelled, labelled + lesson.rows])[rows])
        states, read = self._texts.states[at], self._texts.read[at]
        words = replace(self._texts, states=states, read=read, examples=examples.subset(rows))
        head = yield from tag_head(self._job, words, self._validation)
        linear = head.linear()
        with torch.inference_mode():
            judged, said = (
                outside_where(linear(torch.from_numpy(np.array(each.states))).numpy(), ~each.read)
                for each in (self._validation, self._texts)
            )
        return Learnt(
            tag_model(self._job, self._reader, self._layer, head),
            judged,
            said[self._words(left_out(self._job, lesson))],
            said[self._texts.examples.firsts[labelled] :],
            (),
            time.monotonic() - started,
            0 if len(lesson.rows) else self._texts.tokens + self._validation.tokens,
        )

    def _words(self, rows: Rows) -> Rows:
        """Where the words of some of the texts stand among all."""
        firsts = self._texts.examples.firsts
        return np.concatenate([np.zeros(0, np.int64), *(np.arange(firsts[i], firsts[i + 1]) for i in rows)])


def tag_learner(job: Job, pool: Pool) -> Work[TagLearner]:
    """Read the words of all texts; those of the training texts and of the pool at once."""
    source = yield from starting_source(job)
    reader = yield from word_reader(job, source)
    layer = yield from choose_layer(job, reader)
    train = job.data.train
    together = Examples(
        train.documents + pool.documents,
        train.texts + pool.texts,
        np.concatenate([train.targets, np.zeros(pool.firsts[-1], np.int64)]),
        train.words + pool.words,
    )
    texts = yield from reader.read(together, (layer,))
    validation = yield from reader.read(job.data.validation, (layer,))
    return TagLearner(job, pool, reader, layer, texts, validation)
