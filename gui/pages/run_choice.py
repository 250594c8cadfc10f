"""A combo of the runs that can be used: finished ones, the selected or best one first chosen."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from engine.api import wording
from engine.api.messages import JobState
from engine.api.store.runs import Run
from engine.api.tasks import MAIN_FIGURES
from gui.context import Context


class RunChoice(QComboBox):
    """Follows the session's runs and its selected run. Signals: ``run_chosen(id)``, '' for none."""

    run_chosen = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._runs: dict[str, Run] = {}
        self.setMinimumContentsLength(22)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        session = context.session
        session.opened.connect(self.reload)
        session.closed.connect(self.reload)
        session.runs_changed.connect(self.reload)
        session.run_selected.connect(self._follow)
        self.activated.connect(self._chosen)
        self.reload()

    @property
    def run(self) -> Run | None:
        """The run that is chosen."""
        return self._runs.get(self.currentData() or "")

    @Slot()
    def reload(self) -> None:
        """Read the finished runs again, keeping the choice where it is still there."""
        project = self._context.session.project
        runs = [] if project is None else [run for run in project.runs.all() if run.state is JobState.DONE]
        before = self.currentData() or ""
        self._runs = {run.id: run for run in reversed(runs)}
        blocker = QSignalBlocker(self)
        self.clear()
        for run in self._runs.values():
            self.addItem(self._words(run), run.id)
            self.setItemData(self.count() - 1, self._words(run, whole=True), Qt.ItemDataRole.ToolTipRole)
        for wanted in (before, self._context.session.run, self._best()):
            if wanted in self._runs:
                self.setCurrentIndex(self.findData(wanted))
                break
        blocker.unblock()
        self.run_chosen.emit(self.currentData() or "")

    def _best(self) -> str:
        scored = [(run.validation.main.value, run.id) for run in self._runs.values() if run.validation]
        return max(scored)[1] if scored else ""

    def _words(self, run: Run, *, whole: bool = False) -> str:
        shown = run.test or run.validation
        if not whole:  # the method's name as well would be cut off in a narrow column
            return run.title if shown is None else f"{run.title} · {shown.main.value:.2f}"
        name = f"{run.title} · {wording.method_words(run.method, self._context.settings.language).name}"
        if shown is None:
            return name
        figure = wording.figure_words(MAIN_FIGURES[shown.task], self._context.settings.language).name
        return f"{name} · {figure} {shown.main.value:.2f}"

    @Slot(str)
    def _follow(self, run: str) -> None:
        if run != (self.currentData() or "") and run in self._runs:
            self.setCurrentIndex(self.findData(run))
            self.run_chosen.emit(run)

    @Slot()
    def _chosen(self) -> None:
        run = self.currentData() or ""
        self.run_chosen.emit(run)
        self._context.session.select_run(run)
