"""Rows of a file that could not be read: line, reason, raw text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.results import Unreadable

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class UnreadableModel(QAbstractTableModel):
    """``reason_words`` says a reason word in the user's language."""

    def __init__(self, reason_words: Callable[[str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = reason_words
        self._rows: tuple[Unreadable, ...] = ()

    def set_rows(self, rows: Sequence[Unreadable]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rows(self) -> tuple[Unreadable, ...]:
        return self._rows

    def as_text(self, rows: Sequence[int]) -> str:
        """The given rows as tab-separated lines, for the clipboard."""
        chosen = [self._rows[row] for row in rows]
        return "\n".join(f"{row.line}\t{self._words(row.reason)}\t{row.raw.strip()}" for row in chosen)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            shown = (f"{row.line:,}", self._words(row.reason), " ".join(row.raw[:2000].split()))
            return shown[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 1:
            return self._words(row.reason)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Line"), self.tr("Reason"), self.tr("As it stands in the file"))[section]
        return None

    def retranslate(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 2)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 2))
