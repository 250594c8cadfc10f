"""Fusion: what two frozen source models say, side by side under one linear head, where the second one pays.

The second model stays only if the gain on the validation texts, by paired bootstrap, is above zero with its whole
interval; else the result is the first model alone. Either way the gain and the price in time are told. Tagged words
have ``tag_fusion``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import prod

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from engine.api.catalog import SECOND_SOURCE
from engine.api.errors import ErrorKind, KnownError
from engine.models.fusion_model import FusionModel
from engine.models.source import WEIGHTS, SourceModel, find
from engine.progress import Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.encoding import Encoded, encode_splits
from engine.transfer.features import choose_layers, feature_model, fit_head, flat
from engine.transfer.method import Job, Outcome
from engine.transfer.regression import label_thresholds
from engine.transfer.tag_features import MOST_NUMBERS
from engine.transfer.tag_fusion import train_tagged
from engine.transfer.weighing import weigh

_BYTES_A_WEIGHT = 4  # fp32, whatever the file holds
_WORKING_BYTES = 400 << 20  # the states of a batch, and what the head's fit takes
_COPIES = 4  # of the words' states: as they were read, side by side, standardised, and those of validation


@dataclass(frozen=True)
class _Read:
    """One source model's half: what it says on the layers that suit it best."""

    source: SourceModel
    encoded: Encoded
    layers: tuple[int, ...]
    train: NDArray[np.float32]
    validation: NDArray[np.float32]


def sources(job: Job) -> tuple[str, ...]:
    """Both. Raises what ``second_source`` raises."""
    return (job.source, second_source(job).id)


def train(job: Job) -> Work[Outcome]:
    """Read with both models, fit the head on the first and on both, keep what pays.

    Raises SECOND_SOURCE_MISSING, SECOND_SOURCE_SAME, MODELS_TOO_LARGE and what ``find`` raises.
    """
    started = time.monotonic()
    yield Progressed("load", 0, 1)
    first_id, second_id = sources(job)
    check_memory(job, (find(first_id), find(second_id)))
    if job.data.task == "tagging":
        return (yield from train_tagged(job, second_id, started))
    first = yield from _read(job, (yield from starting_source(job)))
    second = yield from _read(job, (yield from starting_source(replace(job, source=second_id))))
    alone = feature_model(
        job,
        first.encoded,
        first.layers,
        (yield from fit_head(job, first.train, first.validation)),
        first.validation,
    )
    both = yield from _fused(job, first, second)
    record = yield from weigh(job, alone, both, second_id)
    tokens = first.encoded.tokens + second.encoded.tokens
    model, folder = (both, None) if record.kept else (alone, first.source.folder)
    return Outcome(model, folder, time.monotonic() - started, tokens)


def second_source(job: Job) -> SourceModel:
    """The second model. Raises SECOND_SOURCE_MISSING, SECOND_SOURCE_SAME and what ``find`` raises."""
    wanted = job.option("second_source", str)
    try:
        found = find(wanted)
    except KnownError as error:
        if error.kind is ErrorKind.SOURCE_UNKNOWN and wanted == SECOND_SOURCE:
            raise KnownError(ErrorKind.SECOND_SOURCE_MISSING, source=wanted) from None
        raise
    if found.folder == find(job.source).folder:
        raise KnownError(ErrorKind.SECOND_SOURCE_SAME, source=found.id)
    return found


def check_memory(job: Job, sources: tuple[SourceModel, ...]) -> None:
    """Before anything is loaded: do the models fit together? Raises MODELS_TOO_LARGE, MODEL_DAMAGED."""
    needed = _working_bytes(job, sources) + sum(_weight_bytes(source) for source in sources)
    available = psutil.virtual_memory().available
    if job.device.kind == "cuda":
        available = min(available, torch.cuda.mem_get_info(job.device.torch_device)[0])
    if needed > available:
        raise KnownError(
            ErrorKind.MODELS_TOO_LARGE,
            models=", ".join(source.id for source in sources),
            needed=f"{needed / 1e9:.1f}",
            available=f"{available / 1e9:.1f}",
        )


def _working_bytes(job: Job, sources: tuple[SourceModel, ...]) -> int:
    """What the fit takes; of tagged words the states of all of them are held, of both models."""
    if job.data.task != "tagging":
        return _WORKING_BYTES
    width = sum(int(source.config.hidden_size) for source in sources)
    return _WORKING_BYTES + _COPIES * 4 * min(MOST_NUMBERS, width * len(job.data.train.targets))


def _weight_bytes(source: SourceModel) -> int:
    """What a model's weights take once loaded, by the header of their file."""
    path = source.folder / WEIGHTS
    try:
        with safe_open(path, "pt") as file:
            shapes = [file.get_slice(name).get_shape() for name in file.keys()]  # noqa: SIM118
    except SafetensorError as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(path)) from error
    weights: int = sum(prod(shape) for shape in shapes)
    return _BYTES_A_WEIGHT * weights


def _read(job: Job, source: SourceModel) -> Work[_Read]:
    encoded = yield from encode_splits(job, source)
    layers = yield from choose_layers(job, encoded.train, encoded.validation)
    return _Read(source, encoded, layers, flat(encoded.train, layers), flat(encoded.validation, layers))


def _fused(job: Job, first: _Read, second: _Read) -> Work[FusionModel]:
    """One head over both, standardised feature by feature, and cut in two for the two encoders."""
    judged = np.concatenate([first.validation, second.validation], axis=1)
    head = yield from fit_head(job, np.concatenate([first.train, second.train], axis=1), judged)
    width = first.train.shape[1]
    models = [
        feature_model(job, read.encoded, read.layers, part, read.validation)
        for read, part in zip((first, second), head.split(width), strict=True)
    ]
    with torch.inference_mode():
        logits = head.linear()(torch.from_numpy(judged)).numpy()
    return FusionModel(
        tuple(replace(model, thresholds=()) for model in models),
        label_thresholds(job, logits),
        (first.source.folder, second.source.folder),
    )
