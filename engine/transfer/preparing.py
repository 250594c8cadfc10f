"""From a source model and a project's texts to what the loop trains: model, tokens, objective."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

from engine.devices import faster_precision
from engine.evaluate.thresholds import tune
from engine.models.modules import (
    FeatureModule,
    SequenceModule,
    TaggingModule,
    TagModule,
    TextModule,
    unscale,
)
from engine.models.source import SourceModel, load_tokenizer
from engine.models.store import load_encoder
from engine.models.tagging_model import TaggingModel, WordTable, tag_names, word_table
from engine.models.text_model import TorchModel, score_table, sigmoid
from engine.models.text_tokens import TextTokenizer, TokenTable, longest
from engine.progress import Noticed, Progressed, Work
from engine.transfer.augmenting import TagChanges, TextChanges, change_settings
from engine.transfer.compact import CompactVocabulary
from engine.transfer.criteria import Criterion, OneLabel, Score, SeveralLabels, Tags, class_weights
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.layers import transformer_layers
from engine.transfer.lora import LowRank, add_low_rank
from engine.transfer.method import Job
from engine.transfer.objective import Moment, Objective, rows_at_once
from engine.transfer.supervised import Preparation, TagData, TagObjective, TextData, TextObjective

_LENGTH_PERCENTILE = 99
_HEAD_DEVIATION = 0.02  # as BERT's own heads
_HEAD_DROPOUT = 0.1
_BLOCK = 1000


@dataclass(frozen=True)
class Prepared:
    """A model ready for the loop. ``compact`` is None where the embedding table stays whole or frozen.

    ``share_long`` of the training texts are longer than the model reads at once. ``low_rank``: LoRA's adapters.
    """

    objective: TextObjective | TagObjective
    compact: CompactVocabulary | None
    share_long: float
    low_rank: LowRank | None = None

    @property
    def model(self) -> TorchModel | TaggingModel:
        return self.objective.model


def prepare(
    job: Job, source: SourceModel, max_tokens: int | None, *, whole_vocabulary: bool = False
) -> Work[Prepared]:
    """Load the source model with a new head, tokenise the texts, and shrink the vocabulary to what they use.

    ``whole_vocabulary`` keeps every embedding, for methods that train on words which the texts do not have.
    """
    if job.data.task == "tagging":
        return (yield from _prepare_tags(job, source, max_tokens, whole_vocabulary))
    model = new_text_model(job, source)
    low_rank = choose_weights(job, model.module, source)
    share_long, train, validation = yield from tokenise_splits(job, model.tokenizer, max_tokens)
    changes = change_settings(job, source, model.tokenizer)
    whole_vocabulary = whole_vocabulary or changes.new_words
    compact = None if whole_vocabulary else _compacted(model.module, model.tokenizer, (train, validation))
    if compact is not None:
        train, validation = compact.renumber(train), compact.renumber(validation)
    train_targets, validation_targets = loop_targets(job.data)
    data = TextData(train, train.of_rows(train_targets), validation, validation_targets)
    texts = TextChanges(changes, model.tokenizer, job.data.train, train, compact) if changes else None
    preparation = Preparation(text_changes=texts, mix_up=_mix_up(job))
    objective = TextObjective(model, data, criterion_for(job), preparation)
    return Prepared(objective, compact, share_long, low_rank)


def _prepare_tags(
    job: Job, source: SourceModel, max_tokens: int | None, whole_vocabulary: bool
) -> Work[Prepared]:
    model = new_tagging_model(job, source)
    low_rank = choose_weights(job, model.module, source)
    share_long = yield from read_words_at(job, model.tokenizer, max_tokens)
    train, validation = (
        word_table(model.tokenizer, examples.texts, examples.words)
        for examples in (job.data.train, job.data.validation)
    )
    tables = (train.table, validation.table)
    changes = change_settings(job, source, model.tokenizer)
    whole_vocabulary = whole_vocabulary or changes.new_words
    compact = None if whole_vocabulary else _compacted(model.module, model.tokenizer, tables)
    if compact is not None:
        train, validation = _renumbered(train, compact), _renumbered(validation, compact)
    data = TagData(train, job.data.train.targets, validation, job.data.validation.targets)
    examples = job.data.train
    words = TagChanges(changes, model.tokenizer, examples, train, model.tags, compact) if changes else None
    preparation = Preparation(tag_changes=words, mix_up=_mix_up(job))
    return Prepared(TagObjective(model, data, criterion_for(job), preparation), compact, share_long, low_rank)


def choose_weights(job: Job, module: TextModule, source: SourceModel) -> LowRank | None:
    """Leave to be trained what the user wants: everything, the top layers, LoRA's adapters."""
    freeze_below(module, job.options.get("top_layers"), source.layers)
    rank = job.options.get("lora_rank")
    return add_low_rank(module, rank) if isinstance(rank, int) else None


