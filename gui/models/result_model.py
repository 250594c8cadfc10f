"""Rows of a scored file as a table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.delegates.probability_delegate import VALUE_ROLE
from gui.models.scored_file import ScoredRow

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class ResultColumn(IntEnum):
    ROW = 0
    TEXT = 1
    LABEL = 2
    PROBABILITY = 3
    MARGIN = 4


class ResultModel(QAbstractTableModel):
    """A few hundred rows at most; the file itself may have millions."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ScoredRow, ...] = ()

    def set_rows(self, rows: Sequence[ScoredRow]) -> None:
        if tuple(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, row: int) -> ScoredRow:
        return self._rows[row]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(ResultColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        scored = bool(row.label)
        if role == VALUE_ROLE and column == ResultColumn.PROBABILITY:
            return row.probability if scored else None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return {
            ResultColumn.ROW: f"{row.row:,}",
            ResultColumn.TEXT: row.text[:1000],
            ResultColumn.LABEL: row.label,
            ResultColumn.PROBABILITY: f"{row.probability:.0%}" if scored else "",
            ResultColumn.MARGIN: f"{row.margin:.2f}" if scored else "",
        }[ResultColumn(column)]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            ResultColumn.ROW: self.tr("Row"),
            ResultColumn.TEXT: self.tr("Text"),
            ResultColumn.LABEL: self.tr("Label"),
            ResultColumn.PROBABILITY: self.tr("Probability"),
            ResultColumn.MARGIN: self.tr("Margin"),
        }[ResultColumn(section)]

    def retranslate(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(ResultColumn) - 1)
