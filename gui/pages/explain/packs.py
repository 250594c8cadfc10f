"""Evidence packs of Explain: asked for in a dialog, written and checked by jobs, told of in a banner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from engine.api.errors import ErrorKind, ErrorReport, KnownError, Value
from engine.api.explaining.pack import PACK_DIFFERENCES, PackVerified, PackWritten, VerifyPack
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.explain.pack_dialog import Packable, PackDialog
from gui.widgets.blocks import Banner, Tone
from gui.widgets.choosing import ask_file


@dataclass(frozen=True)
class PackSubject:
    """What Explain shows: the stored explanation in view (None: none), how it was made, the ids of the listed texts."""

    explanation: int | None
    method: str
    listed: Sequence[int]
    baseline: str = ""


class Packs(QObject):
    """``banner`` says what came of it; a job that fails is told of by the window, as all jobs are."""

    def __init__(self, context: Context, subject: Callable[[], PackSubject], parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._subject = subject
        self._window = parent
        self._result: PackWritten | PackVerified | None = None
        self._path = ""  # of the pack that was written or checked
        self.banner = Banner(context.theme, "info", "", " ", " ")
        self.banner.hide()
        self.banner.activated.connect(self._open_folder)
        context.session.closed.connect(self._forget)

    def retranslate(self) -> None:
        self.banner.close_button.set_icon("close", self.tr("Close the message"))
        self._say()

    # --- writing ---------------------------------------------------------------------------------------------

    @Slot()
    def ask(self) -> None:
        """Open the dialog of a pack of the selected run."""
        session = self._context.session
        project = session.project
        if project is None:
            return
        try:
            run = project.runs.get(session.run)
        except KnownError:  # deleted meanwhile, or none yet
            return
        subject = self._subject()
        total = project.documents.count()
        what = Packable(subject.explanation, subject.listed, total, subject.method, subject.baseline)
        dialog = PackDialog(self._context, run, what, self._window)
        dialog.submitted.connect(self._submitted)
        dialog.open()

    @Slot(object)
    def _submitted(self, job: Job) -> None:
        self._forget()
        job.finished.connect(self._finished)

    # --- checking --------------------------------------------------------------------------------------------

    @Slot()
    def ask_check(self) -> None:
        """Choose a pack to be checked."""
        project = self._context.session.project
        if project is None:
            return
        kinds = self.tr("Evidence packs (*.html *.pdf *.png *.svg *.json)")
        ask_file(self._window, self.tr("Check a pack"), kinds, self.check, str(project.exports))

    @Slot(str)
    def check(self, path: str) -> None:
        """Compute a pack's explanations again and say whether they are the same."""
        self._submitted(self._context.operations.explaining.verify_pack(path))

    # --- what came of it -------------------------------------------------------------------------------------

    @Slot(object)
    def _finished(self, result: object) -> None:
        job = self.sender()
        if isinstance(job, Job) and job.project != self._context.session.path:
            return
        if isinstance(result, PackWritten):
            self._result, self._path = result, result.out
        elif isinstance(result, PackVerified):
            request = job.request if isinstance(job, Job) else None
            self._result = result
            self._path = request.path if isinstance(request, VerifyPack) else ""
        self._say()

    @Slot()
    def _forget(self) -> None:
        self._result = None
        self.banner.hide()

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._path).parent)))

    def _say(self) -> None:
        found = self._result
        if isinstance(found, PackWritten):
            self.banner.set_message("info", self._written(found), self.tr("Open the folder"))
        elif isinstance(found, PackVerified):
            self.banner.set_message(_tone(found), self._verified(found))
        self.banner.setVisible(found is not None)

    def _written(self, found: PackWritten) -> str:
        parts = [
            self.tr("The pack of %n explanations is written: {path}.", "", found.explanations).format(
                path=found.out
            )
        ]
        if found.files > 1:
            parts.append(
                self.tr("It became %n numbered pictures; each can be checked by itself.", "", found.files)
            )
        if found.skipped:
            parts.append(self.tr("%n texts without a word were left out.", "", found.skipped))
        return self._joined(parts)

    def _verified(self, found: PackVerified) -> str:
        parts = [
            self.tr("“{name}”: nothing was changed since it was written.")
            if found.whole
            else self.tr("“{name}” was changed after it was written: do not rely on it.")
        ]
        parts[0] = parts[0].format(name=Path(self._path).name)
        parts.append(
            self.tr("The run's model is the same.")
            if found.model_same
            else self.tr("The run has another model now.")
        )
        if not found.data_same:
            parts.append(self.tr("Texts or labels of the project have changed since."))
        parts.append(
            self.tr("Computed again, {same} of {count} explanations are the same.").format(
                same=f"{found.same:,}", count=f"{len(found.checks):,}"
            )
        )
        problem = next((check.problem for check in found.checks if check.problem), "")
        if problem:
            parts.append(self._problem(problem))
        differs = [name for name in PACK_DIFFERENCES if any(name in check.differs for check in found.checks)]
        if differs:
            names = self.tr(", ").join(self._part(name) for name in differs)
            parts.append(self.tr("What is not the same: {parts}.").format(parts=names))
        return self._joined(parts)

    def _problem(self, kind: str) -> str:
        """Why an explanation could not be computed again."""
        values: dict[str, Value] = {
            "family": "?",
            "label": "?",
            "valid": "?",
            "start": 0,
            "end": 0,
            "method": "?",
            "baseline": "?",
        }
        return describe(ErrorReport(ErrorKind(kind), values), self._context.settings.language).text

    def _part(self, name: str) -> str:
        """One of PACK_DIFFERENCES in words."""
        names = {
            "words": self.tr("where words begin and end"),
            "scores": self.tr("the words' scores"),
            "margin": self.tr("the margin"),
            "label": self.tr("the decision"),
            "probabilities": self.tr("the probabilities"),
            "computation": self.tr("how it was computed"),
            "seal": self.tr("the trust seal"),
        }
        return names[name]

    def _joined(self, parts: Sequence[str]) -> str:
        return ("" if self._context.settings.language == "zh_CN" else " ").join(parts)


def _tone(found: PackVerified) -> Tone:
    if not found.whole:
        return "bad"
    return "info" if found.model_same and found.same == len(found.checks) else "careful"
