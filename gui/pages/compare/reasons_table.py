"""Texts that two runs judge for other reasons, the largest distance first; each opens beside both runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from engine.api.explaining.reasons import ReasonChange, WordShift
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.probability_delegate import VALUE_ROLE, ProbabilityDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.pages.compare.words import answer_words
from gui.theme import Theme
from gui.widgets.documents_table import DocumentsTable

Index = QModelIndex | QPersistentModelIndex
_DISTANCE, _TEXT, _ANSWER, _GAINED, _LOST = range(5)
_WIDTHS = {_DISTANCE: 84, _ANSWER: 190, _GAINED: 190, _LOST: 190}
_LONGEST = 600


class ReasonsModel(QAbstractTableModel):
    """One row a text: how far the reasons are apart, the text, the answers, the words that gained and lost."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ReasonChange] = []
        self._texts: Mapping[int, str] = {}
        self._task = "single"

    def set_rows(self, rows: Sequence[ReasonChange], texts: Mapping[int, str], task: str) -> None:
        """``texts`` by document; rows of documents that are gone are left out."""
        self.beginResetModel()
        self._rows = [row for row in rows if row.document in texts]
        self._texts, self._task = texts, task
        self.endResetModel()

    def document(self, row: int) -> int:
        return self._rows[row].document

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (
                self.tr("Distance"),
                self.tr("Text"),
                self.tr("Answer"),
                self.tr("Speaks more for it"),
                self.tr("Speaks less for it"),
            )[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == VALUE_ROLE:
            return row.distance if column == _DISTANCE else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._shown(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in (_GAINED, _LOST):
            return "\n".join(_shift_words(each) for each in (row.gained if column == _GAINED else row.lost))
        if role == Qt.ItemDataRole.ToolTipRole and column == _ANSWER:
            return self._answers(row)
        return None

    def _shown(self, row: ReasonChange, column: int) -> str:
        if column == _DISTANCE:
            return f"{row.distance:.2f}"
        if column == _TEXT:
            return self._texts[row.document][:_LONGEST]
        if column == _ANSWER:
            return self._answers(row)
        return ", ".join(
            " ".join(each.word.split()) for each in (row.gained if column == _GAINED else row.lost)
        )

    def _answers(self, row: ReasonChange) -> str:
        """What each run says; of answers that are not stored the label that was asked about."""
        text = self._texts[row.document]
        said = [
            answer_words(self._task, each, text) if each else row.label for each in (row.first, row.second)
        ]
        return said[0] if said[0] == said[1] else " → ".join(said)


def _shift_words(shift: WordShift) -> str:
    shares = " → ".join(f"{100 * share:+.0f} %".replace("-", "−") for share in (shift.first, shift.second))
    return f"{shift.word}: {shares}"


class ReasonsTable(DocumentsTable):
    """The texts, with what changed in each."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._model = ReasonsModel()
        super().__init__(self._model, parent)
        self._model.setParent(self)
        for column in (_TEXT, _GAINED, _LOST):
            self.setItemDelegateForColumn(column, TextDelegate(theme, self))
        self.setItemDelegateForColumn(_DISTANCE, ProbabilityDelegate(theme, self))
        self.setItemDelegateForColumn(_ANSWER, ChipDelegate(theme, self))
        self.set_width(_TEXT, None)
        for column, width in _WIDTHS.items():
            self.set_width(column, width)

    def set_rows(self, rows: Sequence[ReasonChange], texts: Mapping[int, str], task: str) -> None:
        self._model.set_rows(rows, texts, task)
        self.to_first()
