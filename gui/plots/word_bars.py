"""Words with their scores as bars to both sides of zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plots import style
from gui.theme import FONT_BASE, Palette, mix

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class WordBarsData:
    """(word, score) pairs in the order to show, the first on top; all texts translated."""

    title: str
    description: str
    word_label: str
    score_label: str
    words: tuple[tuple[str, float], ...]
    empty_text: str = ""

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        rows = [[word, f"{score:+.4f}"] for word, score in self.words]
        return [self.word_label, self.score_label], rows


def draw_word_bars(figure: Figure, data: WordBarsData, palette: Palette) -> None:
    """Each bar names its word, on the empty side, and its value at its end."""
    axes = style.axes(figure, data.title, data.score_label if data.words else "")
    if not data.words:
        style.say(axes, data.empty_text, palette)
        return
    scores = [score for _, score in data.words]
    reach = max(abs(score) for score in scores) or 1.0
    rows = range(len(scores))
    # The tints under words are too pale for a bar's edge against the surface: a darker outline.
    fills = [palette.word_for if score > 0 else palette.word_against for score in scores]
    edges = [mix(fill, palette.text, 0.45) for fill in fills]
    axes.barh(rows, scores, height=0.62, color=fills, edgecolor=edges, linewidth=1)
    axes.axvline(0, color=palette.chart_third, linewidth=1)
    for row, (word, score) in enumerate(data.words):
        side = 1 if score >= 0 else -1
        axes.annotate(
            style.short(word),
            (0, row),
            xytext=(-6 * side, 0),
            textcoords="offset points",
            ha="right" if side > 0 else "left",
            va="center",
            fontsize=FONT_BASE,
        )
        axes.annotate(
            f"{score:+.2f}".replace("-", "\N{MINUS SIGN}"),
            (score, row),
            xytext=(5 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            color=palette.muted,
        )
    axes.set_xlim(-1.35 * reach, 1.35 * reach)
    axes.set_ylim(len(scores) - 0.4, -0.6)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
