"""Arguing with a run: its weights learn on, with words that must not count and words that should.

``loss`` and sources are in ``argue_objective``. Only texts that the argument is about and as many others are learnt
from, so that a minute or two are enough.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.models.store import load_run, weights_hash
from engine.models.tagging_model import TaggingModel, word_table
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Progressed, Work
from engine.transfer.argue_objective import ArguedObjective, Argument, masked
from engine.transfer.argue_tags_objective import ArguedTagObjective
from engine.transfer.compact import CompactVocabulary
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.method import Job, Outcome
from engine.transfer.preparing import Prepared, criterion_for, loop_targets, score_scale, tokenise
from engine.transfer.rationales import Wanted, token_mask, tokens_of, wanted_of, words_of
from engine.transfer.supervised import TagData, TextData
from engine.transfer.tuning import tune

_RATE = 3e-5  # 1e-4 argues a word away in one pass instead of two, but costs twice the accuracy
_RECORD = "argue.json"


class ArgueRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Which weights the training began with."""

    model_hash: str


def train(job: Job) -> Work[Outcome]:
    """Train the argued run's weights on; goes on from the run's checkpoint where there is one.

    Raises NOTHING_TO_ARGUE, CANNOT_ARGUE (two encoders, another task or other labels), RUN_UNKNOWN,
    RUN_NOT_FINISHED, RUN_FILES_MISSING, and NOTHING_TO_RESUME where the argued run has changed since the start.
    """
    yield Progressed("load", 0, 1)
    words = (words_of(job.options[kind]) for kind in ("strike", "mark"))
    strike, mark = wanted_of(job.project, *words, rationales=job.option("rationales", bool))
    if not (strike or mark):
        raise KnownError(ErrorKind.NOTHING_TO_ARGUE)
    model = _argued(job)
    data = _about(job, strike, mark)
    job = replace(job, data=data)
    epochs = job.option("epochs", float)
    once = replace(job, options={**job.options, "epochs": 1.0, "evaluations_per_epoch": 1})
    preparation = lambda _: _prepare(once, model, strike, mark, epochs)  # noqa: E731
    return (yield from tune(once, preparation=preparation, rate=_RATE))


def _argued(job: Job) -> TorchModel | TaggingModel:
    run = str(job.options["argued_run"] or "")
    model = load_run(job.project, run)
    if (
        not isinstance(model, TorchModel | TaggingModel)
        or model.task != job.data.task
        or model.labels != job.data.labels
    ):
        raise KnownError(ErrorKind.CANNOT_ARGUE, run=run, method=job.project.runs.get(run).method)
    found = weights_hash(job.project.run_folder(run) / "model")
    path: Path = job.folder / _RECORD
    if path.is_file():
        if msgspec.json.decode(path.read_bytes(), type=ArgueRecord).model_hash != found:
            raise KnownError(ErrorKind.NOTHING_TO_RESUME, run=job.run, reason="source-changed")
    else:
        path.write_bytes(msgspec.json.encode(ArgueRecord(model_hash=found)))
    return model


