"""Where the engine process begins: output goes to a log, it ends with its parent, it imports what was named.

Runs in the child alone. It must not import Qt: the child has no use for it.
"""

from __future__ import annotations

import faulthandler
import importlib
import multiprocessing
import os
import sys
import threading
from multiprocessing.connection import Connection, wait
from pathlib import Path

_LOG_KEPT_BYTES = 1_000_000


def serve(entry: str, connection: Connection, lane: str, log: str) -> None:
    """Call ``entry`` (``module:function``) with the connection and the lane's name."""
    _log_to(Path(log))
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    module, function = entry.split(":")
    getattr(importlib.import_module(module), function)(connection, lane)


def _log_to(log: Path) -> None:
    """Send what Python and native code print to the log; a crash writes its stacks there."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".old.log"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    # a windowed program on Windows has no streams of its own
    sys.stdout = open(  # noqa: SIM115 - it stays open as long as the process
        1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )
    sys.stderr = open(  # noqa: SIM115
        2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )
    faulthandler.enable(sys.stderr)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])  # readable when the parent is gone, however it went
        os._exit(0)
