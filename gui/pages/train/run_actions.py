"""What is done with runs beyond looking at one: named, noted, compared, trained again, handed over, deleted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from engine.api.errors import KnownError
from engine.api.messages import JobState
from engine.api.messages_transfer import TrainAgain, TrainedAgain
from engine.api.store.runs import Run
from gui.context import Context
from gui.jobs import Job
from gui.pages.compare.compare_view import CompareView
from gui.pages.export.export_dialog import ExportDialog
from gui.pages.train.pseudo_labels_view import PseudoLabelsView
from gui.pages.train.runs_panel import RunsPanel

SEEDS = 2  # more: three runs give a first idea of the spread


class RunActions(QObject):
    """Puts the comparison over the page's work while it is looked at.

    Signals: reused(Run): its settings are to be put into the form. told(str): how a training that was done again
    came out. moved: the comparison was opened or left. help_requested(str): a page of the help is to be shown.
    """

    reused = Signal(object)
    told = Signal(str)
    moved = Signal()
    help_requested = Signal(str)

    def __init__(self, context: Context, panel: RunsPanel, pages: QStackedWidget, work: int) -> None:
        """``work``: the position in ``pages`` of what is shown when nothing is compared."""
        super().__init__(pages)
        self._context = context
        self._pages, self._work = pages, work
        self._view: CompareView | None = None
        panel.renamed.connect(self._rename)
        panel.starred.connect(self._star)
        panel.removed.connect(self._remove)
        panel.handed_over.connect(self._export)
        panel.looked_through.connect(self._look_through)
        panel.noted.connect(self._write_note)
        panel.reused.connect(self._reuse)
        panel.repeated.connect(self._repeat)
        panel.reseeded.connect(self._reseed)
        panel.compared.connect(self.compare)
        context.queue.job_changed.connect(self._job_changed)
        context.session.closed.connect(self.leave)

    @property
    def comparing(self) -> bool:
        """Whether the comparison is in sight."""
        return self._view is not None and self._pages.currentWidget() is self._view

    def view(self) -> CompareView | None:
        """The comparison, None before the first one."""
        return self._view

    @Slot(object)
    def compare(self, runs: Sequence[str]) -> None:
        """Show two runs or more beside one another."""
        if self._view is None:
            self._view = CompareView(self._context)
            self._view.left.connect(self.leave)
            self._view.opened.connect(self._explain)
            self._view.help_requested.connect(self.help_requested)
            self._pages.addWidget(self._view)
        self._view.show_runs(runs)
        self._pages.setCurrentWidget(self._view)
        self.moved.emit()

    @Slot()
    def leave(self) -> None:
        """Back to the page's own work."""
        if self._view is None:
            return
        was_shown = self.comparing
        self._view.clear()
        if was_shown:
            self._pages.setCurrentIndex(self._work)
            self.moved.emit()

    def retranslate(self) -> None:
        if self._view is not None:
            self._view.retranslate()

    @Slot(int)
    def _explain(self, document: int) -> None:
        self._context.session.explain_requested.emit(document)

    @Slot(str, str)
    def _write_note(self, run: str, note: str) -> None:
        self._context.operations.note_run(run, note)

    @Slot(str, str)
    def _rename(self, run: str, name: str) -> None:
        self._context.operations.rename_run(run, name)

    @Slot(str, bool)
    def _star(self, run: str, starred: bool) -> None:
        self._context.operations.star_run(run, starred)

    @Slot(str)
    def _remove(self, run: str) -> None:
        self._context.operations.delete_run(run)

    @Slot(str)
    def _export(self, id: str) -> None:
        run = self._run(id)
        if run is not None:
            ExportDialog(self._context, run, self._pages).open()

    @Slot(str)
    def _look_through(self, id: str) -> None:
        run = self._run(id)
        if run is not None:
            PseudoLabelsView(self._context, run, self._pages).open()

    @Slot(str)
    def _reuse(self, id: str) -> None:
        run = self._run(id)
        if run is not None:
            self.reused.emit(run)

    def _run(self, id: str) -> Run | None:
        project = self._context.session.project
        try:
            return None if project is None else project.runs.get(id)
        except KnownError:  # deleted meanwhile
            return None

    @Slot(str)
    def _repeat(self, run: str) -> None:
        self._context.operations.train_again(run)

    @Slot(str)
    def _reseed(self, id: str) -> None:
        """Train the same with seeds that no run of it has had."""
        project, run = self._context.session.project, self._run(id)
        if project is None or run is None:
            return
        runs = [each for each in project.runs.all() if (each.method, each.source) == (run.method, run.source)]
        used = {int(each.options.get("seed") or 0) for each in runs}
        first = max(used) + 1
        for seed in range(first, first + SEEDS):
            self._context.operations.train(run.method, run.source, {**run.options, "seed": seed})

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        found = job.result
        if not isinstance(job.request, TrainAgain) or job.state is not JobState.DONE:
            return
        if isinstance(found, TrainedAgain):
            text = (
                self.tr("“{run}” has the same weights as “{first}”, bit for bit.")
                if found.same
                else self.tr(
                    "“{run}” has other weights than “{first}”: compare them to see whether it matters."
                )
            )
            self.told.emit(text.format(run=found.run, first=found.first))
