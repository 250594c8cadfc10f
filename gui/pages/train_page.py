"""Train: choose a method, see what it would take, watch it learn, keep the runs."""

from __future__ import annotations

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

from engine.api.errors import KnownError
from engine.api.messages import JobState
from engine.api.messages_transfer import Race, Raced
from engine.api.results_transfer import Ranked
from engine.api.store.runs import Run
from gui.context import Context
from gui.jobs import Job
from gui.pages.base import Page, PageState
from gui.pages.frames import card, padded, scrolled
from gui.pages.race.advice_panel import AdvicePanel
from gui.pages.race.race_panel import RacePanel
from gui.pages.sources.shelf import Shelf
from gui.pages.sources.sources_dialog import SourcesDialog
from gui.pages.train.curve_follower import CurveFollower
from gui.pages.train.curves_panel import CurvesPanel
from gui.pages.train.history import has_checkpoint
from gui.pages.train.method_cards import MethodCards
from gui.pages.train.method_form import MethodForm
from gui.pages.train.page_banner import PageBanner
from gui.pages.train.preview_dialog import PreviewDialog
from gui.pages.train.recommendation import reason, recommend
from gui.pages.train.run_actions import RunActions
from gui.pages.train.runs_panel import RunsPanel
from gui.pages.train.set_up_panel import SetUpPanel
from gui.store_reader import Overview, ReadOverview, StoreReader
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from gui.widgets.basic import separator
from gui.widgets.blocks import EmptyState, PageHeader

_FORECAST_MS = 400
_SIDE_WIDTH = 292
_OVERVIEW = "overview"
_SET_UP, _CURVES, _ADVICE, _RACE = range(4)
_EMPTY, _WORK = range(2)
_SIZES, _SIZES_WITHOUT_RUNS = [450, 200], [560, 90]  # of the work and of the runs below it


