"""The table of documents with its search field: the centre of the Data page."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QEvent, QItemSelection, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.api.store.documents import DocumentFilter
from gui import fonts, icons
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.row import Index, RowDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.models.documents_model import ID_ROLE, Column, DocumentsModel
from gui.theme import ROW_HEIGHT, SPACE_M, SPACE_S, Theme
from gui.widgets.basic import Button, label

_MOST_SELECTED = 20_000  # ids handed on at once; more are not meant one by one
_ROOM_FOR_SOURCE, _ROOM_FOR_SPLIT = 560, 360  # widths of the table


class MutedDelegate(RowDelegate):
    """One muted, elided line: what is only looked up."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setPen(QColor(self.theme.palette.muted))
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class NumberDelegate(RowDelegate):
    """One number, its digits under those of the row above."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(self.theme.palette.text))
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class DocumentsView(QWidget):
    """Search, count and table.

    Signals: ``filter_changed(DocumentFilter)`` by the user's typing; ``selection_changed(ids)``;
    ``delete_asked(ids)``; ``explain_asked(id)``.
    """

    filter_changed = Signal(object)
    selection_changed = Signal(object)
    delete_asked = Signal(object)
    explain_asked = Signal(int)

    def __init__(self, theme: Theme, model: DocumentsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._total = 0
        self._kept_ids: list[int] = []
        self._kept_top = -1
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        # the application's sheet dresses tool buttons; those inside a field are bare
        self.search.setStyleSheet(
            "QToolButton { border: none; padding: 0; margin: 0; min-height: 0; background: none; }"
        )
        self._search_icon = QAction(self)
        self.search.addAction(self._search_icon, QLineEdit.ActionPosition.LeadingPosition)
        self.count = label("", "muted")
        self.clear = Button(theme, "", "quiet")
        self.clear.setVisible(False)
        self.table = QTableView()
        self._text = TextDelegate(theme, self.table)
        self._set_up_table()
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self.search, 1)
        head.addWidget(self.clear)
        head.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.search.textChanged.connect(self._search_changed)
        self.clear.clicked.connect(self.clear_filter)
        model.counted.connect(self._counted)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.reordered.connect(self._find_place)
        theme.changed.connect(self._tint)
        self._tint()
        self.retranslate()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegateForColumn(Column.TEXT, self._text)
        self._chips, self._number = ChipDelegate(self._theme, table), NumberDelegate(self._theme, table)
        table.setItemDelegateForColumn(Column.LABEL, self._chips)
        table.setItemDelegateForColumn(Column.SPLIT, MutedDelegate(self._theme, table))
        table.setItemDelegateForColumn(Column.SOURCE, MutedDelegate(self._theme, table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setMouseTracking(True)
        table.setTabKeyNavigation(False)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        rows = table.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns = table.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setStretchLastSection(False)
        columns.setSectionResizeMode(Column.TEXT, QHeaderView.ResizeMode.Stretch)
        for at, width in ((Column.LABEL, 132), (Column.SPLIT, 84), (Column.SOURCE, 132)):
            columns.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            columns.resizeSection(at, width)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        table.selectionModel().selectionChanged.connect(self._selected)
        self._delete = QAction(self)
        self._delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self._delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._delete.triggered.connect(self._ask_delete)
        self._explain = QAction(self)
        self._explain.triggered.connect(self._ask_explain)
        table.addAction(self._delete)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # where it is narrow the text counts more than where it came from
        self.table.setColumnHidden(Column.SOURCE, self.width() < _ROOM_FOR_SOURCE)
        self.table.setColumnHidden(Column.SPLIT, self.width() < _ROOM_FOR_SPLIT)

    def set_task(self, task: str, tints: dict[str, str]) -> None:
        """What the label column shows, by the project's task; ``tints`` are those of entity types."""
        self.model.set_task(task, tints)
        self.table.setItemDelegateForColumn(Column.LABEL, self._number if task == "score" else self._chips)

    # --- filter ------------------------------------------------------------------------------------------

    @Slot(str)
    def _search_changed(self, text: str) -> None:
        self._text.set_query(text)
        old = self.model.filter
        self.apply(msgspec.structs.replace(old, search=text))
        self.filter_changed.emit(self.model.filter)

    @Slot()
    def clear_filter(self) -> None:
        """Show every document again."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._text.set_query("")
        self.apply(DocumentFilter())
        self.filter_changed.emit(self.model.filter)

    def apply(self, which: DocumentFilter) -> None:
        self.model.set_filter(which)
        self.clear.setVisible(bool(which.search) or which.by_group is not None)

    def set_total(self, total: int) -> None:
        """How many documents there are in all, for the count beside the search field."""
        self._total = total
        self._counted(self.model.rowCount(), self.model.complete)

    @Slot(int, bool)
    def _counted(self, rows: int, complete: bool) -> None:
        filtered = not self.model.filter.is_empty
        if filtered and complete and not rows:
            words = self.tr("No text matches")
        elif filtered:
            more = "" if complete else "+"
            words = self.tr("{shown} of {total}").format(shown=f"{rows:,}{more}", total=f"{self._total:,}")
        else:
            words = self.tr("{total} texts").format(total=f"{max(rows, self._total):,}")
        self.count.setText(words)

    # --- selection ---------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        """The documents selected, in order, at most 20,000."""
        ids: list[int] = []
        selection = self.table.selectionModel().selection()
        for span in (selection.at(i) for i in range(selection.count())):
            last = min(span.bottom(), span.top() + _MOST_SELECTED - len(ids) - 1)
            ids += [self.model.id_at(row) for row in range(span.top(), last + 1)]
        return sorted(set(ids))

    def select_id(self, id: int) -> None:
        """Select and show one document, where the filter lets it through."""
        row = self.model.row_of(id)
        if row >= 0:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0), QAbstractItemView.ScrollHint.EnsureVisible)

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, now: QItemSelection, before: QItemSelection) -> None:
        self.selection_changed.emit(self.selected_ids())

    @Slot()
    def _keep_place(self) -> None:
        self._kept_ids = self.selected_ids()
        top = self.table.indexAt(QPoint(4, 4))
        self._kept_top = int(top.data(ID_ROLE)) if top.isValid() else -1

    @Slot()
    def _find_place(self) -> None:
        """After a refresh: scroll and select as it was, as far as the documents are still there."""
        row = self.model.row_of(self._kept_top)
        if row >= 0:
            self.table.scrollTo(self.model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)
        rows = [row for row in map(self.model.row_of, self._kept_ids) if row >= 0]
        if len(rows) == 1:
            self.table.selectRow(rows[0])
        self.selection_changed.emit(self.selected_ids())

    # --- menu --------------------------------------------------------------------------------------------

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        if not self.table.selectionModel().hasSelection():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._explain)
        menu.addAction(self._delete)
        menu.popup(self.table.viewport().mapToGlobal(at))

    @Slot()
    def _ask_delete(self) -> None:
        ids = self.selected_ids()
        if ids:
            self.delete_asked.emit(ids)

    @Slot()
    def _ask_explain(self) -> None:
        ids = self.selected_ids()
        if ids:
            self.explain_asked.emit(ids[0])

    # --- words -------------------------------------------------------------------------------------------

    @Slot()
    def _tint(self) -> None:
        self._search_icon.setIcon(icons.icon("search", self._theme.palette.muted))
        self.table.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search the texts"))
        self.search.setAccessibleName(self.tr("Search the texts"))
        self.clear.setText(self.tr("Show all"))
        self.table.setAccessibleName(self.tr("Texts"))
        self._delete.setText(self.tr("Delete"))
        self._explain.setText(self.tr("Explain this text"))
        self.model.retranslate()
        self._counted(self.model.rowCount(), self.model.complete)
