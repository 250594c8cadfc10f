"""What a scoring gives: how the labels are spread, the first rows, and the texts to read yourself."""

from __future__ import annotations

import bisect
import math
from array import array
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSlider,
    QStyledItemDelegate,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from engine.api.tasks import NO_LABEL
from gui import fonts
from gui.delegates.chip_delegate import ChipDelegate
from gui.delegates.probability_delegate import ProbabilityDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.models.result_model import ResultColumn, ResultModel
from gui.models.scored_file import Head, ScoredRow, ScoreSpread, Unsure
from gui.theme import ROW_HEIGHT, SPACE_L, SPACE_M, SPACE_S, Theme
from gui.widgets.basic import label
from gui.widgets.figures import Bar, BarList

_STEPS = 100  # of the slider: a margin of 0.01 each
_FIRST_THRESHOLD = 30
_WIDTHS = {"multi": 200, "tagging": 280, "score": 110}  # of the answer's column


class ResultTable(QTableView):
    """Signals: ``opened(text)`` by double click or Return."""

    opened = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ResultModel(theme, self)
        self.setModel(self.rows)
        self.setItemDelegate(TextDelegate(theme, self))
        self.setItemDelegateForColumn(ResultColumn.LABEL, ChipDelegate(theme, self))
        self.setItemDelegateForColumn(ResultColumn.PROBABILITY, ProbabilityDelegate(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        for at, width in (
            (ResultColumn.ROW, 64),
            (ResultColumn.LABEL, 150),
            (ResultColumn.PROBABILITY, 104),
            (ResultColumn.MARGIN, 72),
        ):
            columns.resizeSection(at, width)
        columns.setSectionResizeMode(ResultColumn.TEXT, QHeaderView.ResizeMode.Stretch)
        self._chip, self._plain = ChipDelegate(theme, self), TextDelegate(theme, self)
        self._number = QStyledItemDelegate(self)  # the only one that follows the alignment
        for column in (ResultColumn.ROW, ResultColumn.MARGIN):
            self.setItemDelegateForColumn(column, self._number)
        self.setFont(fonts.tabular(self.font()))
        self.activated.connect(self._activated)

    def set_task(self, task: str, types: Sequence[str], *, sure: bool) -> None:
        """What the rows are; not ``sure``: they have no probabilities."""
        self.rows.set_task(task, types)
        for column in (ResultColumn.PROBABILITY, ResultColumn.MARGIN):
            self.setColumnHidden(column, not sure)
        # a list of entities is a sentence, not a chip
        answer = {"tagging": self._plain, "score": self._number}.get(task, self._chip)
        self.setItemDelegateForColumn(ResultColumn.LABEL, answer)
        self.horizontalHeader().resizeSection(ResultColumn.LABEL, _WIDTHS.get(task, 150))

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.rows.row(index.row()).text)


class ResultsPanel(QWidget):
    """Signals: ``text_opened(text)``: a row is to be explained."""

    text_opened = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = "single"
        self._margins: array[float] = array("f")
        self._unsure: tuple[ScoredRow, ...] = ()
        self.spread = BarList(theme)
        self._spread_name = label("", "strong")
        self.first, self.unsure = ResultTable(theme), ResultTable(theme)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setValue(_FIRST_THRESHOLD)
        self.slider.setFixedWidth(220)
        self._slider_name = label("", "muted")
        self.count = label("")
        self.tabs = QTabWidget()
        self._lay_out()
        self.slider.valueChanged.connect(self._show_unsure)
        self.first.opened.connect(self.text_opened)
        self.unsure.opened.connect(self.text_opened)
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bars = QWidget()
        bars.setObjectName("scrolled")
        inner = QVBoxLayout(bars)
        inner.setContentsMargins(0, 0, SPACE_S, 0)
        inner.addWidget(self.spread)
        inner.addStretch(1)
        scroll.setWidget(bars)
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        left.addWidget(self._spread_name)
        left.addWidget(scroll, 1)
        side = QWidget()
        side.setFixedWidth(212)
        side.setLayout(left)
        left.setContentsMargins(0, SPACE_S, 0, 0)
        yourself = QWidget()
        column = QVBoxLayout(yourself)
        column.setContentsMargins(0, SPACE_M, 0, 0)
        column.setSpacing(SPACE_M)
        line = QHBoxLayout()
        line.setSpacing(SPACE_M)
        line.addWidget(self._slider_name)
        line.addWidget(self.slider)
        line.addWidget(self.count, 1)
        column.addLayout(line)
        column.addWidget(self.unsure, 1)
        first = QWidget()
        plain = QVBoxLayout(first)
        plain.setContentsMargins(0, SPACE_M, 0, 0)
        plain.addWidget(self.first)
        self.tabs.addTab(first, "")
        self.tabs.addTab(yourself, "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        row.addWidget(side)
        row.addWidget(self.tabs, 1)

    def clear(self) -> None:
        self._margins, self._unsure = array("f"), ()
        self.spread.set_bars([])
        self.first.rows.set_rows(())
        self._show_unsure()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """How often each label was given so far, the most frequent on top."""
        total = max(sum(counts.values()), 1)
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        none = self.tr("none of them")
        self.spread.set_bars(
            [
                Bar(name, none if name == NO_LABEL else name, n, f"{n:,} · {100 * n / total:.0f} %")
                for name, n in ranked
            ]
        )

    def set_task(self, task: str, types: Sequence[str] = (), *, sure: bool = True) -> None:
        """What is scored; not ``sure``: there are no probabilities, so no texts below a line."""
        self._task = task
        for table in (self.first, self.unsure):
            table.set_task(task, types, sure=sure)
        self.tabs.setTabVisible(1, sure)
        self.retranslate()

    def set_score_spread(self, found: ScoreSpread) -> None:
        """How the scores are spread, in buckets."""
        total = sum(n for _, _, n in found.buckets) or 1
        self.spread.set_bars(
            [
                Bar(f"{low}", bucket_text(low, high), n, f"{n:,} · {100 * n / total:.0f} %")
                for low, high, n in found.buckets
            ]
        )

    def set_head(self, head: Head) -> None:
        self.first.rows.set_rows(head.rows)

    def set_unsure(self, unsure: Unsure) -> None:
        self._margins, self._unsure = unsure.margins, unsure.rows
        self._show_unsure()

    @property
    def threshold(self) -> float:
        return self.slider.value() / _STEPS

    @Slot()
    def _show_unsure(self) -> None:
        below = bisect.bisect_left(self._margins, self.threshold)
        rows = [row for row in self._unsure if row.margin < self.threshold]
        self.unsure.rows.set_rows(rows)
        self._slider_name.setText(self.tr("Margin below {margin}").format(margin=f"{self.threshold:.2f}"))
        if not self._margins:
            words = self.tr("Counted when the file is scored")
        elif below > len(rows):
            words = self.tr("{count} of {total} texts; the {shown} least sure are shown").format(
                count=f"{below:,}", total=f"{len(self._margins):,}", shown=f"{len(rows):,}"
            )
        else:
            words = self.tr("{count} of {total} texts").format(
                count=f"{below:,}", total=f"{len(self._margins):,}"
            )
        self.count.setText(words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        spread = {"tagging": self.tr("Entities found"), "score": self.tr("Scores given")}
        self._spread_name.setText(spread.get(self._task, self.tr("Labels given")))
        self.spread.setAccessibleName(self._spread_name.text())
        self.tabs.setTabText(0, self.tr("First rows"))
        self.tabs.setTabText(1, self.tr("Texts to read yourself"))
        self.first.setAccessibleName(self.tr("First rows"))
        self.unsure.setAccessibleName(self.tr("Texts to read yourself"))
        self.slider.setAccessibleName(self.tr("Margin below which a text should be read"))
        self.slider.setToolTip(
            {
                "multi": self.tr("The margin is how far the closest label is from its threshold."),
                "tagging": self.tr(
                    "The margin is that of the least sure word: its tag's probability minus the next."
                ),
            }.get(self._task, self.tr("The margin is the first label's probability minus the second's."))
        )
        for table in (self.first, self.unsure):
            table.rows.retranslate()
        self._show_unsure()


def bucket_text(low: float, high: float) -> str:
    """The ends of a bucket, with as many digits as tell it from its neighbours."""
    width = high - low
    digits = max(0, 1 - math.floor(math.log10(width))) if width > 0 else 3
    ends = [f"{end:.{min(digits, 9)}f}".replace("-", "\u2212") for end in (low, high)]
    return " … ".join(ends)