class TrainPage(Page):
    """Signals: page_requested(str): another page is to be shown, by its id. help_requested(str): a page of the help."""

    page_id = "train"
    page_requested = Signal(str)
    help_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._runs: list[Run] = []
        self._overview: Overview | None = None
        self._to_show = ""  # a run that has ended, until the table holds it
        self._reader = StoreReader(self)
        self._reader.answered.connect(self._overview_read)
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(_FORECAST_MS)
        self._ask.timeout.connect(self._forecast)
        self._shelf = Shelf(context.queue, self)
        self._build()
        self._connect()
        self.retranslate()
        if context.session.project is not None:
            self._opened()

    # --- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme, language = self.context.theme, self.context.settings.language
        self._header = PageHeader(theme, "")
        self._banner = PageBanner(theme)
        self._empty = EmptyState(theme, "train", "")
        self._cards = MethodCards(theme, language)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for _ in (_SET_UP, _CURVES, _ADVICE, _RACE):
            self._tabs.addTab("")
        self._set_up = SetUpPanel(theme, language)
        self._advice = AdvicePanel(self.context)
        self._race = RacePanel(self.context)
        self._which = self._header.add_action("", icon="help")
        self._start = self._header.add_action("", primary=True, icon="play")
        QWidget.setTabOrder(self._start, self._which)
        self._curves = CurvesPanel(theme, self.context.renderer, language)
        self._follower = CurveFollower(self.context, self._curves)
        self._runs_panel = RunsPanel(theme, language)
        self._centre = QStackedWidget()
        self._centre.addWidget(self._set_up)
        self._centre.addWidget(padded(self._curves))
        self._centre.addWidget(self._advice)
        self._centre.addWidget(self._race)
        work = self._work = QSplitter(Qt.Orientation.Vertical)
        work.setChildrenCollapsible(False)
        work.setStyleSheet("QSplitter::handle { background: transparent; }")  # cards have edges of their own
        work.setHandleWidth(SPACE_M)
        work.addWidget(self._upper())
        work.addWidget(card(self._runs_panel))
        work.setStretchFactor(0, 1)
        work.setSizes(_SIZES_WITHOUT_RUNS)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(work)
        self._run_actions = RunActions(self.context, self._runs_panel, self._pages, _WORK)
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
        area = self._side = scrolled(side)
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
        self._run_actions.reused.connect(self._reuse)
        self._run_actions.told.connect(self._banner.tell)
        self._run_actions.moved.connect(self._say)
        self._run_actions.help_requested.connect(self.help_requested)
        self._cards.chosen.connect(self._show_method)
        self._set_up.changed.connect(self._form_changed)
        self._set_up.sources_requested.connect(self._show_sources)
        self._shelf.changed.connect(self._sources_changed)
        self._set_up.preview_requested.connect(self._show_preview)
        self._set_up.help_requested.connect(self.help_requested)
        self._tabs.currentChanged.connect(self._centre.setCurrentIndex)
        self._which.clicked.connect(self._ask_which)
        self._banner.activated.connect(self._ask_which)
        self._advice.chosen.connect(self._take)
        self._advice.advised.connect(self._advised)
        self._advice.raced.connect(self._show_race)
        self._race.opened.connect(self._open_run)
        self._race.advice_requested.connect(self._ask_which)
        self._start.clicked.connect(self.primary_action)
        self._follower.began.connect(self._training_began)
        self._follower.ended.connect(self._training_ended)
        self._set_up.forecast_line.changed.connect(self._forecast_known)
        panel = self._runs_panel
        panel.selected.connect(self._follower.show_chosen)
        panel.opened.connect(self._open_run)
        panel.resumed.connect(self._resume_run)

    # --- what the page promises -----------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        current = self._follower.training_job()
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

    @property
    def help_topic(self) -> str:
        return "compare" if self._run_actions.comparing else self.page_id

    def retranslate(self) -> None:
        language = self.context.settings.language
        self._header.set_title(self.tr("Train"))
        self._start.setText(self.tr("Start training"))
        self._start.setToolTip(self.tr("Start training (Ctrl+R)"))
        self._tabs.setTabText(_SET_UP, self.tr("Set-up"))
        self._tabs.setTabText(_CURVES, self.tr("Curves"))
        self._tabs.setTabText(_ADVICE, self.tr("Which method?"))
        self._tabs.setTabText(_RACE, self.tr("Race"))
        self._tabs.setAccessibleName(self.tr("Set-up, curves, recommendation or race"))
        self._which.setText(self.tr("Which method?"))
        self._which.setToolTip(self.tr("Try the methods on a sample of your texts: a minute at most"))
        self._banner.say(language)
        self._empty.set_content(
            "train",
            self.tr("A model learns from texts that carry a label. Bring some first."),
            self.tr("Open Data"),
        )
        self._cards.retranslate(language)
        QTimer.singleShot(0, self, self._show_card)  # its place is known once the new cards are laid out
        self._set_up.retranslate(language)
        self._curves.retranslate(language)
        self._advice.retranslate(language)
        self._race.retranslate(language)
        self._runs_panel.retranslate(language)
        self._run_actions.retranslate()
        self._say()

    @Slot()
    def primary_action(self) -> None:
        """Start a training as the form says."""
        if not self._start.isEnabled() or self._pages.currentIndex() != _WORK:
            return
        form = self._form()
        self._banner.forget()
        self.context.operations.train(form.method.id, self._set_up.source, form.given())

    def sizeHint(self) -> QSize:
        return QSize(1180, 700)

    # --- the project ----------------------------------------------------------------------------------------

    @Slot()
    def _opened(self) -> None:
        path = self.context.session.path
        assert path is not None
        self._overview = None
        self._banner.start_over()
        self._set_up.set_project(path)
        self._reader.open(path)
        self.context.operations.list_sources()
        self._documents_changed()
        self._runs_changed()
        self._show_method(self._recommended(), by_user=False)
        self._tabs.setCurrentIndex(_SET_UP)

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
        project = self.context.session.project
        if project is not None:
            self._cards.set_task(project.task)
            self._set_up.set_task(project.task)
            self._curves.set_task(project.task)
            if self._cards.selected() not in self._cards.methods():
                self._show_method(self._recommended(), by_user=False)
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
        had_runs = bool(self._runs)
        self._runs = project.runs.all()
        if bool(self._runs) != had_runs:
            self._work.setSizes(_SIZES if self._runs else _SIZES_WITHOUT_RUNS)
        self._runs_panel.set_runs(self._runs[::-1], self._resumable())
        self._set_up.set_runs(self._runs)
        self._show_ended()
        if first and self._follower.training_job() is None and not self._set_up.touched():
            self._show_method(self._recommended(), by_user=False)
        self._follower.show_current(self._runs_panel.current())
        self._say()

    def _resumable(self) -> frozenset[str]:
        project = self.context.session.project
        assert project is not None
        ended = (JobState.INTERRUPTED, JobState.CANCELLED, JobState.FAILED)
        at_work = {job.run for job in self.context.queue.jobs if job.is_training}
        candidates = [run.id for run in self._runs if run.state in ended and run.id not in at_work]
        return frozenset(run for run in candidates if has_checkpoint(project.run_folder(run)))

    def _labelled(self) -> int:
        return 0 if self._overview is None else self._overview.labelled

    def _train_texts(self) -> int | None:
        return None if self._overview is None else self._overview.train_texts

    # --- the form -------------------------------------------------------------------------------------------

    def _form(self) -> MethodForm:
        return self._set_up.form

    @Slot(str)
    def _show_method(self, id: str, by_user: bool = True) -> None:
        self._cards.select(id)
        self._show_card()
        self._set_up.show_method(id)
        if by_user:
            self._tabs.setCurrentIndex(_SET_UP)

    @Slot()
    def _show_card(self) -> None:
        if (card := self._cards.card()) is not None:
            self._side.ensureWidgetVisible(card)

    @Slot()
    def _sources_changed(self) -> None:
        self._set_up.set_sources(self._shelf.sources)

    @Slot()
    def _show_sources(self) -> None:
        dialog = SourcesDialog(self.context, self)
        dialog.chosen.connect(self.train_with)
        dialog.open()

    @Slot(str)
    def train_with(self, source: str) -> None:
        """Take another source model in the form."""
        self._set_up.choose_source(source)

    @Slot()
    def _form_changed(self) -> None:
        self._say()
        self._ask.start()

    @Slot()
    def _show_preview(self) -> None:
        PreviewDialog(self.context, self._set_up.source, self._form().values(), self).open()

    # --- which method ---------------------------------------------------------------------------------------

    def _recommended(self) -> str:
        project = self.context.session.project
        task = project.task if project is not None else "single"
        return recommend(self._runs, self._train_texts(), task, self._advice.recommendation)

    @Slot()
    def _ask_which(self) -> None:
        """Show what the probe said; ask it first where it said nothing yet."""
        self._tabs.setCurrentIndex(_ADVICE)
        if self._advice.recommendation is None:
            self._advice.ask()
        self._say()

    @Slot()
    def _advised(self) -> None:
        if not self._set_up.touched():
            self._show_method(self._recommended(), by_user=False)
        self._tabs.setCurrentIndex(_ADVICE)
        self._say()

    @Slot(object)
    def _take(self, ranked: Ranked) -> None:
        """Put a method of the ranking into the form."""
        self._show_method(ranked.method)
        self._set_up.use(ranked.source, ranked.options)

    @Slot()
    def _show_race(self) -> None:
        self._tabs.setCurrentIndex(_RACE)

    # --- the forecast ---------------------------------------------------------------------------------------

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

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not job.is_training:
            return
        self._follower.take(job)
        if job.state in (JobState.FAILED, JobState.INTERRUPTED) and job.error is not None:
            self._banner.fail(job.error, self.context.settings.language)
        self._say()

    @Slot(object)
    def _training_began(self, job: Job) -> None:
        self._tabs.setCurrentIndex(_RACE if isinstance(job.request, Race) else _CURVES)

    @Slot(object)
    def _training_ended(self, job: Job) -> None:
        self._to_show = job.result.kept if isinstance(job.result, Raced) else job.run
        self._show_ended()

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

    # --- runs -----------------------------------------------------------------------------------------------

    @Slot(str)
    def _open_run(self, run: str) -> None:
        self.context.session.select_run(run)
        self.page_requested.emit("evaluate")

    @Slot(str)
    def _resume_run(self, run: str) -> None:
        self._banner.forget()
        self.context.operations.resume(run)

    @Slot(object)
    def _reuse(self, run: Run) -> None:
        """Put a run's settings into the form, to be trained as they are or changed."""
        self._show_method(run.method)
        self._set_up.use(run.source, run.options)

    @Slot()
    def _to_data(self) -> None:
        self.page_requested.emit("data")

    # --- words ----------------------------------------------------------------------------------------------

    def _say(self) -> None:
        language = self.context.settings.language
        train_texts = self._train_texts()
        recommended = self._recommended()
        self._cards.set_recommended(recommended)
        form = self._form()
        why = reason(recommended, train_texts, language, self._advice.recommendation)
        self._set_up.set_reason(why if form.method.id == recommended else "")
        self._advice.set_labelled(self._labelled())
        ready = self._overview is not None and self._labelled() > 0
        known = self.context.session.project is not None and self._overview is not None
        empty = not ready and (known or self.context.session.project is None)
        if empty or not self._run_actions.comparing:
            self._pages.setCurrentIndex(_EMPTY if empty else _WORK)
        # an error of the data or the form is told before the start, not after it
        fails = self._set_up.forecast_line.error is not None and not self._ask.isActive()
        self._start.setEnabled(ready and form.is_valid() and not fails)
        self._start.setVisible(self._pages.currentIndex() == _WORK)
        self._which.setVisible(self._pages.currentIndex() == _WORK)
        self._which.setEnabled(ready)
        self._header.set_sentence(self.state()[1])
        asked = self._advice.recommendation is not None or self._advice.asking
        self._banner.offer(
            ready and not asked and not self._runs and self._follower.training_job() is None, language
        )
        self.state_changed.emit()
