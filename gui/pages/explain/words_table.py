"""The words of an explanation with their scores as bars to both sides, sortable and copyable."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.api.results import Explanation
from gui import fonts
from gui.delegates.row import RowDelegate
from gui.pages.explain.sentences import word_score_text
from gui.theme import Theme, mix
from gui.wordpaint import word_colour

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
SHARE_ROLE = int(Qt.ItemDataRole.UserRole) + 2  # score / the largest |score|, -1 to 1
WORD_ROLE = int(Qt.ItemDataRole.UserRole) + 3
SIGNED_ROLE = int(Qt.ItemDataRole.UserRole) + 4  # whether the sign of a score is a side
_WORD, _SCORE = range(2)
_ROW = 30
_FIGURE_WIDTH = 56


class WordsModel(QAbstractTableModel):
    """One row a word; sorted by |score|, or by the word's place, through the proxy."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._explanation: Explanation | None = None
        self._reach = 1.0

    def set_explanation(self, explanation: Explanation | None) -> None:
        self.beginResetModel()
        self._explanation = explanation
        scores = [abs(word.score) for word in explanation.words] if explanation else []
        self._reach = max(scores, default=0.0) or 1.0
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() or self._explanation is None else len(self._explanation.words)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Word"), self.tr("Score"))[section]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid() or self._explanation is None:
            return None
        row = index.row()
        score = self._explanation.words[row].score
        if role == Qt.ItemDataRole.DisplayRole:
            shown = self._explanation
            return shown.word(row) if index.column() == _WORD else word_score_text(shown, row)
        if role == SORT_ROLE:
            return row if index.column() == _WORD else abs(score)
        if role == SHARE_ROLE:
            return score / self._reach
        if role == WORD_ROLE:
            return row
        if role == SIGNED_ROLE:
            return self._explanation.signed
        return None

    def as_tsv(self, rows: list[int]) -> str:
        """Word, start, end, score of these rows, tab-separated; line ends and tabs in words become spaces."""
        assert self._explanation is not None
        lines = ["word\tstart\tend\tscore"]
        for row in rows:
            span = self._explanation.words[row]
            word = " ".join(self._explanation.word(row).split())
            lines.append(f"{word}\t{span.start}\t{span.end}\t{span.score:.6g}")
        return "\n".join(lines) + "\n"


class _BarDelegate(RowDelegate):
    """The figure, and right of it a bar from the middle: right for the class, left against it.

    Of scores without a side the bar begins at the left, in one hue.
    """

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        palette = self.theme.palette
        share, signed = float(index.data(SHARE_ROLE) or 0.0), bool(index.data(SIGNED_ROLE))
        painter.setFont(fonts.tabular(painter.font()))
        painter.setPen(QColor(palette.text))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRect(rect.left(), rect.top(), _FIGURE_WIDTH, rect.height()), flags, str(index.data())
        )
        left = rect.left() + _FIGURE_WIDTH + 10
        room = QRectF(left, rect.top() + 8, rect.right() - left, rect.height() - 16)
        middle = room.center().x() if signed else room.left()
        painter.setPen(QPen(QColor(palette.line_strong), 1))
        painter.drawLine(int(middle), rect.top() + 4, int(middle), rect.bottom() - 4)
        length = abs(share) * (room.right() - middle)
        if length < 0.5:
            return
        fill = word_colour(palette, share, abs(share), signed=signed)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(mix(fill, palette.text, 0.45)), 1))
        painter.setBrush(QColor(fill))
        start = middle if share > 0 or not signed else middle - length
        painter.drawRoundedRect(QRectF(start, room.top(), length, room.height()), 2, 2)


class _WordDelegate(RowDelegate):
    """The word, elided at its end."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setPen(QColor(self.theme.palette.text))
        word = " ".join(str(index.data() or "").split())
        shown = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class WordsTable(QTableView):
    """Signals: word_chosen(int): the cursor stands on that word of the explanation."""

    word_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = WordsModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setItemDelegateForColumn(_WORD, _WordDelegate(theme, self))
        self.setItemDelegateForColumn(_SCORE, _BarDelegate(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(_SCORE, Qt.SortOrder.DescendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_WORD, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(_WORD, 100)
        header.setSectionResizeMode(_SCORE, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._moved)

    def set_explanation(self, explanation: Explanation | None) -> None:
        self._model.set_explanation(explanation)
        self.scrollToTop()

    def retranslate(self) -> None:
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 1)

    def tsv(self) -> str:
        """All words in the shown order, or the selected ones, as tab-separated values."""
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        rows = chosen if len(chosen) > 1 else range(self._sorted.rowCount())
        return self._model.as_tsv([self._sorted.index(row, 0).data(WORD_ROLE) for row in rows])

    @Slot()
    def copy(self) -> None:
        if self._sorted.rowCount():
            QGuiApplication.clipboard().setText(self.tsv())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _moved(self) -> None:
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            self.word_chosen.emit(int(index.data(WORD_ROLE)))
