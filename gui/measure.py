"""How long the first paint takes and what it loads: ``lexplain --measure-start`` prints it and ends."""

from __future__ import annotations

import json
import sys
import time

import psutil
from PySide6.QtCore import QObject, Slot

from gui.app import Lexplain

HEAVY = ("torch", "transformers", "captum", "numpy", "matplotlib", "sklearn")


class _Watch(QObject):
    def __init__(self, product: Lexplain, started: float) -> None:
        super().__init__(product)
        self._product, self._started = product, started
        product.window.painted.connect(self._painted)

    @Slot()
    def _painted(self) -> None:
        figures = {
            "first_paint_ms": round((time.time() - self._started) * 1000),
            "memory_mb": round(psutil.Process().memory_info().rss / 2**20),
            "heavy_modules": [name for name in HEAVY if name in sys.modules],
        }
        print(json.dumps(figures), flush=True)
        self._product.window.close()
        self._product.app.quit()


def measure_start(product: Lexplain, started: float) -> None:
    """Print a JSON line at the first paint and quit. ``started``: of the process, seconds since the epoch."""
    _Watch(product, started)
