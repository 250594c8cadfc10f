"""The tab Trust: how the explanation in view was tested, and what was measured of the run's methods."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.explaining.trust import Seal, Sealed, SealExplanation
from engine.api.messages import JobState
from gui.context import Context
from gui.jobs import Job
from gui.pages.explain.sealer import known_seal
from gui.pages.explain.side_panel import SidePanel, Subject
from gui.pages.explain.trust_run import TrustRun
from gui.pages.explain.trust_text import TrustText
from gui.theme import SPACE_L, SPACE_M, SPACE_XS
from gui.widgets.basic import separator


class TrustPanel(SidePanel):
    """The page asks for the seal; this tab shows it as soon as it is there."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._subject: Subject | None = None
        self._seal: Seal | None = None
        self._problem: ErrorReport | None = None
        self._front = False
        self.text = TrustText(context.theme)
        self.of_run = TrustRun(context)
        self.setObjectName("scrolled")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_M, SPACE_XS, 0)
        column.setSpacing(SPACE_L)
        column.addWidget(self.text)
        column.addWidget(separator())
        column.addWidget(self.of_run)
        column.addStretch(1)
        context.queue.job_changed.connect(self._job_changed)
        context.session.run_selected.connect(self._refresh)
        context.session.opened.connect(self._refresh)
        context.session.closed.connect(self._refresh)
        self.retranslate(context.settings.language)

    def title(self) -> str:
        return self.tr("Trust")

    def set_subject(self, subject: Subject | None) -> None:
        self._subject, self._seal, self._problem = subject, None, None
        self._refresh()

    def set_front(self, front: bool) -> None:
        self._front = front
        self._refresh()

    def retranslate(self, language: str) -> None:
        self.of_run.retranslate()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Read what is known, where it is seen: short reads."""
        if not self._front:
            return
        session, subject = self._context.session, self._subject
        if session.project is not None and subject is not None and self._seal is None:
            self._seal = known_seal(session.project, subject.id, subject.explanation)
        self.of_run.show_run(session.run if session.project is not None else "")
        self._say()

    def _say(self) -> None:
        explanation = self._subject.explanation if self._subject is not None else None
        self.text.show_state(explanation, self._seal, self._problem, self._context.settings.language)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        request, subject = job.request, self._subject
        if not isinstance(request, SealExplanation) or subject is None or request.explanation != subject.id:
            return
        if job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._problem = job.error
        if isinstance(job.result, Sealed):
            self._seal = job.result.seal
        self._refresh()
