"""Weights that a training passed on its way, kept so that one can ask later what was learnt when.

A file a state, in half precision: what was trained of the module, the ids of the kept word embeddings where the table
was cut to the words of the texts, and, of a score, the mean and scale that its head learnt in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.api.errors import ErrorKind, KnownError
from engine.models.modules import unscale
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel

Network = TypeVar("Network", TorchModel, TaggingModel)

FOLDER = "states"
_END = "end.json"
_WEIGHT = "weight."
_VOCABULARY = "vocabulary"
_SCORE = "score"


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """``rates``: the learning rates of the steps since the state before, added up. ``step`` is the last of them."""

    step: int
    rates: float


@dataclass(frozen=True)
class State:
    passage: Passage
    path: Path


@dataclass(frozen=True)
class Surroundings:
    """What a state's weights must be read with: ``vocabulary`` (V',) ids, ``score`` (mean, scale)."""

    vocabulary: torch.Tensor | None = None
    score: tuple[float, float] | None = None


class Trajectory:
    """Writes ``count`` states at equal distances on the way of a training of ``steps`` steps."""

    def __init__(self, folder: Path, count: int, steps: int, surroundings: Surroundings) -> None:
        self._folder = folder
        self._marks = sorted({round(steps * k / (count + 1)) for k in range(1, count + 1)} - {0, steps})
        self._around = surroundings

    def since(self, step: int) -> int:
        """The step of the state before ``step``."""
        return max((mark for mark in self._marks if mark < step), default=0)

    def due(self, step: int) -> bool:
        return step in self._marks

    def write(self, passage: Passage, weights: Mapping[str, Tensor]) -> None:
        """Raises OSError or SafetensorError on a full disk; the other states stay."""
        tensors = {
            _WEIGHT + name: value.detach().half().cpu().contiguous() for name, value in weights.items()
        }
        if self._around.vocabulary is not None:
            tensors[_VOCABULARY] = self._around.vocabulary
        if self._around.score is not None:
            tensors[_SCORE] = torch.tensor(self._around.score, dtype=torch.float64)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{passage.step:09d}.safetensors"
        beside = path.with_suffix(".writing")
        try:
            save_file(tensors, beside, metadata={"passage": msgspec.json.encode(passage).decode()})
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)

    def end(self, passage: Passage) -> None:
        """The best weights were those of ``passage``: states after them did not lead there."""
        if not self._folder.is_dir():
            return
        for path in self._folder.glob("*.safetensors"):
            if int(path.stem) >= passage.step:
                path.unlink()
        (self._folder / _END).write_bytes(msgspec.json.encode(passage))


def kept_states(folder: Path) -> tuple[tuple[State, ...], float]:
    """(the states of a run's folder in their order, the learning rates from the last of them to the end).

    No states and 1.0 where none were kept, or where what was kept is damaged.
    """
    try:
        end = msgspec.json.decode((folder / FOLDER / _END).read_bytes(), type=Passage)
        states = []
        for path in sorted((folder / FOLDER).glob("*.safetensors")):
            with safe_open(path, "pt") as file:
                states.append(State(msgspec.json.decode(file.metadata()["passage"], type=Passage), path))
    except (OSError, SafetensorError, msgspec.MsgspecError, KeyError, TypeError):
        return (), 1.0
    return tuple(states), end.rates


def as_it_was(model: Network, state: State) -> Network:
    """``model``, whose module is changed in place, with the weights of a state. Raises MODEL_DAMAGED."""
    module = model.module
    try:
        with safe_open(state.path, "pt") as file, torch.no_grad():
            names = {name.removeprefix(_WEIGHT) for name in file.keys() if name.startswith(_WEIGHT)}  # noqa: SIM118
            for name, parameter in module.named_parameters():
                if name not in names:
                    continue
                value = file.get_tensor(_WEIGHT + name).to(parameter)
                if parameter is module.embeddings.weight and _VOCABULARY in file.keys():  # noqa: SIM118
                    parameter[file.get_tensor(_VOCABULARY).to(parameter.device)] = value
                else:
                    parameter.copy_(value)
            score = file.get_tensor(_SCORE) if _SCORE in file.keys() else None  # noqa: SIM118
    except (OSError, SafetensorError, RuntimeError, IndexError) as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(state.path)) from error
    if score is not None:
        unscale(module, float(score[0]), float(score[1]))
    return replace(model, model_hash=f"{model.model_hash}@{state.passage.step}")
