"""When the window's process is killed, its engine ends too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil


def test_the_engine_dies_with_its_parent(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.process.parent", str(tmp_path / "engine.log")],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        engine = psutil.Process(int(parent.stdout.readline()))
        assert engine.is_running()
        parent.kill()
        engine.wait(timeout=10)
        assert not engine.is_running()
