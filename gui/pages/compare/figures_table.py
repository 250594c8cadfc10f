"""The compared runs' figures on the common texts, with size, speed and training time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from engine.api import wording
from engine.api.store.runs import Run
from gui import fonts
from gui.models.runs_model import duration_text

Index = QModelIndex | QPersistentModelIndex
_ROW = 32
_LOWER_IS_BETTER = ("mae",)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class ComparedRun:
    """A run with its figures on the texts that all compared runs have judged."""

    run: Run
    figures: dict[str, float]


class FiguresModel(QAbstractTableModel):
    """One row a run: name, figures, size, milliseconds a text, training time; the best figure is strong."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ComparedRun] = []
        self._figures: tuple[str, ...] = ()
        self._language = language

    def set_rows(self, rows: Sequence[ComparedRun], figures: Sequence[str]) -> None:
        self.beginResetModel()
        self._rows, self._figures = list(rows), tuple(figures)
        self.endResetModel()

    def set_language(self, language: str) -> None:
        self.beginResetModel()
        self._language = language
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._figures) + 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return _RIGHT
        if role == Qt.ItemDataRole.DisplayRole:
            if not section:
                return self.tr("Run")
            if section <= len(self._figures):
                return wording.figure_words(self._figures[section - 1], self._language).name
            rest = (self.tr("Size"), self.tr("ms a text"), self.tr("Training"))
            return rest[section - len(self._figures) - 1]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return _RIGHT
        if role == Qt.ItemDataRole.FontRole and self._is_best(row, column):
            return fonts.strong(fonts.tabular(QApplication.font()))
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return row.run.title
        return None

    def _shown(self, row: ComparedRun, column: int) -> str:
        if column == 0:
            return row.run.title
        if column <= len(self._figures):
            value = row.figures.get(self._figures[column - 1])
            return "" if value is None else f"{value:.3f}"
        run = row.run
        size = self.tr("{count} MB").format(count=f"{run.size_bytes / 1e6:,.1f}") if run.size_bytes else ""
        speed = f"{run.milliseconds_per_text:.2f}" if run.milliseconds_per_text else ""
        time = duration_text(run.seconds) if run.seconds else ""
        return (size, speed, time)[column - len(self._figures) - 1]

    def _is_best(self, row: ComparedRun, column: int) -> bool:
        if not 0 < column <= len(self._figures):
            return False
        figure = self._figures[column - 1]
        values = [each.figures[figure] for each in self._rows if figure in each.figures]
        if len(set(values)) < 2:
            return False
        best = min(values) if figure in _LOWER_IS_BETTER else max(values)
        return row.figures.get(figure) == best


class FiguresTable(QTableView):
    """As high as its rows, at most eight."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FiguresModel(language, self)
        self.setModel(self._model)
        self.setFont(fonts.tabular(self.font()))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )

    def set_rows(self, rows: Sequence[ComparedRun], figures: Sequence[str]) -> None:
        self._model.set_rows(rows, figures)
        header = self.horizontalHeader()
        for column in range(self._model.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fit()

    def retranslate(self, language: str) -> None:
        self._model.set_language(language)
        self._fit()

    def _fit(self) -> None:
        # Chinese heads are higher than English ones
        rows = min(8, max(1, self._model.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * _ROW + 4)
