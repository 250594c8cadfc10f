"""What the window does by itself once a run is trained: test its highlight methods while nothing else is asked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from engine.api.catalog import explainer_of, method
from engine.api.explaining.argue import Argued
from engine.api.explaining.trust import ExplainerRanking
from engine.api.messages import JobState, Trained
from engine.api.messages_transfer import Raced
from gui.jobs import Job, JobQueue
from gui.operations import Operations
from gui.session import Session
from gui.settings import TEST_EXPLAINERS, Settings


class AfterTraining(QObject):
    """The most faithful explainers become a run's defaults, as ``RankExplainers`` says. Of a race, the run kept."""

    def __init__(
        self, session: Session, settings: Settings, queue: JobQueue, operations: Operations, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._settings, self._operations = session, settings, operations
        queue.job_changed.connect(self._job_changed)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if job.state is not JobState.DONE or not self._settings.get(TEST_EXPLAINERS):
            return
        if job.project != self._session.path:
            return
        if isinstance(job.result, Trained | Argued):
            self._test(job.result.run)
        elif isinstance(job.result, Raced) and job.result.kept:
            self._test(job.result.kept)

    def _test(self, id: str) -> None:
        project = self._session.project
        assert project is not None
        first = explainer_of(method(project.runs.get(id).model_method).explainers[0])
        if not first.exact and project.explaining.finding(id, ExplainerRanking) is None:
            self._operations.explaining.rank_explainers(id, spare=True)
