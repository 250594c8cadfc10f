"""Contrastive tuning of tagged words for few sentences: words of one tag are drawn together, then a linear head.

After CONTaiNER (Das et al. 2022, arXiv:2109.07589), with cosines for its Gaussians. The lower two thirds of the source
model's layers are kept, tuned and read. On SNIPS (dev file, 48 sentences, two draws) the fourth of MiniLM's six layers
gave 4 to 7 points of entity F1 more than the last, tuned or not; on WNUT-17 the draws disagreed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.devices import autocast
from engine.models.modules import TagFeatureModule, hidden_states, token_states
from engine.models.source import SourceModel
from engine.models.store import load_encoder
from engine.models.tagging_model import TaggingModel, WordTable, outside_where, tag_names, word_table
from engine.progress import Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.compact import CompactVocabulary
from engine.transfer.criteria import Tags
from engine.transfer.examples import Examples
from engine.transfer.judging import judge_tags
from engine.transfer.method import Job, Outcome
from engine.transfer.objective import Judgement, Moment
from engine.transfer.pair_counts import can_choose, looped, pairs_per_epoch
from engine.transfer.pairs import Partners
from engine.transfer.preparing import Prepared, choose_weights, new_tokenizer, read_words_at
from engine.transfer.student import kept_layers, shorten
from engine.transfer.supervised import TagData, TagObjective
from engine.transfer.tag_features import choose_layer, fit_tags, fitted, some_texts
from engine.transfer.tag_pairs import chosen_words, tag_loss
from engine.transfer.tuning import tune
from engine.transfer.word_encoding import ReadWords, WordReader, encode_words

_RATE = 1e-4
_PARTNER = 0  # the purpose of the chance that draws partners and words
_LEARNT, _JUDGED = 4000, 8000  # words that a head learns from, and that judge it, while the loop goes on
_STRENGTH = 0.1  # of the head where validation cannot choose
_STRENGTHS = (0.01, 0.03, _STRENGTH)


def train_tagged(job: Job) -> Work[Outcome]:
    """Tune the lower layers on words, then fit the head; goes on from the run's checkpoint where there is one."""
    yield Progressed("load", 0, 1)
    source = yield from starting_source(job)
    preparation = lambda length: prepare_words(job, source, length)  # noqa: E731
    outcome = yield from tune(looped(job), source, preparation=preparation, rate=_RATE)
    assert isinstance(outcome.model, TaggingModel)
    return replace(outcome, model=(yield from _with_head(job, source, outcome.model)))


def prepare_words(job: Job, source: SourceModel, max_tokens: int | None) -> Work[Prepared]:
    """The lower layers of the encoder, the texts' tokens and words, and the objective of words."""
    data, seed = job.data, job.option("seed", int)
    kept = kept_layers(source.layers, tuned_layers(source.layers), "first")
    encoder = shorten(load_encoder(source.folder), kept)
    source = replace(source, config=encoder.config)
    head = nn.Linear(int(encoder.config.hidden_size), len(tag_names(data.labels)))  # fitted afterwards
    module = TagFeatureModule(encoder, (source.layers,), head).to(job.device.torch_device)
    low_rank = choose_weights(job, module, source)
    for unused in (module.head, getattr(encoder, "pooler", None)):
        if isinstance(unused, nn.Module):
            unused.requires_grad_(False)
    tokenizer = new_tokenizer(job, source)
    share_long = yield from read_words_at(job, tokenizer, max_tokens)
    judged = (some_texts(data.train, _LEARNT, seed), some_texts(data.validation, _JUDGED, seed))
    tables = [word_table(tokenizer, each.texts, each.words) for each in (data.train, *judged)]
    compact = None
    if module.embeddings.weight.requires_grad:
        compact = CompactVocabulary.shrink(module, tokenizer, tuple(each.table for each in tables))
    if compact is not None:
        tables = [replace(each, table=compact.renumber(each.table)) for each in tables]
    model = TaggingModel(module, tokenizer, data.labels, "", job.device.torch_device)
    tags = TagData(tables[0], data.train.targets, tables[2], judged[1].targets)
    objective = WordPairObjective(model, tags, job, Words(tables[1], judged[0]), judged[1])
    return Prepared(objective, compact, share_long, low_rank)


