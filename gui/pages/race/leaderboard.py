"""A race as a table: figures with their intervals, size, speed, and how each training ended."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from engine.api import wording
from engine.api.catalog import method
from engine.api.messages import JobState
from gui import fonts
from gui.delegates.row import Index, RowDelegate
from gui.models.runs_model import interval_text
from gui.pages.race.standings import Standing
from gui.pages.sources.words import UNKNOWN, megabytes
from gui.theme import ROW_HEIGHT, Theme
from gui.widgets.figures import paint_interval

NAME, FIGURE, SIZE, SPEED, STATE = range(5)
PARTS_ROLE = int(Qt.ItemDataRole.UserRole) + 110
_WIDTHS = {FIGURE: 210, SIZE: 84, SPEED: 92}
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Leaderboard(QAbstractTableModel):
    """One row a method, in the order given."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Standing] = []
        self._figure = "macro_f1"
        self._language = language

    def set_rows(self, rows: Sequence[Standing], figure: str) -> None:
        """``figure``: the id of the figure by which they are placed."""
        same = [each.method for each in rows] == [each.method for each in self._rows]
        if same and figure == self._figure:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, STATE))
            return
        self.beginResetModel()
        self._rows, self._figure = list(rows), figure
        self.endResetModel()

    def set_language(self, language: str) -> None:
        self.beginResetModel()
        self._language = language
        self.endResetModel()

    def standing(self, row: int) -> Standing | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rows(self) -> list[Standing]:
        return list(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else STATE + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (SIZE, SPEED):
            return _RIGHT
        if role == Qt.ItemDataRole.DisplayRole:
            figure = wording.figure_words(self._figure, self._language).name
            return (
                self.tr("Method"),
                self.tr("{figure} on validation texts").format(figure=figure),
                self.tr("Size"),
                self.tr("ms a text"),
                self.tr("State"),
            )[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, column)
        if role == PARTS_ROLE and row.figure is not None:
            low, high = self.ends()
            width = high - low
            return tuple((x - low) / width for x in (row.figure.low, row.figure.value, row.figure.high))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (SIZE, SPEED):
            return _RIGHT
        if role == Qt.ItemDataRole.FontRole and row.kept and column == NAME:
            return fonts.strong(QApplication.font())
        if role == Qt.ItemDataRole.ToolTipRole and column in (NAME, STATE):
            return row.run if column == NAME else self._shown(row, column)
        return None

    def ends(self) -> tuple[float, float]:
        """The figures at the two ends of the bars."""
        known = [row.figure for row in self._rows if row.figure is not None]
        low = min((each.low for each in known), default=0.0)
        high = max((each.high for each in known), default=1.0)
        return low, high if high > low else low + 0.01

    def _shown(self, row: Standing, column: int) -> str:
        if column == NAME:
            return wording.method_words(row.method, self._language).name
        if column == FIGURE:
            if row.figure is not None:
                return interval_text(row.figure)
            return self.tr("{value} so far").format(value=f"{row.live:.3f}") if row.live is not None else ""
        if column == SIZE:
            return megabytes(row.size_bytes) if row.figure is not None else UNKNOWN
        if column == SPEED:
            return f"{row.milliseconds_per_text:.2f}" if row.milliseconds_per_text else UNKNOWN
        return self._state(row)

    def _state(self, row: Standing) -> str:
        if row.left_out is not None:
            why = wording.error_words(row.left_out, self._language)[0]
            return self.tr("left out: {why}").format(why=why)
        if not row.run:
            return wording.state_words(JobState.WAITING, self._language)
        if row.state is not JobState.DONE:
            return wording.state_words(row.state, self._language)
        ended = wording.stopped_words(row.stopped_by, self._language)
        if not ended or (row.stopped_by == "epochs" and not method(row.method).live):  # it has no epochs
            ended = wording.state_words(row.state, self._language)
        return self.tr("kept · {ended}").format(ended=ended) if row.kept else ended


class _IntervalDelegate(RowDelegate):
    """The figure with its interval in words, and as a bar under it."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(fonts.tabular(painter.font()))
        parts = index.data(PARTS_ROLE)
        known = isinstance(parts, (tuple, list)) and len(parts) == 3
        painter.setPen(QColor(self.theme.palette.text if known else self.theme.palette.muted))
        middle = rect.top() + rect.height() // 2
        line = QRect(rect.left(), middle - 19, rect.width(), 18) if known else rect
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, flags, str(index.data(Qt.ItemDataRole.DisplayRole) or ""))
        if known:
            low, value, high = parts
            paint_interval(
                painter, self.theme, QRectF(rect.left(), middle + 3, rect.width(), 12), (low, value, high)
            )


class LeaderboardTable(QTableView):
    """Signals: opened: Return or a double click on a finished run. moved: the cursor is on another row."""

    opened = Signal()
    moved = Signal()

    def __init__(self, theme: Theme, model: Leaderboard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = model
        self.setModel(model)
        self.setItemDelegateForColumn(FIGURE, _IntervalDelegate(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        for column, width in {NAME: 172, **_WIDTHS}.items():
            header.resizeSection(column, width)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._tell)

    def current(self) -> Standing | None:
        """What the cursor stands on."""
        return self._board.standing(self.currentIndex().row())

    def select_method(self, method: str) -> None:
        for row, each in enumerate(self._board.rows()):
            if each.method == method:
                self.setCurrentIndex(self._board.index(row, NAME))
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _open(self) -> None:
        standing = self.current()
        if standing is not None and standing.figure is not None:
            self.opened.emit()

    @Slot()
    def _tell(self) -> None:
        self.moved.emit()
