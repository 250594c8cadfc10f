"""Curves over a training run: loss, and macro-F1 with its best point and its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Points = tuple[tuple[float, float], ...]  # (step, value)


@dataclass(frozen=True)
class LossData:
    """Training and validation loss over steps; all texts translated."""

    title: str
    description: str
    x_label: str
    train_label: str
    validation_label: str
    train: Points
    validation: Points
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        head = [self.x_label, self.train_label, self.validation_label]
        return head, _merged(self.train, self.validation)


@dataclass(frozen=True)
class ScoreData:
    """A score (0 to 1) over steps; `target` is a line to reach, its label stands on it."""

    title: str
    description: str
    x_label: str
    score_label: str
    best_label: str
    points: Points
    target: float | None = None
    target_label: str = ""
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        return [self.x_label, self.score_label], [[f"{x:g}", f"{y:.4f}"] for x, y in self.points]


def _merged(one: Points, other: Points) -> list[list[str]]:
    first, second = dict(one), dict(other)

    def cell(values: dict[float, float], x: float) -> str:
        return f"{values[x]:.4f}" if x in values else ""

    return [[f"{x:g}", cell(first, x), cell(second, x)] for x in sorted(first.keys() | second)]


def draw_loss(figure: Figure, data: LossData, palette: Palette) -> None:
    """Two curves, each named at its end."""
    axes = style.axes(figure, data.title, data.x_label)
    if not data.train and not data.validation:
        style.say(axes, data.empty_text, palette)
        return
    ends = []
    curves = (
        (data.train, palette.chart_third, data.train_label, 1.5, ""),
        (data.validation, palette.accent, data.validation_label, 2.0, "o"),
    )
    for points, colour, name, width, marker in curves:
        if points:
            xs, ys = zip(*points, strict=True)
            axes.plot(xs, ys, color=colour, linewidth=width, marker=marker, markersize=4)
            ends.append((xs[-1], ys[-1], name, colour))
    axes.set_ylim(bottom=0)
    axes.margins(x=0.02)
    _whole_steps(axes)
    _name_ends(axes, ends)


def _name_ends(axes: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Names right of the curves' ends, the upper curve's above, so that they never meet."""
    ordered = sorted(ends, key=lambda end: end[1])
    right = max(end[0] for end in ends)
    low, high = axes.get_ylim()
    apart = (high - low) * 0.09
    last = -float("inf")
    for _, y, name, colour in ordered:
        at = max(y, last + apart)
        last = at
        axes.annotate(
            name,
            (right, at),
            xytext=(8, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            annotation_clip=False,
        )


def draw_score(figure: Figure, data: ScoreData, palette: Palette) -> None:
    """The curve, its best point marked with its value, the target as a dashed line."""
    axes = style.axes(figure, data.title, data.x_label)
    if not data.points:
        style.say(axes, data.empty_text, palette)
        return
    xs, ys = zip(*data.points, strict=True)
    axes.plot(xs, ys, color=palette.accent, marker="o", markersize=4)
    best = max(range(len(ys)), key=lambda i: (ys[i], -i))
    values = [*ys, *([data.target] if data.target is not None else [])]
    room = max(0.05, max(values) - min(values))
    low = min(values) - 0.15 * room
    if min(values) >= 0:  # a correlation may lie below zero
        low = max(0.0, low)
    axes.set_ylim(low, min(1.0, max(values) + 0.3 * room) + 0.02)
    axes.margins(x=0.04)
    if data.target is not None:
        axes.axhline(data.target, color=palette.chart_second, linewidth=1.5, linestyle=(0, (4, 3)))
        axes.annotate(
            data.target_label,
            (0, data.target),
            xycoords=("axes fraction", "data"),
            xytext=(4, 4),
            textcoords="offset points",
            color=palette.chart_second,
        )
    axes.plot(
        xs[best],
        ys[best],
        marker="o",
        markersize=9,
        markerfacecolor=palette.surface,
        markeredgecolor=palette.accent,
        markeredgewidth=2,
    )
    late = best > len(ys) / 2
    axes.annotate(
        f"{data.best_label} {ys[best]:.3f}",
        (xs[best], ys[best]),
        xytext=(0 if not late else 4, 9),
        textcoords="offset points",
        ha="right" if late else "left",
        color=palette.text,
        # What lies under the words must not cross them.
        bbox={"facecolor": palette.surface, "edgecolor": "none", "pad": 1.5},
    )
    _whole_steps(axes)
    if max(values) <= 1.0:  # the room above is for the words: no figure lies there
        axes.set_yticks([tick for tick in axes.get_yticks() if low <= tick <= 1.0 + 1e-9])


def _whole_steps(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.grid(visible=False, axis="x")
