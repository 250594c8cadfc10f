"""Judged texts, most confident first: the errors of a run, or the texts of one cell of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.api.store.runs import Judged
from gui.delegates.chip_delegate import TONE_ROLE as CHIP_TONE_ROLE
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.probability_delegate import VALUE_ROLE, ProbabilityDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.theme import ROW_HEIGHT, Theme

Index = QModelIndex | QPersistentModelIndex
_TEXT, _TRUE, _PREDICTED, _PROBABILITY = range(4)
_LONGEST_TOOLTIP = 600


class JudgedModel(QAbstractTableModel):
    """One row a text: text, true label, predicted label, probability of the prediction."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Judged] = []

    def set_rows(self, rows: Sequence[Judged]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def document(self, row: int) -> int:
        return self._rows[row].document

    def row_of(self, document: int) -> int:
        """The row of a document, -1 where it is not listed."""
        return next((row for row, each in enumerate(self._rows) if each.document == document), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Text"), self.tr("True class"), self.tr("Predicted"), self.tr("Probability"))[section]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.text, row.true_label, row.label, f"{100 * row.probability:.1f} %")[column]
        if role == VALUE_ROLE and column == _PROBABILITY:
            return row.probability
        if role == CHIP_TONE_ROLE and column == _PREDICTED:
            return "neutral" if row.label == row.true_label else "careful"
        if role == Qt.ItemDataRole.ToolTipRole and column == _TEXT:
            return _plain_tooltip(row.text)
        if role == Qt.ItemDataRole.ToolTipRole and column in (_TRUE, _PREDICTED):
            return row.true_label if column == _TRUE else row.label
        if role == Qt.ItemDataRole.AccessibleTextRole and column == _TEXT:
            return row.text[:_LONGEST_TOOLTIP]
        return None


def _plain_tooltip(text: str) -> str:
    """Qt reads markup out of tooltips; an escaped one stays what the text says."""
    cut = text if len(text) <= _LONGEST_TOOLTIP else text[:_LONGEST_TOOLTIP] + "…"
    escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span style='white-space: pre-wrap'>{escaped}</span>"


class TextsTable(QTableView):
    """Signals: opened(int): Return or a double click on a text, by its document's id."""

    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = JudgedModel(self)
        self.setModel(self._model)
        self.setItemDelegateForColumn(_TEXT, TextDelegate(theme, self))
        for column in (_TRUE, _PREDICTED):
            self.setItemDelegateForColumn(column, ChipDelegate(theme, self))
        self.setItemDelegateForColumn(_PROBABILITY, ProbabilityDelegate(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_TEXT, QHeaderView.ResizeMode.Stretch)
        for column, width in ((_TRUE, 130), (_PREDICTED, 130), (_PROBABILITY, 110)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        self.doubleClicked.connect(self._open)

    def set_rows(self, rows: Sequence[Judged]) -> None:
        self._model.set_rows(rows)
        if rows:
            self.setCurrentIndex(self._model.index(0, 0))
        self.scrollToTop()

    def retranslate(self) -> None:
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 3)

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot()
    def open_current(self) -> None:
        self._open(self.currentIndex())

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._model.document(index.row()))
