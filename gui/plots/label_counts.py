"""How many texts carry each label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import FONT_BASE, Palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class LabelCountsData:
    """(label, count) pairs in the order to show, the first on top; all texts translated."""

    title: str
    description: str
    label_label: str
    count_label: str
    counts: tuple[tuple[str, int], ...]
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        return [self.label_label, self.count_label], [[t, str(n)] for t, n in self.counts]


def draw_label_counts(figure: Figure, data: LabelCountsData, palette: Palette) -> None:
    """Bars with their counts at the end; no axis is needed then."""
    axes = style.axes(figure, data.title)
    if not data.counts:
        style.say(axes, data.empty_text, palette)
        return
    counts = [count for _, count in data.counts]
    axes.barh(range(len(counts)), counts, height=0.6, color=palette.accent)
    for row, count in enumerate(counts):
        axes.annotate(
            f"{count:,}",
            (count, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=palette.muted,
        )
    names = [style.short(text) for text, _ in data.counts]
    axes.set_yticks(range(len(counts)), names, fontsize=FONT_BASE, color=palette.text)
    axes.set_ylim(len(counts) - 0.5, -0.5)
    axes.set_xlim(0, max(counts) * 1.15 or 1)
    axes.set_xticks([])
    axes.grid(visible=False)
