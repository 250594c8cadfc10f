"""A clock for forecasts that counts how often it is read: a busy core must not change what a test compares."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest


def count_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reading of the forecast's clock is a second after the one before."""
    ticks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: float(next(ticks)))
    monkeypatch.setattr("engine.transfer.forecasting.time", clock)
