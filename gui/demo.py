"""`lexplain demo`: the main job on the sample, through the real window, the real queue and the real engine.

A list of steps, each an act and what must be true before the next one; looked at whenever the event loop is
free. A step that does not come true in time ends the demo with an exit code that is not 0.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QElapsedTimer,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from engine.api.errors import ErrorReport
from engine.api.messages import JobState, Lane
from engine.api.project import Project
from gui.app import Lexplain, make_application
from gui.engine_link import EntryPoint
from gui.errors import describe
from gui.jobs import Job
from gui.pages.data_page import DataPage
from gui.pages.predict_page import PredictPage
from gui.pages.report_page import ReportPage
from gui.settings import LANGUAGE, PROJECTS_FOLDER, THEME, Settings
from gui.shell.page_factories import FACTORIES
from gui.shell.welcome import SAMPLE_FILES
from gui.widgets.card import Card
from gui.widgets.entity_reading import EntityReading

LOOK_MS = 40
QUIET_MS = 500  # no picture drawn for so long: the page is at rest
STEP_SECONDS = 600.0  # for a machine that is busy with other things; two free cores need a tenth of it
TYPED = " Please answer today!"


@dataclass(frozen=True)
class Step:
    """``act`` is done once, then ``until`` is asked until it is true; ``says`` is the line printed."""

    says: str
    act: Callable[[], object]
    until: Callable[[], bool]


class Demo(QObject):
    """Plays the steps and keeps the pictures. ``code`` is the exit code, once it is over."""

    all_seconds = 1200.0

    def __init__(self, product: Lexplain, out: Path, stay: bool) -> None:
        super().__init__(product)
        self._product, self._out, self._stay = product, out, stay
        self._window = product.window
        self._pictures = 0
        self._ended: dict[str, JobState] = {}
        self._began = self._step_began = time.monotonic()
        self._quiet = QElapsedTimer()
        self._quiet.start()
        self.code = 1
        self._steps = self._play()
        self._step: Step | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        product.renderer.drawn.connect(self._drawn)
        product.queue.job_added.connect(self._job_seen)
        product.queue.job_changed.connect(self._job_seen)
        product.bugs.caught.connect(self._bug_caught)
        self._window.painted.connect(self._start)

    # --- the player ---------------------------------------------------------------------------------------

    @Slot()
    def _start(self) -> None:
        self._began = time.monotonic()
        self._next()
        self._timer.start(LOOK_MS)

    def _next(self) -> None:
        self._step = next(self._steps, None)
        self._step_began = time.monotonic()
        if self._step is None:
            self._finish(0, f"The main job is done. Pictures and report: {self._out}")
            return
        print(f"[{self._step_began - self._began:5.1f} s] {self._step.says}", flush=True)
        self._step.act()
        self._quiet.restart()  # an act may take its time: what it asked for is drawn after it

    @Slot()
    def _look(self) -> None:
        now = time.monotonic()
        if self._step is None:
            return
        lost = [name for name, state in self._ended.items() if state is not JobState.DONE]
        if lost:
            self._finish(1, f"A job did not end well: {', '.join(lost)}. {self._window.banners.texts}")
        elif self._step.until():
            self._next()
        elif now - self._step_began > STEP_SECONDS or now - self._began > self.all_seconds:
            self._finish(1, f"This did not come true in time: {self._step.says}")

    def _finish(self, code: int, words: str) -> None:
        self._timer.stop()
        self.code = code
        self._step = None
        print(words, file=sys.stderr if code else sys.stdout, flush=True)
        if not self._stay:
            self._product.opener.close_project()  # or the window would ask whether to leave what runs
            self._window.close()
            self._product.app.exit(code)

    @Slot(object)
    def _bug_caught(self, report: ErrorReport) -> None:
        self._finish(1, describe(report, self._product.settings.language).text)

    @Slot()
    def _drawn(self) -> None:
        self._quiet.restart()

    @Slot(object)
    def _job_seen(self, job: Job) -> None:
        if job.spare:
            return
        self._quiet.restart()
        if job.lane is Lane.HEAVY and job.state.ended:
            self._ended[f"{type(job.request).__name__} {job.id}"] = job.state

    # --- what the steps are made of ----------------------------------------------------------------------

    def _at_rest(self) -> bool:
        """No heavy job that was asked for, and nothing drawn or answered for a moment."""
        asked = [job for job in self._product.queue.jobs if not job.spare]
        return not asked and self._quiet.elapsed() > QUIET_MS

    def _picture(self, name: str) -> None:
        self._pictures += 1
        file = self._out / f"{self._pictures:02d}-{name}.png"
        if not self._window.grab().save(str(file)):
            self._finish(1, f"No picture could be written: {file}")

    def _show(self, page: str) -> Callable[[], None]:
        """The page's action, as its shortcut would trigger it."""
        return self._window.action(f"page-{page}").trigger

    def _primary(self) -> QPushButton | None:
        """The primary button that can be pressed on the page shown."""
        assert self._window.page is not None
        for button in self._window.page.findChildren(QPushButton):
            if button.property("kind") == "primary" and button.isVisible() and button.isEnabled():
                return button
        return None

    def _press_primary(self) -> None:
        button = self._primary()
        assert button is not None
        click(button)

    def _runs_done(self) -> int:
        project = self._project()
        return sum(run.state is JobState.DONE for run in project.runs.all())

    def _project(self) -> Project:
        project = self._product.session.project
        assert project is not None
        return project

    # --- the main job ----------------------------------------------------------------------

    def _play(self) -> Iterator[Step]:
        yield Step("The first screen", _nothing, lambda: len(self._window.pages) == len(FACTORIES))
        self._picture("welcome")
        yield from self._import()
        yield from self._train()
        yield from self._read()
        yield from self._score()
        yield from self._all_pages()

    def _import(self) -> Iterator[Step]:
        sample = next(b for b in self._window.welcome.findChildren(QPushButton) if "English" in b.text())
        page = self._window.pages["data"]
        assert isinstance(page, DataPage)

        def ready() -> bool:
            return page.sheet is not None and page.sheet.start.isEnabled() and self._at_rest()

        yield Step("Opening the sample: 583 customer messages", lambda: click(sample), ready)
        assert page.sheet is not None
        self._pictures += 1
        page.sheet.grab().save(str(self._out / f"{self._pictures:02d}-import.png"))
        start = page.sheet.start
        yield Step(
            "Importing it",
            lambda: click(start),
            lambda: page.sheet is None and self._project().documents.count() > 500 and self._at_rest(),
        )
        self._picture("data")

    def _train(self) -> Iterator[Step]:
        yield Step(
            "The training page", self._show("train"), lambda: self._primary() is not None and self._at_rest()
        )
        yield from self._train_with("bag-of-words", 1)
        yield from self._train_with("fine-tune", 2)
        self._picture("train")

    def _train_with(self, method: str, runs: int) -> Iterator[Step]:
        page = self._window.page
        assert page is not None
        card = next(card for card in page.findChildren(Card) if card.key == method)
        yield Step(
            f"Choosing {method}", lambda: click(card), lambda: self._primary() is not None and self._at_rest()
        )
        yield Step(
            f"Training: {method}",
            self._press_primary,
            lambda: self._runs_done() == runs and self._at_rest(),
        )

    def _read(self) -> Iterator[Step]:
        yield Step("How good is it?", self._show("evaluate"), self._at_rest)
        self._picture("evaluate")
        project, run = self._project(), self._product.session.run
        texts = project.runs.judged(run, "test", errors_only=True, limit=1) or project.runs.judged(
            run, "test", limit=1
        )
        before = len(project.runs.explanations(run))

        def explained() -> bool:
            return len(project.runs.explanations(run)) > before and self._at_rest()

        document = texts[0].document
        yield Step("Why?", lambda: self._product.session.explain_requested.emit(document), explained)
        self._picture("explain")
        page = self._window.page
        assert page is not None
        view = page.findChild(EntityReading)
        assert isinstance(view, EntityReading)

        def type_more() -> None:
            view.setFocus()
            view.moveCursor(view.textCursor().MoveOperation.End)
            QTest.keyClicks(view, TYPED)

        yield Step(
            "And if the text were another one?", type_more, lambda: TYPED in view.text() and self._at_rest()
        )
        self._picture("what-if")

    def _score(self) -> Iterator[Step]:
        page = self._window.pages["predict"]
        assert isinstance(page, PredictPage)
        table = self._out / "predicted.csv"
        table.unlink(missing_ok=True)
        yield Step("The page for whole files", self._show("predict"), self._at_rest)

        def choose() -> None:
            page.file.set_file(SAMPLE_FILES["en"])
            page.file.out.setText(str(table))

        yield Step(
            "Choosing a file to score", choose, lambda: page.file.start.isEnabled() and self._at_rest()
        )
        yield Step("Scoring it", lambda: click(page.file.start), lambda: table.is_file() and self._at_rest())
        self._picture("predict")
        report = self._window.pages["report"]
        assert isinstance(report, ReportPage)
        file = self._out / "report.html"
        file.unlink(missing_ok=True)
        yield Step("The report page", self._show("report"), self._at_rest)
        report.out.setText(str(file))
        yield Step(
            "Writing the report", lambda: click(report.write), lambda: file.is_file() and self._at_rest()
        )
        self._picture("report")

    def _all_pages(self) -> Iterator[Step]:
        settings = self._product.settings
        for name, theme, language in (("dark", "dark", "en"), ("chinese", "light", "zh_CN")):
            settings.set(THEME, theme)
            settings.set(LANGUAGE, language)
            for page in FACTORIES:
                yield Step(f"{page}, {name}", self._show(page), self._at_rest)
                self._picture(f"{name}-{page}")
        settings.set(LANGUAGE, "en")
        yield Step("Back to the explanation", self._show("explain"), self._at_rest)


def click(widget: QWidget) -> None:
    """Press with the mouse, where the widget is."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def _without_platform_noise(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """The offscreen platform says at every dialog what it cannot do; everything else is passed on."""
    if not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr, flush=True)


def _nothing() -> None:
    pass


def play(out: Path, entry: str, *, stay: bool) -> int:
    """Play the main job; pictures and the report go to ``out``. ``stay``: leave the window open."""
    out.mkdir(parents=True, exist_ok=True)
    file = out / "settings.ini"
    file.unlink(missing_ok=True)
    settings = Settings(file)
    settings.set(THEME, "light")
    settings.set(LANGUAGE, "en")
    settings.set(PROJECTS_FOLDER, str(out / "projects"))
    app = make_application(sys.argv[:1])
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        print("There is no display: the window is drawn off the screen.", flush=True)
        qInstallMessageHandler(_without_platform_noise)
    product = Lexplain(app, EntryPoint(entry), settings, out / "logs")
    demo = Demo(product, out, stay)
    product.start()
    app.exec()
    product.stop()
    return demo.code
