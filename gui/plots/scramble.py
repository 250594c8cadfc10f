"""The weight-scramble check: how alike the picture stays while the model's layers become random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class ScrambleData:
    """``points``: (layers made random, likeness 0 to 1); ``chance`` is what shuffled scores reach. Texts translated."""

    title: str
    description: str
    x_label: str
    y_label: str
    chance_label: str
    points: tuple[tuple[int, float], ...]
    chance: float

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        return [self.x_label, self.y_label], [[str(x), f"{y:.3f}"] for x, y in self.points]


def draw_scramble(figure: Figure, data: ScrambleData, palette: Palette) -> None:
    """The curve falls towards the dashed line of chance."""
    from matplotlib.ticker import MaxNLocator

    axes = style.axes(figure, data.title, data.x_label, data.y_label)
    xs, ys = zip(*data.points, strict=True)
    axes.plot(xs, ys, color=palette.accent, marker="o", markersize=4)
    axes.axhline(data.chance, color=palette.chart_second, linewidth=1.5, linestyle=(0, (4, 3)))
    axes.annotate(
        data.chance_label,
        (1, data.chance),
        xycoords=("axes fraction", "data"),
        xytext=(-2, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        color=palette.chart_second,
    )
    axes.set_ylim(-0.08, 1.05)
    axes.set_yticks([0, 0.5, 1])
    axes.margins(x=0.05)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.grid(visible=False, axis="x")