def _mix_up(job: Job) -> float | None:
    alpha = job.options.get("mix_up")
    return None if alpha is None else float(alpha)


def _renumbered(words: WordTable, compact: CompactVocabulary) -> WordTable:
    return replace(words, table=compact.renumber(words.table))


def _compacted(
    module: TextModule, tokenizer: TextTokenizer, tables: tuple[TokenTable, ...]
) -> CompactVocabulary | None:
    if not module.embeddings.weight.requires_grad:
        return None
    return CompactVocabulary.shrink(module, tokenizer, tables)


def complete(prepared: Prepared, data: TrainingData) -> Work[TorchModel | TaggingModel]:
    """The trained model as it is kept: whole vocabulary, real scores, thresholds from validation."""
    model = prepared.model
    if isinstance(model, TorchModel) and model.task == "multi":
        objective = prepared.objective
        assert isinstance(objective, TextObjective)
        logits = yield from score_table(model, objective.data.validation, "fp32", "validate")
        model.thresholds = tune(sigmoid(logits), objective.data.validation_targets)
    if prepared.compact is not None:
        prepared.compact.restore(model.module)
    if prepared.low_rank is not None:
        prepared.low_rank.merge()
    if model.task == "score":
        unscale(model.module, *score_scale(data.train))
    return model


def loop_targets(data: TrainingData) -> tuple[NDArray[Any], NDArray[Any]]:
    """Training and validation targets as they are learnt: scores standardised by the training texts'."""
    train, validation = data.train.targets, data.validation.targets
    if data.task != "score":
        return train, validation
    mean, scale = score_scale(data.train)
    return ((train - mean) / scale).astype(np.float32), ((validation - mean) / scale).astype(np.float32)


def score_scale(train: Examples) -> tuple[float, float]:
    """Mean and standard deviation of the training texts' scores."""
    return float(train.targets.mean()), float(train.targets.std()) or 1.0


def criterion_for(job: Job) -> Criterion:
    """The loss of the task with the user's options; methods without those options take the plain one."""
    options, data = job.options, job.data
    loss = str(options.get("loss", "cross-entropy"))
    smoothing = float(options.get("label_smoothing") or 0.0)
    if data.task == "score":
        return Score()
    classes = len(tag_names(data.labels)) if data.task == "tagging" else len(data.labels)
    found = class_weights(data.train.targets, classes, loss, str(options.get("class_weights", "none")))
    weights = None if found is None else torch.from_numpy(found).to(job.device.torch_device)
    if data.task == "multi":
        return SeveralLabels(loss, weights, smoothing)
    if data.task == "tagging":
        return Tags(len(data.train.targets) / max(1, len(data.train)), loss, weights, smoothing)
    return OneLabel(loss, weights, smoothing)


# --- the model ---------------------------------------------------------------------------------------------


