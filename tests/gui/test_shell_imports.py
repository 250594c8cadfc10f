"""What the window's process may load, and when."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ENGINE_SIDE = """
import importlib, pkgutil, sys, gui
for module in pkgutil.walk_packages(gui.__path__, "gui."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print([name for name in sys.modules if name.split(".")[0] in ("torch", "transformers", "captum", "sklearn")
       or name.startswith("engine.") and not name.startswith("engine.api")])
"""


def _python(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_no_module_of_the_window_loads_the_engine() -> None:
    assert _python("-c", _ENGINE_SIDE) == "[]"


def test_the_entry_loads_no_qt() -> None:
    code = "import sys, gui.__main__; print([n for n in sys.modules if n.startswith('PySide6')])"
    assert _python("-c", code) == "[]"
    code = "import sys, gui.engine_entry; print([n for n in sys.modules if n.startswith('PySide6')])"
    assert _python("-c", code) == "[]"


def test_the_start_loads_nothing_heavy() -> None:
    figures = json.loads(_python("-m", "gui", "--measure-start"))
    assert figures["heavy_modules"] == []
    assert figures["memory_mb"] < 200


def test_a_project_that_is_not_there_is_said_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gui", "no-such-file"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no-such-file" in done.stderr
