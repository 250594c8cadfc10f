"""Forgotten cycles are collected in the window's thread, and at no other moment."""

from __future__ import annotations

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot

from gui.garbage import IdleGarbageCollector


class Knot:
    """A cycle that only the collector can undo; it notes which thread did."""

    def __init__(self, undone_in: list[int]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: undone_in.append(threading.get_ident()))


def test_cycles_go_in_the_windows_thread(qtbot: QtBot) -> None:
    gc.enable()
    collector = IdleGarbageCollector()
    try:
        assert not gc.isenabled()
        undone_in: list[int] = []
        Knot(undone_in)
        busy = threading.Thread(target=lambda: [[] for _ in range(50_000)])
        busy.start()
        busy.join()
        keep = [[number] for number in range(5000)]  # over the threshold, so that the next look collects
        assert undone_in == []
        qtbot.waitUntil(lambda: undone_in != [], timeout=5000)
        assert undone_in == [threading.get_ident()]
        assert len(keep) == 5000
    finally:
        collector.stop()
        assert gc.isenabled()
        gc.disable()  # as tests/conftest.py has it
