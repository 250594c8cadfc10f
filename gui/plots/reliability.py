"""Is the model as often right as it says? The calibration curve, with counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Bin:
    """Texts of one range of confidence: mean confidence and share right, each 0 to 1."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class ReliabilityData:
    """Bins by rising confidence; all texts translated."""

    title: str
    description: str
    confidence_label: str
    accuracy_label: str
    count_label: str
    perfect_label: str
    bins: tuple[Bin, ...]
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        head = [self.confidence_label, self.accuracy_label, self.count_label]
        rows = [[f"{b.confidence:.3f}", f"{b.accuracy:.3f}", str(b.count)] for b in self.bins]
        return head, rows


def draw_reliability(figure: Figure, data: ReliabilityData, palette: Palette) -> None:
    """Share right over confidence above, counts below; the diagonal is honesty."""
    full = [b for b in data.bins if b.count]
    if not full:
        style.say(style.axes(figure, data.title), data.empty_text, palette)
        return
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    for axes in (upper, lower):
        style.bare(axes)
    upper.set_title(data.title)
    upper.plot((0, 1), (0, 1), color=palette.chart_third, linewidth=1.2, linestyle=(0, (4, 3)))
    upper.annotate(
        data.perfect_label,
        (0.02, 0.93),  # over-confident models leave this corner empty
        color=palette.muted,
    )
    xs, ys = [b.confidence for b in full], [b.accuracy for b in full]
    upper.vlines(xs, xs, ys, color=palette.chart_second, linewidth=1.5)
    upper.plot(xs, ys, color=palette.accent, marker="o", markersize=5)
    upper.set_xlim(-0.02, 1.04)
    upper.set_ylim(-0.02, 1.05)
    upper.set_ylabel(data.accuracy_label)
    lower.bar(xs, [b.count for b in full], width=0.06, color=palette.chart_third)
    lower.set_xlabel(data.confidence_label)
    lower.set_ylabel(data.count_label)
    lower.grid(visible=False, axis="x")
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    lower.yaxis.set_major_locator(MaxNLocator(nbins=2, integer=True))
    for axis in (upper.yaxis, upper.xaxis):
        axis.set_major_locator(MaxNLocator(nbins=5))
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
