"""Judged texts, most confident first: the errors of a run, or the texts of one cell of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.api.store.runs import Judged
from gui import fonts
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.probability_delegate import ProbabilityDelegate
from gui.delegates.row import RowDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.pages.evaluate.judged_model import COLUMNS, Index, JudgedModel
from gui.theme import ROW_HEIGHT, Theme

_WIDTHS = {"probability": 110, "off": 110}
_LABEL_WIDTH = 130


class _NumberDelegate(RowDelegate):
    """A figure in a row, in tabular digits."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(self.theme.palette.text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, flags, str(index.data(Qt.ItemDataRole.DisplayRole) or ""))


class TextsTable(QTableView):
    """Signals: opened(int): Return or a double click on a text, by its document's id."""

    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = JudgedModel(theme, self)
        self._task = ""
        self._delegates: list[QAbstractItemDelegate] = []
        self.setModel(self._model)
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

    def set_rows(self, rows: Sequence[Judged], task: str = "single") -> None:
        self._model.set_rows(rows, task)
        self._fit(task)
        if rows:
            self.setCurrentIndex(self._model.index(0, 0))
        self.scrollToTop()

    def _fit(self, task: str) -> None:
        """Delegates and widths of the task's columns."""
        if task == self._task:
            return
        self._task = task
        header = self.horizontalHeader()
        # a view does not own its delegates
        self._delegates = [_delegate(name, task, self._theme, self) for name in COLUMNS[task]]
        for column, (name, delegate) in enumerate(zip(COLUMNS[task], self._delegates, strict=True)):
            self.setItemDelegateForColumn(column, delegate)
            if name in ("text", "true_entities", "found_entities"):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, _WIDTHS.get(name, _LABEL_WIDTH))

    def retranslate(self) -> None:
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._model.columnCount() - 1)

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


def _delegate(name: str, task: str, theme: Theme, parent: QWidget) -> QAbstractItemDelegate:
    if name in ("text", "true_entities", "found_entities"):
        return TextDelegate(theme, parent)
    if name == "probability":
        return ProbabilityDelegate(theme, parent)
    return _NumberDelegate(theme, parent) if task == "score" else ChipDelegate(theme, parent)
