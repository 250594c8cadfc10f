"""The real window on the real engines, off the screen, with a project and a run: what benchmarks of it drive."""

from __future__ import annotations

import csv
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.api.messages import ColumnMapping, JobState
from gui.__main__ import ENGINE_ENTRY
from gui.app import Lexplain
from gui.engine_link import EntryPoint
from gui.settings import LANGUAGE, PROJECTS_FOLDER, THEME, Settings
from gui.widgets.highlighted_text import HighlightedText
from tests.shared_data import rows

_SET = "sst2"
_WAIT_SECONDS = 300.0


class DrivenWindow:
    """``texts`` of SST-2 and a run that is fine-tuned for ``epochs``; ``product`` is the application."""

    def __init__(self, app: QApplication, folder: Path, texts: int, epochs: float) -> None:
        self._folder, self._epochs = folder, epochs
        settings = Settings(folder / "settings.ini")
        settings.set(LANGUAGE, "en")
        settings.set(THEME, "light")
        settings.set(PROJECTS_FOLDER, str(folder / "projects"))
        self.product = Lexplain(app, EntryPoint(ENGINE_ENTRY), settings, folder / "logs")
        self._table = folder / "texts.csv"
        found = list(zip(*rows(_SET, "train"), strict=True))
        random.Random(0).shuffle(found)
        write_table(self._table, ["text", "label"], found[:texts])

    def open(self) -> str:
        """Start, make the project through the queue, build all pages; gives the run's id."""
        product = self.product
        product.start()
        until(lambda: len(product.window.pages) >= len(("data", "train", "evaluate", "explain", "predict")))
        product.opener.new_project(self._folder / "projects" / "window.lexplain")
        mapping = ColumnMapping(text="text", label="label")
        done = [
            product.operations.import_file(self._table, mapping),
            product.operations.train("fine-tune", options={"epochs": self._epochs}),
        ]
        until(lambda: not product.queue.jobs)
        assert all(job.state is JobState.DONE for job in done), [job.error for job in done]
        product.session.explain_requested.emit("a warm , funny and finally rather moving film")
        until(lambda: not product.queue.jobs)
        return done[1].run

    def close(self) -> None:
        self.product.opener.close_project()
        self.product.window.close()
        self.product.stop()


def reading_view(page: QWidget) -> HighlightedText:
    """The text in view on the Explain page; the one beside it is hidden."""
    return next(view for view in page.findChildren(HighlightedText) if view.isVisible())


def write_table(path: Path, header: list[str], lines: object) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(lines)  # type: ignore[arg-type]


def until(met: Callable[[], bool], seconds: float = _WAIT_SECONDS) -> None:
    """Let the event loop run until something holds. Raises TimeoutError."""
    # the loop sleeps between events, as the window's does
    waker = QTimer()
    waker.start(50)
    end = time.perf_counter() + seconds
    while not met():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > end:
            raise TimeoutError


def press(
    widget: QWidget,
    key: int,
    text: str,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Post a key to a widget."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.postEvent(widget, QKeyEvent(kind, key, modifiers, text))


def key_of(character: str) -> int:
    """Qt's key of a character; 0 where it has none of its own."""
    return ord(character.upper()) if character.isascii() and character.isalnum() else 0
