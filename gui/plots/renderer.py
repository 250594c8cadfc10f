"""Draws charts in a thread of its own, so that the window never waits for matplotlib."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtGui import QImage

from gui.plots import style
from gui.theme import Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class PlotData(Protocol):
    """What every chart's data can say besides its picture."""

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str:
        """What the chart shows, in a sentence, for assistive tools."""
        ...

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        """Headers and rows."""
        ...


# Any, because each chart takes its own kind of data.
DrawFunction = Callable[["Figure", Any, Palette], None]


@dataclass(frozen=True)
class PlotRequest:
    """One picture to draw. Sizes in device-independent pixels; `path` asks for a file instead."""

    view: int
    serial: int
    draw: DrawFunction
    data: PlotData
    palette: Palette
    width: int
    height: int
    ratio: float
    path: Path | None = None


class _Inbox:
    """Requests between the threads: the latest of a view replaces one that still waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, PlotRequest] = {}
        self._files: list[PlotRequest] = []

    def put(self, request: PlotRequest) -> None:
        with self._lock:
            if request.path is not None:
                self._files.append(request)
            else:
                self._waiting.pop(request.view, None)
                self._waiting[request.view] = request

    def take(self) -> PlotRequest | None:
        with self._lock:
            if self._files:
                return self._files.pop(0)
            return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None

    def forget(self, view: int) -> None:
        with self._lock:
            self._waiting.pop(view, None)


class _Worker(QObject):
    """Lives in the thread; every signal it emits is received in the window's thread."""

    drawn = Signal(int, int, QImage)
    saved = Signal(int, str)
    failed = Signal(int, int, str)

    def __init__(self, inbox: _Inbox, font_files: Sequence[Path]) -> None:
        super().__init__()
        self._inbox = inbox
        self._font_files = font_files

    @Slot()
    def work(self) -> None:
        request = self._inbox.take()
        if request is None:
            return  # a later request took this one's place
        try:
            style.prepare(self._font_files)
            if request.path is not None:
                _save(request)
                self.saved.emit(request.view, str(request.path))
            else:
                self.drawn.emit(request.view, request.serial, _draw(request))
        except Exception as error:
            self.failed.emit(request.view, request.serial, f"{type(error).__name__}: {error}")


def _figure(request: PlotRequest) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # 72 points an inch: sizes given in points are device-independent pixels.
    figure = Figure(
        figsize=(max(1, request.width) / 72, max(1, request.height) / 72),
        dpi=72 * request.ratio,
        layout="constrained",
        facecolor=request.palette.surface,
    )
    FigureCanvasAgg(figure)
    return figure


def _draw(request: PlotRequest) -> QImage:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with style.context(request.palette):
        figure = _figure(request)
        request.draw(figure, request.data, request.palette)
        canvas = figure.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        height, width = pixels.shape[0], pixels.shape[1]
        image = QImage(
            pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888
        ).copy()  # the bytes go away, the copy stays
    image.setDevicePixelRatio(request.ratio)
    return image


def _save(request: PlotRequest) -> None:
    assert request.path is not None
    with style.context(request.palette):
        figure = _figure(request)
        request.draw(figure, request.data, request.palette)
        beside = request.path.with_name(f".{request.path.name}.part")
        kind = "svg" if request.path.suffix.lower() == ".svg" else "png"
        figure.savefig(beside, format=kind, dpi=72 * request.ratio)
    os.replace(beside, request.path)


class PlotRenderer(QObject):
    """Owns the thread. Made once in the window's thread, passed by argument; `close` at the end.

    Signals, emitted in the window's thread:
        drawn(view, serial, image); saved(view, path); failed(view, serial or 0, reason).
    """

    drawn = Signal(int, int, QImage)
    saved = Signal(int, str)
    failed = Signal(int, int, str)
    _asked = Signal()

    def __init__(self, font_files: Sequence[Path] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._next = 0
        self._inbox = _Inbox()
        self._thread = QThread(self)
        self._thread.setObjectName("plots")
        self._worker = _Worker(self._inbox, tuple(font_files))
        self._worker.moveToThread(self._thread)
        self._asked.connect(self._worker.work)
        self._worker.drawn.connect(self._pass_drawn)
        self._worker.saved.connect(self._pass_saved)
        self._worker.failed.connect(self._pass_failed)

    def new_view(self) -> int:
        """A number for one view; its newest request is the only one that counts."""
        self._next += 1
        return self._next

    def request(self, request: PlotRequest) -> None:
        """Draw it as soon as the thread is free. The thread starts with the first request."""
        self._inbox.put(request)
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)
        self._asked.emit()

    def forget(self, view: int) -> None:
        """Drop what still waits for that view."""
        self._inbox.forget(view)

    def close(self) -> None:
        """End the thread; waits for the picture being drawn (well under a second)."""
        self._thread.quit()
        self._thread.wait()

    @Slot(int, int, QImage)
    def _pass_drawn(self, view: int, serial: int, image: QImage) -> None:
        self.drawn.emit(view, serial, image)

    @Slot(int, str)
    def _pass_saved(self, view: int, path: str) -> None:
        self.saved.emit(view, path)

    @Slot(int, int, str)
    def _pass_failed(self, view: int, serial: int, reason: str) -> None:
        self.failed.emit(view, serial, reason)
