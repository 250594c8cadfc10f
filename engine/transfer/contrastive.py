"""Contrastive tuning for few labels: texts of one label are drawn together, others apart, then a linear head.

The SetFit recipe (Tunstall et al. 2022, arXiv:2209.11055) with two changes. A batch's texts are compared all with
all, not only in the pairs that were drawn: 16 pairs give 496 comparisons for the same reading. And where the
names of the labels say something, each name is a text of its label too (``label_names``).

Of scores, two texts' states are to be as alike as the scores are near (Reimers and Gurevych 2019, arXiv:1908.10084).
Tagged words have ``tag_contrastive``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import PreTrainedModel

from engine.devices import autocast
from engine.models.modules import FeatureModule
from engine.models.source import SourceModel
from engine.models.store import load_encoder
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TokenTable
from engine.progress import Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.compact import CompactVocabulary
from engine.transfer.criteria import Criterion, OneLabel, Score, SeveralLabels
from engine.transfer.encoding import Encoded, Pooled, encode_table
from engine.transfer.examples import TrainingData
from engine.transfer.features import choose_layers, feature_model, fit_head, flat
from engine.transfer.judging import judge
from engine.transfer.label_names import with_names
from engine.transfer.method import Job, LoopWork, Outcome
from engine.transfer.objective import Judgement, Moment
from engine.transfer.pair_counts import can_choose, looped, pairs_per_epoch
from engine.transfer.pairs import Partners, cosine_loss, likeness, nearness, nearness_loss, span_of
from engine.transfer.preparing import Prepared, choose_weights, new_tokenizer, tokenise, tokenise_splits
from engine.transfer.supervised import TextData, TextObjective
from engine.transfer.tag_contrastive import train_tagged
from engine.transfer.tuning import tune

_RATE = 1e-4
_PARTNER = 0  # the purpose of the chance that draws partners
_JUDGED_TEXTS = 2000
_HEAD_TEXTS = 10_000
_STRENGTH = 10.0  # of the head where validation cannot choose, on states with a mean squared length of 1
# the same of a score: with 120 texts of SST-5 (dev file, three draws) 10 cost 2 to 9 points of correlation
_SCORE_STRENGTH = 1.0


def train(job: Job) -> Work[Outcome]:
    """Tune the encoder on pairs, then fit the head; goes on from the run's checkpoint where there is one."""
    if job.data.task == "tagging":
        return (yield from train_tagged(job))
    yield Progressed("load", 0, 1)
    source = yield from starting_source(job)
    job = replace(job, data=(yield from with_names(job, source)))
    preparation = lambda length: prepare_pairs(job, source, length)  # noqa: E731
    outcome = yield from tune(looped(job), source, preparation=preparation, rate=_RATE)
    assert isinstance(outcome.model, TorchModel)
    return replace(outcome, model=(yield from _with_head(job, outcome.model)))


def loop_work(job: Job) -> LoopWork:
    """A row is a pair of texts; a head is fitted for every judging, and at the end."""
    texts, judged = len(job.data.train), len(job.data.validation)
    evaluations = job.option("epochs", float) * job.option("evaluations_per_epoch", int)
    if not can_choose(job):
        evaluations = 1.0
    at_each = min(_JUDGED_TEXTS, texts) + judged
    read = at_each * evaluations + min(_HEAD_TEXTS, texts) + judged
    return LoopWork(pairs_per_epoch(job, texts), round(read / 2))


def prepare_pairs(job: Job, source: SourceModel, max_tokens: int | None) -> Work[Prepared]:
    """The bare encoder, its tokens and the objective of pairs."""
    data = job.data
    encoder = load_encoder(source.folder)
    head = nn.Linear(int(source.config.hidden_size), len(data.labels))  # fitted afterwards
    module = FeatureModule(encoder, (source.layers,), head).to(job.device.torch_device)
    low_rank = choose_weights(job, module, source)
    for unused in (module.head, getattr(encoder, "pooler", None)):
        if isinstance(unused, nn.Module):
            unused.requires_grad_(False)
    tokenizer = new_tokenizer(job, source)
    share_long, train, validation = yield from tokenise_splits(job, tokenizer, max_tokens)
    compact = None
    if module.embeddings.weight.requires_grad:
        compact = CompactVocabulary.shrink(module, tokenizer, (train, validation))
    if compact is not None:
        train, validation = compact.renumber(train), compact.renumber(validation)
    model = TorchModel(module, tokenizer, data.labels, "", job.device.torch_device, task=data.task)
    texts = TextData(train, train.of_rows(data.train.targets), validation, data.validation.targets)
    return Prepared(PairObjective(model, texts, job), compact, share_long, low_rank)


