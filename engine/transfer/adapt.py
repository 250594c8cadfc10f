"""Adapting: the source model goes on with its pretraining on the project's own texts before any label is learnt.

Masked words where the checkpoint has the head for them (Gururangan et al. 2020, "Don't stop pretraining"), else a
corrupted text must find its original among the batch (``adapt_objectives``). Test and validation texts are never
read. The adapted encoder lies in the project's cache under what it was made from, so that several runs share it;
while it is being made its checkpoint lies in the run's folder, from where a killed run goes on.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.models.source import CONFIG, WEIGHTS, SourceModel, find, verify
from engine.models.store import save_encoder
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Control, PointReached, Progressed, Step, Work
from engine.transfer.adapt_objectives import (
    AdaptObjective,
    DenoisingObjective,
    MaskedWordsObjective,
    has_masked_head,
)
from engine.transfer.checkpoint import Checkpoints
from engine.transfer.loop import LoopSettings, TrainingLoop
from engine.transfer.method import Job
from engine.transfer.preparing import measured_precision, new_tokenizer, tokenise, usual_length

_FOLDER = "adapt"  # of the run, while it is being made; with the plan's key
_CACHE = "adapted"
_RECORD = "adapt.json"
_BATCH = 32
_RATE = 5e-5
_HELD_OUT = 0.1
_MOST_HELD_OUT = 512
_LEAST_TEXTS = 8
_MEASURED_STEPS = 4


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured at the first start; a resume must not measure again."""

    precision: str


@dataclass(frozen=True)
class _Plan:
    """What is to be made: ``key`` names the source model, the texts, how they are read, the epochs and the seed."""

    source: SourceModel
    texts: list[str]
    epochs: float
    key: str


def starting_source(job: Job) -> Work[SourceModel]:
    """The job's source model, adapted first where the user wants it: what every method reads and trains from.

    Raises what ``find`` raises, and TOO_FEW_TO_ADAPT.
    """
    source = find(job.source)
    epochs = job.options.get("adapt_epochs")
    if epochs is None:
        return source
    plan = _plan(job, source, float(epochs))
    kept = job.cache / _CACHE / plan.key
    if not (kept / WEIGHTS).is_file():
        yield from _adapt(job, plan, kept)
    return SourceModel(source.id, kept, verify(kept))


def adapting_seconds(job: Job, kept_in: Path) -> Work[float]:
    """How long ``starting_source`` will take here, by a few real steps; 0 where it is done (in a cache) or not wanted.

    ``job.folder`` is for scratch.
    """
    epochs = job.options.get("adapt_epochs")
    if epochs is None:
        return 0.0
    plan = _plan(job, find(job.source), float(epochs))
    if (kept_in / _CACHE / plan.key / WEIGHTS).is_file():
        return 0.0
    started = time.monotonic()
    taken: list[float] = []
    before = started
    total = 1
    with closing(_loop_steps(job, plan)) as steps:
        for step in steps:
            if isinstance(step, Progressed) and step.stage == "adapt":
                taken.append(time.monotonic() - before)
                total = step.total
                if len(taken) > _MEASURED_STEPS:
                    break
            yield Progressed("measure", len(taken), _MEASURED_STEPS)
            before = time.monotonic()
    shutil.rmtree(_scratch(job, plan), ignore_errors=True)
    # the first step pays for allocations
    return taken[0] + float(np.median(taken[1:] or taken)) * total


