"""True scores against given ones, a dot a text; on the line both are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FAINT_FROM = 200  # dots: more of them are drawn smaller and paler


@dataclass(frozen=True)
class ScatterData:
    """(true, given) pairs; all texts translated."""

    title: str
    description: str
    true_label: str
    given_label: str
    points: tuple[tuple[float, float], ...]
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        return [self.true_label, self.given_label], [[f"{x:.6g}", f"{y:.6g}"] for x, y in self.points]


def draw_scatter(figure: Figure, data: ScatterData, palette: Palette) -> None:
    """Both axes have the same range, so that the line of equality is the diagonal."""
    axes = figure.add_subplot()
    style.bare(axes)
    axes.set_title(data.title)
    if not data.points:
        style.say(axes, data.empty_text, palette)
        return
    xs, ys = [x for x, _ in data.points], [y for _, y in data.points]
    low, high = min(*xs, *ys), max(*xs, *ys)
    room = 0.05 * (high - low) or 1.0
    low, high = low - room, high + room
    axes.plot((low, high), (low, high), color=palette.chart_third, linewidth=1.2, linestyle=(0, (4, 3)))
    many = len(xs) > _FAINT_FROM
    axes.scatter(
        xs, ys, s=12 if many else 26, color=palette.accent, alpha=0.35 if many else 0.7, linewidths=0
    )
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_xlabel(data.true_label)
    axes.set_ylabel(data.given_label)
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
