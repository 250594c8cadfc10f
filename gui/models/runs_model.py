"""The project's runs as a table: star, name, method, state, figures and a note, each sortable by its value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from engine.api import wording
from engine.api.messages import JobState
from engine.api.results import Interval
from engine.api.store.runs import Run
from engine.api.tasks import MAIN_FIGURES

Index = QModelIndex | QPersistentModelIndex

STAR, NAME, METHOD, STATE, VALIDATION, TEST, SECOND, SECONDS, NOTE = range(9)
COLUMNS = 9
# beside the main figure, another one that says something else
SECOND_FIGURES = {"single": "accuracy", "multi": "micro_f1", "tagging": "entity_recall", "score": "mae"}
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
RUN_ROLE = int(Qt.ItemDataRole.UserRole)
SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_STATE_TONES = {
    JobState.RUNNING: "accent",
    JobState.PAUSED: "careful",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "neutral",
    JobState.INTERRUPTED: "careful",
    JobState.WAITING: "neutral",
}
TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 100  # the chip delegate's


def duration_text(seconds: float) -> str:
    """A length of time in words: ``0.8 s``, ``2 min 20 s``, ``1 h 5 min``."""
    translate = QCoreApplication.translate
    if seconds < 10:
        return translate("Duration", "{seconds} s").format(seconds=f"{max(seconds, 0.0):.1f}")
    whole = round(seconds)
    if whole < 60:
        return translate("Duration", "{seconds} s").format(seconds=whole)
    if whole < 3600:
        return translate("Duration", "{minutes} min {seconds} s").format(
            minutes=whole // 60, seconds=whole % 60
        )
    return translate("Duration", "{hours} h {minutes} min").format(
        hours=whole // 3600, minutes=whole % 3600 // 60
    )


def interval_text(figure: Interval | None) -> str:
    """``0.772 (0.751–0.793)``, empty where there is no figure."""
    return "" if figure is None else f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


class RunsModel(QAbstractTableModel):
    """Rows are runs, newest last. A run's name and note are edited in place.

    Signals:
        renamed(str, str): the user gave a run a new name; the store is not touched here.
        noted(str, str): the same with its note.
    """

    renamed = Signal(str, str)
    noted = Signal(str, str)

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []
        self._language = language
        self._task = "single"

    @property
    def task(self) -> str:
        """What the runs' figures are of."""
        return self._task

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Replace the rows; where the same runs stay, in order, the view keeps its selection."""
        evaluations = [run.test or run.validation for run in runs]
        task = next((evaluation.task for evaluation in evaluations if evaluation is not None), "single")
        if task != self._task:
            self._task = task
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMNS - 1)
        if [run.id for run in runs] == [run.id for run in self._runs]:
            self._runs = list(runs)
            if self._runs:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._runs) - 1, COLUMNS - 1))
            return
        self.beginResetModel()
        self._runs = list(runs)
        self.endResetModel()

    def set_language(self, language: str) -> None:
        self._language = language
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMNS - 1)
        if self._runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._runs) - 1, COLUMNS - 1))

    def run(self, row: int) -> Run:
        return self._runs[row]

    def row_of(self, id: str) -> int:
        """-1 where there is no such run."""
        return next((row for row, run in enumerate(self._runs) if run.id == id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else COLUMNS

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return base | Qt.ItemFlag.ItemIsEditable if index.column() in (NAME, NOTE) else base

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._head(section)
        if role == Qt.ItemDataRole.AccessibleTextRole and section == STAR:
            return self.tr("Starred")
        if role == Qt.ItemDataRole.TextAlignmentRole and section == SECONDS:
            return _RIGHT
        return None

    def _head(self, column: int) -> str:
        main, second = MAIN_FIGURES[self._task], SECOND_FIGURES[self._task]
        figure = wording.figure_words(second if column == SECOND else main, self._language).name
        return (
            "",
            self.tr("Name"),
            self.tr("Method"),
            self.tr("State"),
            self.tr("{figure}, validation").format(figure=figure),
            self.tr("{figure}, test").format(figure=figure),
            self.tr("{figure}, test").format(figure=figure),
            self.tr("Time"),
            self.tr("Note"),
        )[column]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        run, column = self._runs[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(run, column)
        if role == SORT_ROLE:
            return self._sort_value(run, column)
        if role == RUN_ROLE:
            return run.id
        if role == Qt.ItemDataRole.EditRole and column in (NAME, NOTE):
            return run.title if column == NAME else run.note
        if role == Qt.ItemDataRole.TextAlignmentRole and column == SECONDS:
            return _RIGHT
        if role == TONE_ROLE and column == STATE:
            return _STATE_TONES[run.state]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(run, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == STAR:
            return self.tr("starred") if run.starred else self.tr("not starred")
        return None

    def setData(self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() not in (NAME, NOTE):
            return False
        run, name = self._runs[index.row()], str(value).strip()
        if index.column() == NOTE:
            if name != run.note:
                self.noted.emit(run.id, name)
            return name != run.note
        if name == run.title:
            return False
        # a name equal to the id is no name: the id shows by itself
        self.renamed.emit(run.id, "" if name == run.id else name)
        return True

    def _shown(self, run: Run, column: int) -> str:
        if column == NAME:
            return run.title
        if column == METHOD:
            return wording.method_words(run.method, self._language).name
        if column == STATE:
            return wording.state_words(run.state, self._language)
        if column in (VALIDATION, TEST, SECOND):
            return interval_text(self._figure(run, column))
        if column == SECONDS:
            return duration_text(run.seconds) if run.seconds > 0 else ""
        return run.note if column == NOTE else ""

    def _figure(self, run: Run, column: int) -> Interval | None:
        evaluation = run.validation if column == VALIDATION else run.test
        if evaluation is None:
            return None
        return (
            evaluation.figures.get(SECOND_FIGURES[evaluation.task]) if column == SECOND else evaluation.main
        )

    def _sort_value(self, run: Run, column: int) -> object:
        if column == STAR:
            return 1 if run.starred else 0
        if column in (VALIDATION, TEST, SECOND):
            figure = self._figure(run, column)
            return -2.0 if figure is None else figure.value  # a correlation may lie below zero
        if column == SECONDS:
            return run.seconds
        return self._shown(run, column).casefold()

    def _tooltip(self, run: Run, column: int) -> str:
        if column == NAME:
            return f"{run.title} · {run.id}" if run.name else run.id
        if column in (VALIDATION, TEST, SECOND) and self._shown(run, column):
            return self.tr("Value and its bootstrap 95 % interval")
        if column == NOTE:
            return run.note
        return ""
