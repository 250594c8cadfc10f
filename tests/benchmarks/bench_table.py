"""A table of a million texts: scrolling to any row, and full-text search. Prints one JSON object.

    python -m tests.benchmarks.bench_table [--rows 1000000] [--project FOLDER]

A *jump* is the time from asking the scroll bar for a random row until its rows are painted. A *search* is the
time from the keystroke until the first page of hits is painted; the rest of the hits comes in afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from engine.api.messages import ColumnMapping
from engine.api.project import Project
from gui import fonts
from gui.models.documents_model import DocumentsModel
from gui.pages.data.documents_view import DocumentsView
from gui.store_reader import StoreReader
from gui.theme import Theme

_VOCABULARY = (
    "the order was late again and nobody answers my letters please send refund invoice parcel courier "
    "address password account login broken screen battery charger thank you quick friendly support "
    "delivery tracking number wrong size colour exchange store voucher discount subscription cancel "
    "renew payment card bank "
)
_WORDS = _VOCABULARY.split()
_CHINESE = (
    "我要退款",
    "快递太慢了",
    "客服态度很好",
    "发票开错了",
    "账号无法登录",
    "包裹破损",
    "什么时候发货",
    "优惠券不能用",
)
_QUERIES = ("refund", "the", "parcel courier", "zebra", "pay", "退款", "快递", "客服态度", "慢", "不存在")
_BATCH = 20_000


def build(folder: Path, rows: int) -> Project:
    """A project of ``rows`` texts of about 100 characters, every tenth Chinese."""
    project = Project.create(folder)
    if project.documents.count() == rows:
        return project
    with project.transaction():
        file = folder / "million.csv"
        file.write_text("", encoding="utf-8")
        source = project.documents.add_source(
            file, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        for start in range(0, rows, _BATCH):
            project.documents.add_rows(source, _rows(start, min(rows, start + _BATCH)))
        project.documents.finish_source(source)
    return project


def _rows(start: int, end: int) -> Iterator[tuple[int, str, str, str]]:
    chance = random.Random(start)
    for line in range(start, end):
        if line % 10 == 0:
            text = "，".join(chance.choices(_CHINESE, k=16)) + f"，订单{line}"
        else:
            text = " ".join(chance.choices(_WORDS, k=15)) + f" {line}"
        if line % 100_000 == 17:
            text += " zebra"
        yield line + 2, text, f"label {line % 6}", ("train", "train", "validation", "test")[line % 4]


class Watch(QObject):
    """The longest gap of the event loop while it watches."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def reset(self) -> None:
        self.longest_ms, self._last = 0.0, time.perf_counter()

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now


def _until(met: Callable[[], bool], seconds: float = 60.0) -> None:
    # the loop sleeps between events, as the window's does: one that spins would keep the reader from running
    end = time.perf_counter() + seconds
    while not met():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > end:
            raise TimeoutError


def _figures(milliseconds: list[float]) -> dict[str, float]:
    return {
        "median_ms": round(statistics.median(milliseconds), 2),
        "p95_ms": round(sorted(milliseconds)[int(0.95 * (len(milliseconds) - 1))], 2),
        "max_ms": round(max(milliseconds), 2),
        "times": len(milliseconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--project", type=Path, help="keep the project here and use it again")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = wanted.project or Path(scratch) / "table.lexplain"
        began = time.perf_counter()
        project = build(folder, wanted.rows)
        built = time.perf_counter() - began
        app = QApplication(sys.argv[:1])
        fonts.install(app)
        theme = Theme("light")
        theme.apply(app)
        print(
            json.dumps(
                {
                    "rows": wanted.rows,
                    "build_seconds": round(built, 1),
                    **measure(theme, project, wanted.rows),
                }
            )
        )
        project.close()


def measure(theme: Theme, project: Project, rows: int) -> dict[str, object]:
    """All figures on one project."""
    reader = StoreReader()
    reader.open(project.path)
    model = DocumentsModel(reader)
    view = DocumentsView(theme, model)
    view.set_total(rows)
    view.resize(1000, 700)
    view.show()
    began = time.perf_counter()
    model.set_project(project)
    _until(lambda: model.rowCount() == rows)
    view.table.viewport().repaint()
    opened = (time.perf_counter() - began) * 1000
    watch = Watch()
    _until(lambda: model.complete)
    jumps = _jumps(view, rows)
    watch.reset()
    latencies: dict[str, object] = {}
    everything: list[float] = []
    gaps: list[float] = []
    for query in _QUERIES:
        times = []
        for _ in range(5):
            view.clear_filter()
            _until(lambda: model.complete)
            watch.reset()
            times.append(_search(view, query))
            _until(lambda: model.complete)
            gaps.append(watch.longest_ms)
        everything += times
        latencies[query] = {
            "hits": model.rowCount(),
            "longest_gap_ms": round(max(gaps[-5:]), 1),
            **_figures(times),
        }
    reader.close()
    view.close()
    return {
        "open_table_ms": round(opened, 1),
        "jump_to_row": _figures(jumps),
        "search_first_page": _figures(everything),
        "event_loop_longest_gap_ms": round(max(gaps), 1),
        "searches": latencies,
    }


def _jumps(view: DocumentsView, rows: int) -> list[float]:
    chance = random.Random(13)
    bar = view.table.verticalScrollBar()
    times = []
    for _ in range(300):
        row = chance.randrange(rows)
        began = time.perf_counter()
        bar.setValue(min(row, bar.maximum()))
        view.table.viewport().repaint()
        times.append((time.perf_counter() - began) * 1000)
        QApplication.processEvents()
    return times


def _search(view: DocumentsView, query: str) -> float:
    answered: list[bool] = []
    model = view.model
    connection = model.counted.connect(lambda rows, complete: answered.append(complete))
    began = time.perf_counter()
    view.search.setText(query)
    _until(lambda: bool(answered))
    view.table.viewport().repaint()
    taken = (time.perf_counter() - began) * 1000
    model.counted.disconnect(connection)
    return taken


if __name__ == "__main__":
    main()