class PairObjective(TextObjective):
    """A row of the loop is a text and its partner, which is drawn anew at every moment."""

    def __init__(self, model: TorchModel, data: TextData, job: Job) -> None:
        criteria: dict[str, Criterion] = {"multi": SeveralLabels(), "score": Score()}
        super().__init__(model, data, criteria.get(model.task, OneLabel()))
        assert isinstance(model.module, FeatureModule)
        self._features = model.module
        self._partners = Partners(data.train.of_rows(job.data.strata))
        self._span = span_of(job.data.train.targets) if model.task == "score" else 1.0
        self._judged = drawn(job.data, _JUDGED_TEXTS, job.option("seed", int))
        self._job = replace(job, data=_with_train(job.data, self._judged))
        lengths = data.train.lengths
        rows = np.arange(pairs_per_epoch(job, len(lengths))) % len(lengths)
        self.lengths = lengths[rows] + round(float(lengths.mean()))

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        table = self.data.train
        firsts = rows % len(table)
        both = np.concatenate([firsts, self._partners.draw(firsts, moment.generator(_PARTNER))])
        batch = self.model.tokenizer.table_batch(table, both, self.device)
        with autocast(self.device, precision):
            states = self._features.pooled(batch)
        texts = both if table.owners is None else table.owners[both]
        targets = self.data.train_targets[both]
        scored = self.model.task == "score"
        alike = nearness(targets, self._span) if scored else likeness(targets)
        wanted = torch.from_numpy(alike).to(self.device)
        itself = torch.from_numpy(texts[:, None] == texts[None, :]).to(self.device)
        pair_loss = nearness_loss if scored else cosine_loss
        return pair_loss(states.float(), wanted, itself) * len(rows)

    def judge(self, precision: str) -> Work[Judgement]:
        """What a head on the tuned layer says of the validation texts; fitted on at most 2,000 texts."""
        tokenizer, encoder, device = self.model.tokenizer, self._features.encoder, self.device
        was_training = self.module.training
        self.module.eval()
        try:
            some = texts_of(self.data.train, self._judged)
            train = yield from encode_table(encoder, tokenizer, some, device)
            validation = yield from encode_table(encoder, tokenizer, self.data.validation, device)
        finally:
            self.module.train(was_training)
        found = flat(validation, self._features.layers)
        seen = flat(train, self._features.layers)
        head = yield from fit_head(self._job, seen, found, (_strength(self._job),), even=True)
        with torch.inference_mode():
            logits = head.linear()(torch.from_numpy(found)).numpy()
        return judge(self.model.task, logits, self.data.validation_targets)


def _with_head(job: Job, model: TorchModel) -> Work[TorchModel]:
    """The tuned encoder with a head; its layers and strength chosen by validation where that can tell."""
    assert isinstance(model.module, FeatureModule)
    job = replace(job, data=_with_train(job.data, drawn(job.data, _HEAD_TEXTS, job.option("seed", int))))
    encoder: PreTrainedModel = model.module.encoder
    model.module.eval()
    states: list[Pooled] = []
    tokens = 0
    for examples in (job.data.train, job.data.validation):
        table = model.tokenizer.fit((yield from tokenise(model.tokenizer, examples.texts)))
        states.append((yield from encode_table(encoder, model.tokenizer, table, model.device)))
        tokens += len(table.flat)
    train, validation = states
    if can_choose(job):
        layers = yield from choose_layers(job, train, validation)
        judged = flat(validation, layers)
        head = yield from fit_head(job, flat(train, layers), judged)
    else:
        layers = model.module.layers
        judged = flat(validation, layers)
        strength = job.optional("regularisation", float) or _strength(job)
        head = yield from fit_head(job, flat(train, layers), judged, (strength,), even=True)
    encoded = Encoded(encoder, model.tokenizer, train, validation, tokens)
    return feature_model(job, encoded, layers, head, judged)


def _strength(job: Job) -> float:
    return _SCORE_STRENGTH if job.data.task == "score" else _STRENGTH


def drawn(data: TrainingData, count: int, seed: int) -> NDArray[np.int64]:
    """At most ``count`` training texts (about), sorted, with one of every class at least."""
    rows = np.random.default_rng(seed).permutation(len(data.train))[:count]
    return np.union1d(rows, np.unique(data.strata, return_index=True)[1])


def texts_of(table: TokenTable, texts: NDArray[np.int64]) -> TokenTable:
    """The rows of some texts (sorted), as a table of their own."""
    rows = texts if table.owners is None else np.flatnonzero(np.isin(table.owners, texts))
    pieces = [table.ids(int(row)) for row in rows]
    starts = np.concatenate([[0], np.cumsum(table.lengths[rows], dtype=np.int64)])
    owners = None if table.owners is None else np.searchsorted(texts, table.owners[rows])
    return TokenTable(np.concatenate(pieces), starts, owners)


def _with_train(data: TrainingData, rows: NDArray[np.int64]) -> TrainingData:
    return replace(data, train=data.train.subset(rows))
