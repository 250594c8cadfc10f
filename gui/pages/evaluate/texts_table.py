"""Judged texts, most confident first: the errors of a run, or the texts of one cell of the matrix."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemDelegate, QWidget

from engine.api.store.runs import Judged
from gui import fonts
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.probability_delegate import ProbabilityDelegate
from gui.delegates.row import RowDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.pages.evaluate.judged_model import COLUMNS, Index, JudgedModel
from gui.theme import Theme
from gui.widgets.documents_table import DocumentsTable

_WIDE = ("text", "true_entities", "found_entities")
_WIDTHS = {"probability": 110, "off": 110}
_LABEL_WIDTH = 130


class _NumberDelegate(RowDelegate):
    """A figure in a row, in tabular digits, at the right as its head."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(self.theme.palette.text))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, flags, str(index.data(Qt.ItemDataRole.DisplayRole) or ""))


class TextsTable(DocumentsTable):
    """Judged texts; their columns follow from the task."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._model = JudgedModel(theme)
        super().__init__(self._model, parent)
        self._model.setParent(self)
        self._theme = theme
        self._task = ""
        self._delegates: list[QAbstractItemDelegate] = []

    def set_rows(self, rows: Sequence[Judged], task: str = "single") -> None:
        self._model.set_rows(rows, task)
        self._fit(task)
        self.to_first()

    def _fit(self, task: str) -> None:
        """Delegates and widths of the task's columns."""
        if task == self._task:
            return
        self._task = task
        # a view does not own its delegates
        self._delegates = [_delegate(name, task, self._theme, self) for name in COLUMNS[task]]
        for column, (name, delegate) in enumerate(zip(COLUMNS[task], self._delegates, strict=True)):
            self.setItemDelegateForColumn(column, delegate)
            self.set_width(column, None if name in _WIDE else _WIDTHS.get(name, _LABEL_WIDTH))


def _delegate(name: str, task: str, theme: Theme, parent: QWidget) -> QAbstractItemDelegate:
    if name in _WIDE:
        return TextDelegate(theme, parent)
    if name == "probability":
        return ProbabilityDelegate(theme, parent)
    return _NumberDelegate(theme, parent) if task == "score" else ChipDelegate(theme, parent)
