"""How many texts a second a source model reads on this machine: measured when asked, remembered for the next time."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import msgspec
import torch
from torch import nn
from transformers import AutoModel

from engine.api.errors import ErrorKind, KnownError
from engine.devices import choose, scoring_precision
from engine.models.modules import FeatureModule
from engine.models.places import models_folder, write_atomically
from engine.models.source import WEIGHTS, SourceModel, load_tokenizer
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer
from engine.progress import Progressed, Work

_FILE = "speeds.json"
_TEXTS = 64
_TOKENS = 32
_SECONDS = 1.5  # of measuring, after one round to warm up
_SENTENCE = "The parcel came two days late, the box was open, and nobody answered when I called about it. "


class _Speeds(msgspec.Struct, kw_only=True):
    """Texts a second by machine and by the state of the weights' file."""

    texts_per_second: dict[str, dict[str, float]] = {}
    version: int = 1


def measure_speed(source: SourceModel) -> Work[float]:
    """Score 64 texts of 32 tokens for a second or two and give texts a second.

    Raises MODEL_DAMAGED, MODEL_NO_TOKENIZER.
    """
    yield Progressed("load", 0, 1)
    device = choose()
    try:
        encoder = AutoModel.from_pretrained(
            source.folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
    except (RuntimeError, ValueError, KeyError) as error:  # weights and config are of different models
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(source.folder)) from error
    head = nn.Linear(encoder.config.hidden_size, 2)
    module = FeatureModule(encoder, (source.layers,), head).to(device.torch_device).eval()
    tokenizer = TextTokenizer(load_tokenizer(source.folder), _TOKENS)
    model = TorchModel(module, tokenizer, ("a", "b"), "", device.torch_device)
    texts = [_SENTENCE * 2] * _TEXTS  # every family's tokenizer makes more than 32 tokens of it
    precision = scoring_precision(device.torch_device)
    yield from model.score(texts, precision, stage="time")
    rates = []
    began = time.perf_counter()
    while time.perf_counter() - began < _SECONDS:
        started = time.perf_counter()
        yield from model.score(texts, precision, stage="time")
        rates.append(_TEXTS / (time.perf_counter() - started))
    found = sorted(rates)[len(rates) // 2]
    with suppress(OSError):  # a figure that cannot be kept is measured again
        _keep(source.folder, found)
    return found


def remembered_speed(folder: Path) -> float:
    """Texts a second of an earlier measurement on this machine, 0 where there is none."""
    return _read().texts_per_second.get(_machine(), {}).get(_weights(folder), 0.0)


def _keep(folder: Path, speed: float) -> None:
    speeds = _read()
    speeds.texts_per_second.setdefault(_machine(), {})[_weights(folder)] = round(speed, 1)
    write_atomically(models_folder() / _FILE, msgspec.json.encode(speeds))


def _read() -> _Speeds:
    try:
        return msgspec.json.decode((models_folder() / _FILE).read_bytes(), type=_Speeds)
    except (OSError, msgspec.MsgspecError):
        return _Speeds()


def _machine() -> str:
    device = choose()
    return f"{device.name}, {device.threads} threads"


def _weights(folder: Path) -> str:
    stat = (folder / WEIGHTS).stat()
    return f"{folder}, {stat.st_size}, {stat.st_mtime_ns}"
