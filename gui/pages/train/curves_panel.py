"""A training as it goes, or as it went: two curves, the time left, and the buttons that stop it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import METHODS
from engine.api.messages import JobState, Train, TrainingMoved
from engine.api.results import TrainingPoint
from engine.api.store.runs import Run
from engine.api.tasks import MAIN_FIGURES
from gui.jobs import Job
from gui.models.runs_model import duration_text
from gui.plots import curves
from gui.plots.renderer import PlotRenderer
from gui.plots.view import PlotView
from gui.theme import SPACE_L, SPACE_M, SPACE_S, Theme
from gui.widgets.basic import Button, label, restyle

_REDRAW_MS = 400
_MOST_POINTS = 400  # of the training loss; more would not show on a screen


class CurvesPanel(QWidget):
    """Shows one run. With its job, it follows and steers it."""

    def __init__(
        self, theme: Theme, renderer: PlotRenderer, language: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._language = language
        self._run: Run | None = None
        self._job: Job | None = None
        self._points: list[TrainingPoint] = []
        self._task = "single"
        self._title = label("", "section")
        self._status = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._pause = Button(theme, "", "normal", "pause")
        self._stop = Button(theme, "", "normal", "stop")
        self._cancel = Button(theme, "", "quiet")
        self._loss = PlotView(theme, renderer)
        self._score = PlotView(theme, renderer)
        for plot in (self._loss, self._score):
            plot.setMinimumHeight(190)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self._title)
        buttons.addStretch(1)
        for button in (self._pause, self._stop, self._cancel):
            buttons.addWidget(button)
        charts = QHBoxLayout()
        charts.setSpacing(SPACE_L)
        charts.addWidget(self._loss, 1)
        charts.addWidget(self._score, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addLayout(buttons)
        column.addWidget(self._status)
        column.addWidget(self._bar)
        column.addLayout(charts, 1)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_MS)
        self._redraw.timeout.connect(self.draw)
        self._pause.clicked.connect(self._pause_or_go_on)
        self._stop.clicked.connect(self._stop_training)
        self._cancel.clicked.connect(self._cancel_training)
        self.retranslate(language)

    # --- what is shown --------------------------------------------------------------------------------------

    @property
    def job(self) -> Job | None:
        return self._job

    @property
    def run(self) -> str:
        """The run that is shown, '' = none."""
        return "" if self._run is None else self._run.id

    @property
    def points(self) -> list[TrainingPoint]:
        return list(self._points)

    def set_task(self, task: str) -> None:
        """Which figure the second curve shows."""
        self._task = task

    def show_run(self, run: Run | None, points: Sequence[TrainingPoint]) -> None:
        """A run's curve as stored; None: nothing is chosen."""
        self._run, self._points = run, list(points)
        self._say()
        self.draw()

    def follow(self, job: Job | None) -> None:
        """Follow a training job from now on; None: it has ended."""
        if job is self._job:
            return
        if self._job is not None:
            self._job.moved.disconnect(self._moved)
        self._job = job
        if job is not None:
            self._points = []
            job.moved.connect(self._moved)
        self._say()

    @Slot()
    def job_changed(self) -> None:
        """The followed job says something else of itself."""
        self._say()

    @Slot(object)
    def _moved(self, moved: TrainingMoved) -> None:
        if self._run is not None and moved.run != self._run.id:
            return  # a race has come to its next run, which is shown in a moment
        # a resumed training begins again at its checkpoint: later steps are replaced
        while self._points and self._points[-1].step >= moved.point.step:
            self._points.pop()
        self._points.append(moved.point)
        if not self._redraw.isActive():
            self._redraw.start()

    # --- what can be done -----------------------------------------------------------------------------------

    @Slot()
    def _pause_or_go_on(self) -> None:
        if self._job is None:
            return
        if self._job.state is JobState.PAUSED:
            self._job.resume()
        else:
            self._job.pause()

    @Slot()
    def _stop_training(self) -> None:
        if self._job is not None:
            self._stop.setEnabled(False)
            self._job.stop_and_keep_best()

    @Slot()
    def _cancel_training(self) -> None:
        if self._job is not None:
            self._job.cancel()

    # --- words ----------------------------------------------------------------------------------------------

    def retranslate(self, language: str) -> None:
        self._language = language
        self._stop.setText(self.tr("Stop and keep best"))
        self._stop.setToolTip(self.tr("End after this step; the best weights so far become the run’s model"))
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("End the training; its checkpoint stays, so that it can go on later"))
        self._bar.setAccessibleName(self.tr("Progress of the training"))
        self._say()
        self.draw()

    def _say(self) -> None:
        job = self._job
        live = job is not None and not job.state.ended
        steered = live and self._is_steered()
        self._pause.setVisible(steered)
        self._stop.setVisible(steered)
        self._cancel.setVisible(live)
        self._bar.setVisible(live)
        paused = job is not None and job.state is JobState.PAUSED
        self._pause.setText(self.tr("Continue") if paused else self.tr("Pause"))
        self._pause.set_icon("play" if paused else "pause")
        at_work = job is not None and job.state is not JobState.WAITING and not job.cancelling
        self._pause.setEnabled(at_work)
        self._stop.setEnabled(at_work)
        self._cancel.setEnabled(live and job is not None and not job.cancelling)
        self._title.setText(self._title_text())
        self._status.setText(self._live_text() if live else self._ended_text())
        if self._bar.property("state") != ("paused" if paused else ""):
            self._bar.setProperty("state", "paused" if paused else "")
            restyle(self._bar)

    def _is_steered(self) -> bool:
        method = self._method()
        return any(each.id == method and each.live for each in METHODS)

    def _method(self) -> str:
        if self._job is not None and isinstance(self._job.request, Train):
            return self._job.request.method
        return self._run.method if self._run is not None else ""

    def _title_text(self) -> str:
        if self._run is not None:
            return self._run.title
        method = self._method()
        return wording.method_words(method, self._language).name if method else ""

    def _live_text(self) -> str:
        assert self._job is not None
        progress = self._job.progress
        if self._job.cancelling:
            return self.tr("Stopping…")
        if self._job.state is JobState.WAITING:
            self._bar.setRange(0, 1)
            return self.tr("Waiting for the jobs before it")
        if progress is None:
            self._bar.setRange(0, 0)
            return self.tr("Starting…")
        self._bar.setRange(0, max(1, progress.total))
        self._bar.setValue(progress.done)
        parts = [wording.stage_words(progress.stage, self._language)]
        if self._points:
            parts.append(self.tr("epoch {epoch}").format(epoch=f"{self._points[-1].epoch:.1f}"))
        if progress.total:
            parts.append(f"{progress.done:,} / {progress.total:,}")
        if self._job.state is JobState.PAUSED:
            parts.append(wording.state_words(JobState.PAUSED, self._language))
        elif progress.seconds_left is not None:
            left = duration_text(progress.seconds_left)
            parts.append(self.tr("about {time} left").format(time=left))
        return " · ".join(parts)

    def _ended_text(self) -> str:
        run = self._run
        if run is None:
            return self.tr("Choose a run below to see how it learned.")
        parts = [wording.state_words(run.state, self._language)]
        if run.seconds:
            parts.append(duration_text(run.seconds))
        has_epochs = any(each.id == run.method and each.live for each in METHODS)
        stopped = wording.stopped_words(run.stopped_by, self._language)
        if stopped and (has_epochs or run.stopped_by != "epochs"):
            parts.append(stopped)
        return " · ".join(parts)

    # --- the curves -----------------------------------------------------------------------------------------

    @Slot()
    def draw(self) -> None:
        """Draw both curves from the points there are."""
        loss, score = self._loss_data(), self._score_data()
        self._loss.show_data(curves.draw_loss, loss)
        self._score.show_data(curves.draw_score, score)

    def _empty_text(self) -> str:
        if self._job is not None and not self._job.state.ended and self._is_steered():
            return self.tr("The first points come within seconds")
        if self._run is not None:
            return self.tr("This run has no curve")
        return self.tr("No run is chosen")

    def _loss_data(self) -> curves.LossData:
        train = thinned([(float(p.step), p.loss) for p in self._points], _MOST_POINTS)
        validation = tuple(
            (float(p.step), p.validation_loss) for p in self._points if p.validation_loss is not None
        )
        description = ""
        if self._points:
            description = self.tr("Training loss {loss} at step {step}").format(
                loss=f"{self._points[-1].loss:.3f}", step=self._points[-1].step
            )
        return curves.LossData(
            title=self.tr("Loss"),
            description=description,
            x_label=self.tr("step"),
            train_label=self.tr("training"),
            validation_label=self.tr("validation"),
            train=train,
            validation=validation,
            empty_text=self._empty_text(),
        )

    def _score_data(self) -> curves.ScoreData:
        points = tuple((float(p.step), p.figure) for p in self._points if p.figure is not None)
        target = self._target()
        best = max((score for _, score in points), default=None)
        empty = self._empty_text()
        if self._points and not points:
            empty = self.tr("The first value comes with the first validation")
        return curves.ScoreData(
            title=self.tr("{figure} on validation texts").format(figure=self._figure_name()),
            description="" if best is None else self.tr("best {value}").format(value=f"{best:.3f}"),
            x_label=self.tr("step"),
            score_label=self._figure_name(),
            best_label=self.tr("best"),
            points=points,
            target=target,
            target_label="" if target is None else self.tr("target {value}").format(value=f"{target:g}"),
            empty_text=empty,
        )

    def _figure_name(self) -> str:
        return wording.figure_words(MAIN_FIGURES[self._task], self._language).name

    def _target(self) -> float | None:
        if self._job is not None and isinstance(self._job.request, Train):
            options = self._job.request.options
        else:
            options = self._run.options if self._run is not None else {}
        value = options.get("target_value")
        if options.get("target_metric") not in ("main", MAIN_FIGURES[self._task]) or not isinstance(
            value, (int, float)
        ):
            return None
        return float(value)


def thinned(points: Sequence[tuple[float, float]], most: int) -> tuple[tuple[float, float], ...]:
    """At most ``most`` points: neighbours are averaged, the last step is kept."""
    if len(points) <= most:
        return tuple(points)
    size = -(-len(points) // most)
    groups = (points[i : i + size] for i in range(0, len(points), size))
    return tuple((group[-1][0], sum(value for _, value in group) / len(group)) for group in groups)
