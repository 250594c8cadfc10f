"""A confusion matrix as a table: rows are the true classes, columns the predicted ones."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.results import Evaluation

Index = QModelIndex | QPersistentModelIndex

SHARE_ROLE = int(Qt.ItemDataRole.UserRole) + 1  # the cell's share of its row, 0 to 1
DIAGONAL_ROLE = int(Qt.ItemDataRole.UserRole) + 2


class ConfusionModel(QAbstractTableModel):
    """Shows ``Evaluation.confusion``; each cell says its share, and in words what it counts."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._of_words = False

    def set_evaluation(self, evaluation: Evaluation | None) -> None:
        self.beginResetModel()
        self._counts = evaluation.confusion if evaluation else ()
        self._labels = evaluation.labels if evaluation and self._counts else ()
        self._of_words = evaluation is not None and evaluation.task == "tagging"
        self.endResetModel()

    def labels(self) -> tuple[str, ...]:
        return self._labels

    def cell(self, index: Index) -> tuple[str, str]:
        """(true label, predicted label) of a cell."""
        return self._labels[index.row()], self._labels[index.column()]

    def retranslate(self) -> None:
        if self._labels:
            last = self.index(len(self._labels) - 1, len(self._labels) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._labels)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._labels)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._labels[section]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = self._labels[section]
            if orientation == Qt.Orientation.Horizontal:
                return self.tr("predicted {label}").format(label=name)
            return self.tr("truly {label}").format(label=name)
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        count = self._counts[row][column]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{count:,}" if count else ("0" if row == column else "")
        if role == SHARE_ROLE:
            return count / max(1, sum(self._counts[row]))
        if role == DIAGONAL_ROLE:
            return row == column
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignCenter)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._sentence(row, column, count)
        return None

    def _sentence(self, row: int, column: int, count: int) -> str:
        share = f"{100 * count / max(1, sum(self._counts[row])):.0f}"
        true, predicted = self._labels[row], self._labels[column]
        if self._of_words:
            return self.tr("{count} words of type “{label}” were called “{other}”, {share} % of them").format(
                count=count, label=true, other=predicted, share=share
            )
        if row == column:
            return self.tr("{count} texts of “{label}” were recognised, {share} % of the class").format(
                count=count, label=true, share=share
            )
        return self.tr("{count} texts of “{label}” were called “{other}”, {share} % of the class").format(
            count=count, label=true, other=predicted, share=share
        )
