"""A small parent for the test of its death: starts an engine and says the engine's pid, then only waits."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt

from engine.api.messages import Lane
from gui.engine_link import EngineLink, EntryPoint

if __name__ == "__main__":
    app = QCoreApplication([])
    link = EngineLink(Lane.HEAVY, EntryPoint("tests.process.fake_engine:serve"), Path(sys.argv[1]))
    link.said.connect(lambda _event: print(link.pid, flush=True), Qt.ConnectionType.DirectConnection)
    link.start()
    app.exec()
