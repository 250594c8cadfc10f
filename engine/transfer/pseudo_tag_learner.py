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
    """``words``: those of the training texts, of the pool and of validation; the labels alone choose the layer."""

    def __init__(
        self,
        job: Job,
        texts: Pool,
        reader: WordReader,
        layer: int,
        words: tuple[ReadWords, ReadWords, ReadWords],
    ) -> None:
        self.source_folder: Path | None = reader.source.folder
        self._job = job
        self._texts = texts
        self._reader = reader
        self._layer = layer
        self._train, self._pool, self._validation = words

    def learn(self, lesson: Lesson, folder: Path) -> Work[Learnt]:
        started = time.monotonic()
        examples = taught(self._job, self._texts, lesson)
        most = most_words(int(self._reader.source.config.hidden_size))
        rows = some_rows(examples, most, self._job.option("seed", int))
        labelled = rows[rows < len(lesson.labelled)]
        own = rows[len(labelled) :] - len(lesson.labelled)
        parts = (
            (self._train, _words(self._train, lesson.labelled[labelled])),
            (self._pool, _words(self._pool, lesson.rows[own])),
        )
        words = replace(
            self._train,
            states=np.concatenate([part.states[at] for part, at in parts]),
            read=np.concatenate([part.read[at] for part, at in parts]),
            examples=examples.subset(rows),
        )
        head = yield from tag_head(self._job, words, self._validation)
        linear = head.linear()
        with torch.inference_mode():
            judged, known, said = (
                outside_where(linear(torch.from_numpy(np.array(each.states))).numpy(), ~each.read)
                for each in (self._validation, self._train, self._pool)
            )
        return Learnt(
            tag_model(self._job, self._reader, self._layer, head),
            judged,
            known[_words(self._train, left_out(self._job, lesson))],
            said,
            (),
            time.monotonic() - started,
            0 if len(lesson.rows) else self._train.tokens + self._validation.tokens,
        )


def _words(texts: ReadWords, rows: Rows) -> Rows:
    """Where the words of some of the texts stand among all."""
    firsts = texts.examples.firsts
    return np.concatenate([np.zeros(0, np.int64), *(np.arange(firsts[i], firsts[i + 1]) for i in rows)])


def tag_learner(job: Job, pool: Pool) -> Work[TagLearner]:
    """Read the words of all texts; the labelled ones by themselves, so that their states are those of ``features``."""
    source = yield from starting_source(job)
    reader = yield from word_reader(job, source)
    layer = yield from choose_layer(job, reader)
    untagged = Examples(pool.documents, pool.texts, np.zeros(pool.firsts[-1], np.int64), pool.words)
    train = yield from reader.read(job.data.train, (layer,))
    unlabelled = yield from reader.read(untagged, (layer,))
    validation = yield from reader.read(job.data.validation, (layer,))
    return TagLearner(job, pool, reader, layer, (train, unlabelled, validation))
