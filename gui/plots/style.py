"""The charts' look: the theme's colours and fonts as matplotlib wants them.

matplotlib is imported inside the functions: only the drawing thread may pay for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gui.theme import FONT_BASE, FONT_SMALL, Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LAST = "DejaVu Sans"  # comes with matplotlib
_families: list[str] = [_LAST]
_registered: set[Path] = set()


def prepare(font_files: Sequence[Path]) -> None:
    """Register the window's fonts with matplotlib, each once a process. Drawing thread only."""
    new = [path for path in font_files if path not in _registered]
    if not new:
        return
    # matplotlib tells of every font it scores at DEBUG, and of missing weights at WARNING.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    from matplotlib import font_manager

    for path in new:
        _registered.add(path)
        if "Italic" in path.name:
            continue
        font_manager.fontManager.addfont(path)
        name = font_manager.FontProperties(fname=path).get_name()
        if name not in _families:
            _families.insert(_families.index(_LAST), name)


@contextmanager
def context(palette: Palette) -> Iterator[None]:
    """matplotlib's settings while one figure is drawn."""
    import matplotlib

    settings: dict[Any, Any] = {
        "font.family": _families,
        "font.size": FONT_SMALL,
        "axes.titlesize": FONT_BASE,
        "axes.titlelocation": "left",
        "axes.titlecolor": palette.text,
        "axes.titlepad": 10,
        "axes.labelsize": FONT_SMALL,
        "axes.labelcolor": palette.muted,
        "axes.facecolor": palette.surface,
        "axes.edgecolor": palette.line_strong,
        "axes.unicode_minus": True,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": palette.line,
        "grid.linewidth": 1.0,
        # Hinted advances are whole pixels: at small sizes the letters would stand apart.
        "text.hinting": "none",
        "text.parse_math": False,  # a dollar is a dollar
        "text.color": palette.text,
        "xtick.color": palette.line_strong,
        "ytick.color": palette.line_strong,
        "xtick.labelcolor": palette.muted,
        "ytick.labelcolor": palette.muted,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
        "savefig.facecolor": palette.surface,
        "svg.fonttype": "path",
        "figure.constrained_layout.h_pad": 6 / 72,
        "figure.constrained_layout.w_pad": 6 / 72,
    }
    with matplotlib.rc_context(settings):
        yield


def axes(figure: Figure, title: str, x_label: str = "", y_label: str = "") -> Axes:
    """One set of axes without a frame."""
    out = figure.add_subplot()
    bare(out)
    if title:
        out.set_title(title)
    out.set_xlabel(x_label)
    out.set_ylabel(y_label)
    return out


def bare(axes: Axes) -> None:
    """Take the frame away."""
    for spine in axes.spines.values():
        spine.set_visible(False)


def say(axes: Axes, text: str, palette: Palette) -> None:
    """A sentence in the middle of empty axes."""
    axes.set_xlabel("")
    axes.set_ylabel("")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=palette.muted)


def short(text: str, most: int = 22) -> str:
    """A word or label cut to `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