def new_text_model(job: Job, source: SourceModel) -> TorchModel:
    """The source model under a freshly drawn head (by the seed), reading at the model's full length."""
    data = job.data
    torch.manual_seed(job.option("seed", int))
    wanted = str(job.options.get("head", "auto"))
    if wanted == "mean" or (wanted == "auto" and source.sentence_encoder):
        return text_model(job, source, mean_pooled(source, 1 if data.task == "score" else len(data.labels)))
    problem = {"multi": "multi_label_classification", "score": "regression"}
    inner = AutoModelForSequenceClassification.from_pretrained(
        source.folder,
        problem_type=problem.get(data.task, "single_label_classification"),
        **_head_settings(data.labels),
    )
    return text_model(job, source, SequenceModule(inner))


def mean_pooled(source: SourceModel, outputs: int) -> FeatureModule:
    """The source model under a freshly drawn linear head on the mean of its last states."""
    encoder = load_encoder(source.folder)
    pooler = getattr(encoder, "pooler", None)
    if isinstance(pooler, nn.Module):
        pooler.requires_grad_(False)  # nothing reads it
    head = nn.Linear(source.config.hidden_size, outputs)
    nn.init.normal_(head.weight, std=_HEAD_DEVIATION)
    nn.init.zeros_(head.bias)
    dropout = getattr(source.config, "hidden_dropout_prob", _HEAD_DROPOUT)
    return FeatureModule(encoder, (source.layers,), head, dropout)


def text_model(job: Job, source: SourceModel, module: TextModule) -> TorchModel:
    """A module with the source model's tokenizer and the job's labels."""
    data = job.data
    return TorchModel(
        module.to(job.device.torch_device),
        new_tokenizer(job, source),
        data.labels,
        "",
        job.device.torch_device,
        task=data.task,
        pooling=str(job.options.get("window_pooling", "mean")),
    )


def new_tagging_model(job: Job, source: SourceModel) -> TaggingModel:
    """The same with a head on every token."""
    torch.manual_seed(job.option("seed", int))
    tags = tag_names(job.data.labels)
    inner = AutoModelForTokenClassification.from_pretrained(source.folder, **_head_settings(tags))
    return tagging_model(job, source, TaggingModule(inner))


def tagging_model(job: Job, source: SourceModel, module: TagModule) -> TaggingModel:
    """A module of word tags with the source model's tokenizer and the job's entity types."""
    device = job.device.torch_device
    return TaggingModel(module.to(device), new_tokenizer(job, source), job.data.labels, "", device)


def _head_settings(labels: tuple[str, ...]) -> dict[str, Any]:
    return {
        "num_labels": len(labels),
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
        "ignore_mismatched_sizes": True,
        "local_files_only": True,
        "use_safetensors": True,
        "dtype": torch.float32,
    }


def new_tokenizer(job: Job, source: SourceModel) -> TextTokenizer:
    """The source model's tokenizer with the run's cleaning and windows, at the model's full length."""
    tokenizer = load_tokenizer(source.folder)
    limit = longest(tokenizer, source.positions)
    overlap = float(job.options.get("window_overlap") or 0.0)
    return TextTokenizer(
        tokenizer,
        limit,
        overlap if job.options.get("long_texts", "windows") == "windows" else None,
        job.cleaning,
    )


def freeze_below(module: TextModule, top_layers: object, layers: int) -> None:
    """Leave only the head and the top k layers to be trained; None trains everything, 0 the head alone."""
    if not isinstance(top_layers, int) or top_layers >= layers:
        return
    module.encoder.requires_grad_(False)
    for layer in transformer_layers(module.encoder)[-top_layers:] if top_layers else []:
        layer.requires_grad_(True)
    pooler = getattr(module.encoder, "pooler", None)
    if isinstance(pooler, nn.Module) and isinstance(module, SequenceModule):
        pooler.requires_grad_(True)  # it belongs to the head


# --- the texts ---------------------------------------------------------------------------------------------


