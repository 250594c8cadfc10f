"""All that the window writes into a project, in order, in a thread with a connection of its own.

The engine may hold the database for seconds while it imports; the window's thread must not wait for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from engine.api.errors import ErrorReport, report
from engine.api.project import Project

Write = Callable[[Project], object]


class Ticket(QObject):
    """One write on its way. ``done`` or ``failed`` comes exactly once.

    Signals:
        done(value): what the write gave back.
        failed(error): an ``ErrorReport``; nothing was written.
    """

    done = Signal(object)
    failed = Signal(object)


class _Hand(QObject):
    """Lives in the writer's thread."""

    wrote = Signal(int, object)
    refused = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._project: Project | None = None

    @Slot(object)
    def open(self, path: Path) -> None:
        self.close()
        try:
            self._project = Project.open(path)
        except Exception as error:  # told at the next write
            self._error: ErrorReport = report(error)

    @Slot()
    def close(self) -> None:
        if self._project is not None:
            self._project.close()
            self._project = None

    @Slot(int, object)
    def write(self, number: int, write: Write) -> None:
        if self._project is None:
            self.refused.emit(number, self._error)
            return
        try:
            value = write(self._project)
        except Exception as error:
            self.refused.emit(number, report(error))
        else:
            self.wrote.emit(number, value)


class StoreWriter(QObject):
    """Hands writes to its thread. A write is a function of its ``Project``; it opens its transaction."""

    _open = Signal(object)
    _close = Signal()
    _write = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets: dict[int, Ticket] = {}
        self._numbers = itertools.count(1)
        self._thread = QThread()
        self._thread.setObjectName("store-writer")
        self._hand = _Hand()
        self._hand.moveToThread(self._thread)
        self._open.connect(self._hand.open)
        self._write.connect(self._hand.write)
        # waits for what was asked before: a project closes only when all is written
        self._close.connect(self._hand.close, Qt.ConnectionType.BlockingQueuedConnection)
        self._hand.wrote.connect(self._wrote)
        self._hand.refused.connect(self._refused)

    def open(self, path: Path) -> None:
        if not self._thread.isRunning():
            self._thread.start()
        self._open.emit(path)

    def write(self, write: Write) -> Ticket:
        """Queue a write; the ticket tells how it ended, in this thread."""
        number, ticket = next(self._numbers), Ticket(self)
        self._tickets[number] = ticket
        self._write.emit(number, write)
        return ticket

    def close(self) -> None:
        """Write what is queued, then close the connection."""
        if self._thread.isRunning():
            self._close.emit()

    def stop(self) -> None:
        """Write what is queued and end the thread."""
        self.close()
        self._thread.quit()
        self._thread.wait()

    @Slot(int, object)
    def _wrote(self, number: int, value: object) -> None:
        ticket = self._tickets.pop(number)
        ticket.done.emit(value)
        ticket.deleteLater()

    @Slot(int, object)
    def _refused(self, number: int, error: ErrorReport) -> None:
        ticket = self._tickets.pop(number)
        ticket.failed.emit(error)
        ticket.deleteLater()
