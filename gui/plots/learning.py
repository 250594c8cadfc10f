"""What more labelled texts are worth: the figure over the number of texts, measured and beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class LearningData:
    """``points`` (texts, figure) up to the texts there are; ``beyond`` starts with the last of them."""

    title: str
    description: str
    x_label: str
    now_label: str
    beyond_label: str
    figure_label: str
    points: tuple[tuple[float, float], ...]
    beyond: tuple[tuple[float, float], ...]
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        rows = [[f"{x:g}", f"{y:.3f}", ""] for x, y in self.points]
        rows += [[f"{x:g}", f"{y:.3f}", self.beyond_label] for x, y in self.beyond[1:]]
        return [self.x_label, self.figure_label, ""], rows


def draw_learning(figure: Figure, data: LearningData, palette: Palette) -> None:
    """A line through what was measured, dashed where it is a guess; both ends are named."""
    axes = style.axes(figure, data.title, data.x_label)
    if not data.points:
        style.say(axes, data.empty_text, palette)
        return
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    xs, ys = zip(*data.points, strict=True)
    axes.plot(xs, ys, color=palette.accent, marker="o", markersize=5)
    if len(data.beyond) > 1:
        far, high = zip(*data.beyond, strict=True)
        axes.plot(far, high, color=palette.accent, linestyle=(0, (3, 3)))
        axes.plot(
            far[-1],
            high[-1],
            marker="o",
            markersize=7,
            markerfacecolor=palette.surface,
            markeredgecolor=palette.accent,
            markeredgewidth=2,
        )
        _name(axes, data.beyond_label, far[-1], high[-1], "right", palette)
    _name(axes, data.now_label, xs[-1], ys[-1], "center" if len(xs) > 1 else "left", palette)
    values = [y for _, y in (*data.points, *data.beyond)]
    room = max(0.04, max(values) - min(values))
    axes.set_ylim(min(values) - 0.25 * room, max(values) + 0.4 * room)
    axes.margins(x=0.05)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.grid(visible=False, axis="x")


def _name(axes: object, text: str, x: float, y: float, side: str, palette: Palette) -> None:
    axes.annotate(  # type: ignore[attr-defined]
        text,
        (x, y),
        xytext=(0, 10),
        textcoords="offset points",
        ha=side,
        color=palette.text,
        bbox={"facecolor": palette.surface, "edgecolor": "none", "pad": 1.5},
    )
