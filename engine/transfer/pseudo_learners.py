"""What learns in a round of self-training: any method of the catalog, or a head on frozen states, read only once."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from engine.api import catalog
from engine.api.errors import OptionValue
from engine.models import store
from engine.models.modules import FeatureModule
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer
from engine.progress import Work
from engine.transfer.adapt import starting_source
from engine.transfer.encoding import Encoded, encode_splits, encode_table, encode_texts
from engine.transfer.examples import Examples
from engine.transfer.features import choose_layers, feature_model, fit_head, flat
from engine.transfer.method import Job, train_function
from engine.transfer.preparing import tokenise
from engine.transfer.pseudo_lessons import Learner, Learnt, Lesson, Pool, left_out, taught
from engine.transfer.pseudo_rounds import ENOUGH
from engine.transfer.pseudo_tag_learner import tag_learner
from engine.transfer.tuning import read_record

_STRENGTH = 0.01
_DECIDED = "loop.json"  # as a training of the loop keeps it


def base_options(job: Job, method: str = "") -> dict[str, OptionValue]:
    """The options of the base method (or another): the job's where it has them, else the usual ones."""
    usual = catalog.complete_options(method or job.option("base", str), {}, job.data.task)
    return usual | {name: value for name, value in job.options.items() if name in usual}


def new_learner(job: Job, pool: Pool) -> Work[Learner]:
    """The learner of the option ``base``."""
    base = job.option("base", str)
    if base == "features":
        frozen = tag_learner if job.data.task == "tagging" else _frozen_learner
        return (yield from frozen(job, pool))
    return TunedLearner(job, pool) if base == "contrastive" else MethodLearner(job, pool)


class MethodLearner:
    """Trains a method of the catalog anew in every round, with its usual options."""

    source_folder: Path | None = None

    def __init__(self, job: Job, pool: Pool) -> None:
        self._job = job
        self._pool = pool
        self._method = job.option("base", str)
        self._options = base_options(job)

    def learn(self, lesson: Lesson, folder: Path) -> Work[Learnt]:
        folder.mkdir(parents=True, exist_ok=True)
        data = replace(self._job.data, train=taught(self._job, self._pool, lesson), notices=())
        decided = self._job.folder / _DECIDED
        options = self._options | (_precision(decided) if "precision" in self._options else {})
        job = replace(self._job, data=data, options=options, folder=folder)
        outcome = yield from train_function(self._method)(job)
        # the precision that the first training found the faster is that of all: a resume must not measure again
        if not decided.is_file() and (record := read_record(folder)):
            decided.write_bytes(msgspec.json.encode(record))
        model, held = outcome.model, self._job.data.train.subset(left_out(self._job, lesson))
        return Learnt(
            model,
            (yield from _said(model, self._job.data.validation, "validate")),
            (yield from _said(model, held, "validate")),
            (yield from _said(model, self._pool, "score")),
            () if isinstance(model, AnyTaggingModel) else model.thresholds,
            outcome.seconds,
            outcome.tokens,
        )


def _said(model: RunModel, texts: Examples | Pool, stage: str) -> Work[NDArray[np.float32]]:
    """Logits of texts, or of all their words."""
    if not isinstance(model, AnyTaggingModel):
        return (yield from model.score(texts.texts, stage=stage))
    found = yield from model.score(texts.texts, texts.words, stage)
    return np.concatenate([np.zeros((0, model.outputs), np.float32), *found])


def _precision(decided: Path) -> dict[str, OptionValue]:
    found = read_record(decided.parent)
    return {} if found is None else {"precision": found.precision}


@dataclass(frozen=True)
class States:
    """What an encoder says of all training, validation and pool texts, (N, F) each.

    ``even``: how the head takes them, ``strengths`` its penalties (``fit_head``).
    """

    encoder: PreTrainedModel
    tokenizer: TextTokenizer
    layers: tuple[int, ...]
    train: NDArray[np.float32]
    validation: NDArray[np.float32]
    pool: NDArray[np.float32]
    even: bool = False
    strengths: tuple[float, ...] | None = None


