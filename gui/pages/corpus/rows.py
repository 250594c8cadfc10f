"""A small table of findings: rows of one kind, sorted by their columns, chosen by mouse and by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemDelegate, QWidget

from gui.delegates.row import Index, RowDelegate
from gui.pages.corpus.painters import CountDelegate
from gui.theme import Theme
from gui.widgets.documents_table import DocumentsTable

RowT = TypeVar("RowT")
_LONGEST_TOOLTIP = 1200


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """``shown`` are its words, also for assistive tools; ``sort`` None: as they stand; ``width`` None: what is left.

    ``roles`` are what its delegate asks for besides.
    """

    shown: Callable[[RowT], str]
    delegate: type[RowDelegate]
    width: int | None = None
    sort: Callable[[RowT], Any] | None = None  # Any: whatever can be compared
    roles: Mapping[int, Callable[[RowT], object]] = field(default_factory=dict)
    tooltip: Callable[[RowT], str] | None = None

    @property
    def numbers(self) -> bool:
        """Whether it stands at the right."""
        return issubclass(self.delegate, CountDelegate)


class RowsModel(QAbstractTableModel, Generic[RowT]):
    """``document(row)`` is the row itself where its rows are no documents."""

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        document: Callable[[RowT], int] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._document = document
        self._rows: list[RowT] = []
        self._headings: tuple[str, ...] = ("",) * len(self._columns)
        self._hints: tuple[str, ...] = ()
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def set_rows(self, rows: Sequence[RowT]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self._order()
        self.endResetModel()

    def set_headings(self, headings: Sequence[str], hints: Sequence[str] = ()) -> None:
        """``hints`` say on hover what a column means."""
        self._headings, self._hints = tuple(headings), tuple(hints)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def rows(self) -> list[RowT]:
        """In the order shown."""
        return list(self._rows)

    def row(self, at: int) -> RowT:
        return self._rows[at]

    def document(self, row: int) -> int:
        return row if self._document is None else self._document(self._rows[row])

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._headings):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.ToolTipRole and section < len(self._hints):
            return self._hints[section] or None
        if role == Qt.ItemDataRole.TextAlignmentRole and self._columns[section].numbers:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.shown(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip((column.tooltip or column.shown)(row))
        asked = column.roles.get(role)
        return None if asked is None else asked(row)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self._columns) or self._columns[column].sort is None:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._rows[index.row()] for index in before]
        self._sorted = (column, order)
        self._order()
        places = {id(row): at for at, row in enumerate(self._rows)}
        after = [self.index(places[id(row)], index.column()) for row, index in zip(kept, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _order(self) -> None:
        if self._sorted is not None:
            key = self._columns[self._sorted[0]].sort
            assert key is not None
            self._rows.sort(key=key, reverse=self._sorted[1] is Qt.SortOrder.DescendingOrder)


class RowsTable(DocumentsTable, Generic[RowT]):
    """Signals: chosen(row): the cursor stands on another row; None where there is none."""

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[Column[RowT]],
        document: Callable[[RowT], int] | None = None,
        row_height: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.rows_model: RowsModel[RowT] = RowsModel(columns, document)
        super().__init__(self.rows_model, parent)
        self.rows_model.setParent(self)
        if row_height is not None:
            self.verticalHeader().setDefaultSectionSize(row_height)
        # a view does not own its delegates
        self._delegates: list[QAbstractItemDelegate] = [each.delegate(theme, self) for each in columns]
        for at, (column, delegate) in enumerate(zip(columns, self._delegates, strict=True)):
            self.setItemDelegateForColumn(at, delegate)
            self.set_width(at, column.width)
        theme.changed.connect(self.viewport().update)
        self.selectionModel().currentRowChanged.connect(self._moved)

    def let_sort(self) -> None:
        """A click on a column's head sorts; the order is that of the rows until then."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show them; the first becomes the current one."""
        self.rows_model.set_rows(rows)
        self.to_first()
        if not rows:
            self.chosen.emit(None)

    def current(self) -> RowT | None:
        index = self.currentIndex()
        return self.rows_model.row(index.row()) if index.isValid() else None

    def choose(self, at: int) -> None:
        """Put the cursor on a row, where there is such a one."""
        if 0 <= at < self.rows_model.rowCount():
            self.setCurrentIndex(self.rows_model.index(at, 0))

    @Slot()
    def _moved(self) -> None:
        self.chosen.emit(self.current())


def plain_tooltip(text: str) -> str:
    """Qt reads markup out of tooltips; an escaped one stays what the text says."""
    cut = text if len(text) <= _LONGEST_TOOLTIP else text[:_LONGEST_TOOLTIP] + "…"
    escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span style='white-space: pre-wrap'>{escaped}</span>"
