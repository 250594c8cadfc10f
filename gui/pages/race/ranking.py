"""The probe's ranking: each method with where its figure is expected to lie, its minutes, and the reasons."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import method
from engine.api.messages_transfer import Entrant
from engine.api.results_transfer import Ranked
from gui.models.runs_model import duration_text, interval_text
from gui.pages.sources.words import source_name
from gui.theme import SPACE_L, SPACE_M, SPACE_XS, Theme
from gui.widgets.basic import Button, Chip, label, separator
from gui.widgets.figures import IntervalBar

TICKED = 3  # of the best, to begin with
_NAME_WIDTH = 168
_TOP = Qt.AlignmentFlag.AlignTop


class _Choose(Button):
    """Signals: taken(int): the place of the method in the ranking."""

    taken = Signal(int)

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__(theme, "")
        self._place = place
        self.clicked.connect(self._take)

    @Slot()
    def _take(self) -> None:
        self.taken.emit(self._place)


class Ranking(QWidget):
    """Signals: chosen(Ranked): the user takes that method. ticked: other ones are to race."""

    chosen = Signal(object)
    ticked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ranking: tuple[Ranked, ...] = ()
        self._boxes: list[QCheckBox] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._table: QWidget | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_ranking(self, ranking: Sequence[Ranked], language: str) -> None:
        """Best first. What was ticked stays ticked where the ranking is the same one in another language."""
        again = self._ranking == tuple(ranking)
        best = [each.method for each in ranking[:TICKED] if "too-long" not in each.why]
        ticks = self._ticked() if again else best
        self._ranking = tuple(ranking)
        if self._table is not None:
            self._column.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
        self._table = QWidget()
        grid = QGridLayout(self._table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(2, 1)
        self._boxes = []
        ends = self.ends()
        for place, each in enumerate(self._ranking):
            self._add(grid, place, each, ends, language)
        for box in self._boxes:
            box.setChecked(box.property("method") in ticks)
            box.toggled.connect(self.ticked)
        self._column.addWidget(self._table)

    def racing(self) -> tuple[Entrant, ...]:
        """The ticked methods as they are recommended, best first."""
        ticked = self._ticked()
        return tuple(
            Entrant(each.method, each.source, each.options) for each in self._ranking if each.method in ticked
        )

    def minutes(self) -> float:
        """What the ticked methods are expected to take together."""
        ticked = self._ticked()
        return sum(each.minutes for each in self._ranking if each.method in ticked)

    def _ticked(self) -> list[str]:
        return [str(box.property("method")) for box in self._boxes if box.isChecked()]

    def box(self, method: str) -> QCheckBox:
        return next(box for box in self._boxes if box.property("method") == method)

    def ends(self) -> tuple[float, float]:
        """The figures at the two ends of every bar."""
        low = min((each.expected.low for each in self._ranking), default=0.0)
        high = max((each.expected.high for each in self._ranking), default=1.0)
        low, high = math.floor(20 * low) / 20, math.ceil(20 * high) / 20
        return low, high if high > low else low + 0.05

    def _add(
        self, grid: QGridLayout, place: int, each: Ranked, ends: tuple[float, float], language: str
    ) -> None:
        words = wording.method_words(each.method, language)
        row = 4 * place
        box = QCheckBox()
        box.setProperty("method", each.method)
        box.setAccessibleName(self.tr("Let “{method}” race").format(method=words.name))
        box.setToolTip(box.accessibleName())
        self._boxes.append(box)
        name = label(words.name, "strong", wrap=True)
        name.setFixedWidth(_NAME_WIDTH)
        value = label(interval_text(each.expected))
        bar = IntervalBar(self._theme)
        low, high = ends
        bar.parts = (
            (each.expected.low - low) / (high - low),
            (each.expected.value - low) / (high - low),
            (each.expected.high - low) / (high - low),
        )
        bar.setAccessibleName(value.text())
        takes = label(self._takes(each.minutes), "muted")
        choose = _Choose(self._theme, place)
        choose.setText(self.tr("Choose"))
        choose.setAccessibleName(self.tr("Choose “{method}” for the next training").format(method=words.name))
        choose.taken.connect(self._take)
        why = label(
            " ".join(wording.reason_words(reason, language) for reason in each.why), "muted", wrap=True
        )
        if place:
            line = separator()
            grid.addWidget(line, row, 0, 1, 5)
            grid.setRowMinimumHeight(row, SPACE_M)
        grid.addWidget(box, row + 1, 0, 2, 1, _TOP)
        grid.addWidget(name, row + 1, 1)
        grid.addWidget(value, row + 1, 2)
        grid.addWidget(takes, row + 1, 3)
        grid.addWidget(choose, row + 1, 4, 2, 1, _TOP)
        grid.addWidget(self._under_name(place, each, language), row + 2, 1, _TOP)
        grid.addWidget(bar, row + 2, 2, 1, 2)
        grid.addWidget(why, row + 3, 1, 1, 4)

    def _takes(self, minutes: float) -> str:
        if minutes < 1:
            return self.tr("about {time}").format(time=duration_text(max(1.0, 60 * minutes)))
        return self.tr("about {minutes} min").format(minutes=f"{minutes:.0f}")

    def _under_name(self, place: int, each: Ranked, language: str) -> QWidget:
        if not place:
            return Chip(self._theme, self.tr("recommended"), "accent")
        source = each.source if method(each.method).needs_source else ""
        return label(source_name(source, language) if source else "", "muted")

    @Slot(int)
    def _take(self, place: int) -> None:
        self.chosen.emit(self._ranking[place])
