"""Gets the seal of the explanation in view: a stored one at once, else the engine tests it in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.api.catalog import explainers_for
from engine.api.errors import ErrorReport
from engine.api.explaining.trust import ExplainerRanking, Seal, Sealed
from engine.api.project import Project
from engine.api.results import Explanation
from engine.api.store.runs import Run
from gui.jobs import Job
from gui.operations import Operations
from gui.session import Session


def default_explainer(project: Project, run: Run) -> str:
    """The method that a run explains by where none is named: the measured one, else its transfer method's."""
    allowed = explainers_for(run.model_method, project.task)
    ranking = project.explaining.finding(run.id, ExplainerRanking)
    return ranking.instant if ranking is not None and ranking.instant in allowed else allowed[0]


def known_seal(project: Project, id: int, explanation: Explanation) -> Seal | None:
    """The stored seal of an explanation, or of an earlier one that is the same."""
    return project.explaining.seal(id) or project.explaining.seal_of_same(explanation)


class Sealer(QObject):
    """The seal of one explanation at a time; the newest counts.

    Attributes: seal, problem: one of them once it is known. checking: it is being asked for.
    Signals: changed: one of these is another.
    """

    changed = Signal()

    def __init__(self, session: Session, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._operations = operations
        self._job: Job | None = None
        self.seal: Seal | None = None
        self.problem: ErrorReport | None = None

    @property
    def checking(self) -> bool:
        return self._job is not None

    def test(self, id: int, explanation: Explanation) -> None:
        """Find out about an explanation that has been painted; ``id`` is the store's."""
        self._drop()
        project = self._session.project
        self.seal = known_seal(project, id, explanation) if project is not None else None
        if project is not None and self.seal is None:
            self._job = self._operations.explaining.seal(id)
            self._job.finished.connect(self._came)
            self._job.failed.connect(self._failed)
            self._job.interrupted.connect(self._interrupted)
        self.changed.emit()

    def forget(self) -> None:
        """Another explanation is on its way, or none: nothing may wait for this one."""
        self._drop()
        self.changed.emit()

    def _drop(self) -> None:
        if self._job is not None:
            self._job.drop()
        self._job, self.seal, self.problem = None, None, None

    @Slot(object)
    def _came(self, result: object) -> None:
        self._job = None
        if isinstance(result, Sealed):
            self.seal = result.seal
        self.changed.emit()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._job, self.problem = None, error
        self.changed.emit()

    @Slot()
    def _interrupted(self) -> None:
        job, self._job = self._job, None
        self.problem = job.error if job is not None else None
        self.changed.emit()
