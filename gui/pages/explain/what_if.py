"""Asks the engine about the text in view: the prediction at once, the highlight when the hands rest."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.api.errors import ErrorReport
from engine.api.messages import Explained, TextPredicted
from engine.api.results import Explanation
from gui.jobs import Job
from gui.operations import Operations
from gui.session import Session

_IDLE_MS = 250


@dataclass(frozen=True)
class Question:
    """A document as it is stored (its id) or a text, and how. None: the predicted class, the runner-up.

    ``method`` '' is the run's default, ``baseline`` '' the method's own; ``span`` is the entity of tagged words, None:
    the surest.
    """

    run: str
    text: str
    document: int | None
    method: str
    target: str | None = None
    rival: str | None = None
    span: tuple[int, int] | None = None
    baseline: str = ""


def explain(operations: Operations, question: Question, key: str, *, spare: bool = False) -> Job:
    """Ask for an explanation; the latest question of a key counts."""
    return operations.explain(
        question.run,
        document=question.document,
        text=None if question.document is not None else question.text,
        method=question.method,
        target=question.target,
        rival=question.rival,
        span=question.span,
        baseline=question.baseline,
        key=key,
        spare=spare,
    )


class WhatIf(QObject):
    """One question at a time; the newest counts, answers to older ones are never heard.

    Signals:
        predicted(TextPredicted, str): for that text.
        explained(Explanation, int): of the newest question, and its id in the store.
        failed(ErrorReport).
        busy_changed: ``busy`` is another.
    """

    predicted = Signal(object, str)
    explained = Signal(object, int)
    failed = Signal(object)
    busy_changed = Signal()

    def __init__(self, session: Session, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._operations = operations
        self._question: Question | None = None
        self._predicting: Job | None = None
        self._explaining: Job | None = None
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self._explain)

    @property
    def busy(self) -> bool:
        """Whether the explanation of what is in view is still to come."""
        return self._explaining is not None or self._idle.isActive()

    def ask(self, question: Question, *, at_once: bool) -> None:
        """Predict and explain; while the text is typed, the explanation waits until the hands rest."""
        self._question = question
        self._drop_explaining()
        if question.text.strip():
            self._predict(question)
            if at_once:
                self._idle.stop()
                self._explain()
            else:
                self._idle.start()
        else:
            self._drop_predicting()
            self._idle.stop()
        self.busy_changed.emit()

    def explain_again(self, question: Question) -> None:
        """The same text, explained in another way."""
        self._question = question
        self._idle.stop()
        self._drop_explaining()
        if question.text.strip():
            self._explain()
        self.busy_changed.emit()

    def forget(self) -> None:
        """Nothing is in view any more."""
        self._question = None
        self._idle.stop()
        self._drop_predicting()
        self._drop_explaining()
        self.busy_changed.emit()

    def _drop_predicting(self) -> None:
        if self._predicting is not None:
            self._predicting.disconnect_all()
            self._predicting = None

    def _drop_explaining(self) -> None:
        if self._explaining is not None:
            self._explaining.drop()  # the next prediction must not wait for it
            self._explaining = None

    def _predict(self, question: Question) -> None:
        self._drop_predicting()
        job = self._operations.predict_text(
            question.run, question.text, key="what-if", document=question.document
        )
        self._predicting = job
        job.finished.connect(self._prediction_came)
        job.failed.connect(self._job_failed)

    @Slot()
    def _explain(self) -> None:
        question = self._question
        if question is None:
            return
        self._drop_explaining()
        job = self._explaining = explain(self._operations, question, "what-if-explain")
        job.finished.connect(self._explanation_came)
        job.failed.connect(self._job_failed)
        job.interrupted.connect(self._job_interrupted)
        self.busy_changed.emit()

    @Slot(object)
    def _prediction_came(self, result: object) -> None:
        self._predicting = None
        if isinstance(result, TextPredicted) and self._question is not None:
            self.predicted.emit(result, self._question.text)

    @Slot(object)
    def _explanation_came(self, result: object) -> None:
        self._explaining = None
        project = self._session.project
        if isinstance(result, Explained) and project is not None and self._question is not None:
            found: Explanation = project.runs.explanation(result.explanation)
            self.explained.emit(found, result.explanation)
        self.busy_changed.emit()

    @Slot(object)
    def _job_failed(self, error: ErrorReport) -> None:
        if self._explaining is not None and self._explaining.state.ended:
            self._explaining = None
        self.failed.emit(error)
        self.busy_changed.emit()

    @Slot()
    def _job_interrupted(self) -> None:
        job, self._explaining = self._explaining, None
        if job is not None and job.error is not None:
            self.failed.emit(job.error)
        self.busy_changed.emit()
