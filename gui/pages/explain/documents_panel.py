"""The project's texts to choose from: all with search, the errors of the run, or one class."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QListView,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.api.project import Project
from engine.api.store.documents import DocumentFilter
from gui.delegates.row import Index
from gui.delegates.text_delegate import TextDelegate
from gui.models.documents_model import DocumentsModel
from gui.pages.evaluate.judged_model import JudgedModel
from gui.pages.evaluate.queries import JudgedTexts, ReadJudged
from gui.store_reader import Overview, ReadOverview, StoreReader
from gui.theme import ROW_HEIGHT, SPACE_S, Theme
from gui.widgets.basic import ClearButton, label

_SEARCH_MS = 120
_ERRORS = "errors"
_OVERVIEW = "overview"
_MOST_CLASSES = 200  # in the list of filters


class _RowDelegate(TextDelegate):
    """A row is as wide as the list: measuring whole texts would cost, and widen it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, ROW_HEIGHT)


class DocumentsPanel(QWidget):
    """Signals: chosen(int): the user chose a document, by its id."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = ""
        self._labels: list[str] = []
        self._selected: int | None = None  # to be marked as soon as the list holds it
        self._marking = False
        self._listed = 0
        self._reader = StoreReader(self)
        self._all = DocumentsModel(self._reader, self)
        self._errors = JudgedModel(theme, self)
        self._search = QLineEdit()
        ClearButton(theme, self._search)
        self._filter = QComboBox()
        self._filter.setMinimumContentsLength(10)
        self._filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._count = label("", "caption")
        self._view = QListView()
        self._delegate = _RowDelegate(theme, self._view)
        self._view.setModel(self._all)
        self._view.setItemDelegate(self._delegate)
        self._view.setUniformItemSizes(True)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._view.setFrameShape(QListView.Shape.NoFrame)
        self._view.setMouseTracking(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        for widget in (self._search, self._filter, self._count):
            column.addWidget(widget)
        column.addWidget(self._view, 1)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_SEARCH_MS)
        self._typed.timeout.connect(self._apply)
        self._search.textChanged.connect(self._typed_more)
        self._filter.currentIndexChanged.connect(self._apply)
        self._view.selectionModel().currentChanged.connect(self._moved)
        self._reader.answered.connect(self._answered)
        self._all.counted.connect(self._counted)
        self.retranslate()

    # --- what is shown --------------------------------------------------------------------------------------

    def set_project(self, project: Project | None, path: Path | None) -> None:
        """Show another project's texts, or none."""
        if project is None or path is None:
            self._reader.close()
            self._all.set_project(None)
            self._errors.set_rows(())
            self._selected = None
            return
        self._reader.open(path)
        self._all.set_project(project)
        self._reader.ask(_OVERVIEW, ReadOverview())

    def set_run(self, run: str) -> None:
        """Whose errors are listed."""
        if run != self._run:
            self._run = run
            if self._filter.currentData() == (_ERRORS,):
                self._apply()

    def refresh(self) -> None:
        """The texts in the store are others now."""
        self._all.refresh()
        self._reader.ask(_OVERVIEW, ReadOverview())

    def focus_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    def select(self, document: int) -> None:
        """Put the cursor on a document, now or as soon as it is listed; ``chosen`` is not emitted."""
        self._selected = document
        self._mark()

    def select_none(self) -> None:
        """The text in view is none of the list's."""
        self._selected = None
        self._mark()

    def listed(self) -> list[int]:
        """The ids of the texts in the list, as far as it has been read."""
        if self._view.model() is self._errors:
            return [self._errors.document(row) for row in range(self._errors.rowCount())]
        return [self._all.id_at(row) for row in range(self._all.rowCount())]

    def _mark(self) -> None:
        """Show the document that is read, in the list that is shown."""
        model = self._errors if self._view.model() is self._errors else self._all
        row = -1 if self._selected is None else model.row_of(self._selected)
        selection = self._view.selectionModel()
        if row < 0:
            selection.clear()
            return
        index = model.index(row, 0)
        if selection.currentIndex() != index or not selection.isSelected(index):
            self._marking = True
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self._marking = False
            self._view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def retranslate(self) -> None:
        self._search.setPlaceholderText(self.tr("Search the texts"))
        self._search.setAccessibleName(self.tr("Search the texts"))
        self._filter.setAccessibleName(self.tr("Which texts are listed"))
        self._view.setAccessibleName(self.tr("Texts"))
        self._fill_filter()
        self._all.retranslate()
        self._say_count()

    def _say_count(self) -> None:
        self._count.setText(self.tr("Texts: {count}").format(count=f"{self._listed:,}"))

    def _fill_filter(self) -> None:
        chosen = self._filter.currentData()
        self._filter.blockSignals(True)
        self._filter.clear()
        self._filter.addItem(self.tr("All texts"), ())
        self._filter.addItem(self.tr("Errors of this run"), (_ERRORS,))
        for name in self._labels[:_MOST_CLASSES]:
            self._filter.addItem(self.tr("Class: {label}").format(label=name), ("class", name))
        row = next((r for r in range(self._filter.count()) if self._filter.itemData(r) == chosen), 0)
        self._filter.setCurrentIndex(row)
        self._filter.blockSignals(False)

    # --- answers --------------------------------------------------------------------------------------------

    @Slot(str, object)
    def _answered(self, channel: str, answer: object) -> None:
        if isinstance(answer, Overview) and answer.labels != self._labels:
            self._labels = answer.labels
            self._fill_filter()
        elif channel == _ERRORS and isinstance(answer, JudgedTexts):
            self._errors.set_rows(answer.rows, answer.task)
            if self._view.model() is self._errors:
                self._show_count(len(answer.rows))

    @Slot(int, bool)
    def _counted(self, rows: int, _complete: bool) -> None:
        if self._view.model() is self._all:
            self._show_count(rows)

    def _show_count(self, rows: int) -> None:
        self._listed = rows
        self._say_count()
        self._mark()

    # --- what the user does ---------------------------------------------------------------------------------

    @Slot()
    def _typed_more(self) -> None:
        self._typed.start()

    @Slot()
    def _apply(self) -> None:
        chosen = self._filter.currentData() or ()
        errors = chosen == (_ERRORS,)
        self._search.setEnabled(not errors)
        self._show(self._errors if errors else self._all)
        if errors:
            self._reader.ask(_ERRORS, ReadJudged(self._run, "", errors_only=True))
            return
        self._reader.forget(_ERRORS)
        text = self._search.text()
        self._delegate.set_query(text)
        self._all.set_filter(DocumentFilter(search=text, label=chosen[1] if chosen else None))

    def _show(self, model: DocumentsModel | JudgedModel) -> None:
        if self._view.model() is model:
            return
        old = self._view.selectionModel()
        self._view.setModel(model)
        old.deleteLater()
        self._view.selectionModel().currentChanged.connect(self._moved)

    @Slot(QModelIndex)
    def _moved(self, index: QModelIndex) -> None:
        if not index.isValid() or self._marking:
            return
        if self._view.model() is self._errors:
            self._selected = self._errors.document(index.row())
        else:
            self._selected = self._all.id_at(index.row())
        self.chosen.emit(self._selected)
