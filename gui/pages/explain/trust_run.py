"""Whether a run's highlights can be trusted: which method is the most faithful, and the weight-scramble check."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import explainer_of, explainers_for
from engine.api.errors import ErrorReport
from engine.api.explaining.trust import (
    ExplainerRank,
    ExplainerRanking,
    RankExplainers,
    ScrambleCheck,
    ScrambleWeights,
)
from engine.api.messages import JobState
from engine.api.wording_explaining import ranking_words, scramble_words
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.plots.scramble import ScrambleData, draw_scramble
from gui.plots.view import PlotView
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import Button, Chip, label
from gui.widgets.blocks import Banner
from gui.widgets.figures import IntervalBar

_PLOT_HEIGHT = 170
Check = type[RankExplainers] | type[ScrambleWeights]


class RankRow(QWidget):
    """A method's erasure test: its name, comprehensiveness with the interval as a bar, the other figures in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = label("")
        self._figure = label("", "strong")
        self._mark = Chip(theme, "", "accent")
        self._bar = IntervalBar(theme)
        self._rest = label("", "caption", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._name)
        head.addWidget(self._mark)
        head.addStretch(1)
        head.addWidget(self._figure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._rest)

    def show_rank(self, rank: ExplainerRank, name: str, mark: str) -> None:
        figure = rank.comprehensiveness
        self._name.setText(name)
        self._mark.set_text(mark)
        self._mark.setVisible(bool(mark))
        self._figure.setText(f"{figure.value:.2f}")
        self._bar.parts = (_share(figure.low), _share(figure.value), _share(figure.high))
        self._bar.update()
        self._rest.setText(
            self.tr("{low}–{high} · sufficiency {sufficiency} · {time} a text").format(
                low=f"{figure.low:.2f}",
                high=f"{figure.high:.2f}",
                sufficiency=f"{rank.sufficiency.value:.2f}",
                time=_time(rank.milliseconds_per_text),
            )
        )
        self.setToolTip(self.tr("Measured on {texts} texts").format(texts=f"{rank.texts:,}"))
        self.setAccessibleName(" ".join(part for part in (name, mark, self._figure.text()) if part))
        self.setAccessibleDescription(self._rest.text())


class RunCheck(QWidget):
    """A check of a run: a question, what was found, a button that measures it in the heavy lane, and how far it is."""

    def __init__(self, context: Context, kind: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._kind = context, kind
        self._run = ""
        self._failure: ErrorReport | None = None
        self.title = label("", "section", wrap=True)
        self.found = label("", wrap=True)
        self.state = label("", "caption", wrap=True)
        self.problem = Banner(context.theme, "bad", "")
        self.measure = Button(context.theme, "", "normal", "play")
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(SPACE_M)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.title)
        column.addWidget(self.found)
        column.addLayout(self.body)
        column.addWidget(self.problem)
        column.addWidget(self.state)
        column.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignLeft)
        self.measure.clicked.connect(self._start)
        context.queue.job_added.connect(self._job_changed)
        context.queue.job_changed.connect(self._job_changed)

    @property
    def run(self) -> str:
        return self._run

    def show_run(self, run: str) -> None:
        """'' = none."""
        if run != self._run:
            self._failure = None
        self._run = run
        self.say()

    def language(self) -> str:
        return self._context.settings.language

    # --- what subclasses say --------------------------------------------------------------------------------

    def submit(self) -> None:
        raise NotImplementedError

    def show_found(self) -> bool:
        """Show what is stored of the run; whether there is anything."""
        raise NotImplementedError

    def refusal(self) -> str:
        """Why this run cannot be checked; '' where it can."""
        return ""

    # --- the job --------------------------------------------------------------------------------------------

    def job(self) -> Job | None:
        """The one under way for this run."""
        return next((job for job in self._context.queue.jobs if self._is_mine(job)), None)

    def _is_mine(self, job: Job) -> bool:
        request = job.request
        if not isinstance(request, RankExplainers | ScrambleWeights):
            return False
        return isinstance(request, self._kind) and request.run == self._run

    @Slot()
    def _start(self) -> None:
        if self._run and self.job() is None:
            self._failure = None
            self.submit()
            self.say()

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not self._is_mine(job):
            return
        if job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._failure = job.error
        self.say()

    # --- words ----------------------------------------------------------------------------------------------

    def say(self) -> None:
        """Show the state as it is."""
        job, refusal = self.job(), self.refusal()
        known = self.show_found() if not refusal else False
        if refusal:
            self.found.setText(refusal)
        self.measure.setText(self.tr("Measure again") if known else self.tr("Measure"))
        self.measure.setEnabled(bool(self._run) and job is None)
        self.measure.setVisible(not refusal)
        self.problem.setVisible(self._failure is not None)
        if self._failure is not None:
            self.problem.set_message("bad", describe(self._failure, self.language()).text)
        self.state.setVisible(job is not None)
        if job is not None:
            self.state.setText(self._progress_words(job))

    def _progress_words(self, job: Job) -> str:
        if job.state is JobState.WAITING:
            return self.tr("It waits in the queue below.")
        if job.progress is None or job.progress.total < 1:
            return self.tr("Measuring…")
        stage = wording.stage_words(job.progress.stage, self.language())
        return f"{stage} · {wording.percent(job.progress.done / job.progress.total)}"


