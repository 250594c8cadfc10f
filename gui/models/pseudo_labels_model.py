"""What a self-training run has labelled: a text a row, with its label, entities or score, how sure, and the round."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.store.runs import PseudoLabel
from engine.api.store.tags import unpack_entities
from engine.api.tasks import NO_LABEL, split_labels
from gui.delegates.chip_delegate import CHIPS_ROLE, TONE_ROLE
from gui.widgets.figures import score_text

Index = QModelIndex | QPersistentModelIndex
TEXT, LABEL, PROBABILITY, ROUND, USE = range(5)
COLUMNS = 5
SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_LONGEST = 600


class PseudoLabelsModel(QAbstractTableModel):
    """Rows as the store gives them: by round, the least sure first. ``task`` is the project's."""

    def __init__(self, task: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self._rows: list[PseudoLabel] = []

    def set_rows(self, rows: Sequence[PseudoLabel]) -> None:
        """Replace the rows; where the same texts stay, in order, the view keeps its selection."""
        same = [row.document for row in rows] == [row.document for row in self._rows]
        if same and rows:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, COLUMNS - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, number: int) -> PseudoLabel:
        return self._rows[number]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (PROBABILITY, ROUND):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole and section == PROBABILITY and self._task == "score":
            return self.tr(
                "How far apart the scores lie that several models predict: their standard deviation"
            )
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        given = {"tagging": self.tr("Found entities"), "score": self.tr("Given score")}
        heads = (
            self.tr("Text"),
            given.get(self._task, self.tr("Given label")),
            self.tr("Spread") if self._task == "score" else self.tr("Probability"),
            self.tr("Round"),
            self.tr("Use"),
        )
        return heads[section]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._shown(row, column)
        if role == CHIPS_ROLE and column == LABEL and self._task == "tagging":
            return [(entity, "") for entity in _entities(row)]
        if role == Qt.ItemDataRole.ToolTipRole and column == LABEL and self._task == "tagging":
            return self._given(row)
        if role == SORT_ROLE:
            label = float(row.label) if self._task == "score" else self._given(row)
            return (row.text, label, _sureness(row), row.round, int(row.rejected))[column]
        if role == TONE_ROLE:
            return "bad" if column == USE and row.rejected else "neutral"
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (PROBABILITY, ROUND):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _shown(self, row: PseudoLabel, column: int) -> str:
        if column == TEXT:
            return row.text[:_LONGEST]
        if column == LABEL:
            return self._given(row)
        if column == PROBABILITY:
            return f"{_sureness(row):.3f}"
        if column == ROUND:
            return str(row.round)
        return self.tr("taken back") if row.rejected else self.tr("learnt from")

    def _given(self, row: PseudoLabel) -> str:
        """What the run gave a text, as it is read."""
        if self._task == "tagging":
            return ", ".join(_entities(row)) or self.tr("no entity")
        if self._task == "score":
            return score_text(float(row.label))
        return ", ".join(split_labels(row.label)) or NO_LABEL


def _entities(row: PseudoLabel) -> list[str]:
    return [f"{row.text[e.start : e.end]} ({e.label})" for e in unpack_entities(row.label)]


def _sureness(row: PseudoLabel) -> float:
    """The probability, or of a score the spread."""
    sure = row.spread if row.probability is None else row.probability
    assert sure is not None
    return sure
