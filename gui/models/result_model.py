"""Rows of a scored file as a table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.store.tags import unpack_entities
from engine.api.tasks import split_labels
from gui.delegates.probability_delegate import VALUE_ROLE
from gui.delegates.text_delegate import TINTS_ROLE
from gui.models.scored_file import ScoredRow
from gui.theme import Theme
from gui.widgets.entity_text import entity_tints
from gui.widgets.figures import score_text

_ROOT = QModelIndex()
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_SHOWN = 1000  # characters of a text
Index = QModelIndex | QPersistentModelIndex


class ResultColumn(IntEnum):
    ROW = 0
    TEXT = 1
    LABEL = 2
    PROBABILITY = 3
    MARGIN = 4


class ResultModel(QAbstractTableModel):
    """A few hundred rows at most; the file itself may have millions."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[ScoredRow, ...] = ()
        self._task = "single"
        self._types: tuple[str, ...] = ()

    def set_task(self, task: str, types: Sequence[str] = ()) -> None:
        """What the rows are; ``types`` of entities in the order of their colours."""
        self._task, self._types = task, tuple(types)
        self.retranslate()

    def set_rows(self, rows: Sequence[ScoredRow]) -> None:
        if tuple(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, row: int) -> ScoredRow:
        return self._rows[row]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(ResultColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        known = bool(row.label) and row.probability > 0
        if role == VALUE_ROLE and column == ResultColumn.PROBABILITY:
            return row.probability if known else None
        if role == TINTS_ROLE and column == ResultColumn.TEXT and self._task == "tagging" and row.label:
            tints = entity_tints(self._theme.palette, self._types)
            track = self._theme.palette.track
            return [(e.start, e.end, tints.get(e.label, track)) for e in unpack_entities(row.label)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return {
            ResultColumn.ROW: f"{row.row:,}",
            ResultColumn.TEXT: row.text[:_SHOWN],
            ResultColumn.LABEL: self._answer(row),
            ResultColumn.PROBABILITY: f"{100 * row.probability:.0f} %" if known else "",
            ResultColumn.MARGIN: f"{row.margin:.2f}" if known else "",
        }[ResultColumn(column)]

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        """Numbers stand under one another."""
        score = column == ResultColumn.LABEL and self._task == "score"
        right = score or column in (ResultColumn.ROW, ResultColumn.MARGIN)
        return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | _MIDDLE

    def _answer(self, row: ScoredRow) -> str:
        """A stored answer as it is read."""
        if not row.label:
            return ""
        if self._task == "multi":
            return ", ".join(split_labels(row.label)) or self.tr("none of them")
        if self._task == "tagging":
            named = [f"{row.text[e.start : e.end]} ({e.label})" for e in unpack_entities(row.label)]
            return ", ".join(named) or self.tr("no entity")
        return score_text(float(row.label)) if self._task == "score" else row.label

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        answer = {
            "multi": self.tr("Labels"),
            "tagging": self.tr("Entities"),
            "score": self.tr("Score"),
        }.get(self._task, self.tr("Label"))
        return {
            ResultColumn.ROW: self.tr("Row"),
            ResultColumn.TEXT: self.tr("Text"),
            ResultColumn.LABEL: answer,
            ResultColumn.PROBABILITY: self.tr("Probability"),
            ResultColumn.MARGIN: self.tr("Margin"),
        }[ResultColumn(section)]

    def retranslate(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(ResultColumn) - 1)
