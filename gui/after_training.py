"""What the window does by itself once a run is trained, while nothing else is asked: it tests the run."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from engine.api.catalog import explainer_of, explainers_for
from engine.api.explaining.argue import Argued
from engine.api.explaining.trust import ExplainerRanking
from engine.api.messages import JobState, Trained
from engine.api.messages_transfer import Raced
from engine.api.store.runs import Run
from gui.jobs import Job, JobQueue
from gui.operations import Operations
from gui.session import Session
from gui.settings import TEST_EXPLAINERS, Settings


class AfterTraining(QObject):
    """The most faithful explainers become a run's defaults, as ``RankExplainers`` says. Of a race, the run kept.

    How a run bears changed texts is measured where that is what it was trained for.
    """

    def __init__(
        self, session: Session, settings: Settings, queue: JobQueue, operations: Operations, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._settings, self._operations = session, settings, operations
        queue.job_changed.connect(self._job_changed)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if job.state is not JobState.DONE or job.project != self._session.path:
            return
        if isinstance(job.result, Trained | Argued):
            self._test(job.result.run)
        elif isinstance(job.result, Raced) and job.result.kept:
            self._test(job.result.kept)

    def _test(self, id: str) -> None:
        project = self._session.project
        assert project is not None
        run = project.runs.get(id)
        if run.method == "adversarial" and project.runs.robustness(id) is None:
            self._operations.measure_robustness(id, spare=True)
        if self._settings.get(TEST_EXPLAINERS) and project.explaining.finding(id, ExplainerRanking) is None:
            self._rank(run)

    def _rank(self, run: Run) -> None:
        project = self._session.project
        assert project is not None
        if not explainer_of(explainers_for(run.model_method, project.task)[0]).exact:
            self._operations.explaining.rank_explainers(run.id, spare=True)
