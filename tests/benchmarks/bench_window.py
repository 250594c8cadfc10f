"""The window: how fast it starts, and whether it ever stands still while the engines work.

    python -m tests.benchmarks.bench_window [--starts 5] [--engine-starts 3] [--seconds 60] [--texts 4000]

*Start*: `lexplain --measure-start` in a fresh process, off the screen; milliseconds from the start of the process
to the first paint, its memory then, and which of the heavy libraries it has loaded. *Engine*: seconds from the
queue's start until the interactive engine, and then both, say that they are ready.

*Gaps*: the real window on the real engines, off the screen. A project with a fine-tuned run is made first, through
the queue. Then for ``--seconds``: in the first half a training runs in the heavy lane, in the second half a large
file is scored; all the while a text is typed on the Explain page (live predictions and explanations in the
interactive lane), the Data table is scrolled, and the Train or Predict page is looked at, in turns. Keys and wheel
turns are posted to the widgets and pages are changed by timers, so handling and painting them counts. A precise
timer beats every 2 ms; a gap is the time between two beats, those 2 ms included. ``computed_ms`` of the worst is
what the window's thread worked in it: much less than the gap means that it waited for a core or for Python's lock.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEventLoop, QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.api.messages import Lane
from gui.__main__ import ENGINE_ENTRY
from gui.app import Lexplain, make_application
from gui.engine_link import EntryPoint
from gui.jobs import Job, JobQueue
from gui.measure import HEAVY
from gui.pages.data.documents_view import DocumentsView
from gui.pages.explain.what_if import WhatIf
from gui.session import Session
from tests.benchmarks.driven_window import DrivenWindow, key_of, press, reading_view, until, write_table
from tests.shared_data import rows

_SET = "sst2"
_LIMIT_MS = 50.0
_BEAT_MS = 2
_KEY_MS = 70  # a fast typist
_BURST = 14  # keys, then the hands rest so long that an explanation comes
_REST_MS = 900
_LONGEST = 160  # characters; then everything is marked and typed over
_WHEEL_MS = 16
_WHEEL_STEP = 120
_PAGES = (("explain", 6.0), ("data", 3.5), ("", 2.0))  # seconds each; '': the page of the heavy job
_FILE_ROWS = 200_000
_WORST = 8


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--engine-starts", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0, help="0: only the starts")
    parser.add_argument("--texts", type=int, default=4000, help="of the project")
    parser.add_argument("--epochs", type=float, default=0.2, help="of the run that explains")
    given = parser.parse_args()
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        folder = Path(scratch)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA"):
            os.environ[name] = str(folder / "settings")  # never the user's own
        if given.starts:
            found["start"] = starts(given.starts)
        app = make_application(sys.argv[:1])
        if given.engine_starts:
            found["engine_ready"] = engine_starts(given.engine_starts, folder)
        if given.seconds:
            found["gaps"] = Drive(app, folder, given.texts, given.epochs).measure(given.seconds)
    print(json.dumps(found))


# --- starting -----------------------------------------------------------------------------------------------


def starts(times: int) -> dict[str, object]:
    """First paint and memory of fresh processes."""
    command = [sys.executable, "-m", "gui", "--measure-start"]
    told = []
    for _ in range(times):
        run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
        told.append(json.loads(run.stdout.splitlines()[-1]))
        print(json.dumps(told[-1]), file=sys.stderr, flush=True)
    return {
        "first_paint_ms": statistics.median(each["first_paint_ms"] for each in told),
        "first_paint_ms_all": [each["first_paint_ms"] for each in told],
        "memory_mb": statistics.median(each["memory_mb"] for each in told),
        "heavy_modules": sorted({name for each in told for name in each["heavy_modules"]}),
    }


def engine_starts(times: int, folder: Path) -> dict[str, object]:
    """Seconds until the engines of a queue are ready: the interactive one, and both."""
    interactive, both = [], []
    for number in range(times):
        session = Session()
        queue = JobQueue(session, EntryPoint(ENGINE_ENTRY), folder / f"logs-{number}")
        began = time.perf_counter()
        queue.start()
        until(lambda queue=queue: queue.ready(Lane.INTERACTIVE) is not None)  # type: ignore[misc]
        interactive.append(time.perf_counter() - began)
        until(lambda queue=queue: queue.ready(Lane.HEAVY) is not None)  # type: ignore[misc]
        both.append(time.perf_counter() - began)
        queue.stop()
        session.writer.stop()
        line = {"interactive_seconds": round(interactive[-1], 2), "both_seconds": round(both[-1], 2)}
        print(json.dumps(line), file=sys.stderr, flush=True)
    return {
        "interactive_seconds": statistics.median(interactive),
        "both_seconds": statistics.median(both),
        "interactive_seconds_all": interactive,
    }


# --- gaps ---------------------------------------------------------------------------------------------------


class Pulse(QObject):
    """Keeps every gap of the event loop, and what was going on at its end."""

    def __init__(self, doing: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []
        self.worst: list[tuple[float, float, float, str]] = []  # ms, of them this thread's work, second, what
        self._doing = doing
        self._began = self._last = self._worked = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._began = self._last = time.perf_counter()
        self._worked = time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter()
        gap = 1000 * (now - self._last)
        self._last = now
        worked, before = time.thread_time(), self._worked
        self._worked = worked
        self.gaps.append(gap)
        if len(self.worst) < _WORST or gap > self.worst[-1][0]:
            found = (gap, 1000 * (worked - before), now - self._began, self._doing())
            self.worst = sorted([*self.worst, found], reverse=True)[:_WORST]


class Hands(QObject):
    """Types, scrolls and changes pages, by timers of the same event loop. ``doing`` says what it did last."""

    def __init__(self, product: Lexplain) -> None:
        super().__init__(product)
        self._window = product.window
        self._page_of_job = "train"
        self._chance = random.Random(0)
        self._text = self._words()
        self._burst = 0
        self._step = -_WHEEL_STEP
        self._turns = itertools.cycle(_PAGES)
        self.doing = ""
        self.keys = self.wheels = self.pages = self.predictions = self.explanations = 0
        self._keys, self._wheel, self._turn = QTimer(self), QTimer(self), QTimer(self)
        for timer, handler in ((self._keys, self._key), (self._wheel, self._roll), (self._turn, self._next)):
            timer.setTimerType(Qt.TimerType.PreciseTimer)
            timer.timeout.connect(handler)
        what_if = self._window.pages["explain"].findChild(WhatIf)
        assert isinstance(what_if, WhatIf)
        what_if.predicted.connect(self._predicted)
        what_if.explained.connect(self._explained)

    def start(self) -> None:
        self._next()

    def stop(self) -> None:
        for timer in (self._keys, self._wheel, self._turn):
            timer.stop()

    def look_at(self, page: str) -> None:
        """The page of the heavy job from now on."""
        self._page_of_job = page

    @Slot()
    def _next(self) -> None:
        page, seconds = next(self._turns)
        page = page or self._page_of_job
        self._keys.stop()
        self._wheel.stop()
        self.pages += 1
        self.doing = f"show {page}"
        self._window.action(f"page-{page}").trigger()
        if page == "explain":
            self._keys.start(_KEY_MS)
        elif page == "data":
            self._wheel.start(_WHEEL_MS)
        self._turn.start(round(1000 * seconds))

    # --- typing -------------------------------------------------------------------------------------------

    def _words(self) -> Iterator[str]:
        texts = rows(_SET, "test", 400)[0]
        self._chance.shuffle(texts)
        return (character for text in itertools.cycle(texts) for character in text + " ")

    @Slot()
    def _key(self) -> None:
        view = reading_view(self._window.pages["explain"])
        self._keys.setInterval(_KEY_MS)
        self.doing = "key"
        if len(view.toPlainText()) > _LONGEST:
            press(view, Qt.Key.Key_A, "", Qt.KeyboardModifier.ControlModifier)  # typed over by the next key
        character = next(self._text)
        press(view, key_of(character), character)
        self.keys += 1
        self._burst = (self._burst + 1) % _BURST
        if self._burst == 0:
            self._keys.setInterval(_REST_MS)

    @Slot()
    def _predicted(self) -> None:
        self.doing = "prediction shown"
        self.predictions += 1

    @Slot()
    def _explained(self) -> None:
        self.doing = "explanation shown"
        self.explanations += 1

    # --- scrolling ----------------------------------------------------------------------------------------

    @Slot()
    def _roll(self) -> None:
        view = self._window.pages["data"].findChild(DocumentsView)
        assert isinstance(view, DocumentsView)
        bar, port = view.table.verticalScrollBar(), view.table.viewport()
        if bar.value() >= bar.maximum():
            self._step = _WHEEL_STEP
        elif bar.value() <= bar.minimum():
            self._step = -_WHEEL_STEP
        at = QPointF(port.width() / 2, port.height() / 2)
        turn = QWheelEvent(
            at,
            port.mapToGlobal(at),
            QPoint(),
            QPoint(0, self._step),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        self.doing = "wheel"
        QApplication.postEvent(port, turn)
        self.wheels += 1


class Drive:
    """The work of one measurement in a window."""

    def __init__(self, app: QApplication, folder: Path, texts: int, epochs: float) -> None:
        self._window = DrivenWindow(app, folder, texts, epochs)
        self._product, self._folder = self._window.product, folder
        self._file = folder / "large.csv"
        many = itertools.islice(itertools.cycle(rows(_SET, "train")[0]), _FILE_ROWS)
        write_table(self._file, ["text"], ((f"{text} {number}",) for number, text in enumerate(many)))

    def measure(self, seconds: float) -> dict[str, object]:
        """Gaps, and what was done meanwhile."""
        product = self._product
        run = self._window.open()
        hands = Hands(product)
        half = round(500 * seconds)
        heavy: list[Job] = []
        doings = {"phase": "training"}
        pulse = Pulse(lambda: f"{doings['phase']}: {hands.doing}", product)
        loop = QEventLoop()
        change, end = QTimer(), QTimer()
        progress: dict[str, int] = {"training": 0, "scoring": 0}

        def count() -> None:
            progress[doings["phase"]] += 1

        def add(job: Job) -> None:
            job.progressed.connect(count)
            heavy.append(job)

        def to_scoring() -> None:
            doings["phase"] = "scoring"
            hands.look_at("predict")
            heavy[0].cancel()
            out = self._folder / "scored.csv"
            add(product.operations.predict_file(run, self._file, "text", out))

        change.setSingleShot(True)
        change.timeout.connect(to_scoring)
        end.setSingleShot(True)
        end.timeout.connect(loop.quit)
        add(product.operations.train("fine-tune", options={"epochs": 100.0}))
        until(lambda: progress["training"] > 0)
        product.session.select_run(run)
        hands.start()
        pulse.start()
        change.start(half)
        end.start(2 * half)
        loop.exec()
        pulse.stop()
        hands.stop()
        scored = heavy[1].state
        heavy[1].cancel()
        until(lambda: not product.queue.jobs)
        memory = psutil.Process().memory_info().rss / 2**20
        banners = product.window.banners.texts
        self._window.close()
        return {
            "seconds": 2 * half / 1000,
            "gaps_max_ms": max(pulse.gaps),
            "gaps_p999_ms": _percentile(pulse.gaps, 0.999),
            "gaps_median_ms": statistics.median(pulse.gaps),
            f"gaps_over_{_LIMIT_MS:.0f}_ms": sum(gap > _LIMIT_MS for gap in pulse.gaps),
            "beats": len(pulse.gaps),
            "worst": [
                {"ms": round(gap, 1), "computed_ms": round(own, 1), "second": round(at, 2), "after": doing}
                for gap, own, at, doing in pulse.worst
            ],
            "keystrokes": hands.keys,
            "wheel_turns": hands.wheels,
            "page_changes": hands.pages,
            "predictions_shown": hands.predictions,
            "explanations_shown": hands.explanations,
            "progress_while_training": progress["training"],
            "progress_while_scoring": progress["scoring"],
            "scoring_was": str(scored),
            "memory_mb": round(memory),
            "torch_in_window": [name for name in HEAVY[:3] if name in sys.modules],
            "banners": banners,
        }


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    main()
