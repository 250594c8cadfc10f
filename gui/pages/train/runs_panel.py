"""The project's runs as a sortable table, with what can be done to one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPointF, QRect, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.api.messages import JobState
from engine.api.store.runs import Run
from gui import fonts
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.row import RowDelegate
from gui.models.runs_model import (
    METHOD,
    NAME,
    NOTE,
    RUN_ROLE,
    SECOND,
    SECONDS,
    SORT_ROLE,
    STAR,
    STATE,
    TEST,
    VALIDATION,
    Index,
    RunsModel,
)
from gui.theme import SPACE_S, Theme
from gui.widgets.basic import Button, IconButton, label

_WIDTHS = {
    STAR: 36,
    METHOD: 124,
    STATE: 104,
    VALIDATION: 208,  # “Pearson correlation, validation”
    TEST: 168,
    SECOND: 168,
    SECONDS: 88,
    NOTE: 150,
}
_ROW = 36
_ROOM_FOR_ALL = 1150  # width at which all columns and a name fit
_STAR_RADIUS = 7.5


class _StarDelegate(RowDelegate):
    """A filled star for a starred run, an outlined one else."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        palette = self.theme.palette
        starred = index.data(SORT_ROLE) == 1
        centre = QPointF(rect.center()) + QPointF(0.5, 0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.careful if starred else palette.faint), 1.3))
        painter.setBrush(QColor(palette.careful) if starred else QBrush(Qt.BrushStyle.NoBrush))
        painter.drawPolygon(_star(centre))


def _star(centre: QPointF) -> QPolygonF:
    corners = []
    for i in range(10):
        radius = _STAR_RADIUS * (1.0 if i % 2 == 0 else 0.45)
        angle = math.pi * (i / 5 - 0.5)
        corners.append(centre + QPointF(radius * math.cos(angle), radius * math.sin(angle)))
    return QPolygonF(corners)


class RunsTable(QTableView):
    """Signals: opened(str), starred(str), removed(str): Return or double click, Space, Delete on a run.

    Several may be selected, to be compared; what is done to one is done to that under the cursor.
    """

    opened = Signal(str)
    starred = Signal(str)
    removed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        run = self.current_run()
        key = event.key()
        if run and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(run)
        elif run and key == Qt.Key.Key_Space:
            self.starred.emit(run)
        elif run and key == Qt.Key.Key_Delete:
            self.removed.emit(run)
        elif run and key == Qt.Key.Key_F2:
            self.edit(self.currentIndex().siblingAtColumn(NAME))
        else:
            super().keyPressEvent(event)

    def current_run(self) -> str:
        index = self.currentIndex()
        return str(index.data(RUN_ROLE)) if index.isValid() else ""


