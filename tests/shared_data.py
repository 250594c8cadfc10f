"""Where the public data sets lie; tests and benchmarks that need a missing one are skipped with a word."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]


def shared(name: str) -> Path:
    """The folder of a data set. Skips the running test with a clear word where it is missing."""
    folder = Path(os.environ.get("LEXPLAIN_SHARED_DATA", _ROOT.parent / "shared" / "data")) / name
    if not folder.is_dir():
        pytest.skip(f"the public data set {name!r} is not on this machine (set LEXPLAIN_SHARED_DATA)")
    return folder


def rows(name: str, split: str, limit: int | None = None) -> tuple[list[str], list[str]]:
    """(texts, labels) of a classification set's ``train``, ``dev`` or ``test`` file."""
    with (shared(name) / f"{split}.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))[:limit]
    return [row["text"] for row in read], [row["label"] for row in read]
