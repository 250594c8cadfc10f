"""Features: the frozen source model read once, mean-pooled, and a linear head on what it says.

The last layer is rarely the best one, so the layer (or layers 2 to last together) is chosen by validation; where there
are too few validation texts to choose by, all of 2 to last are taken. Tagged words have ``tag_features``.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.modules import FeatureModule
from engine.models.text_model import TorchModel
from engine.progress import Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.encoding import Encoded, Pooled, encode_splits
from engine.transfer.method import Job, Outcome
from engine.transfer.regression import (
    FEW_JUDGED,
    STRENGTHS,
    Head,
    fit_best,
    label_thresholds,
    problem_of,
)
from engine.transfer.tag_features import train_tagged

_PROBE_STRENGTH = 0.01
_PROBE_TEXTS = 4000


def train(job: Job) -> Work[Outcome]:
    """Encode (or read from the project's cache), choose the layer, fit the head, fold the scaling into it."""
    if job.data.task == "tagging":
        return (yield from train_tagged(job))
    started = time.monotonic()
    yield Progressed("load", 0, 1)
    source = yield from starting_source(job)
    encoded = yield from encode_splits(job, source)
    layers = yield from choose_layers(job, encoded.train, encoded.validation)
    train_states, validation_states = flat(encoded.train, layers), flat(encoded.validation, layers)
    head = yield from fit_head(job, train_states, validation_states)
    model = feature_model(job, encoded, layers, head, validation_states)
    return Outcome(model, source.folder, time.monotonic() - started, encoded.tokens)


def feature_model(
    job: Job, encoded: Encoded, layers: tuple[int, ...], head: Head, validation_states: NDArray[np.float32]
) -> TorchModel:
    """The encoder and the fitted head as one model; of a text in windows it says the mean, as it was fitted on."""
    linear = head.linear()
    with torch.inference_mode():
        logits = linear(torch.from_numpy(validation_states)).numpy()
    device = job.device.torch_device
    return TorchModel(
        FeatureModule(encoded.encoder, layers, linear).to(device).eval(),
        encoded.tokenizer,
        job.data.labels,
        "",
        device,
        task=job.data.task,
        thresholds=label_thresholds(job, logits),
        pooling="mean",
    )


def choose_layers(job: Job, train: Pooled, validation: Pooled) -> Work[tuple[int, ...]]:
    """The hidden states whose probe is best on validation; a large set is probed on a part.

    With 8 or 32 labels a class the choice by a handful of texts cost 1 point (mean of six dev sets, four seeds).
    """
    wanted = job.options.get("layer")
    last = train.shape[1] - 1
    if isinstance(wanted, int):
        return (min(wanted, last),)
    if len(validation) < FEW_JUDGED:
        return _all_layers(last)
    best: tuple[int, ...] = (last,)
    best_figure = (-np.inf, -np.inf)
    candidates = _candidates(last)
    part = np.random.default_rng(job.option("seed", int)).permutation(len(train))[:_PROBE_TEXTS]
    for done, layers in enumerate(candidates):
        yield Progressed("fit", done, len(candidates))
        head = yield from fit_head(
            job, flat(train, layers), flat(validation, layers), (_PROBE_STRENGTH,), np.sort(part)
        )
        if (head.fit.figure, -head.fit.loss) > best_figure:
            best, best_figure = layers, (head.fit.figure, -head.fit.loss)
    return best


def _candidates(layers: int) -> list[tuple[int, ...]]:
    single = [(layer,) for layer in range(layers + 1)]
    return [*single, _all_layers(layers)]


def _all_layers(last: int) -> tuple[int, ...]:
    """The lowest say little more than which words there are."""
    return tuple(range(min(2, last), last + 1))


def fit_head(
    job: Job,
    train: NDArray[np.float32],
    validation: NDArray[np.float32],
    strengths: tuple[float, ...] | None = None,
    part: NDArray[np.int64] | None = None,
    *,
    even: bool = False,
) -> Work[Head]:
    """A head on standardised states (N, F); ``strengths`` None: the user's, or the best of the usual ones.

    ``even``: not standardised, but all features divided by one number, so that a text's mean squared length is 1;
    for states whose directions are what counts.
    """
    if strengths is None:
        wanted = job.optional("regularisation", float)
        strengths = (wanted,) if wanted else STRENGTHS
    targets = job.data.train.targets
    if part is not None and len(part) < len(train):
        kept = np.unique(
            np.concatenate([part, np.unique(job.data.strata, return_index=True)[1]])
        )  # no class is lost
        train, targets = train[kept], targets[kept]
    mean, scale = train.mean(0), train.std(0) + 1e-6
    if even:
        mean, scale = np.zeros_like(mean), np.full_like(scale, np.sqrt((train**2).sum(1).mean()) + 1e-6)
    fit = yield from fit_best(
        (train - mean) / scale,
        targets,
        (validation - mean) / scale,
        job.data.validation.targets,
        strengths,
        problem_of(job),
    )
    return Head(fit, mean, scale)


def flat(states: Pooled, layers: tuple[int, ...]) -> NDArray[np.float32]:
    """(N, len(layers) * H)."""
    return np.ascontiguousarray(states[:, list(layers)].reshape(len(states), -1).astype(np.float32))
