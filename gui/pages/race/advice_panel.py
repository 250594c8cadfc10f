"""Which method? A probe of a minute, its ranking, what more labels would bring, and the start of a race."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QLocale, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorReport
from engine.api.messages import JobState
from engine.api.messages_transfer import Recommend, Recommended
from engine.api.race_rule import within
from engine.api.results_transfer import Recommendation
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.models.runs_model import duration_text
from gui.pages.frames import scrolled
from gui.pages.race.ranking import Ranking
from gui.pages.train.command import race_command, recommend_command
from gui.pages.train.command_line import CommandLine
from gui.plots.learning import LearningData, draw_learning
from gui.plots.view import PlotView
from gui.theme import SPACE_L, SPACE_M, SPACE_S
from gui.widgets.basic import Button, indent_number, label, separator
from gui.widgets.blocks import EmptyState

SECONDS = 60.0
_LEAST_MINUTES = 5
_SPARE = 1.5  # of the expected minutes: a budget that stops nobody who is in time
_PLOT_HEIGHT = 210
_ASK, _WAIT, _TELL = range(3)


@dataclass(frozen=True)
class _Kept:
    """A project's newest recommendation, and how many labelled texts there were then."""

    recommendation: Recommendation
    labelled: int


class AdvicePanel(QWidget):
    """Keeps what the probe said of every project until the window is closed.

    Signals:
        chosen(Ranked): the user takes that method for the next training.
        advised: ``recommendation`` is another one.
        raced: a race was started.
    """

    chosen = Signal(object)
    advised = Signal()
    raced = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._kept: dict[Path, _Kept] = {}
        self._labelled = 0
        self._job: Job | None = None
        self._error: ErrorReport | None = None
        self._own_minutes = False
        theme = context.theme
        self._empty = EmptyState(theme, "train", "")
        self._wait_title = label("", "section")
        self._wait_line = label("", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._cancel = Button(theme, "", "normal", "stop")
        self._about = label("", "muted", wrap=True)
        self._again = Button(theme, "", "normal", "refresh")
        self._stale = label("", "careful", wrap=True)
        self._before_own, self._after_own = label(""), label("")
        self.own_minutes = _minutes_box(0)
        self.ranking = Ranking(theme)
        self._more = label("", "strong", wrap=True)
        self._plot = PlotView(theme, context.renderer)
        self._plot.setFixedHeight(_PLOT_HEIGHT)
        self._before_minutes, self._after_minutes = label(""), label("")
        self.minutes = _minutes_box(1)
        self.start = Button(theme, "", "normal", "play")
        self.command = CommandLine(theme)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate(context.settings.language)

    def _lay_out(self) -> None:
        self.minutes.setValue(_LEAST_MINUTES)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._waiting())
        self._pages.addWidget(self._telling())
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_S)
        foot.setSpacing(SPACE_M)
        self._race = QWidget()
        row = QHBoxLayout(self._race)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._before_minutes)
        row.addWidget(self.minutes)
        row.addWidget(self._after_minutes)
        row.addStretch(1)
        row.addWidget(self.start)
        foot.addWidget(self._race)
        foot.addWidget(self.command)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(separator())
        column.addLayout(foot)

    def _waiting(self) -> QWidget:
        out = QWidget()
        column = QVBoxLayout(out)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._wait_title)
        column.addWidget(self._bar)
        column.addWidget(self._wait_line)
        row = QHBoxLayout()
        row.addWidget(self._cancel)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        return out

    def _telling(self) -> QWidget:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_M)
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self._about, 1)
        head.addWidget(self._again)
        column.addLayout(head)
        column.addWidget(self._stale)
        time = QHBoxLayout()
        time.setSpacing(SPACE_S)
        time.addWidget(self._before_own)
        time.addWidget(self.own_minutes)
        time.addWidget(self._after_own)
        time.addStretch(1)
        column.addLayout(time)
        column.addWidget(self.ranking)
        column.addWidget(separator())
        column.addWidget(self._more)
        column.addWidget(self._plot)
        column.addStretch(1)
        return scrolled(inner)

    def _connect(self) -> None:
        self._empty.activated.connect(self.ask)
        self._again.clicked.connect(self.ask)
        self._cancel.clicked.connect(self._call_off)
        self.ranking.chosen.connect(self.chosen)
        self.ranking.ticked.connect(self._ticked)
        self.minutes.valueChanged.connect(self._minutes_given)
        self.own_minutes.valueChanged.connect(self._own_time_given)
        self.start.clicked.connect(self._start)
        queue = self._context.queue
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        self._context.session.opened.connect(self._opened)

    # --- what is known --------------------------------------------------------------------------------------

    @property
    def recommendation(self) -> Recommendation | None:
        """The newest one of the open project, ranked for the minutes that one training may take."""
        kept = self._kept.get(self._context.session.path) if self._context.session.path else None
        if kept is None:
            return None
        ranking = within(kept.recommendation.ranking, self.own_minutes.value() or None)
        return msgspec.structs.replace(kept.recommendation, ranking=ranking)

    @property
    def asking(self) -> bool:
        return self._job is not None

    def set_labelled(self, count: int) -> None:
        """How many labelled texts the project has now."""
        self._labelled = count
        self._say()

    @Slot()
    def ask(self) -> None:
        """Start the probe, unless it is at work."""
        if self._job is None and self._context.session.project is not None:
            self._error = None
            self._context.operations.recommend(SECONDS)

    @Slot()
    def _call_off(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _opened(self) -> None:
        self._error, self._job = None, None
        self._show()

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not isinstance(job.request, Recommend) or job.project != self._context.session.path:
            return
        self._job = None if job.state.ended else job
        if job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._error = job.error
        if job.state is JobState.DONE and isinstance(job.result, Recommended):
            self._kept[job.project] = _Kept(job.result.recommendation, self._labelled)
            self._own_minutes = False
            self._show()
            self.advised.emit()
        self._say()

    # --- the race -------------------------------------------------------------------------------------------

    @Slot()
    def _ticked(self) -> None:
        if not self._own_minutes:
            with QSignalBlocker(self.minutes):
                self.minutes.setValue(max(_LEAST_MINUTES, math.ceil(_SPARE * self.ranking.minutes())))
        self._say_race()

    @Slot()
    def _minutes_given(self) -> None:
        self._own_minutes = True
        self._say_race()

    @Slot()
    def _start(self) -> None:
        if self.ranking.racing():
            self._context.operations.race(self.ranking.racing(), float(self.minutes.value()))
            self.raced.emit()

    # --- words ----------------------------------------------------------------------------------------------

    def retranslate(self, language: str) -> None:
        self._again.setText(self.tr("Ask again"))
        self._cancel.setText(self.tr("Cancel"))
        self._bar.setAccessibleName(self.tr("Progress of the probe"))
        self._before_minutes.setText(self.tr("Race the ticked methods within"))
        self._after_minutes.setText(self.tr("minutes"))
        self.minutes.setAccessibleName(self.tr("Minutes for the whole race"))
        self._before_own.setText(self.tr("One training may take"))
        self._after_own.setText(self.tr("minutes"))
        self.own_minutes.setSpecialValueText(self.tr("any"))
        self.own_minutes.setAccessibleName(self.tr("Minutes that one training may take"))
        self.own_minutes.setToolTip(self.tr("What takes longer is ranked last"))
        self.start.setText(self.tr("Start the race"))
        self.start.setToolTip(
            self.tr(
                "Trains the ticked methods one after the other and keeps the smallest within a point of the best"
            )
        )
        self.command.retranslate()
        self._show()

    @Slot()
    def _own_time_given(self) -> None:
        self._show()
        self.advised.emit()

    def _show(self) -> None:
        """Show the recommendation that there is."""
        found = self.recommendation
        if found is not None:
            self.ranking.show_ranking(found.ranking, self._context.settings.language)
            self._plot.show_data(draw_learning, self._curve(found))
            self._ticked()
        self._say()

    def _say(self) -> None:
        found, job = self.recommendation, self._job
        self._pages.setCurrentIndex(_WAIT if job is not None else _ASK if found is None else _TELL)
        self._race.setVisible(self._pages.currentIndex() == _TELL)
        if job is not None:
            self._say_waiting(job)
        elif found is None:
            self._say_nothing()
        else:
            self._say_found(found)
        self._say_race()

    def _say_nothing(self) -> None:
        text = self.tr(
            "A probe of at most a minute reads some of your texts with the source models that there is time for and"
            " says which method is expected to do best, how long it takes, and what more labels would bring."
        )
        if self._error is not None:
            text = describe(self._error, self._context.settings.language).text
        self._empty.set_content("train", text, self.tr("Which method?"))
        self._empty.button.setEnabled(self._labelled > 0)

    def _say_waiting(self, job: Job) -> None:
        self._wait_title.setText(self.tr("Looking for the method that fits"))
        progress = job.progress
        self._bar.setRange(0, max(0, progress.total) if progress is not None else 0)
        if progress is not None:
            self._bar.setValue(progress.done)
        if job.state is JobState.WAITING:
            line = self.tr("Waiting for the jobs before it")
        elif progress is None:
            line = self.tr("Starting…")
        else:
            line = wording.stage_words(progress.stage, self._context.settings.language)
        self._wait_line.setText(self.tr("{step} · a minute at most").format(step=line))
        self._cancel.setEnabled(not job.cancelling)

    def _say_found(self, found: Recommendation) -> None:
        figure = wording.figure_words(found.figure, self._context.settings.language).name
        low, high = self.ranking.ends()
        about = self.tr(
            "Probed in {time} with {texts} training texts and {classes} labels. Each bar, from {low} to {high}, shows"
            " where {figure} on new texts is expected to lie, 95 times of 100."
        )
        self._about.setText(
            about.format(
                time=duration_text(found.seconds),
                texts=f"{found.texts:,}",
                classes=f"{found.classes:,}",
                figure=figure,
                low=f"{low:.2f}",
                high=f"{high:.2f}",
            )
        )
        path = self._context.session.path
        kept = self._kept.get(path) if path is not None else None
        changed = kept is not None and kept.labelled != self._labelled
        self._stale.setText(self.tr("Texts or labels have changed since: ask again.") if changed else "")
        self._stale.setVisible(changed)
        self._more.setText(self._gain(found))
        self._more.setVisible(bool(found.curve))
        self._plot.setVisible(bool(found.curve))

    def _gain(self, found: Recommendation) -> str:
        points = 100 * found.gain_of_more
        if points < 0.5:
            return self.tr("Twice as many labelled texts would hardly help: less than half a point.")
        return self.tr("Twice as many labelled texts ({count}) would add about {points} points.").format(
            count=f"{found.texts + found.more_texts:,}", points=f"{points:.1f}"
        )

    def _curve(self, found: Recommendation) -> LearningData:
        points = tuple((float(p.texts), p.figure) for p in found.curve if p.texts <= found.texts)
        beyond = tuple((float(p.texts), p.figure) for p in found.curve if p.texts > found.texts)
        figure = wording.figure_words(found.figure, self._context.settings.language).name
        return LearningData(
            title=self.tr("{figure} with more labelled texts").format(figure=figure),
            description=self._gain(found),
            x_label=self.tr("labelled texts to train on"),
            now_label=self.tr("now {value}").format(value=f"{points[-1][1]:.3f}") if points else "",
            beyond_label=self.tr("guessed {value}").format(value=f"{beyond[-1][1]:.3f}") if beyond else "",
            figure_label=figure,
            points=points,
            beyond=(points[-1:] + beyond) if beyond else (),
            empty_text=self.tr("No curve was measured"),
        )

    def _say_race(self) -> None:
        self.start.setEnabled(bool(self.ranking.racing()))
        path = self._context.session.path
        if path is None:
            return
        racing = self.ranking.racing() if self._pages.currentIndex() == _TELL else ()
        if racing:
            self.command.set_text(race_command(path, racing, float(self.minutes.value())))
        else:
            self.command.set_text(recommend_command(path, self.own_minutes.value()))


def _minutes_box(least: int) -> QSpinBox:
    box = QSpinBox()
    box.setLocale(QLocale.c())
    box.setRange(least, 10_000)
    box.setFixedWidth(88)
    indent_number(box)
    return box
