"""A sortable table of facts, a row a model; what the facts are is the panels' affair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui import fonts
from gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
ID_ROLE = int(Qt.ItemDataRole.UserRole)
SORT_ROLE = ID_ROLE + 1
_ROW_HEIGHT = 36
_ROOT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Fact:
    """A cell: its words, and a number to sort by where it is one."""

    text: str
    number: float | None = None


@dataclass(frozen=True)
class FactsRow:
    """``dimmed``: it cannot be used, for the reason in ``tip``."""

    id: str
    facts: tuple[Fact, ...]
    dimmed: bool = False
    tip: str = ""


class FactsModel(QAbstractTableModel):
    """Rows as they are given; ``SORT_ROLE`` gives numbers where a column has them."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._headers: tuple[str, ...] = ()
        self._rows: tuple[FactsRow, ...] = ()

    def set_headers(self, headers: Sequence[str]) -> None:
        """Also tells how many columns there are; the same number from then on."""
        if len(headers) != len(self._headers):
            self.beginResetModel()
            self._headers = tuple(headers)
            self.endResetModel()
            return
        self._headers = tuple(headers)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headers) - 1)

    def set_rows(self, rows: Sequence[FactsRow]) -> None:
        """Where the same models stay, in order, the view keeps its selection."""
        if [row.id for row in rows] == [row.id for row in self._rows]:
            self._rows = tuple(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._headers) - 1))
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_of(self, id: str) -> int:
        """-1 where there is no such row."""
        return next((at for at, row in enumerate(self._rows) if row.id == id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def _alignment(self, column: int) -> int:
        """Numbers stand under one another."""
        numbers = any(row.facts[column].number is not None for row in self._rows)
        return _RIGHT if numbers else _LEFT

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        fact = row.facts[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return fact.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or fact.text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and row.dimmed:
            return QColor(self._theme.palette.muted)
        if role == SORT_ROLE:
            return fact.text.casefold() if fact.number is None else fact.number
        return row.id if role == ID_ROLE else None


class FactsTable(QTableView):
    """One row selected. Signals: moved(str): the cursor is on that row's id; opened(str): Return or double click."""

    moved = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, widths: Sequence[int], parent: QWidget | None = None) -> None:
        """``widths`` of the columns behind the first, which takes the rest."""
        super().__init__(parent)
        self._widths = tuple(widths)
        self.facts = FactsModel(theme, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(SORT_ROLE)
        self._sorted.setSourceModel(self.facts)
        self.setModel(self._sorted)
        self.setFont(fonts.tabular(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names of models differ at their ends
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.activated.connect(self._activated)

    def set_headers(self, headers: Sequence[str]) -> None:
        self.facts.set_headers(headers)
        columns = self.horizontalHeader()
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(self._widths, start=1):
            columns.resizeSection(column, width)

    def set_rows(self, rows: Sequence[FactsRow]) -> None:
        """Replace the rows; the cursor stays on its model where that is still there, else goes to the first."""
        before = self.current()
        self.facts.set_rows(rows)
        if rows and not self.currentIndex().isValid():
            self.select(before if self.facts.row_of(before) >= 0 else rows[0].id)
        elif not rows:
            self.moved.emit("")

    def current(self) -> str:
        """The id under the cursor, '' where there is none."""
        index = self.currentIndex()
        return str(index.data(ID_ROLE)) if index.isValid() else ""

    def select(self, id: str) -> None:
        """Put the cursor on that row, where it is there."""
        row = self.facts.row_of(id)
        if row >= 0:
            index = self._sorted.mapFromSource(self.facts.index(row, 0))
            self.setCurrentIndex(index)
            self.scrollTo(index)

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self.moved.emit(self.current())

    @Slot(QModelIndex)
    def _activated(self, _index: QModelIndex) -> None:
        self.opened.emit(self.current())
