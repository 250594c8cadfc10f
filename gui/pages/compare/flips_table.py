"""Texts of which two runs say different things; each opens in Explain."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from engine.api.store.runs import Flip
from gui.delegates.chip_delegate import TONE_ROLE, ChipDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.pages.compare.words import answer_words
from gui.theme import Theme
from gui.widgets.documents_table import DocumentsTable

Index = QModelIndex | QPersistentModelIndex
_TEXT, _TRUE, _FIRST, _SECOND = range(4)
_LONGEST_NAME = 600
_LABEL_WIDTH = 150


class FlipsModel(QAbstractTableModel):
    """One row a text: text, true label, what each of the two runs says."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Flip] = []
        self._task = "single"
        self._names = ("", "")

    def set_rows(self, rows: Sequence[Flip], task: str, names: tuple[str, str]) -> None:
        """``names`` of the two runs, for the heads."""
        self.beginResetModel()
        self._rows, self._task, self._names = list(rows), task, names
        self.endResetModel()

    def document(self, row: int) -> int:
        return self._rows[row].document

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (self.tr("Text"), self.tr("True"), *self._names)[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        label = (row.text, row.true_label, row.first, row.second)[column]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            shown = label if column == _TEXT else answer_words(self._task, label, row.text)
            return shown[:_LONGEST_NAME]
        if role == Qt.ItemDataRole.ToolTipRole and column != _TEXT:
            return answer_words(self._task, label, row.text)
        if role == TONE_ROLE and column in (_FIRST, _SECOND) and self._task != "score":
            return "good" if label == row.true_label else "neutral"
        return None


class FlipsTable(DocumentsTable):
    """The texts of two runs' differing answers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._model = FlipsModel()
        super().__init__(self._model, parent)
        self._model.setParent(self)
        self.setItemDelegateForColumn(_TEXT, TextDelegate(theme, self))
        self.set_width(_TEXT, None)
        for column in (_TRUE, _FIRST, _SECOND):
            self.setItemDelegateForColumn(column, ChipDelegate(theme, self))
            self.set_width(column, _LABEL_WIDTH)

    def set_rows(self, rows: Sequence[Flip], task: str, names: tuple[str, str]) -> None:
        self._model.set_rows(rows, task, names)
        self.to_first()