def _plan(job: Job, source: SourceModel, epochs: float) -> _Plan:
    texts = own_texts(job)
    if len(texts) < _LEAST_TEXTS:
        raise KnownError(ErrorKind.TOO_FEW_TO_ADAPT, count=len(texts), needed=_LEAST_TEXTS)
    reading = (job.options.get("max_tokens"), job.cleaning, job.option("seed", int), epochs)
    digest = hashlib.sha256(f"{source.hash} {reading}".encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return _Plan(source, texts, epochs, digest.hexdigest()[:32])


def own_texts(job: Job) -> list[str]:
    """The training texts and the project's unlabelled ones, each once, without those that judge a run."""
    judging = set(job.data.validation.texts) | set(job.data.test.texts)
    unlabelled = (text for _, text in job.project.documents.unlabelled())
    found = dict.fromkeys([*job.data.train.texts, *unlabelled])
    return [text for text in found if text not in judging]


def _scratch(job: Job, plan: _Plan) -> Path:
    """What a run that is killed here goes on from; no other plan's checkpoint, be it of a second source model."""
    return job.folder / f"{_FOLDER}-{plan.key}"


def _adapt(job: Job, plan: _Plan, kept: Path) -> Work[None]:
    folder = _scratch(job, plan)
    objective = yield from _loop_steps(job, plan)
    beside = kept.with_name(f"{kept.name}.{os.getpid()}.writing")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    objective.finish()
    save_encoder(objective.encoder, objective.tokenizer, beside, None)
    assert (beside / CONFIG).is_file()
    try:
        os.replace(beside, kept)
    except OSError:
        if not (kept / WEIGHTS).is_file():
            raise
        shutil.rmtree(beside, ignore_errors=True)  # another process made the same one meanwhile
    shutil.rmtree(folder, ignore_errors=True)


def _loop_steps(job: Job, plan: _Plan) -> Work[AdaptObjective]:
    """Train to the end, or go on; its steps are told as those of the stage ``adapt``."""
    folder = _scratch(job, plan)
    folder.mkdir(parents=True, exist_ok=True)
    objective = yield from _objective(job, plan)
    path = folder / _RECORD
    if path.is_file():
        precision = msgspec.json.decode(path.read_bytes(), type=_Record).precision
    else:
        wanted = str(job.options.get("precision", "auto"))
        precision = measured_precision(objective, wanted, _BATCH)
        path.write_bytes(msgspec.json.encode(_Record(precision=precision)))
    settings = LoopSettings(
        epochs=plan.epochs,
        batch_size=_BATCH,
        learning_rate=_RATE,
        seed=job.option("seed", int),
        precision=precision,
    )
    # not the run's own control: half an adaptation must not lie in the cache as a whole one
    loop = TrainingLoop(job.run, objective, settings, Checkpoints(folder / "checkpoint"), Control())
    with closing(loop.run()) as steps:
        for step in steps:
            told = _told(step)
            if told is not None:
                yield told
    return objective


def _told(step: Step) -> Step | None:
    """Its points belong to no run's curves."""
    if isinstance(step, PointReached):
        return None
    if isinstance(step, Progressed) and step.stage == "train":
        return replace(step, stage="adapt")
    return step


def _objective(job: Job, plan: _Plan) -> Work[AdaptObjective]:
    tokenizer = new_tokenizer(job, plan.source)
    whole = yield from tokenise(tokenizer, plan.texts)
    wanted = job.options.get("max_tokens")
    tokenizer.max_tokens = min(tokenizer.max_tokens, int(wanted) if wanted else usual_length(whole))
    order = np.random.default_rng(job.option("seed", int)).permutation(len(plan.texts))
    count = min(_MOST_HELD_OUT, max(2, round(_HELD_OUT * len(order))))
    train, held_out = (_part(tokenizer, whole, np.sort(rows)) for rows in (order[count:], order[:count]))
    kind: type[MaskedWordsObjective] | type[DenoisingObjective] = DenoisingObjective
    if has_masked_head(plan.source):
        kind = MaskedWordsObjective
    torch.manual_seed(job.option("seed", int))  # of a pooler or head that the checkpoint lacks
    return kind(plan.source, tokenizer, train, held_out, job.device.torch_device)


def _part(tokenizer: TextTokenizer, whole: TokenTable, rows: NDArray[np.int64]) -> TokenTable:
    """Some texts as the model reads them, every window a text of its own."""
    pieces = [whole.ids(int(row)) for row in rows]
    starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces], dtype=np.int64)])
    fitted = tokenizer.fit(TokenTable(np.concatenate(pieces), starts))
    return TokenTable(fitted.flat, fitted.starts)
