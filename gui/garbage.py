"""Python's cycle collector, run when the window's event loop is at rest.

Left to itself it starts in any allocation of any thread: in the middle of a paint event, or in a worker
thread, where destroying a forgotten widget crashes the process (seen under X11). Here it runs in the window's
thread, between events, and what was there at the start is left out of its sight.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL_MS = 1000


class IdleGarbageCollector(QObject):
    """Takes the collector over for as long as it lives; ``stop`` gives it back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        gc.freeze()  # modules and tables made at the start never become garbage
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    @Slot()
    def _collect(self) -> None:
        """The oldest generation that Python would have collected by now, by its own thresholds."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
