"""The task's three figures with their intervals, and beside each the difference to the bag-of-words run."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.api.catalog import method
from engine.api.results import Evaluation, Interval
from engine.api.tasks import LOWER_IS_BETTER, SHOWN_FIGURES
from engine.api.wording import figure_words
from gui.theme import SPACE_L, Theme
from gui.widgets.figures import BigFigure

_BASELINE = "bag-of-words"


class FiguresRow(QWidget):
    """Which figures they are follows from the evaluation's task."""

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._evaluation: Evaluation | None = None
        self._baseline: Evaluation | None = None
        self._is_baseline = False
        self.figures = tuple(BigFigure(theme, "") for _ in SHOWN_FIGURES["single"])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        for figure in self.figures:
            row.addWidget(figure, 1)
        self._say()

    def show_evaluation(
        self, evaluation: Evaluation | None, baseline: Evaluation | None, is_baseline: bool
    ) -> None:
        """``baseline``: the bag-of-words run's figures on the same split, None where there are none."""
        self._evaluation, self._baseline, self._is_baseline = evaluation, baseline, is_baseline
        self._say()

    def retranslate(self, language: str) -> None:
        self._language = language
        self._say()

    def _say(self) -> None:
        task = self._evaluation.task if self._evaluation is not None else "single"
        for shown, id in zip(self.figures, SHOWN_FIGURES[task], strict=True):
            words = figure_words(id, self._language)
            lower = self.tr("{figure} (lower is better)").format(figure=words.name)
            shown.set_caption(lower if id in LOWER_IS_BETTER else words.name)
            shown.setToolTip(words.sentence)
            if self._evaluation is None:
                shown.set_value("–")
                shown.set_difference("")
            else:
                self._set(shown, id, self._evaluation)

    def _set(self, shown: BigFigure, id: str, evaluation: Evaluation) -> None:
        now = evaluation.figure(id)
        base = self._baseline.figure(id) if self._baseline is not None else None
        interval = self.tr("95 % interval {low} to {high}").format(low=_plain(now.low), high=_plain(now.high))
        if id == "mae":  # in the scores' own unit: there is no end to draw it against
            shown.set_value(_plain(now.value), interval_text=interval)
        else:
            low, value, high = (min(1.0, max(0.0, each)) for each in (now.low, now.value, now.high))
            shown.set_value(_plain(now.value), value, low, high, interval)
        if self._is_baseline:
            shown.set_difference(self.tr("the line to compare with"))
        elif base is not None:
            difference = now.value - base.value
            text = self.tr("{difference} against bag-of-words").format(difference=signed(difference))
            shown.set_difference(text, _tone(difference, id not in LOWER_IS_BETTER, now, base))
        elif evaluation.task in method(_BASELINE).tasks:
            shown.set_difference(self.tr("no bag-of-words run beside it"))
        else:
            shown.set_difference("")


def _plain(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def signed(value: float) -> str:
    """A difference with its sign, by the minus sign of print."""
    return f"+{value:.3f}" if value >= 0 else f"−{-value:.3f}"


def _tone(
    difference: float, higher_is_better: bool, now: Interval, base: Interval
) -> Literal["muted", "good", "careful"]:
    """Colour only where the intervals do not overlap: a difference within them may be chance."""
    if now.low <= base.high and base.low <= now.high:
        return "muted"
    return "good" if (difference > 0) == higher_is_better else "careful"