def _about(job: Job, strike: Wanted, mark: Wanted) -> TrainingData:
    """The training texts that the argument may be about, and as many others, at most ``most_texts`` in all."""
    train, most = job.data.train, job.option("most_texts", int)
    pairs = zip(train.documents, train.texts, strict=True)
    about = np.array([strike.may_be_in(*pair) or mark.may_be_in(*pair) for pair in pairs], bool)
    if not about.any():
        raise KnownError(ErrorKind.NOTHING_TO_ARGUE)
    random = np.random.default_rng(job.option("seed", int))
    meant, others = random.permutation(np.flatnonzero(about)), random.permutation(np.flatnonzero(~about))
    meant = meant[: max(most // 2, most - len(others))]
    rows = np.sort(np.concatenate([meant, others[: max(len(meant), most // 4)][: most - len(meant)]]))
    return replace(job.data, train=train.subset(rows))


def _prepare(
    job: Job, model: TorchModel | TaggingModel, strike: Wanted, mark: Wanted, epochs: float
) -> Work[Prepared]:
    """The run's module, its tokens with what was said of them, and the objective."""
    model.module.requires_grad_(True)
    pooler = getattr(model.module.encoder, "pooler", None)
    if pooler is not None and hasattr(model.module, "head"):
        pooler.requires_grad_(False)  # nothing reads it
    if isinstance(model, TaggingModel):
        return _prepare_tags(job, model, strike, mark, epochs)
    return (yield from _prepare_texts(job, model, strike, mark, epochs))


def _prepare_texts(
    job: Job, model: TorchModel, strike: Wanted, mark: Wanted, epochs: float
) -> Work[Prepared]:
    data, tokenizer = job.data, model.tokenizer
    tables = []
    for examples in (data.train, data.validation):
        tables.append(tokenizer.fit((yield from tokenise(tokenizer, examples.texts))))
    train, validation = tables
    struck, marked = (_tokens(tokenizer, train, data.train, wanted) for wanted in (strike, mark))
    hidden = _tokens(tokenizer, validation, data.validation, strike)
    special = np.isin(train.flat, _markers(tokenizer))
    if data.task == "score":  # the head learns standardised scores and gives real ones
        _standardise(model, data)
    inserts = tokens_of(tokenizer, strike.words)
    compact = CompactVocabulary.shrink(model.module, tokenizer, (train, validation, _put(inserts)))
    mask_id = tokenizer.mask_id
    if compact is not None:
        train, validation = compact.renumber(train), compact.renumber(validation)
        inserts = [compact.numbers(tokens) for tokens in inserts]
        mask_id = _numbered(compact, mask_id)
    train_targets, validation_targets = loop_targets(data)
    texts = TextData(
        train, train.of_rows(train_targets), masked(validation, hidden, mask_id), validation_targets
    )
    weight = job.option("rationale_weight", float)
    argument = Argument(struck, marked, special, mask_id, weight, tuple(inserts))
    objective = ArguedObjective(model, texts, criterion_for(job), argument, epochs)
    return Prepared(objective, compact, 0.0)


def _prepare_tags(job: Job, model: TaggingModel, strike: Wanted, mark: Wanted, epochs: float) -> Prepared:
    data, tokenizer = job.data, model.tokenizer
    train, validation = (
        word_table(tokenizer, examples.texts, examples.words) for examples in (data.train, data.validation)
    )
    struck, marked = (_tokens(tokenizer, train.table, data.train, wanted) for wanted in (strike, mark))
    hidden = _tokens(tokenizer, validation.table, data.validation, strike)
    special = np.isin(train.table.flat, _markers(tokenizer))
    inserts = tokens_of(tokenizer, strike.words)
    tables = (train.table, validation.table, _put(inserts))
    compact = CompactVocabulary.shrink(model.module, tokenizer, tables)
    mask_id = tokenizer.mask_id
    if compact is not None:
        train = replace(train, table=compact.renumber(train.table))
        validation = replace(validation, table=compact.renumber(validation.table))
        inserts = [compact.numbers(tokens) for tokens in inserts]
        mask_id = _numbered(compact, mask_id)
    validation = replace(validation, table=masked(validation.table, hidden, mask_id))
    tags = TagData(train, data.train.targets, validation, data.validation.targets)
    argument = Argument(
        struck, marked, special, mask_id, job.option("rationale_weight", float), tuple(inserts)
    )
    objective = ArguedTagObjective(model, tags, criterion_for(job), argument, epochs)
    return Prepared(objective, compact, 0.0)


def _put(inserts: list[NDArray[np.int32]]) -> TokenTable:
    """The tokens of words that are put into texts, whose embeddings are kept, too."""
    return TokenTable(np.concatenate([*inserts, np.zeros(0, np.int32)]), np.zeros(1, np.int64))


def _numbered(compact: CompactVocabulary, id: int) -> int:
    return int(compact.numbers(np.array([id], np.int32))[0])


def _tokens(
    tokenizer: TextTokenizer, table: TokenTable, examples: Examples, wanted: Wanted
) -> NDArray[np.bool_]:
    return token_mask(tokenizer, table, examples.documents, examples.texts, wanted)


def _markers(tokenizer: TextTokenizer) -> list[int]:
    """The ids of [CLS], [SEP] and the like: what stands in every text."""
    inner = tokenizer.tokenizer
    return [
        int(id)
        for id in (inner.cls_token_id, inner.sep_token_id, inner.bos_token_id, inner.eos_token_id)
        if id is not None
    ]


def _standardise(model: TorchModel, data: TrainingData) -> None:
    """The inverse of what is done when a training of scores is complete."""
    mean, scale = score_scale(data.train)
    last = model.module.last_linear
    last.weight.data /= scale
    last.bias.data = (last.bias.data - mean) / scale
