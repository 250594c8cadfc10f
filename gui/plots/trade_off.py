"""What a figure costs: each run as a point, its figure over its size, speed or training time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDE_RANGE = 8.0  # largest over smallest cost: beyond it the axis is logarithmic


@dataclass(frozen=True)
class TradeOffPoint:
    name: str
    cost: float
    figure: float


@dataclass(frozen=True)
class TradeOffData:
    """Points in any order; all texts translated."""

    title: str
    description: str
    name_label: str
    cost_label: str
    figure_label: str
    points: tuple[TradeOffPoint, ...]
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        head = [self.name_label, self.cost_label, self.figure_label]
        return head, [[p.name, f"{p.cost:g}", f"{p.figure:.3f}"] for p in self.points]


def draw_trade_off(figure: Figure, data: TradeOffData, palette: Palette) -> None:
    """Points with their names beside them; upper left is good and cheap."""
    axes = style.axes(figure, data.title, data.cost_label, data.figure_label)
    if not data.points:
        style.say(axes, data.empty_text, palette)
        return
    costs = [point.cost for point in data.points]
    wide = min(costs) > 0 and max(costs) / min(costs) > _WIDE_RANGE
    if wide:
        axes.set_xscale("log")
    axes.scatter(costs, [point.figure for point in data.points], s=44, color=palette.accent, zorder=3)
    middle = (min(costs) * max(costs)) ** 0.5 if wide else (min(costs) + max(costs)) / 2
    for point in data.points:
        # names stand towards the middle, so that none is cut at an edge
        right = point.cost > middle
        axes.annotate(
            style.short(point.name),
            (point.cost, point.figure),
            xytext=(-8 if right else 8, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center",
            color=palette.text,
        )
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

    figures = [point.figure for point in data.points]
    room = max(0.02, (max(figures) - min(figures)) * 0.25)
    axes.set_ylim(min(figures) - room, max(figures) + room)
    if not wide:
        width = max(costs) - min(costs) or max(costs) or 1.0
        axes.set_xlim(min(costs) - 0.12 * width, max(costs) + 0.12 * width)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    else:
        axes.set_xlim(min(costs) / 1.6, max(costs) * 1.6)
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.6g}"))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