class RunsPanel(QWidget):
    """Signals, each with a run's id; the panel changes nothing itself.

    selected: the cursor stands on another run. opened: it is to be looked at.
    renamed(run, name), noted(run, note), starred(run, bool), removed, resumed: what the user asked for.
    reused: its settings are to be put into the form. repeated: it is to be trained again. reseeded: with other seeds.
    handed_over: it is to be exported. looked_through: what it labelled itself is to be shown.
    compared(tuple): the ids of two runs or more, oldest first.
    """

    selected = Signal(str)
    opened = Signal(str)
    renamed = Signal(str, str)
    starred = Signal(str, bool)
    removed = Signal(str)
    resumed = Signal(str)
    noted = Signal(str, str)
    reused = Signal(str)
    repeated = Signal(str)
    reseeded = Signal(str)
    compared = Signal(object)
    handed_over = Signal(str)
    looked_through = Signal(str)

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._resumable: frozenset[str] = frozenset()
        self._model = RunsModel(language, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self._title = label("", "section")
        self._evaluate = Button(theme, "", "normal", "evaluate")
        self._resume = Button(theme, "", "normal", "play")
        self._compare = Button(theme, "", "normal")
        self._rename = Button(theme, "", "quiet")
        self._more = Button(theme, "", "quiet")
        self._menu = QMenu(self._more)
        self._menu.setToolTipsVisible(True)
        self._reuse, self._repeat, self._reseed = (self._menu.addAction("") for _ in range(3))
        self._note = self._menu.addAction("")
        self._export = self._menu.addAction("")
        self._labelled = self._menu.addAction("")
        self._more.setMenu(self._menu)
        self._remove = IconButton(theme, "trash", "")
        self._nothing = label("", "muted")
        self.table = RunsTable()
        self._dress(theme)
        head = QVBoxLayout(self)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(SPACE_S)
        head.addWidget(self._head())
        head.addWidget(self._nothing)
        head.addWidget(self.table, 1)
        head.addStretch(0)  # takes the room that the table leaves
        self._connect()
        self.retranslate(language)

    def _head(self) -> QWidget:
        out = QWidget()
        row = QHBoxLayout(out)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._title)
        row.addStretch(1)
        for button in (
            self._resume, self._evaluate, self._compare, self._rename, self._more, self._remove
        ):  # fmt: skip
            row.addWidget(button)
        return out

    def _dress(self, theme: Theme) -> None:
        table = self.table
        table.setModel(self._sorted)
        table.setFont(fonts.tabular(table.font()))
        table.setItemDelegateForColumn(STAR, _StarDelegate(theme, table))
        table.setItemDelegateForColumn(STATE, ChipDelegate(theme, table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(_ROW)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(32)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        header.setSectionResizeMode(STAR, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._moved)
        self.table.clicked.connect(self._clicked)
        self.table.doubleClicked.connect(self._double_clicked)
        self.table.opened.connect(self._open)
        self.table.starred.connect(self._star)
        self.table.removed.connect(self.removed)
        self.table.selectionModel().selectionChanged.connect(self._enable)
        self._model.renamed.connect(self.renamed)
        self._model.noted.connect(self.noted)
        self._compare.clicked.connect(self._compare_selected)
        self._reuse.triggered.connect(self._reuse_current)
        self._repeat.triggered.connect(self._repeat_current)
        self._reseed.triggered.connect(self._reseed_current)
        self._note.triggered.connect(self._note_current)
        self._export.triggered.connect(self._export_current)
        self._labelled.triggered.connect(self._look_through_current)
        self._evaluate.clicked.connect(self._open_current)
        self._resume.clicked.connect(self._resume_current)
        self._rename.clicked.connect(self._rename_current)
        self._remove.clicked.connect(self._remove_current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The second figure gives way first: the main one says more, and Evaluate shows both."""
        super().resizeEvent(event)
        self.table.setColumnHidden(SECOND, event.size().width() < _ROOM_FOR_ALL)

    # --- what is shown --------------------------------------------------------------------------------------

    def set_runs(self, runs: Sequence[Run], resumable: frozenset[str]) -> None:
        """``resumable``: ids of ended runs that have a checkpoint to go on from."""
        chosen = self.current()
        self._resumable = resumable
        self._model.set_runs(runs)
        self._nothing.setVisible(not runs)
        self.table.setVisible(bool(runs))
        if chosen and self._model.row_of(chosen) >= 0:
            self.select(chosen)
        elif runs and not self.table.currentIndex().isValid():
            self.select(runs[0].id)
        self._enable()

    def select(self, run: str) -> None:
        """Put the cursor on a run."""
        row = self._model.row_of(run)
        if row >= 0:
            index = self._sorted.mapFromSource(self._model.index(row, NAME))
            self.table.setCurrentIndex(index)

    def current(self) -> str:
        """The run under the cursor, '' = none."""
        return self.table.current_run()

    def retranslate(self, language: str) -> None:
        self._model.set_language(language)
        self._title.setText(self.tr("Runs"))
        self._nothing.setText(self.tr("No runs yet. Each training becomes one, with its figures."))
        self._evaluate.setText(self.tr("Evaluate"))
        self._resume.setText(self.tr("Go on from the checkpoint"))
        self._rename.setText(self.tr("Rename"))
        self._rename.setToolTip(self.tr("Rename the run (F2)"))
        self._compare.setText(self.tr("Compare"))
        self._compare.setToolTip(self.tr("Compare the selected runs: choose two or more with Ctrl or Shift"))
        self._more.setText(self.tr("More"))
        self._reuse.setText(self.tr("Use these settings"))
        self._repeat.setText(self.tr("Train again from its record"))
        self._reseed.setText(self.tr("Train with two other seeds"))
        self._reseed.setToolTip(self.tr("Compare then shows how far the figure depends on chance"))
        self._note.setText(self.tr("Write a note"))
        self._export.setText(self.tr("Export…"))
        self._labelled.setText(self.tr("What it labelled…"))
        self._remove.set_icon("trash", self.tr("Delete the run (Del); it can be undone"))
        self.table.setAccessibleName(self.tr("Runs"))
        self.table.setAccessibleDescription(
            self.tr("Return opens a run in Evaluate, F2 renames it, Space stars it, Delete removes it")
        )

    def chosen(self) -> tuple[str, ...]:
        """The selected runs that have figures, oldest first."""
        rows = {str(index.data(RUN_ROLE)) for index in self.table.selectionModel().selectedRows(NAME)}
        found = [self._model.run(row) for row in range(self._model.rowCount())]
        # rows come newest first
        return tuple(run.id for run in found[::-1] if run.id in rows and run.state is JobState.DONE)

    @Slot()
    def _enable(self) -> None:
        run = self._current()
        self._compare.setEnabled(len(self.chosen()) > 1)
        self._more.setEnabled(run is not None)
        for action in (self._repeat, self._reseed):
            action.setEnabled(run is not None and run.state is JobState.DONE)
        self._export.setEnabled(run is not None and run.state is JobState.DONE)
        self._labelled.setVisible(run is not None and run.method == "pseudo-label")
        for button in (self._evaluate, self._compare, self._rename, self._more, self._remove):
            button.setVisible(self._model.rowCount() > 0)
        self._evaluate.setEnabled(run is not None and run.state is JobState.DONE)
        self._resume.setVisible(run is not None and run.id in self._resumable)
        self._rename.setEnabled(run is not None)
        self._remove.setEnabled(run is not None and run.state is not JobState.RUNNING)

    def _current(self) -> Run | None:
        row = self._model.row_of(self.current())
        return self._model.run(row) if row >= 0 else None

    # --- what the user does ---------------------------------------------------------------------------------

    @Slot()
    def _moved(self) -> None:
        self._enable()
        self.selected.emit(self.current())

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == STAR:
            self._star(self.current())

    @Slot(QModelIndex)
    def _double_clicked(self, index: QModelIndex) -> None:
        if index.column() != STAR:
            self._open(self.current())

    @Slot(str)
    def _open(self, run: str) -> None:
        found = self._current()
        if found is not None and found.id == run and found.state is JobState.DONE:
            self.opened.emit(run)

    @Slot(str)
    def _star(self, run: str) -> None:
        row = self._model.row_of(run)
        if row >= 0:
            self.starred.emit(run, not self._model.run(row).starred)

    @Slot()
    def _open_current(self) -> None:
        self._open(self.current())

    @Slot()
    def _look_through_current(self) -> None:
        self.looked_through.emit(self.current())

    @Slot()
    def _export_current(self) -> None:
        self.handed_over.emit(self.current())

    @Slot()
    def _resume_current(self) -> None:
        if self.current() in self._resumable:
            self.resumed.emit(self.current())

    @Slot()
    def _rename_current(self) -> None:
        self.table.setFocus()
        self.table.edit(self.table.currentIndex().siblingAtColumn(NAME))

    @Slot()
    def _note_current(self) -> None:
        self.table.setFocus()
        self.table.edit(self.table.currentIndex().siblingAtColumn(NOTE))

    @Slot()
    def _compare_selected(self) -> None:
        if len(self.chosen()) > 1:
            self.compared.emit(self.chosen())

    @Slot()
    def _reuse_current(self) -> None:
        if self.current():
            self.reused.emit(self.current())

    @Slot()
    def _reseed_current(self) -> None:
        if self.current():
            self.reseeded.emit(self.current())

    @Slot()
    def _repeat_current(self) -> None:
        if self.current():
            self.repeated.emit(self.current())

    @Slot()
    def _remove_current(self) -> None:
        run = self._current()
        if run is not None and run.state is not JobState.RUNNING:
            self.removed.emit(run.id)