def tokenise_splits(
    job: Job, tokenizer: TextTokenizer, max_tokens: int | None
) -> Work[tuple[float, TokenTable, TokenTable]]:
    """(share of long texts, training table, validation table), read at a length that fits the user's texts.

    Sets the tokenizer's length: ``max_tokens``, or the usual length of the training texts.
    """
    train = yield from tokenise(tokenizer, job.data.train.texts)
    validation = yield from tokenise(tokenizer, job.data.validation.texts)
    yield from _set_length(tokenizer, max_tokens, train)
    share_long = float((train.lengths > tokenizer.max_tokens).mean())
    return share_long, tokenizer.fit(train), tokenizer.fit(validation)


def read_words_at(job: Job, tokenizer: TextTokenizer, max_tokens: int | None) -> Work[float]:
    """Set the tokenizer's length as for whole texts; gives the share of training texts that are longer."""
    whole = yield from tokenise(tokenizer, job.data.train.texts)
    yield from _set_length(tokenizer, max_tokens, whole)
    return float((whole.lengths > tokenizer.max_tokens).mean())


def _set_length(tokenizer: TextTokenizer, wanted: int | None, train: TokenTable) -> Work[None]:
    """From the model's full length down to the wanted one, or the usual one of the training texts."""
    limit = tokenizer.max_tokens
    if wanted is not None and wanted > limit:
        yield Noticed("length-lowered", {"wanted": wanted, "max_tokens": limit})
    tokenizer.max_tokens = min(limit, wanted or usual_length(train))


def tokenise(tokenizer: TextTokenizer, texts: list[str]) -> Work[TokenTable]:
    """Token ids of whole texts, a thousand at a time."""
    tables = []
    for start in range(0, len(texts), _BLOCK):
        tables.append(tokenizer.whole(texts[start : start + _BLOCK]))
        yield Progressed("tokenise", min(start + _BLOCK, len(texts)), len(texts))
    lengths = np.concatenate([t.lengths for t in tables] or [np.zeros(0, np.int64)])
    flat = np.concatenate([t.flat for t in tables] or [np.zeros(0, np.int32)])
    return TokenTable(flat, np.concatenate([[0], np.cumsum(lengths)]))


def usual_length(table: TokenTable) -> int:
    """The 99th percentile of the texts' tokens, rounded up to 8."""
    length = int(np.percentile(table.lengths, _LENGTH_PERCENTILE))
    return max(16, -(-length // 8) * 8)


def long_texts_notice(tokenizer: TextTokenizer, share_long: float) -> Noticed | None:
    """What happens to texts that are longer than the model reads at once; None where there are none."""
    if not share_long:
        return None
    kind = "texts-cut" if tokenizer.overlap is None else "texts-in-windows"
    return Noticed(kind, {"share": share_long, "max_tokens": tokenizer.max_tokens})


def choose_precision(prepared: Prepared, wanted: str, batch_size: int) -> str:
    """``wanted``, or for ``auto`` what a few timed steps on a typical batch say."""
    return measured_precision(prepared.objective, wanted, batch_size)


def measured_precision(objective: Objective, wanted: str, batch_size: int) -> str:
    """The same for any objective."""
    if wanted != "auto":
        return wanted
    order = np.argsort(objective.lengths, kind="stable")
    middle = order[max(0, len(order) // 2 - batch_size // 2) :][:batch_size]
    middle = middle[: rows_at_once(objective, middle, batch_size)]
    objective.module.train()
    return faster_precision(objective.device, _timed_step(objective, middle))[0]


def _timed_step(objective: Objective, rows: NDArray[np.int64]) -> Callable[[str], None]:
    def step(precision: str) -> None:
        objective.loss(rows, Moment(0, 0, 0, 0), precision).backward()  # type: ignore[no-untyped-call]
        objective.module.zero_grad(set_to_none=True)

    return step
