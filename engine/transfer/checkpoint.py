"""A training's state in one safetensors file, renamed into place: a kill leaves the old one or the new one."""

from __future__ import annotations

import hashlib
import math
import os
import sys
import time
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.api.errors import ErrorKind, KnownError

_FILE = "state.safetensors"
_LEAST_SECONDS = 10.0
_SHARE = 0.03  # of the time may go into writing checkpoints
_VARIABLE = "LEXPLAIN_CHECKPOINT_SECONDS"


class Progress(msgspec.Struct, kw_only=True):
    """Everything a training knows besides tensors. ``seconds`` and ``tokens`` add up over interruptions."""

    step: int = 0
    micro_batch: int = 0
    best_step: int = -1
    best_figure: float = -1.0
    best_loss: float = sys.float_info.max  # JSON has no infinity
    evaluations_without_gain: int = 0
    evaluation_pending: bool = False
    seconds: float = 0.0
    tokens: int = 0
    smooth_loss: float = 0.0
    stopped_by: str = ""


class Checkpoints:
    """Writes at most as often as costs ``_SHARE`` of the time, and never within ``_LEAST_SECONDS``.

    The environment variable ``LEXPLAIN_CHECKPOINT_SECONDS`` sets another least time and lifts the share, for
    machines that are switched off without warning and for tests that kill: 0 writes after every step.
    """

    def __init__(self, folder: Path, least_seconds: float | None = None) -> None:
        self._folder = folder
        wanted = os.environ.get(_VARIABLE, "")
        self._share = math.inf if wanted else _SHARE
        self._least = float(wanted or _LEAST_SECONDS) if least_seconds is None else least_seconds
        self._next = time.monotonic() + self._least

    @property
    def exists(self) -> bool:
        return (self._folder / _FILE).is_file()

    @property
    def due(self) -> bool:
        return time.monotonic() >= self._next

    def write(self, tensors: dict[str, Tensor], progress: Progress) -> None:
        """Raises OSError or SafetensorError on a full disk; the last checkpoint stays."""
        started = time.monotonic()
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = self._folder / (_FILE + ".writing")
        try:
            save_file(tensors, beside, metadata={"progress": msgspec.json.encode(progress).decode()})
            with beside.open("rb") as file:
                os.fsync(file.fileno())  # the name must not reach the disk before the bytes
            os.replace(beside, self._folder / _FILE)
        finally:
            beside.unlink(missing_ok=True)
        took = time.monotonic() - started
        self._next = time.monotonic() + max(self._least, took / self._share)

    def read(self) -> tuple[dict[str, Tensor], Progress]:
        """Raises MODEL_DAMAGED where the file was cut or changed."""
        path = self._folder / _FILE
        try:
            with safe_open(path, "pt") as file:
                progress = msgspec.json.decode(file.metadata()["progress"], type=Progress)
                # cloned: the mapped file is replaced while training goes on
                tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, msgspec.MsgspecError, KeyError, TypeError) as error:
            raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(path)) from error
        return tensors, progress

    def remove(self) -> None:
        (self._folder / _FILE).unlink(missing_ok=True)


def to_cpu(tensor: Tensor) -> Tensor:
    """A contiguous copy in main memory, as safetensors wants it."""
    return (
        tensor.detach().to("cpu", copy=True).contiguous() if tensor.device.type != "cpu" else tensor.detach()
    )


def hash_of(tensors: dict[str, Tensor]) -> str:
    """sha256 over names and bytes in sorted order: equal exactly where all weights are equal."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(to_cpu(tensors[name]).contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
