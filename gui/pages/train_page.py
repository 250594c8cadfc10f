"""Train: choose a method, see what it would take, watch it learn, keep the runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from engine.api.errors import ErrorReport, KnownError
from engine.api.messages import JobState
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.base import Page, PageState
from gui.pages.frames import card, padded, scrolled
from gui.pages.train.curves_panel import CurvesPanel
from gui.pages.train.history import read_points
from gui.pages.train.method_cards import MethodCards
from gui.pages.train.method_form import MethodForm
from gui.pages.train.recommendation import reason, recommend
from gui.pages.train.runs_panel import RunsPanel
from gui.pages.train.set_up_panel import SetUpPanel
from gui.store_reader import Overview, ReadOverview, StoreReader
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from gui.widgets.basic import separator
from gui.widgets.blocks import Banner, EmptyState, PageHeader

_FORECAST_MS = 400
_SIDE_WIDTH = 292
_OVERVIEW = "overview"
_SET_UP, _CURVES = range(2)


class TrainPage(Page):
    """Signals: page_requested(str): another page is to be shown, by its id."""

    page_id = "train"
    page_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._runs: list[Run] = []
        self._overview: Overview | None = None
        self._to_show = ""  # a run that has ended, until the table holds it
        self._failure: ErrorReport | None = None
        self._reader = StoreReader(self)
        self._reader.answered.connect(self._overview_read)
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(_FORECAST_MS)
        self._ask.timeout.connect(self._forecast)
        self._build()
        self._connect()
        self.retranslate()
        if context.session.project is not None:
            self._opened()

    # --- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme, language = self.context.theme, self.context.settings.language
        self._header = PageHeader(theme, "")
        self._banner = Banner(theme, "bad", "", close=" ")
        self._banner.hide()
        self._empty = EmptyState(theme, "train", "")
        self._cards = MethodCards(theme, language)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for _ in (_SET_UP, _CURVES):
            self._tabs.addTab("")
        self._set_up = SetUpPanel(theme, language)
        self._start = self._header.add_action("", primary=True, icon="play")
        self._curves = CurvesPanel(theme, self.context.renderer, language)
        self._runs_panel = RunsPanel(theme, language)
        self._centre = QStackedWidget()
        self._centre.addWidget(self._set_up)
        self._centre.addWidget(padded(self._curves))
        work = QSplitter(Qt.Orientation.Vertical)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        work.addWidget(self._upper())
        work.addWidget(card(self._runs_panel))
        work.setStretchFactor(0, 1)
        work.setSizes([450, 200])
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(work)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._header)
        column.addWidget(self._banner)
        column.addWidget(self._pages, 1)

    def _upper(self) -> QWidget:
        side = QWidget()
        side.setObjectName("scrolled")
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, SPACE_S, 0)
        left.setSpacing(SPACE_L)
        left.addWidget(self._cards)
        left.addStretch(1)
        area = scrolled(side)
        area.setFixedWidth(_SIDE_WIDTH)
        centre = QFrame()
        centre.setProperty("surface", "card")
        column = QVBoxLayout(centre)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(separator())
        column.addWidget(self._centre, 1)
        out = QWidget()
        row = QHBoxLayout(out)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        row.addWidget(area)
        row.addWidget(centre, 1)
        out.setMinimumHeight(350)
        return out

    def _connect(self) -> None:
        session, queue = self.context.session, self.context.queue
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.documents_changed.connect(self._documents_changed)
        session.runs_changed.connect(self._runs_changed)
        session.run_selected.connect(self._run_selected)
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        self._empty.activated.connect(self._to_data)
        self._banner.closed.connect(self._forget_failure)
        self._cards.chosen.connect(self._show_method)
        self._set_up.changed.connect(self._form_changed)
        self._tabs.currentChanged.connect(self._centre.setCurrentIndex)
        self._start.clicked.connect(self.primary_action)
        self._set_up.forecast_line.changed.connect(self._forecast_known)
        panel = self._runs_panel
        panel.selected.connect(self._run_chosen)
        panel.opened.connect(self._open_run)
        panel.renamed.connect(self._rename_run)
        panel.starred.connect(self._star_run)
        panel.removed.connect(self._remove_run)
        panel.resumed.connect(self._resume_run)

    # --- what the page promises -----------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        current = self._training_job()
        if current is not None:
            return PageState.RUNNING, self.tr("A training is running")
        if self.context.session.project is None or not self._labelled():
            return PageState.EMPTY, self.tr("There are no labelled texts to learn from yet")
        if any(run.state is JobState.INTERRUPTED for run in self._runs):
            return PageState.ATTENTION, self.tr("A training was interrupted and can go on")
        done = sum(run.state is JobState.DONE for run in self._runs)
        if done:
            return PageState.READY, self.tr("Finished runs: {count}").format(count=done)
        return PageState.EMPTY, self.tr("No run has been trained yet")

    def retranslate(self) -> None:
        language = self.context.settings.language
        self._header.set_title(self.tr("Train"))
        self._start.setText(self.tr("Start training"))
        self._start.setToolTip(self.tr("Start training (Ctrl+R)"))
        self._tabs.setTabText(_SET_UP, self.tr("Set-up"))
        self._tabs.setTabText(_CURVES, self.tr("Curves"))
        self._tabs.setAccessibleName(self.tr("Set-up or curves"))
        self._banner.close_button.set_icon("close", self.tr("Close the message"))
        self._empty.set_content(
            "train",
            self.tr("A model learns from texts that carry a label. Bring some first."),
            self.tr("Open Data"),
        )
        self._cards.retranslate(language)
        self._set_up.retranslate(language)
        self._curves.retranslate(language)
        self._runs_panel.retranslate(language)
        self._say()

    @Slot()
    def primary_action(self) -> None:
        """Start a training as the form says."""
        if not self._start.isEnabled() or self._pages.currentIndex() == 0:
            return
        form = self._form()
        self._forget_failure()
        self.context.operations.train(form.method.id, self._set_up.source, form.given())

    def sizeHint(self) -> QSize:
        return QSize(1180, 700)

    # --- the project ----------------------------------------------------------------------------------------

    @Slot()
    def _opened(self) -> None:
        path = self.context.session.path
        assert path is not None
        self._overview = None
        self._set_up.set_project(path)
        self._reader.open(path)
        self._documents_changed()
        self._runs_changed()
        self._show_method(recommend(self._runs, None), by_user=False)

    @Slot()
    def _closed(self) -> None:
        self._reader.close()
        self._overview = None
        self._runs = []
        self._runs_panel.set_runs((), frozenset())
        self._curves.follow(None)
        self._curves.show_run(None, ())
        self._say()

    @Slot()
    def _documents_changed(self) -> None:
        self._reader.ask(_OVERVIEW, ReadOverview())

    @Slot(str, object)
    def _overview_read(self, _channel: str, answer: object) -> None:
        if isinstance(answer, Overview):
            self._overview = answer
            self._say()
            self._ask.start()

    @Slot()
    def _runs_changed(self) -> None:
        project = self.context.session.project
        if project is None:
            return
        first = not any(run.state is JobState.DONE for run in self._runs)
        self._runs = project.runs.all()
        self._runs_panel.set_runs(self._runs[::-1], self._resumable())
        self._show_ended()
        if first and self._training_job() is None and not self._set_up.touched():
            self._show_method(recommend(self._runs, self._train_texts()), by_user=False)
        self._show_curve(self._curve_run())
        self._say()

    def _resumable(self) -> frozenset[str]:
        project = self.context.session.project
        assert project is not None
        ended = (JobState.INTERRUPTED, JobState.CANCELLED, JobState.FAILED)
        at_work = {job.run for job in self.context.queue.jobs if job.is_training}
        candidates = [run.id for run in self._runs if run.state in ended and run.id not in at_work]
        return frozenset(run for run in candidates if _has_checkpoint(project.run_folder(run)))

    def _labelled(self) -> int:
        if self._overview is None:
            return 0
        return sum(group.count for group in self._overview.groups if group.label)

    def _train_texts(self) -> int | None:
        """Labelled texts of the training split, and those that an automatic split would share out."""
        if self._overview is None:
            return None
        return sum(g.count for g in self._overview.groups if g.label and g.split in ("", "train"))

    # --- the form -------------------------------------------------------------------------------------------

    def _form(self) -> MethodForm:
        return self._set_up.form

    @Slot(str)
    def _show_method(self, id: str, by_user: bool = True) -> None:
        self._cards.select(id)
        self._set_up.show_method(id)
        if by_user:
            self._tabs.setCurrentIndex(_SET_UP)

    @Slot()
    def _form_changed(self) -> None:
        self._say()
        self._ask.start()

    @Slot()
    def _forecast(self) -> None:
        form = self._form()
        if self.context.session.project is None or not self._labelled() or not form.is_valid():
            self._set_up.forecast_line.wait_for(None)
            return
        try:
            given = form.given()
        except KnownError:
            return
        self._set_up.forecast_line.wait_for(
            self.context.operations.forecast(form.method.id, self._set_up.source, given)
        )

    @Slot()
    def _forecast_known(self) -> None:
        self._say()

    # --- jobs -----------------------------------------------------------------------------------------------

    def _training_job(self) -> Job | None:
        """The training at work, else the first that waits."""
        jobs = [job for job in self.context.queue.jobs if job.is_training and not job.state.ended]
        running = [job for job in jobs if job.state is not JobState.WAITING]
        return next(iter(running or jobs), None)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not job.is_training:
            return
        current = self._training_job()
        if current is not None and current is not self._curves.job:
            self._curves.follow(current)
            self._show_curve(current.run)
            self._tabs.setCurrentIndex(_CURVES)
        elif current is not None and current is job and job.progress is None and job.run:
            self._show_curve(job.run)
        if job.state.ended and job is self._curves.job:
            self._curves.follow(None)
            self._to_show = job.run
            self._show_ended()
            self._show_curve(job.run)
        if job.state in (JobState.FAILED, JobState.INTERRUPTED) and job.error is not None:
            self._failure = job.error
        self._curves.job_changed()
        self._say()

    def _show_ended(self) -> None:
        """Put the cursor on the run whose training has just ended, once the table knows it."""
        if self._to_show and any(run.id == self._to_show for run in self._runs):
            self._runs_panel.select(self._to_show)
            self._to_show = ""

    @Slot(str)
    def _run_selected(self, run: str) -> None:
        """Another page looks at another run: the cursor follows."""
        if run and run != self._runs_panel.current():
            self._runs_panel.select(run)

    def _curve_run(self) -> str:
        job = self._curves.job
        return job.run if job is not None else self._runs_panel.current()

    def _show_curve(self, id: str) -> None:
        """Show a run's curve from its file; what arrives live is added to it."""
        project = self.context.session.project
        run = next((run for run in self._runs if run.id == id), None)
        if run is None and project is not None and id:
            try:
                run = project.runs.get(id)
            except KnownError:  # deleted meanwhile
                run = None
        points = read_points(project.run_folder(run.id)) if project is not None and run is not None else []
        live = self._curves.points
        if self._curves.job is not None and run is not None and len(live) > len(points):
            points = live  # the file is written behind the messages
        self._curves.show_run(run, points)

    # --- runs -----------------------------------------------------------------------------------------------

    @Slot(str)
    def _run_chosen(self, run: str) -> None:
        if self._curves.job is None:
            self._show_curve(run)

    @Slot(str)
    def _open_run(self, run: str) -> None:
        self.context.session.select_run(run)
        self.page_requested.emit("evaluate")

    @Slot(str, str)
    def _rename_run(self, run: str, name: str) -> None:
        self.context.operations.rename_run(run, name)

    @Slot(str, bool)
    def _star_run(self, run: str, starred: bool) -> None:
        self.context.operations.star_run(run, starred)

    @Slot(str)
    def _remove_run(self, run: str) -> None:
        self.context.operations.delete_run(run)

    @Slot(str)
    def _resume_run(self, run: str) -> None:
        self._forget_failure()
        self.context.operations.resume(run)

    @Slot()
    def _to_data(self) -> None:
        self.page_requested.emit("data")

    @Slot()
    def _forget_failure(self) -> None:
        self._failure = None
        self._banner.hide()

    # --- words ----------------------------------------------------------------------------------------------

    def _say(self) -> None:
        language = self.context.settings.language
        train_texts = self._train_texts()
        recommended = recommend(self._runs, train_texts)
        self._cards.set_recommended(recommended)
        form = self._form()
        self._set_up.set_reason(reason(recommended, train_texts) if form.method.id == recommended else "")
        ready = self._overview is not None and self._labelled() > 0
        known = self.context.session.project is not None and self._overview is not None
        self._pages.setCurrentIndex(0 if not ready and (known or self.context.session.project is None) else 1)
        # an error of the data or the form is told before the start, not after it
        fails = self._set_up.forecast_line.error is not None and not self._ask.isActive()
        self._start.setEnabled(ready and form.is_valid() and not fails)
        self._start.setVisible(self._pages.currentIndex() == 1)
        self._header.set_sentence(self.state()[1])
        if self._failure is not None:
            self._banner.set_message("bad", describe(self._failure, language).text)
            self._banner.show()
        self.state_changed.emit()


def _has_checkpoint(folder: Path) -> bool:
    checkpoint = folder / "checkpoint"
    return checkpoint.is_dir() and any(checkpoint.iterdir())
