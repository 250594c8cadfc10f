"""One engine process and its pipe: commands in, events out, and how it ended."""

from __future__ import annotations

import shutil
import signal
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QThread, Signal

from engine.api import wire
from engine.api.errors import Value
from engine.api.messages import Command, Lane
from gui import engine_entry

TERMINATE_SECONDS = 1.0  # from terminate to kill
LEAVE_SECONDS = 1.0  # from end-of-file to terminate


@dataclass(frozen=True)
class EntryPoint:
    """The function that an engine process runs, by name: ``module:function``; the window never imports it."""

    name: str


@dataclass(frozen=True)
class ProcessOutcome:
    """How a process ended. ``exit_code`` as multiprocessing gives it: negative for a signal."""

    exit_code: int | None
    asked: bool

    @property
    def signal_name(self) -> str:
        """``SIGKILL`` and the like; '' where no signal ended it."""
        if self.exit_code is None or self.exit_code >= 0:
            return ""
        try:
            return signal.Signals(-self.exit_code).name
        except ValueError:
            return f"signal {-self.exit_code}"

    def __str__(self) -> str:
        if self.asked:
            return "ended as asked"
        if self.signal_name:
            return f"ended by {self.signal_name}"
        return "ended" if self.exit_code is None else f"ended with exit code {self.exit_code}"

    def values(self) -> dict[str, Value]:
        """What an ``ErrorReport`` of the kind ENGINE_DIED says of it."""
        return {"outcome": self.signal_name or f"exit code {self.exit_code}"}


class EngineLink(QThread):
    """Owns one engine process from its start to its end; all waiting is done in this thread.

    Signals, emitted in this thread:
        said(Event): in the order in which the engine said it.
        gone(ProcessOutcome): exactly once, after the last event.
    """

    said = Signal(object)
    gone = Signal(object)

    def __init__(self, lane: Lane, entry: EntryPoint, log: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"engine-{lane}")
        self._lane = lane
        self._entry = entry
        self._log = log
        self._orders: deque[bytes | None] = deque()  # None: end the process
        self._wake_reader, self._wake_writer = Pipe(duplex=False)
        self._lock = threading.Lock()
        self._asked = False
        self._leaving = False
        self.pid: int | None = None
        self.keep_log_in: Path | None = None  # where a copy of the log goes when the process dies

    # --- from any thread, never waiting ---------------------------------------------------------------------

    def send(self, command: Command) -> None:
        self._order(wire.encode(command))

    def end_process(self) -> None:
        """Terminate it, and kill it where that does not help."""
        self._asked = True
        self._order(None)

    def leave(self) -> None:
        """Hang up: the engine ends by itself, or is ended after a moment. ``wait()`` for the thread then."""
        self._leaving = True
        self.end_process()

    def _order(self, order: bytes | None) -> None:
        with self._lock:
            if not self._wake_writer.closed:
                self._orders.append(order)
                self._wake_writer.send_bytes(b"!")

    # --- this thread ----------------------------------------------------------------------

    def run(self) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=engine_entry.serve,
            args=(self._entry.name, theirs, self._lane.value, str(self._log)),
            name=self.objectName(),
            daemon=True,
        )
        process.start()
        theirs.close()  # so that end-of-file means the child's end
        self.pid = process.pid
        try:
            self._carry(ours, process)
        finally:
            ours.close()
            outcome = self._reap(process)
            with self._lock:
                self._wake_writer.close()
            self._wake_reader.close()
            if not self._asked:
                self._copy_log()
            self.gone.emit(outcome)

    def _carry(self, ours: Connection, process: SpawnProcess) -> None:
        """Orders in, events out, until the pipe ends."""
        while True:
            ready = wait([ours, self._wake_reader])
            if self._wake_reader in ready:
                self._wake_reader.recv_bytes()
                order = self._orders.popleft()
                if order is not None:
                    self._write(ours, order)
                elif self._leaving:
                    return
                else:
                    end(process)
            if ours in ready:
                try:
                    event = wire.decode_event(ours.recv_bytes())
                except (EOFError, OSError):
                    return
                except msgspec.MsgspecError as error:
                    # the two sides disagree on the contract: nothing that follows can be trusted
                    self._note(f"the engine said what is no event: {error}")
                    return
                self.said.emit(event)

    @staticmethod
    def _write(ours: Connection, order: bytes) -> None:
        with suppress(OSError):  # it is gone; reading tells so next
            ours.send_bytes(order)

    def _reap(self, process: SpawnProcess) -> ProcessOutcome:
        process.join(LEAVE_SECONDS)
        end(process)
        outcome = ProcessOutcome(process.exitcode, self._asked)
        process.close()
        return outcome

    def _copy_log(self) -> None:
        folder = self.keep_log_in
        if folder is None:
            return
        try:
            shutil.copyfile(self._log, folder / self._log.name)
        except OSError as error:
            self._note(f"the log could not be kept: {error}")

    def _note(self, text: str) -> None:
        try:
            with self._log.open("a", encoding="utf-8") as file:
                file.write(text + "\n")
        except OSError:
            return  # a log that cannot be written must not end the window


def end(process: SpawnProcess) -> None:
    """Terminate, wait, kill, wait."""
    if process.is_alive():
        process.terminate()
        process.join(TERMINATE_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
