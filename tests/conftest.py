"""What every test stands on: no display, no hub, settings of its own."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from engine.offline import keep_libraries_quiet

# before Qt, torch or a hub is imported anywhere; a virtual screen may be named from outside
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers on two cores, and their children
keep_libraries_quiet()


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of a test go into a folder of its own, never into the user's.

    Caches stay where they are: a fresh one would have every child look for all fonts again.
    """
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("LEXPLAIN_MODELS", str(folder / "models"))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    return folder


# As in the window's own process (gui/garbage.py): a collection in the middle of a paint event destroys widgets
# that Qt still draws. Between two tests nothing is drawn.
gc.disable()


def pytest_runtest_logfinish() -> None:
    gc.collect(1)
