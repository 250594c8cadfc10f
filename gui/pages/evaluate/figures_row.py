"""Three figures with their intervals, and beside each the difference to the bag-of-words run."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.api.results import Evaluation, Interval
from gui.theme import SPACE_L, Theme
from gui.widgets.figures import BigFigure


class FiguresRow(QWidget):
    """Macro-F1, accuracy, calibration error."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._baseline: Evaluation | None = None
        self._is_baseline = False
        self._f1 = BigFigure(theme, "")
        self._accuracy = BigFigure(theme, "")
        self._ece = BigFigure(theme, "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        for figure in (self._f1, self._accuracy, self._ece):
            row.addWidget(figure, 1)
        self.retranslate()

    def show_evaluation(
        self, evaluation: Evaluation | None, baseline: Evaluation | None, is_baseline: bool
    ) -> None:
        """``baseline``: the bag-of-words run's figures on the same split, None where there are none."""
        self._evaluation, self._baseline, self._is_baseline = evaluation, baseline, is_baseline
        self._say()

    def retranslate(self) -> None:
        self._f1.set_caption(self.tr("Macro-F1"))
        self._accuracy.set_caption(self.tr("Accuracy"))
        self._ece.set_caption(self.tr("Calibration error (lower is better)"))
        self._f1.setToolTip(self.tr("The mean over the classes of F1, each class counting the same"))
        self._accuracy.setToolTip(self.tr("The share of the texts that got their true class"))
        self._ece.setToolTip(
            self.tr("How far the probabilities are, on average, from how often the model is right")
        )
        self._say()

    def _say(self) -> None:
        now, base = self._evaluation, self._baseline
        if now is None:
            for figure in (self._f1, self._accuracy, self._ece):
                figure.set_value("–")
                figure.set_difference("")
            return
        self._set(self._f1, now.macro_f1, base.macro_f1 if base else None, higher_is_better=True)
        self._set(self._accuracy, now.accuracy, base.accuracy if base else None, higher_is_better=True)
        self._set(self._ece, now.ece_interval, base.ece_interval if base else None, higher_is_better=False)

    def _set(
        self, figure: BigFigure, now: Interval, base: Interval | None, *, higher_is_better: bool
    ) -> None:
        figure.set_value(
            f"{now.value:.3f}",
            now.value,
            now.low,
            now.high,
            self.tr("95 % interval {low} to {high}").format(low=f"{now.low:.3f}", high=f"{now.high:.3f}"),
        )
        if self._is_baseline:
            figure.set_difference(self.tr("the line to compare with"))
            return
        if base is None:
            figure.set_difference(self.tr("no bag-of-words run beside it"))
            return
        difference = now.value - base.value
        text = self.tr("{difference} against bag-of-words").format(difference=signed(difference))
        figure.set_difference(text, _tone(difference, higher_is_better, now, base))


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
