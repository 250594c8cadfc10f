"""After the first paint: the explanation by the method that was the most faithful on the run, in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.api.messages import Explained
from engine.api.results import Explanation
from gui.jobs import Job
from gui.operations import Operations
from gui.pages.explain.what_if import Question, explain
from gui.session import Session

MOST_WORDS = 400  # of a text; hundreds of readings of a longer one take minutes


class Settler(QObject):
    """One question at a time. What goes wrong is not told: the first explanation stands, and so does its seal.

    Signals: explained(Explanation, int): its id in the store. busy_changed.
    """

    explained = Signal(object, int)
    busy_changed = Signal()

    def __init__(self, session: Session, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._operations = operations
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        return self._job is not None

    def settle(self, question: Question, first: Explanation) -> None:
        """Ask what ``first`` answers once more, by the question's method."""
        self._drop()
        if len(first.words) <= MOST_WORDS:
            self._job = explain(self._operations, question, "settle", spare=True)
            self._job.finished.connect(self._came)
            self._job.ended.connect(self._ended)
        self.busy_changed.emit()

    def forget(self) -> None:
        """Another explanation is on its way, or none."""
        if self._job is not None:
            self._drop()
            self.busy_changed.emit()

    def _drop(self) -> None:
        if self._job is not None:
            self._job.drop()
            self._job = None

    @Slot(object)
    def _came(self, result: object) -> None:
        self._job = None
        project = self._session.project
        if isinstance(result, Explained) and project is not None:
            self.explained.emit(project.runs.explanation(result.explanation), result.explanation)

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self.busy_changed.emit()
