"""Which finished run a page looks at; the same one in all pages."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from engine.api import wording
from engine.api.store.runs import Run
from gui.session import Session


def finished_runs(session: Session) -> list[Run]:
    """Runs that have a model and figures, newest first."""
    if session.project is None:
        return []
    return [run for run in reversed(session.project.runs.all()) if run.validation or run.test]


class RunChooser(QComboBox):
    """Follows and sets ``session.run``; the owner calls ``refresh`` when runs change."""

    def __init__(self, session: Session, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._language = language
        self.setMinimumContentsLength(22)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._chosen)
        session.run_selected.connect(self._follow)
        self.retranslate(language)

    def refresh(self) -> list[Run]:
        """Read the runs again; gives them. Selects the newest where none is selected."""
        runs = finished_runs(self._session)
        self.blockSignals(True)
        self.clear()
        for run in runs:
            name = wording.method_words(run.method, self._language).name
            mark = "★ " if run.starred else ""
            self.addItem(f"{mark}{run.title} · {name}", run.id)
        self.blockSignals(False)
        self._follow(self._session.run)
        self.setEnabled(bool(runs))
        if runs and self.findData(self._session.run) < 0:
            self._session.select_run(runs[0].id)
        return runs

    def retranslate(self, language: str) -> None:
        self._language = language
        self.setAccessibleName(self.tr("Run"))
        self.setToolTip(self.tr("The run to look at"))
        self.refresh()

    @Slot(str)
    def _follow(self, run: str) -> None:
        self.setCurrentIndex(self.findData(run))

    @Slot(int)
    def _chosen(self, row: int) -> None:
        self._session.select_run(str(self.itemData(row)))
