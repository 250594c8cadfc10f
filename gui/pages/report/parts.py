"""Pieces of the report's preview."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from engine.api.results import Interval
from gui import fonts
from gui.theme import SPACE_XL, SPACE_XS
from gui.widgets.basic import label

_SHOWN = 160  # characters of a text
_NAME_WIDTH = 190


def interval_words(figure: Interval) -> str:
    """``0.900   (0.850 – 0.950)``."""
    return f"{figure.value:.3f}   ({figure.low:.3f} – {figure.high:.3f})".replace("-", "−")


def short(text: str) -> str:
    """A text's beginning."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def facts_table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> QWidget:
    """Names at the left, figures beside them; ``head`` names the columns where there are several."""
    out = QWidget()
    grid = QGridLayout(out)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_XL)
    grid.setVerticalSpacing(SPACE_XS)
    several = bool(head)
    for column, name in enumerate(head):
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        grid.addWidget(label(name, "caption"), 0, column, side)
    for at, (name, *values) in enumerate(rows, start=len(head[:1])):
        left = label(name, "muted", wrap=several)
        if several:
            left.setMinimumWidth(_NAME_WIDTH)
        grid.addWidget(left, at, 0)
        for column, value in enumerate(values, start=1):
            figure: QLabel = label(value)
            figure.setFont(fonts.tabular(figure.font()))
            grid.addWidget(
                figure, at, column, Qt.AlignmentFlag.AlignRight if several else Qt.AlignmentFlag(0)
            )
    grid.setColumnStretch(len(head) if several else 1, 1)
    return out