class RankingCheck(RunCheck):
    """Which highlight method is the most faithful here?"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, RankExplainers, parent)
        self._rows: list[RankRow] = []
        self._rest = label("", "caption", wrap=True)
        self.body.addWidget(self._rest)

    def rows(self) -> list[RankRow]:
        """Those that are shown, best first."""
        return [row for row in self._rows if not row.isHidden()]

    def retranslate(self) -> None:
        self.title.setText(self.tr("Which highlight method is the most faithful here?"))
        self.measure.setToolTip(
            self.tr("Erase words on up to 60 validation texts, by every method; takes about a minute")
        )

    def submit(self) -> None:
        self._context.operations.explaining.rank_explainers(self.run)

    def show_found(self) -> bool:
        project = self._context.session.project
        ranking = project.explaining.finding(self.run, ExplainerRanking) if project is not None else None
        ranks = [rank for rank in ranking.ranks if rank.texts] if ranking is not None else []
        while len(self._rows) < len(ranks):
            self._rows.append(RankRow(self._context.theme))
            self.body.insertWidget(self.body.count() - 1, self._rows[-1])
        for row in self._rows[len(ranks) :]:
            row.hide()
        for row, rank in zip(self._rows, ranks, strict=False):
            assert ranking is not None
            row.show_rank(rank, self._name(rank.method), self._mark(ranking, rank.method))
            row.show()
        self._rest.setVisible(ranking is not None)
        if ranking is None:
            self.found.setText(
                self.tr(
                    "Not measured for this run yet. All methods are tested on validation texts; the best one becomes"
                    " the run's default."
                )
            )
            return False
        self.found.setText(self._result_words(ranking))
        self._rest.setText(self._rest_words(ranking))
        return True

    def _result_words(self, ranking: ExplainerRanking) -> str:
        if ranking.instant == ranking.settled:
            return ranking_words(ranking, self.language())
        return self.tr(
            "Measured on {texts} validation texts: {instant} is the best of those that are there at once, and is shown"
            " first. {settled} takes longer and is more faithful."
        ).format(
            texts=f"{ranking.texts:,}",
            instant=self._name(ranking.instant),
            settled=self._name(ranking.settled),
        )

    def _rest_words(self, ranking: ExplainerRanking) -> str:
        parts = [
            self.tr(
                "Bars: how far the probability falls without the marked words (comprehensiveness), more is better;"
                " words taken at random: {random}. Sufficiency: what is lost with the marked words alone, less is"
                " better."
            ).format(random=f"{ranking.random.comprehensiveness:.2f}")
        ]
        unusable = [self._name(rank.method) for rank in ranking.ranks if rank.problem]
        if unusable:
            parts.append(self.tr("Not for this model: {methods}.").format(methods=", ".join(unusable)))
        late = [self._name(rank.method) for rank in ranking.ranks if not rank.texts and not rank.problem]
        if late:
            parts.append(self.tr("No time was left for: {methods}.").format(methods=", ".join(late)))
        return " ".join(parts)

    def _name(self, id: str) -> str:
        return wording.explainer_words(id, self.language()).name

    def _mark(self, ranking: ExplainerRanking, id: str) -> str:
        if id == ranking.instant:
            return self.tr("default")
        return self.tr("best here") if id == ranking.settled else ""


class ScrambleWeightsCheck(RunCheck):
    """Does the highlight show what was learnt?"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, ScrambleWeights, parent)
        self.plot = PlotView(context.theme, context.renderer)
        self.plot.setFixedHeight(_PLOT_HEIGHT)
        self.plot.hide()
        self.body.addWidget(self.plot)

    def retranslate(self) -> None:
        self.title.setText(self.tr("Does the highlight show what the model has learnt?"))
        self.measure.setToolTip(
            self.tr("On a copy, the layers become random one after the other, and texts are explained again")
        )

    def submit(self) -> None:
        self._context.operations.explaining.scramble(self.run)

    def refusal(self) -> str:
        project = self._context.session.project
        if project is None or not self.run:
            return ""
        first = explainers_for(project.runs.get(self.run).model_method, project.task)[0]
        if not explainer_of(first).exact:
            return ""
        return self.tr("A bag of words has no layers to scramble: its highlight is the model itself.")

    def show_found(self) -> bool:
        project = self._context.session.project
        check = project.explaining.finding(self.run, ScrambleCheck) if project is not None else None
        self.plot.setVisible(check is not None)
        if check is None:
            self.found.setText(
                self.tr(
                    "Not checked for this run yet. When the model's layers become random, its highlight must dissolve;"
                    " one that stays was never about the model."
                )
            )
            return False
        self.found.setText(scramble_words(check, self.language()))
        self.plot.show_data(draw_scramble, self._curve(check))
        return True

    def _curve(self, check: ScrambleCheck) -> ScrambleData:
        steps = ", ".join(f"{step.layers}: {step.likeness:.2f}" for step in check.steps)
        return ScrambleData(
            title=self.tr("Likeness to the real highlight"),
            description=self.tr(
                "Likeness by the number of random layers: {steps}; by chance {chance}"
            ).format(steps=steps, chance=f"{check.chance:.2f}"),
            x_label=self.tr("layers made random, from the top"),
            y_label="",
            chance_label=self.tr("by chance"),
            points=((0, 1.0), *((step.layers, step.likeness) for step in check.steps)),
            chance=check.chance,
        )

    def say(self) -> None:
        super().say()
        if self.refusal():
            self.plot.hide()


class TrustRun(QWidget):
    """Both checks of a run."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ranking = RankingCheck(context)
        self.scramble = ScrambleWeightsCheck(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE_XS)
        column.setSpacing(SPACE_L)
        column.addWidget(self.ranking)
        column.addWidget(self.scramble)

    def show_run(self, run: str) -> None:
        self.ranking.show_run(run)
        self.scramble.show_run(run)

    def retranslate(self) -> None:
        self.ranking.retranslate()
        self.scramble.retranslate()


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _time(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds:.0f} ms"
