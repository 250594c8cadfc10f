"""The confusion matrix on the page: counts, each row's share as tint, the diagonal outlined."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.api.results import Evaluation
from gui import fonts
from gui.models.confusion_model import DIAGONAL_ROLE, SHARE_ROLE, ConfusionModel, Index
from gui.theme import RADIUS_S, RING_WIDTH, SPACE_S, Theme, mix

_CELL_HEIGHT = 32
_SMALLEST = 52  # width of a column
_MOST_ROWS_SHOWN = 8
_STRONGEST_TINT = 0.62  # share of the accent in a full cell: the figure stays readable on it


class ConfusionDelegate(QStyledItemDelegate):
    """A cell: tint by its share of the row, the figure, an outline on the diagonal, a focus ring."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shape = cast(Any, option)  # the stubs leave out the option's fields
        palette = self._theme.palette
        share = float(index.data(SHARE_ROLE) or 0.0)
        right = bool(index.data(DIAGONAL_ROLE))
        hue = palette.accent if right else palette.word_for
        back = mix(palette.surface, hue, share * (_STRONGEST_TINT if not right else 0.34))
        box = shape.rect.adjusted(1, 1, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.accent), 1.5) if right else QPen(QColor(palette.line), 1))
        painter.setBrush(QColor(back))
        painter.drawRoundedRect(box, RADIUS_S - 2, RADIUS_S - 2)
        font = fonts.tabular(shape.font)
        painter.setFont(fonts.strong(font) if right else font)
        painter.setPen(QColor(palette.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(index.data() or ""))
        if shape.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            focused = bool(shape.state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(palette.text if not focused else palette.focus), RING_WIDTH + focused))
            painter.drawRoundedRect(box, RADIUS_S - 2, RADIUS_S - 2)
        painter.restore()


class ConfusionView(QTableView):
    """Arrow keys move from cell to cell; a click, Return or Space opens a cell's texts.

    Signals:
        cell_opened(str, str): true label, predicted label.
    """

    cell_opened = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ConfusionModel(self)
        self.setModel(self._model)
        self.setItemDelegate(ConfusionDelegate(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        self.horizontalHeader().setDefaultAlignment(wrapped)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(_SMALLEST)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_CELL_HEIGHT)
        self._settled = QTimer(self)  # sections are stretched after the table has its size
        self._settled.setSingleShot(True)
        self._settled.setInterval(0)
        self._settled.timeout.connect(self._fit_names)
        self.clicked.connect(self._open)
        theme.changed.connect(self._repaint)

    def set_evaluation(self, evaluation: Evaluation | None) -> None:
        self._model.set_evaluation(evaluation)
        metrics = QFontMetrics(self.horizontalHeader().font())
        names = [metrics.horizontalAdvance(label) + 3 * SPACE_S for label in self._model.labels()]
        self.verticalHeader().setFixedWidth(min(180, max(80, *names, 0)))
        two_lines = any(" " in label for label in self._model.labels())
        self.horizontalHeader().setFixedHeight((2 if two_lines else 1) * metrics.height() + 2 * SPACE_S)
        self.setFixedHeight(self._wanted_height())
        self._settled.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settled.start()

    @Slot()
    def _fit_names(self) -> None:
        """Names over two lines where each word has room, else on one line with an ellipsis: Qt does one only."""
        header = self.horizontalHeader()
        metrics = QFontMetrics(header.font())
        words = [word for label in self._model.labels() for word in label.split()]
        room = header.sectionSize(0) - 2 * SPACE_S if self._model.columnCount() else 0
        fits = all(metrics.horizontalAdvance(word) <= room for word in words)
        header.setTextElideMode(Qt.TextElideMode.ElideNone if fits else Qt.TextElideMode.ElideRight)

    def retranslate(self) -> None:
        self._model.retranslate()

    def choose(self, true_label: str, label: str) -> None:
        """Select that cell; opens nothing."""
        labels = self._model.labels()
        if true_label in labels and label in labels:
            self.setCurrentIndex(self._model.index(labels.index(true_label), labels.index(label)))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        width = self.verticalHeader().width() + self.horizontalHeader().length() + 4
        return QSize(width, self._wanted_height())

    def _wanted_height(self) -> int:
        rows = min(_MOST_ROWS_SHOWN, max(1, self._model.rowCount()))
        # many classes do not fit side by side: then there is a scroll bar, which takes its room
        bar = (
            self.horizontalScrollBar().sizeHint().height() if self._model.rowCount() > _MOST_ROWS_SHOWN else 0
        )
        return self.horizontalHeader().height() + rows * _CELL_HEIGHT + bar + 4

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.cell_opened.emit(*self._model.cell(index))

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()
