"""The first rows of a file that is about to be imported, and what each column is taken for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.results import Entity, FilePreview
from gui.delegates.text_delegate import TINTS_ROLE, on_one_line

USED_ROLE = int(Qt.ItemDataRole.UserRole) + 2  # whether the cell's column means something
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class Meaning(StrEnum):
    """What a column can be; at most one column is each."""

    TEXT = "text"
    SECOND = "second"
    LABEL = "label"
    SPLIT = "split"


class PreviewModel(QAbstractTableModel):
    """Column heads say the column's name and, below it, its meaning; columns with a meaning are tinted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preview: FilePreview | None = None
        self._meanings: dict[int, Meaning] = {}
        self._guessed: frozenset[int] = frozenset()
        self._task, self._separator = "single", "|"
        self._tints: dict[str, str] = {}

    def set_task(self, task: str, separator: str, tints: Mapping[str, str]) -> None:
        """How the label column is read; ``tints`` are the backgrounds of entity types."""
        self._task, self._separator, self._tints = task, separator, dict(tints)
        self._show_again()

    def types(self) -> list[str]:
        """Entity types that the preview holds, sorted."""
        rows = () if self._preview is None else self._preview.entities
        return sorted({each.label for row in rows for each in row})

    def set_preview(self, preview: FilePreview | None) -> None:
        self.beginResetModel()
        self._preview, self._meanings, self._guessed = preview, {}, frozenset()
        self.endResetModel()

    def set_meanings(self, meanings: Mapping[Meaning, int], guessed: frozenset[int]) -> None:
        """``meanings``: which column is what; ``guessed``: those columns that nobody has confirmed."""
        self._meanings = {column: meaning for meaning, column in meanings.items()}
        self._guessed = guessed
        self._show_again()

    def _show_again(self) -> None:
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
            if self.rowCount():
                self.dataChanged.emit(
                    self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
                )

    def meaning(self, column: int) -> Meaning | None:
        return self._meanings.get(column)

    def meaning_words(self, meaning: Meaning) -> str:
        return {
            Meaning.TEXT: self.tr("Text"),
            Meaning.SECOND: self.tr("Second text"),
            Meaning.LABEL: {
                "multi": self.tr("Labels"),
                "tagging": self.tr("Entities"),
                "score": self.tr("Score"),
            }.get(self._task, self.tr("Label")),
            Meaning.SPLIT: self.tr("Split"),
        }[meaning]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._preview is None else len(self._preview.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._preview is None else len(self._preview.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self._preview is None:
            return None
        meaning = self._meanings.get(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            row = self._preview.rows[index.row()]
            cell = row[index.column()] if index.column() < len(row) else ""
            if meaning is Meaning.LABEL:
                cell = self._label_words(index.row(), cell)
            return " ".join(cell[:400].split())
        if role == TINTS_ROLE and meaning is Meaning.TEXT:
            spans = [
                (each.start, each.end, self._tints.get(each.label, ""))
                for each in self._entities(index.row())
            ]
            return on_one_line(self._preview.rows[index.row()][index.column()], spans)
        if role == USED_ROLE:
            return meaning is not None
        return None

    def _entities(self, row: int) -> tuple[Entity, ...]:
        """Known for the column that the engine took for the entities."""
        preview = self._preview
        if preview is None or self._task != "tagging" or row >= len(preview.entities):
            return ()
        taken = preview.label_column
        return preview.entities[row] if taken is not None and taken in self._meanings else ()

    def _label_words(self, row: int, cell: str) -> str:
        if self._task == "multi":
            return " · ".join(part.strip() for part in cell.split(self._separator) if part.strip())
        found = self._entities(row)
        if self._task == "tagging" and cell.strip() == "[]":
            return "–"
        return ", ".join(sorted({each.label for each in found})) if found else cell

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if self._preview is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole:
                return f"{self._preview.row_lines[section]:,}"
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("Click to say what this column is")
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._preview.columns[section]}\n{self._head(section)}"
        return None

    def _head(self, column: int) -> str:
        meaning = self._meanings.get(column)
        if meaning is None:
            return self.tr("not used")
        words = self.meaning_words(meaning)
        return self.tr("{meaning} (guessed)").format(meaning=words) if column in self._guessed else words

    def retranslate(self) -> None:
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
