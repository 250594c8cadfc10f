"""Charts come from their own thread, the latest wins, and the window keeps answering."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from matplotlib.figure import Figure
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import fonts
from gui.plots import curves, label_counts, learning, reliability, scatter, word_bars
from gui.plots.renderer import DrawFunction, PlotData, PlotRenderer
from gui.plots.view import PlotView
from gui.theme import DARK, LIGHT, Palette, Theme

# The offscreen platform has no window manager to tell.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

COUNTS = label_counts.LabelCountsData("Labels", "d", "label", "texts", (("退款", 3), ("$x$_b", 9)))
LOSS = curves.LossData(
    "Loss", "d", "step", "train", "validation", ((1, 2.0), (2, 1.0)), ((2, 1.5),), "nothing yet"
)
SCORE = curves.ScoreData("F1", "d", "step", "F1", "best", ((1, 0.2), (2, 0.9)), 0.8, "target", "nothing yet")
RELIABLE = reliability.ReliabilityData(
    "R", "d", "confidence", "right", "texts", "ideal", (reliability.Bin(0.6, 0.5, 4),), "none"
)
SCATTERED = scatter.ScatterData("S", "d", "true", "given", ((1.0, 1.2), (-3.0, -2.5)), "none")
WORDS = word_bars.WordBarsData("Words", "d", "word", "score", (("a", 0.5), ("b", -1.0)), "none")
LEARNING = learning.LearningData(
    "L", "d", "texts", "now", "guessed", "F1", ((40, 0.7), (80, 0.75)), ((80, 0.75), (160, 0.79)), "none"
)
ALL: list[tuple[DrawFunction, Any]] = [
    (label_counts.draw_label_counts, COUNTS),
    (label_counts.draw_label_counts, replace(COUNTS, counts=())),
    (label_counts.draw_label_counts, replace(COUNTS, counts=(("a", 0),))),
    (curves.draw_loss, LOSS),
    (curves.draw_loss, replace(LOSS, train=(), validation=())),
    (curves.draw_score, SCORE),
    (curves.draw_score, replace(SCORE, points=((1, 0.0),), target=None)),
    (curves.draw_score, replace(SCORE, points=())),
    (reliability.draw_reliability, RELIABLE),
    (reliability.draw_reliability, replace(RELIABLE, bins=())),
    (scatter.draw_scatter, SCATTERED),
    (scatter.draw_scatter, replace(SCATTERED, points=((2.0, 2.0),))),
    (scatter.draw_scatter, replace(SCATTERED, points=())),
    (word_bars.draw_word_bars, WORDS),
    (word_bars.draw_word_bars, replace(WORDS, words=())),
    (learning.draw_learning, LEARNING),
    (learning.draw_learning, replace(LEARNING, points=((40, 0.7),), beyond=())),
    (learning.draw_learning, replace(LEARNING, points=(), beyond=())),
    (
        curves.draw_score,
        replace(SCORE, points=((1, -0.3), (2, 0.1)), target=None),
    ),  # a correlation below zero
]


@pytest.fixture
def renderer(qapp: QApplication) -> Iterator[PlotRenderer]:
    files = [*fonts.inter_files(), *fonts.cjk_files()]
    renderer = PlotRenderer(files)
    yield renderer
    renderer.close()


@pytest.fixture
def view(qtbot: QtBot, renderer: PlotRenderer) -> PlotView:
    view = PlotView(Theme("light"), renderer)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    return view


@pytest.mark.parametrize(("draw", "data"), ALL)
def test_every_chart_draws(qtbot: QtBot, view: PlotView, draw: DrawFunction, data: PlotData) -> None:
    failures: list[str] = []
    view.failed.connect(failures.append)
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        view.show_data(draw, data)
    assert not failures
    image = view.image()
    assert image is not None
    assert (image.width(), image.height()) == (400, 300)
    headers, rows = view.as_table()
    assert all(len(row) == len(headers) for row in rows)
    assert view.accessibleName() == data.title


def test_chinese_is_not_boxes(qtbot: QtBot, view: PlotView) -> None:
    pictures = []
    for name in ("退款", "支持"):
        with qtbot.waitSignal(view.drawn, timeout=20_000):
            view.show_data(label_counts.draw_label_counts, replace(COUNTS, counts=((name, 1),)))
        pictures.append(view.image())
    assert pictures[0] != pictures[1]


def test_theme_and_size_redraw(qtbot: QtBot, qapp: QApplication, renderer: PlotRenderer) -> None:
    theme = Theme("light")
    view = PlotView(theme, renderer)
    qtbot.addWidget(view)
    view.resize(300, 200)
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        view.show_data(curves.draw_loss, LOSS)  # asks nothing while hidden
        view.show()
    image = view.image()
    assert image is not None
    assert image.pixelColor(1, 1).name() == LIGHT.surface.lower()
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        theme.mode = "dark"
    image = view.image()
    assert image is not None
    assert image.pixelColor(1, 1).name() == DARK.surface.lower()
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        view.resize(320, 220)
    image = view.image()
    assert image is not None
    assert image.width() == 320


def test_latest_wins_and_drawing_is_elsewhere(qtbot: QtBot, view: PlotView) -> None:
    drawn: list[str] = []
    threads: list[QThread] = []

    def draw(figure: object, data: PlotData, palette: Palette) -> None:
        drawn.append(data.title)
        threads.append(QThread.currentThread())

    shown: list[bool] = []
    view.drawn.connect(lambda: shown.append(True))
    for i in range(40):
        view.show_data(draw, replace(LOSS, title=str(i)))
    qtbot.waitUntil(lambda: bool(shown), timeout=20_000)
    assert drawn[-1] == "39"
    assert len(drawn) < 40
    assert len(shown) == 1
    assert all(thread is not view.thread() for thread in threads)


def test_a_failing_chart_is_told(qtbot: QtBot, view: PlotView) -> None:
    def draw(figure: object, data: PlotData, palette: Palette) -> None:
        raise ValueError("no numbers")

    with qtbot.waitSignal(view.failed, timeout=20_000) as said:
        view.show_data(draw, LOSS)
    assert said.args == ["ValueError: no numbers"]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_saving(qtbot: QtBot, view: PlotView, tmp_path: Path, ending: str) -> None:
    view.show_data(curves.draw_score, SCORE)
    path = tmp_path / f"chart.{ending}"
    with qtbot.waitSignal(view.saved, timeout=20_000):
        view.save(path)
    start = path.read_bytes()[:200]
    assert start.startswith(b"\x89PNG") if ending == "png" else b"<?xml" in start
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    with qtbot.waitSignal(view.failed, timeout=20_000):
        view.save(tmp_path / "no folder" / "x.png")


def test_window_keeps_answering(qtbot: QtBot, view: PlotView) -> None:
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        view.show_data(curves.draw_loss, LOSS)  # matplotlib is loaded after this
    gaps: list[float] = []
    last = perf_counter()

    def tick() -> None:
        nonlocal last
        now = perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(5)
    last = perf_counter()
    for _ in range(5):
        with qtbot.waitSignal(view.drawn, timeout=20_000):
            view.show_data(curves.draw_score, SCORE)
    timer.stop()
    assert sorted(gaps)[int(len(gaps) * 0.95)] < 0.05


def test_the_window_does_not_import_matplotlib() -> None:
    code = (
        "import sys, gui.plots.view, gui.plots.curves, gui.plots.reliability, gui.plots.word_bars,"
        " gui.plots.label_counts; sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_tick_stands_above_the_highest_score_there_is() -> None:
    figure = Figure()
    data = curves.ScoreData("F1", "rises", "step", "F1", "best", ((12.0, 0.96), (18.0, 1.0)))
    curves.draw_score(figure, data, LIGHT)
    ticks = figure.axes[0].get_yticks()
    assert len(ticks) > 1
    assert max(ticks) <= 1.0 + 1e-9
