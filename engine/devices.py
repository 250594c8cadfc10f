"""The device that computes: chosen by itself, with the precision that a check says pays."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil
import torch

from engine.progress import breathe


@dataclass(frozen=True)
class Device:
    """Where tensors live. ``threads`` is what torch uses on a CPU; memory in bytes."""

    torch_device: torch.device
    name: str
    threads: int
    memory_total: int

    @property
    def kind(self) -> str:
        """cuda, mps or cpu."""
        return self.torch_device.type


def choose() -> Device:
    """CUDA, else MPS, else CPU. ``LEXPLAIN_DEVICE`` (cpu, cuda:1, ...) is followed where that device is there."""
    wanted = os.environ.get("LEXPLAIN_DEVICE", "")
    if torch.cuda.is_available() and (not wanted or wanted.startswith("cuda")):
        device = torch.device(wanted or "cuda:0")
        properties = torch.cuda.get_device_properties(device)
        return Device(device, properties.name, torch.get_num_threads(), properties.total_memory)
    if torch.backends.mps.is_available() and wanted in ("", "mps"):
        return Device(
            torch.device("mps"), "Apple GPU", torch.get_num_threads(), psutil.virtual_memory().total
        )
    return Device(torch.device("cpu"), _cpu_name(), torch.get_num_threads(), psutil.virtual_memory().total)


def _cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def bf16_possible(device: torch.device) -> bool:
    """Whether bf16 could pay here at all; on a CPU without bf16 instructions it is emulated and slow."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    if device.type == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported())
    return False


def faster_precision(device: torch.device, step: Callable[[str], object]) -> tuple[str, float]:
    """Time ``step("fp32")`` against ``step("bf16")`` and give (the better precision, bf16's speed-up).

    bf16 must win by 15 %, since it costs digits. Each is run once to warm up and then three times.
    """
    if not bf16_possible(device):
        return "fp32", 1.0
    seconds = {precision: _median_seconds(device, step, precision) for precision in ("fp32", "bf16")}
    speedup = seconds["fp32"] / max(seconds["bf16"], 1e-9)
    return ("bf16" if speedup > 1.15 else "fp32"), speedup


def _median_seconds(device: torch.device, step: Callable[[str], object], precision: str) -> float:
    step(precision)
    taken = []
    for _ in range(3):
        breathe()
        started = time.perf_counter()
        step(precision)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        taken.append(time.perf_counter() - started)
    return sorted(taken)[1]


@cache
def scoring_precision(device: torch.device) -> str:
    """bf16 where matrix products of an encoder's size run at least half as fast again in it, else fp32."""
    if not bf16_possible(device):
        return "fp32"

    def product(precision: str) -> None:
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        left = torch.ones(1024, 384, dtype=dtype, device=device)
        for _ in range(4):
            left @ torch.ones(384, 1536, dtype=dtype, device=device)

    return "bf16" if faster_precision(device, product)[1] > 1.5 else "fp32"


def autocast(device: torch.device, precision: str) -> torch.autocast:
    """The context in which a forward pass runs in ``precision`` (fp32 or bf16)."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16")


def process_memory() -> int:
    """Resident bytes of this process."""
    return int(psutil.Process().memory_info().rss)
