"""The documents of a project as a table of any length: rows are read when they are shown."""

from __future__ import annotations

import bisect
from array import array
from collections import OrderedDict
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from engine.api.project import Project
from engine.api.store.documents import Document, DocumentFilter
from engine.api.tasks import NO_LABEL, split_labels
from gui.delegates.chip_delegate import CHIPS_ROLE
from gui.delegates.text_delegate import TINTS_ROLE
from gui.store_reader import IdBlock, IdRange, ReadIds, StoreReader

ID_ROLE = int(Qt.ItemDataRole.UserRole) + 1
PAGE = 64  # rows read at once: about 0.2 ms
_PAGES_KEPT = 48
_CHANNEL = "documents"
_ROOT = QModelIndex()
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    ID_ROLE,
    TINTS_ROLE,
    CHIPS_ROLE,
)
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    TEXT = 0
    LABEL = 1
    SPLIT = 2
    SOURCE = 3


class DocumentsModel(QAbstractTableModel):
    """Rows are ids: by arithmetic where these have no gap, else from a list read in the background.

    The list takes 8 bytes a row.

    Signals: ``counted(rows, complete)`` when the number of rows is better known; ``reordered()`` after the
    rows were replaced by a refresh (so that a view can find its place again).
    """

    counted = Signal(int, bool)
    reordered = Signal()

    def __init__(self, reader: StoreReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._project: Project | None = None
        self._filter = DocumentFilter()
        self._first = 0
        self._count = 0
        self._ids: array[int] | None = array("q")
        self._pages: OrderedDict[int, list[Document | None]] = OrderedDict()
        self._sources: dict[int, str] = {}
        self._task = "single"
        self._tints: dict[str, str] = {}
        self._refreshed: array[int] | None = None  # ids of a refresh, until all are there
        self.complete = True
        reader.answered.connect(self._take)
        reader.finished.connect(self._end)

    # --- what is shown -----------------------------------------------------------------------------------

    def set_project(self, project: Project | None) -> None:
        """Show another project's documents, or none."""
        self._project = project
        self._filter = DocumentFilter()
        self._refreshed = None
        self._replace(array("q"))
        if project is not None:
            self._ask()

    def set_filter(self, which: DocumentFilter) -> None:
        """Show what meets ``which``: the first page as soon as it is read, the rest as it comes."""
        self._filter = which
        self._refreshed = None
        self._ask()

    @property
    def filter(self) -> DocumentFilter:
        return self._filter

    def refresh(self) -> None:
        """Read again after an edit, keeping the rows in place until the new list is whole."""
        self._pages.clear()
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(Column) - 1))
        self._refreshed = array("q")
        self._ask()

    def set_source_names(self, names: dict[int, str]) -> None:
        if names != self._sources:
            self._sources = names
            if self._count:
                column = int(Column.SOURCE)
                self.dataChanged.emit(self.index(0, column), self.index(self._count - 1, column))

    def set_task(self, task: str, tints: dict[str, str]) -> None:
        """What the label column shows; ``tints`` are the backgrounds of entity types."""
        if (task, tints) != (self._task, self._tints):
            self._task, self._tints = task, tints
            self.retranslate()

    @property
    def task(self) -> str:
        return self._task

    def _ask(self) -> None:
        self.complete = False
        self._reader.ask(_CHANNEL, ReadIds(self._filter))

    # --- answers -----------------------------------------------------------------------------------------

    @Slot(str, object)
    def _take(self, channel: str, answer: object) -> None:
        if channel != _CHANNEL:
            return
        if isinstance(answer, IdRange):
            self._take_range(answer)
        elif isinstance(answer, IdBlock):
            if self._refreshed is not None:
                self._refreshed.extend(answer.ids)
            elif answer.opening:
                self._replace(answer.ids)
            else:
                self._append(answer.ids)

    def _take_range(self, whole: IdRange) -> None:
        refreshing, self._refreshed = self._refreshed is not None, None
        count = whole.last - whole.first + 1
        if self._ids is None and (self._first, self._count) == (whole.first, count):
            return
        self.beginResetModel()
        self._ids, self._first, self._count = None, whole.first, count
        self._pages.clear()
        self.endResetModel()
        if refreshing:
            self.reordered.emit()

    def _replace(self, ids: array[int]) -> None:
        self.beginResetModel()
        self._ids, self._count = ids, len(ids)
        self._pages.clear()
        self.endResetModel()
        self.counted.emit(self._count, False)

    def _append(self, ids: array[int]) -> None:
        if not ids or self._ids is None:
            return
        self._pages.pop(self._count // PAGE, None)  # the last page was not full
        self.beginInsertRows(_ROOT, self._count, self._count + len(ids) - 1)
        self._ids.extend(ids)
        self._count += len(ids)
        self.endInsertRows()
        self.counted.emit(self._count, False)

    @Slot(str)
    def _end(self, channel: str) -> None:
        if channel != _CHANNEL:
            return
        refreshed, self._refreshed = self._refreshed, None
        if refreshed is not None and refreshed != self._ids:
            self._replace(refreshed)
            self.reordered.emit()
        self.complete = True
        self.counted.emit(self._count, True)

    # --- rows --------------------------------------------------------------------------------------------

    def id_at(self, row: int) -> int:
        return self._first + row if self._ids is None else self._ids[row]

    def row_of(self, id: int) -> int:
        """The row of a document, -1 where it is not shown. Ids ascend, so this is a search by halves."""
        if self._ids is None:
            return id - self._first if self._first <= id < self._first + self._count else -1
        row = bisect.bisect_left(self._ids, id)
        return row if row < len(self._ids) and self._ids[row] == id else -1

    def document(self, row: int) -> Document | None:
        """The document of a row; None where another process has just removed it."""
        number, offset = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._read(number)
            self._pages[number] = page
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[offset] if offset < len(page) else None

    def _read(self, number: int) -> list[Document | None]:
        if self._project is None:
            return []
        start = number * PAGE
        ids = [self.id_at(row) for row in range(start, min(self._count, start + PAGE))]
        found = {document.id: document for document in self._project.documents.page(ids)}
        return [found.get(id) for id in ids]

    # --- Qt ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in _ROLES:
            return None
        if not index.isValid():
            return None
        if role == ID_ROLE:
            return self.id_at(index.row())
        document = self.document(index.row())
        if document is None:
            return ""
        if role == TINTS_ROLE:
            found = document.entities or () if index.column() == Column.TEXT else ()
            return [(each.start, each.end, self._tints.get(each.label, "")) for each in found]
        if role == CHIPS_ROLE:
            chips = self.labels_of(document) if index.column() == Column.LABEL else []
            return [(words, self._tints.get(name, "")) for name, words in chips]
        match index.column():
            case Column.TEXT:
                return document.text[
                    :1000
                ]  # two lines are painted; a text of 200,000 characters must not cost
            case Column.LABEL:
                return ", ".join(words for _, words in self.labels_of(document))
            case Column.SPLIT:
                return self.split_name(document.split)
            case Column.SOURCE:
                return f"{document.line:,} · {self._sources.get(document.source, '')}"
        return None

    def labels_of(self, document: Document) -> list[tuple[str, str]]:
        """(name, words) of a document's label, labels or entity types, as they are shown."""
        if self._task == "tagging":
            if document.entities is None:
                return []
            names = sorted({each.label for each in document.entities})
        elif self._task == "multi" and document.label:
            names = list(split_labels(document.label))
        else:
            return [(document.label, document.label)] if document.label else []
        return [(name, name) for name in names] or [(NO_LABEL, self.none_words(self._task))]

    def none_words(self, task: str) -> str:
        """What a text is called that has none of several labels, or no entity."""
        return self.tr("no entity") if task == "tagging" else self.tr("none of them")

    def split_name(self, split: str) -> str:
        """A split in the user's language; '' for none."""
        return {
            "train": self.tr("Train"),
            "validation": self.tr("Validation"),
            "test": self.tr("Test"),
        }.get(split, "")

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self._task == "score" and section == Column.LABEL
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.TEXT: self.tr("Text"),
            Column.LABEL: {
                "multi": self.tr("Labels"),
                "tagging": self.tr("Entities"),
                "score": self.tr("Score"),
            }.get(self._task, self.tr("Label")),
            Column.SPLIT: self.tr("Split"),
            Column.SOURCE: self.tr("Line and file"),
        }[Column(section)]

    def retranslate(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(Column) - 1))