class FrozenLearner:
    """``features``, with every text read once for all rounds; the layers are those that the labels alone choose."""

    def __init__(self, job: Job, pool: Pool, source: Path, states: States, tokens: int) -> None:
        self._job = job
        self._pool = pool
        self.source_folder: Path | None = source
        self._states = states
        self._tokens = tokens

    def learn(self, lesson: Lesson, folder: Path) -> Work[Learnt]:
        learnt = yield from _fit(self._job, self._pool, self._states, lesson)
        return replace(learnt, tokens=0 if len(lesson.rows) else self._tokens)


class TunedLearner:
    """``contrastive``: each path tunes the encoder once, on its labels; the rounds learn heads on what it says."""

    source_folder: Path | None = None

    def __init__(self, job: Job, pool: Pool) -> None:
        self._job = job
        self._pool = pool
        self._first = MethodLearner(job, pool)
        self._states: dict[str, States] = {}

    def learn(self, lesson: Lesson, folder: Path) -> Work[Learnt]:
        tuned = folder.parents[1] / f"tuned-{folder.name}"
        if not len(lesson.rows):
            learnt = yield from self._first.learn(lesson, folder)
            store.save(learnt.model, tuned, None)
            return learnt
        if folder.name not in self._states:
            self._states[folder.name] = yield from self._read(tuned)
        return (yield from _fit(self._job, self._pool, self._states[folder.name], lesson))

    def _read(self, tuned: Path) -> Work[States]:
        model = store.load_model(tuned, self._job.run)
        assert isinstance(model, TorchModel)
        assert isinstance(model.module, FeatureModule)
        encoder, tokenizer, layers = model.module.encoder, model.tokenizer, model.module.layers
        found = []
        for texts in (self._job.data.train.texts, self._job.data.validation.texts, self._pool.texts):
            table = tokenizer.fit((yield from tokenise(tokenizer, texts)))
            found.append(flat((yield from encode_table(encoder, tokenizer, table, model.device)), layers))
        # as ``contrastive`` fits its head: few validation texts cannot tell strengths apart
        few = len(self._job.data.validation) < ENOUGH
        strengths = (self._job.optional("regularisation", float) or _STRENGTH,) if few else None
        return States(encoder, tokenizer, layers, found[0], found[1], found[2], few, strengths)


def _frozen_learner(job: Job, pool: Pool) -> Work[Learner]:
    source = yield from starting_source(job)
    encoded = yield from encode_splits(job, source)
    layers = yield from choose_layers(job, encoded.train, encoded.validation)
    pooled = yield from encode_texts(encoded.encoder, encoded.tokenizer, pool.texts, source, job)
    parts = [flat(part, layers) for part in (encoded.train, encoded.validation, pooled)]
    states = States(encoded.encoder, encoded.tokenizer, layers, parts[0], parts[1], parts[2])
    return FrozenLearner(job, pool, source.folder, states, encoded.tokens)


def _fit(job: Job, pool: Pool, states: States, lesson: Lesson) -> Work[Learnt]:
    """A head on the states of a lesson's texts."""
    started = time.monotonic()
    data = replace(job.data, train=taught(job, pool, lesson), notices=())
    learning = replace(job, data=data)
    inputs = np.concatenate([states.train[lesson.labelled], states.pool[lesson.rows]])
    head = yield from fit_head(learning, inputs, states.validation, states.strengths, even=states.even)
    encoded = Encoded(states.encoder, states.tokenizer, states.train, states.validation, 0)
    model = feature_model(learning, encoded, states.layers, head, states.validation)
    linear = head.linear()
    with torch.inference_mode():
        logits = [
            linear(torch.from_numpy(part)).numpy()
            for part in (states.validation, states.train[left_out(job, lesson)], states.pool)
        ]
    seconds = time.monotonic() - started
    return Learnt(model, logits[0], logits[1], logits[2], model.thresholds, seconds, 0)
