"""Does a second source model pay? The gain on the validation texts, by paired bootstrap, and the price in time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.api.results import Interval
from engine.api.tasks import join_labels
from engine.data.entities import tags_to_entities
from engine.evaluate.answers import FIGURES
from engine.evaluate.comparison import Pairs, paired_bootstrap
from engine.models.answers import answers
from engine.models.fusion_model import FusionModel
from engine.models.run_model import AnyTaggingModel
from engine.models.tag_fusion_model import TagFusionModel
from engine.models.tagging_model import TaggingModel, tag_names
from engine.models.text_model import TorchModel
from engine.progress import Noticed, Work
from engine.transfer.evaluating import entities_label
from engine.transfer.examples import Examples
from engine.transfer.method import Job

RECORD = "fusion.json"
_STAGE = "compare"
_TIMED_TEXTS = 64


class FusionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """``fusion.json`` in the run's folder: what the second model brought, and its price."""

    second: str
    kept: bool
    figure: str
    gain: Interval
    first_ms_per_text: float
    both_ms_per_text: float


def weigh(
    job: Job, alone: TorchModel | TaggingModel, both: FusionModel | TagFusionModel, second: str
) -> Work[FusionRecord]:
    """What both say of the validation texts, and how long each takes to say it; written down and told."""
    task = job.data.task
    first_said, first_ms = yield from _answered(job, alone)
    both_said, both_ms = yield from _answered(job, both)
    figure = FIGURES[task][0]
    pairs = Pairs(_true_labels(job), first_said, both_said)
    gain, _ = paired_bootstrap(figure, task, job.data.labels, pairs)
    record = FusionRecord(
        second=second,
        kept=gain.low > 0,
        figure=figure,
        gain=gain,
        first_ms_per_text=first_ms,
        both_ms_per_text=both_ms,
    )
    (job.folder / RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    yield _notice(record)
    return record


def _answered(job: Job, model: TorchModel | FusionModel | AnyTaggingModel) -> Work[tuple[list[str], float]]:
    """(answers on validation as they are stored, milliseconds a text)."""
    examples = job.data.validation
    timed = examples.subset(np.arange(min(len(examples), _TIMED_TEXTS)))
    yield from _said(model, timed)  # what is loaded once is not the price of a text
    started = time.perf_counter()
    yield from _said(model, timed)
    ms = 1000 * (time.perf_counter() - started) / len(timed)
    return (yield from _said(model, examples)), ms


def _said(model: TorchModel | FusionModel | AnyTaggingModel, examples: Examples) -> Work[list[str]]:
    if isinstance(model, AnyTaggingModel):
        found = yield from model.score(examples.texts, examples.words, _STAGE)
        called = np.concatenate([rows.argmax(1) for rows in found])
        return _entities(examples, called, model.tags)
    logits = yield from model.score(examples.texts, stage=_STAGE)
    return [answer.label for answer in answers(model, logits)]


def _entities(examples: Examples, tags: NDArray[np.int64], names: Sequence[str]) -> list[str]:
    """The entities of each text by the tags (W,) of all words."""
    return [
        entities_label(tags_to_entities(spans, [names[tag] for tag in tags[a:b]])[0])
        for spans, (a, b) in zip(examples.words, pairwise(examples.firsts), strict=True)
    ]


def _true_labels(job: Job) -> list[str]:
    """The validation texts' labels as they are stored."""
    data = job.data
    if data.task == "single":
        return [data.labels[k] for k in data.validation.targets]
    if data.task == "tagging":
        return _entities(data.validation, data.validation.targets, tag_names(data.labels))
    if data.task == "multi":
        rows = data.validation.targets > 0
        return [
            join_labels(label for label, yes in zip(data.labels, row, strict=True) if yes) for row in rows
        ]
    return [f"{value:.12g}" for value in data.validation.targets]


def _notice(record: FusionRecord) -> Noticed:
    gain = record.gain
    unit = 1 if record.figure == "pearson" else 100
    digits = 3 if record.figure == "pearson" else 1
    values = {
        name: f"{value * unit:+.{digits}f}"
        for name, value in (("gain", gain.value), ("low", gain.low), ("high", gain.high))
    }
    return Noticed(
        "second-source-kept" if record.kept else "second-source-left-out",
        {
            **values,
            "second": record.second,
            "first_ms": f"{record.first_ms_per_text:.1f}",
            "both_ms": f"{record.both_ms_per_text:.1f}",
        },
    )
