"""Texts of which two runs say different things; each opens in Explain."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.api.store.runs import Flip
from gui.delegates.chip_delegate import TONE_ROLE, ChipDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.pages.compare.words import answer_words
from gui.theme import ROW_HEIGHT, Theme

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


class FlipsTable(QTableView):
    """Signals: opened(int): Return or a double click on a text, by its document's id."""

    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FlipsModel(self)
        self.setModel(self._model)
        self.setItemDelegateForColumn(_TEXT, TextDelegate(theme, self))
        for column in (_TRUE, _FIRST, _SECOND):
            self.setItemDelegateForColumn(column, ChipDelegate(theme, self))
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
        for column in (_TRUE, _FIRST, _SECOND):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, _LABEL_WIDTH)
        self.doubleClicked.connect(self._open)

    def set_rows(self, rows: Sequence[Flip], task: str, names: tuple[str, str]) -> None:
        self._model.set_rows(rows, task, names)
        if rows:
            self.setCurrentIndex(self._model.index(0, 0))
        self.scrollToTop()

    def retranslate(self) -> None:
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
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