def tuned_layers(layers: int) -> int:
    """How many of a source model's layers are tuned and read: two thirds, 4 of 6."""
    return max(1, round(layers * 2 / 3))


@dataclass(frozen=True)
class Words:
    """Some texts as the model reads them and with their tags."""

    table: WordTable
    examples: Examples


class WordPairObjective(TagObjective):
    """A row of the loop is a sentence and a partner of it, drawn anew at every moment; their words are compared."""

    def __init__(self, model: TaggingModel, data: TagData, job: Job, learnt: Words, judged: Examples) -> None:
        """``learnt`` are the words that a head is fitted on when the loop judges, by ``judged``."""
        super().__init__(model, data, Tags(1.0))
        assert isinstance(model.module, TagFeatureModule)
        self._features = model.module
        self._job = job
        self._learnt = learnt
        self._validation = Words(data.validation, judged)
        table = data.train.table
        self._partners = Partners(table.of_rows(job.data.strata))
        rows = np.arange(pairs_per_epoch(job, len(table))) % len(table)
        self.lengths = table.lengths[rows] + round(float(table.lengths.mean()))

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        words = self.data.train
        random = moment.generator(_PARTNER)
        firsts = rows % len(words.table)
        both = np.concatenate([firsts, self._partners.draw(firsts, random)])
        batch = self.model.tokenizer.table_batch(words.table, both, self.device)
        with autocast(self.device, precision):
            states = token_states(hidden_states(self._features.encoder, batch), self._features.layers)
        tags = self._tags(words, both).cpu().numpy()
        at = chosen_words(tags, random)  # (K, 2)
        word = words.words[words.table.starts[both[at[:, 0]]] + at[:, 1]]
        called = torch.from_numpy(tags[at[:, 0], at[:, 1]]).to(self.device)
        itself = torch.from_numpy(word[:, None] == word[None, :]).to(self.device)
        return tag_loss(states[at[:, 0], at[:, 1]].float(), called, itself) * len(rows)

    def judge(self, precision: str) -> Work[Judgement]:
        """What a head on the tuned layer says of validation words, fitted on some training words."""
        was_training = self.module.training
        self.module.eval()
        try:
            learnt, judged = (
                (yield from self._said_of(self._learnt)),
                (yield from self._said_of(self._validation)),
            )
        finally:
            self.module.train(was_training)
        head = yield from fit_tags(self._job, learnt, judged, (_STRENGTH,))
        with torch.inference_mode():
            logits = head.linear()(torch.from_numpy(judged.states)).numpy()
        outside_where(logits, ~judged.read)
        examples = judged.examples
        return judge_tags(logits, examples.targets, examples.firsts, self.model.tags)

    def _said_of(self, words: Words) -> Work[ReadWords]:
        encoder, tokenizer = self._features.encoder, self.model.tokenizer
        states = yield from encode_words(encoder, tokenizer, words.table, self._features.layers, self.device)
        return ReadWords(states, words.table.read, words.examples, len(words.table.table.flat))


def _with_head(job: Job, source: SourceModel, model: TaggingModel) -> Work[TaggingModel]:
    """The tuned encoder with a head; its layer and strength chosen by validation where that can tell."""
    assert isinstance(model.module, TagFeatureModule)
    model.module.eval()
    encoder = model.module.encoder
    source = replace(source, config=encoder.config)
    reader = WordReader(encoder, model.tokenizer, source, None, model.device)
    if not can_choose(job):
        return (yield from fitted(job, reader, source.layers, (_STRENGTH,)))[0]
    layer = yield from choose_layer(job, reader)
    return (yield from fitted(job, reader, layer, _STRENGTHS))[0]
