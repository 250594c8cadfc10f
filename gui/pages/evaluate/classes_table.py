"""Precision, recall, F1 and support of each class, label or type, sortable; of labels the threshold too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.api.results import ClassScore
from gui import fonts

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_ROW = 30
_MOST_ROWS_SHOWN = 8
_TEXTS = 4  # column
_ROOM_FOR_ALL = 360


class ClassesModel(QAbstractTableModel):
    """One row a class: label, precision, recall, F1, support, and the threshold where there are any."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scores: tuple[ClassScore, ...] = ()
        self._thresholds: tuple[float, ...] = ()
        self._task = "single"

    def set_scores(
        self, scores: Sequence[ClassScore], task: str = "single", thresholds: Sequence[float] = ()
    ) -> None:
        self.beginResetModel()
        self._scores, self._task, self._thresholds = tuple(scores), task, tuple(thresholds)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._scores)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 5 + bool(self._thresholds)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole and section:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        first = {"multi": self.tr("Label"), "tagging": self.tr("Type")}.get(self._task, self.tr("Class"))
        counted = self.tr("Entities") if self._task == "tagging" else self.tr("Texts")
        names = (first, self.tr("Precision"), self.tr("Recall"), self.tr("F1"), counted)
        return (*names, self.tr("Threshold"))[section]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        score = self._scores[index.row()]
        values = [score.label, score.precision, score.recall, score.f1, score.support]
        if self._thresholds:
            values.append(self._thresholds[index.row()])
        value = values[index.column()]
        if role == SORT_ROLE:
            return value.casefold() if isinstance(value, str) else value
        if role == Qt.ItemDataRole.DisplayRole:
            if isinstance(value, str):
                return value
            return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return score.label
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


class ClassesTable(QTableView):
    """The table as the page shows it; at most eight rows high, then it scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ClassesModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setFont(fonts.tabular(self.font()))
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeader().setDefaultAlignment(left)
        self.setWordWrap(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultSectionSize(68)
        self.horizontalHeader().setMinimumSectionSize(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the number of texts gives way to the names."""
        super().resizeEvent(event)
        self.setColumnHidden(_TEXTS, self.width() < _ROOM_FOR_ALL)

    def set_scores(
        self, scores: Sequence[ClassScore], task: str = "single", thresholds: Sequence[float] = ()
    ) -> None:
        self._model.set_scores(scores, task, thresholds)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fit()

    def retranslate(self) -> None:
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._model.columnCount() - 1)
        self._fit()

    def _fit(self) -> None:
        # Chinese heads are higher than English ones
        rows = min(_MOST_ROWS_SHOWN, max(1, self._model.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * _ROW + 4)
