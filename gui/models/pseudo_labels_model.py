"""What a self-training run has labelled: a text a row, with its label, how sure, and the round."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.store.runs import PseudoLabel
from engine.api.tasks import NO_LABEL, split_labels
from gui.delegates.chip_delegate import TONE_ROLE

Index = QModelIndex | QPersistentModelIndex
TEXT, LABEL, PROBABILITY, ROUND, USE = range(5)
COLUMNS = 5
SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_LONGEST = 600


class PseudoLabelsModel(QAbstractTableModel):
    """Rows as the store gives them: by round, the least sure first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[PseudoLabel] = []

    def set_rows(self, rows: Sequence[PseudoLabel]) -> None:
        """Replace the rows; where the same texts stay, in order, the view keeps its selection."""
        same = [row.document for row in rows] == [row.document for row in self._rows]
        if same and rows:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, COLUMNS - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, number: int) -> PseudoLabel:
        return self._rows[number]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (PROBABILITY, ROUND):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        heads = (
            self.tr("Text"),
            self.tr("Given label"),
            self.tr("Probability"),
            self.tr("Round"),
            self.tr("Use"),
        )
        return heads[section]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._shown(row, column)
        if role == SORT_ROLE:
            return (row.text, row.label, row.probability, row.round, int(row.rejected))[column]
        if role == TONE_ROLE:
            return "bad" if column == USE and row.rejected else "neutral"
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (PROBABILITY, ROUND):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _shown(self, row: PseudoLabel, column: int) -> str:
        if column == TEXT:
            return row.text[:_LONGEST]
        if column == LABEL:
            return ", ".join(split_labels(row.label)) or NO_LABEL
        if column == PROBABILITY:
            return f"{row.probability:.3f}"
        if column == ROUND:
            return str(row.round)
        return self.tr("taken back") if row.rejected else self.tr("learnt from")
