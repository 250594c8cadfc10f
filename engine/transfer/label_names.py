"""The names of labels as texts: where a label is called what its texts are about, its name is one more example.

Names that are words are taken, unless a measurement before anything is learnt speaks against them: the model as it
is gives each training text the label whose name lies nearest. Where that is right less often than chance would
be, or always the same label, the names are left out. The measurement need not speak *for* them: on SST-5 names
sort the texts hardly better than chance (21 % to 20 %), and learning from them still brought three points
(two draws of 7 texts a class, 300 development texts).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from torch import nn

from engine.models.source import SourceModel
from engine.models.store import load_encoder
from engine.progress import Noticed, Progressed, Work
from engine.transfer.encoding import encode_table
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.method import Job
from engine.transfer.preparing import new_tokenizer, tokenise

_TRIED_TEXTS = 500
_MOST_LABELS = 500
_AGAINST = 0.05  # how likely answers at random would be as seldom right
WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COPIES = 3  # what a name weighs, in texts
NO_DOCUMENT = -1


def with_names(job: Job, source: SourceModel) -> Work[TrainingData]:
    """The job's data, with the labels' names among its training texts where the user or a measurement wants them."""
    data = job.data
    if data.task == "score":
        return data
    wanted = job.option("label_names", str)
    words = len(data.labels) <= _MOST_LABELS and all(WORD.search(label) for label in data.labels)
    if wanted == "never" or (wanted == "auto" and not words):
        return data
    if wanted == "auto":
        nearest = yield from _nearest(job, source)
        right, chance, tried = agreement(*nearest, len(data.labels))
        against = binomtest(right, tried, min(chance, 1.0), alternative="less").pvalue < _AGAINST
        if against or len(np.unique(nearest[0])) == 1:
            return data
        yield Noticed("label-names-used", {"share": right / tried, "chance": f"{100 * chance:.0f} %"})
    names = [as_text(label) for label in data.labels] * _COPIES
    classes = np.tile(np.arange(len(data.labels)), _COPIES)
    held = np.eye(len(data.labels), dtype=data.train.targets.dtype)
    more = held[classes] if data.task == "multi" else classes.astype(data.train.targets.dtype)
    train = Examples(
        [*data.train.documents, *[NO_DOCUMENT] * len(names)],
        [*data.train.texts, *names],
        np.concatenate([data.train.targets, more]),
    )
    return replace(data, train=train)


def as_text(label: str) -> str:
    """A label as words: ``very_negative`` -> ``very negative``, ``PaymentIssue`` -> ``Payment Issue``."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    return re.sub(r"[\s_/|\-]+", " ", apart).strip() or label


def _nearest(job: Job, source: SourceModel) -> Work[tuple[NDArray[np.int64], NDArray[Any]]]:
    """(the label whose name lies nearest, the targets) of some training texts, (N,) and (N,) or (N, L)."""
    yield Progressed("encode", 0, 1)
    encoder = load_encoder(source.folder)
    nn.Module.to(encoder, job.device.torch_device)
    tokenizer = new_tokenizer(job, source)
    data = job.data
    rows = np.sort(np.random.default_rng(job.option("seed", int)).permutation(len(data.train))[:_TRIED_TEXTS])
    tried = data.train.subset(rows)
    found = []
    for texts in (tried.texts, [as_text(label) for label in data.labels]):
        table = tokenizer.fit((yield from tokenise(tokenizer, texts)))
        states = yield from encode_table(encoder, tokenizer, table, job.device.torch_device)
        last = states[:, -1]
        found.append(last / np.maximum(np.linalg.norm(last, axis=1, keepdims=True), 1e-12))
    nearest: NDArray[np.int64] = (found[0] @ found[1].T).argmax(1)
    return nearest, tried.targets


def agreement(nearest: NDArray[np.int64], targets: NDArray[Any], labels: int) -> tuple[int, float, int]:
    """(right answers, the share that answers as frequent as these give by chance, answers).

    ``nearest`` (N,) indices of labels; ``targets`` (N,) or (N, L). The chance is that of Cohen's kappa.
    """
    held = np.eye(labels)[targets.astype(np.int64)] if targets.ndim == 1 else targets.astype(np.float64)
    right = int(held[np.arange(len(nearest)), nearest].sum())
    answered = np.bincount(nearest, minlength=labels) / len(nearest)
    return right, float(answered @ held.mean(0)), len(nearest)
