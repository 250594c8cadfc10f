"""How a run bears typos, another case, swapped and missing words, and files of difficult texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.messages import JobState
from engine.api.messages_transfer import MeasureRobustness
from engine.api.results_transfer import Robustness, RobustnessLine
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.evaluate.robustness_bars import RobustnessBar, RobustnessBars
from gui.pages.frames import scrolled
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button, label, set_role
from gui.widgets.choosing import ask_files

_CLEAN = "clean"


class RobustnessPanel(QWidget):
    """Shows what is kept of a run's robustness, and measures it when asked."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._run = ""
        self._found: Robustness | None = None
        self._problem = ""
        self._about = label("", "muted", wrap=True)
        self._measure = Button(context.theme, "", "normal", "play")
        self._with_files = Button(context.theme, "", "quiet", "file")
        self._forget = Button(context.theme, "", "quiet", "trash")
        self._bars = RobustnessBars(context.theme)
        self._meaning = label("", wrap=True)
        self._state = label("", "caption", wrap=True)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self._measure)
        buttons.addWidget(self._with_files)
        buttons.addWidget(self._forget)
        buttons.addStretch(1)
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_M)
        for part in (self._meaning, self._bars, self._about, self._state):
            column.addWidget(part)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_S)
        outer.addWidget(scrolled(inner), 1)
        outer.addLayout(buttons)  # in view also where the figures are scrolled
        self._measure.clicked.connect(self.measure)
        self._with_files.clicked.connect(self._choose_files)
        self._forget.clicked.connect(self._forget_files)
        context.queue.job_added.connect(self._job_changed)
        context.queue.job_changed.connect(self._job_changed)
        self.retranslate()

    # --- what is shown --------------------------------------------------------------------------------------

    def show_run(self, run: str) -> None:
        """'' = none. Reads what is kept of it; a short read."""
        if run != self._run:
            self._problem = ""
        project = self._context.session.project
        self._run = run if project is not None else ""
        self._found = project.runs.robustness(run) if project is not None and run else None
        self._say()

    def retranslate(self) -> None:
        self._measure.setToolTip(
            self.tr(
                "Score up to 1,000 texts again, each with typos, in another case, with swapped and missing words"
            )
        )
        self._with_files.setText(self.tr("With files…"))
        self._forget.setText(self.tr("Forget files"))
        self._forget.setToolTip(
            self.tr("Take away what was measured on files; the files stay where they are")
        )
        self._bars.setAccessibleName(self.tr("Figures on changed texts"))
        self._say()

    def bars(self) -> list[RobustnessBar]:
        return self._bars.rows()

    def meaning(self) -> str:
        """What the figures say, in a sentence; '' before they are measured."""
        return self._meaning.text()

    # --- what the user does ---------------------------------------------------------------------------------

    @Slot()
    def measure(self) -> None:
        """Measure the shown run; what was measured on files stays."""
        self._start(())

    def measure_with(self, files: Sequence[Path]) -> None:
        """Measure the shown run, also on files; what was measured on others stays."""
        self._start(tuple(str(file) for file in files))

    def _start(self, files: tuple[str, ...]) -> None:
        if not self._run or self._asked() is not None:
            return
        spare = self._job()
        if spare is not None:
            spare.cancel()  # it would measure the same
        self._problem = ""
        self._context.operations.measure_robustness(self._run, files)

    @Slot()
    def _forget_files(self) -> None:
        if self._run:
            ticket = self._context.operations.forget_robustness_files(self._run)
            ticket.done.connect(self._forgotten)

    @Slot(object)
    def _forgotten(self, _value: object) -> None:
        self.show_run(self._run)

    @Slot()
    def _choose_files(self) -> None:
        title = self.tr("Choose files of difficult texts")
        ask_files(self, title, self._files_chosen, ";;".join(self.file_kinds()))

    def file_kinds(self) -> list[str]:
        """Filters of the files that the project's task can be measured on."""
        if self._tagging():
            kind = self.tr("Tagged words (*.conll *.iob *.iob2 *.bio *.bioes *.bilou *.txt *.jsonl *.json)")
        else:
            kind = self.tr("Tables (*.csv *.tsv *.jsonl *.json *.xlsx *.ods)")
        return [kind, self.tr("All files (*)")]

    def _tagging(self) -> bool:
        project = self._context.session.project
        return project is not None and project.task == "tagging"

    @Slot(list)
    def _files_chosen(self, files: list[str]) -> None:
        self.measure_with([Path(file) for file in files])

    # --- jobs -----------------------------------------------------------------------------------------------

    def _jobs(self) -> list[Job]:
        jobs = self._context.queue.jobs
        return [job for job in jobs if isinstance(job.request, MeasureRobustness) and not job.cancelling]

    def _asked(self) -> Job | None:
        """What the user has asked for, of whatever run: one at a time."""
        return next((job for job in self._jobs() if not job.spare), None)

    def _job(self) -> Job | None:
        """What measures the shown run."""
        for job in self._jobs():
            if isinstance(job.request, MeasureRobustness) and job.request.run == self._run:
                return job
        return None

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        request = job.request
        if not isinstance(request, MeasureRobustness) or request.run != self._run:
            return
        if job.error is not None and job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._problem = describe(job.error, self._context.settings.language).text
        if job.state is JobState.DONE:
            self.show_run(self._run)
        self._say()

    # --- words ----------------------------------------------------------------------------------------------

    def _say(self) -> None:
        job, found = self._job(), self._found
        self._measure.setText(self.tr("Measure again") if found is not None else self.tr("Measure"))
        for button in (self._measure, self._with_files, self._forget):
            button.setEnabled(bool(self._run) and self._asked() is None)
        self._with_files.setToolTip(
            self.tr("Also measure files of difficult texts whose words are tagged, such as CoNLL")
            if self._tagging()
            else self.tr("Also measure tables of difficult texts with a text and a label column")
        )
        self._forget.setVisible(found is not None and any(line.of_file for line in found.lines))
        self._bars.setVisible(found is not None)
        self._meaning.setVisible(found is not None)
        self._about.setVisible(found is None)
        self._about.setText(
            self.tr(
                "How much of the figure is left when people write in haste? Not measured for this run yet."
            )
        )
        if job is not None:
            self._state.setText(self._progress_words(job))
            set_role(self._state, "caption")
        else:
            self._state.setText(self._problem)
            set_role(self._state, "bad" if self._problem else "caption")
        self._state.setVisible(bool(self._state.text()))
        self._bars.set_rows([self._bar(line, found) for line in found.lines] if found is not None else [])
        self._meaning.setText(self._sentence(found) if found is not None else "")

    def _progress_words(self, job: Job) -> str:
        if job.spare and job.state is JobState.WAITING:
            return self.tr("Is measured by itself as soon as nothing else is to be done.")
        if job.progress is None:
            return self.tr("Measuring…")
        stage = wording.stage_words(job.progress.stage, self._context.settings.language)
        return f"{stage} · {job.progress.done:,}/{job.progress.total:,}"

    def _bar(self, line: RobustnessLine, found: Robustness) -> RobustnessBar:
        flipped = line.flipped
        note = (
            self.tr("{percent} of answers change").format(percent=wording.percent(flipped))
            if flipped is not None and line.kind != _CLEAN
            else self.tr("{count} texts").format(count=f"{line.rows:,}")
        )
        if line.measured_at:
            day = datetime.fromisoformat(line.measured_at).astimezone().strftime("%Y-%m-%d")
            note = self.tr("{count} texts, measured {day}").format(count=f"{line.rows:,}", day=day)
        value = f"{line.figure.value:.3f} ({line.figure.low:.3f}–{line.figure.high:.3f})"
        return RobustnessBar(
            self._kind(line.kind), line.figure, value, note, line.figure.high < found.lines[0].figure.low
        )

    def _kind(self, kind: str) -> str:
        return {
            _CLEAN: self.tr("As written"),
            "typos": self.tr("Typos"),
            "case": self.tr("Other case"),
            "swaps": self.tr("Swapped words"),
            "deletion": self.tr("Missing words"),
        }.get(kind, kind)

    def _sentence(self, found: Robustness) -> str:
        clean = found.lines[0]
        changed = [line for line in found.lines[1:] if line.flipped is not None]
        worst = min(changed, key=lambda line: line.figure.value, default=None)
        figure = wording.figure_words(found.figure, self._context.settings.language).name
        if worst is None or worst.figure.value >= clean.figure.value:
            return self.tr("Changed texts cost this run nothing.")
        loss = f"{clean.figure.value - worst.figure.value:.3f}"
        return self.tr("“{change}” costs the most: {figure} falls by {loss}.").format(
            change=self._kind(worst.kind), figure=figure, loss=loss
        )
