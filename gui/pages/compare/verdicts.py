"""Each compared run against the first: the difference as a bar, what it means, who is right alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.results_transfer import Comparison, Spread
from gui import fonts
from gui.pages.compare import words
from gui.pages.compare.difference_bar import DifferenceBar, common_reach
from gui.theme import RADIUS_S, RING_WIDTH, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import ElidedLabel, label, set_role
from gui.widgets.choosable import Choosable


class Verdict(Choosable):
    """One comparison; its key is the second run of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._name = ElidedLabel("", "strong")
        self._value = label("")
        self._value.setFont(fonts.tabular(self._value.font()))
        self._bar = DifferenceBar(theme)
        self._sentence = label("", wrap=True)
        self._test = label("", "caption", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._name, 1)
        head.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        column.setSpacing(SPACE_XS)
        column.addLayout(head)
        for part in (self._bar, self._sentence, self._test):
            column.addWidget(part)
        self.pass_clicks(self._name, self._value, self._bar, self._sentence, self._test)

    @property
    def run(self) -> str:
        return self.key

    def show_comparison(
        self, found: Comparison, names: Mapping[str, str], reach: float, language: str
    ) -> None:
        figure = wording.figure_words(found.figure, language).name
        tone, sentence = words.tone(found), words.verdict(found, names)
        value = f"{figure} {words.signed_interval(found.difference)}"
        self.key = found.second
        self._name.set_text(names.get(found.second, found.second))
        self._value.setText(value)
        self._bar.set_difference(found.difference, reach, tone, value)
        self._sentence.setText(sentence)
        set_role(self._sentence, tone)
        test = words.test_words(found, names)
        self._test.setText(test)
        self._test.setVisible(bool(test))
        self.setAccessibleName(f"{self._name.full_text()}: {sentence}")
        self.setAccessibleDescription(f"{value}. {test}")

    def sentence(self) -> str:
        return self._sentence.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._selected:
            painter.setBrush(self._theme.palette.color("accent_soft"))
            painter.drawRoundedRect(self.rect(), RADIUS_S, RADIUS_S)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color("focus"), RING_WIDTH))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS_S, RADIUS_S)
        painter.end()


class Verdicts(QWidget):
    """One below the other, and what the seed alone does. Signals: chosen(str): a run's comparison."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._language = theme, language
        self._shown: list[Verdict] = []
        self._spread = label("", "caption", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_M)
        self._column.addWidget(self._spread)
        self._column.addStretch(1)

    def verdicts(self) -> list[Verdict]:
        return list(self._shown)

    def show_comparisons(
        self,
        found: Sequence[Comparison],
        spreads: Sequence[Spread],
        names: Mapping[str, str],
        language: str,
    ) -> None:
        """All bars share one scale, so that their lengths can be compared."""
        self._language = language
        while len(self._shown) > len(found):
            last = self._shown.pop()
            self._column.removeWidget(last)
            last.deleteLater()
        while len(self._shown) < len(found):
            verdict = Verdict(self._theme)
            verdict.chosen.connect(self._choose)
            self._column.insertWidget(len(self._shown), verdict)
            self._shown.append(verdict)
        reach = common_reach([each.difference for each in found])
        for verdict, each in zip(self._shown, found, strict=True):
            verdict.show_comparison(each, names, reach, language)
        self._spread.setText("\n".join(words.spread_words(each, names, language) for each in spreads))
        self._spread.setVisible(bool(spreads))

    def select(self, run: str) -> None:
        """Show that run's comparison selected; emits nothing."""
        for verdict in self._shown:
            verdict.set_selected(verdict.run == run and len(self._shown) > 1)

    def _choose(self, run: str) -> None:
        self.select(run)
        self.chosen.emit(run)
