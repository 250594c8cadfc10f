"""A table of documents, a row each, that opens one by Return or a double click."""

from __future__ import annotations

from typing import Protocol, cast

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.theme import ROW_HEIGHT


class _KnowsDocuments(Protocol):
    def document(self, row: int) -> int:
        """The document's id."""


class DocumentsTable(QTableView):
    """Its model has ``document(row)``. Signals: opened(int): a document's id."""

    opened = Signal(int)

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
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
        self.doubleClicked.connect(self._open)

    def set_width(self, column: int, pixels: int | None) -> None:
        """A fixed width; None: what the other columns leave."""
        header = self.horizontalHeader()
        if pixels is None:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        else:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, pixels)

    def to_first(self) -> None:
        """The first row, if there is one, is the current one."""
        if self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        self.scrollToTop()

    def retranslate(self) -> None:
        model = self.model()
        model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, model.columnCount() - 1)

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
            self.opened.emit(cast(_KnowsDocuments, self.model()).document(index.row()))
