"""How a word's score is drawn behind it: a tint in one of two colours, or a pattern for those who want no colours."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from gui.theme import SPACE_XS, Palette, mix
from gui.wordpaint import word_colour

_DISPUTED = 0.4  # share of the strength that a disputed word keeps


@dataclass(frozen=True)
class TintStyle:
    """``hide_below``: share of full strength under which nothing is drawn; ``patterns`` instead of colours.

    Not ``signed``: scores say how much a word mattered, not for or against, and look alike on both sides of 0.
    """

    hide_below: float = 0.0
    patterns: bool = False
    signed: bool = True

    def hides(self, score: float, scale: float) -> bool:
        """Whether a word with that score is left plain."""
        return score == 0 or (scale > 0 and min(1.0, abs(score) / scale) < self.hide_below)


def paint_tint(
    painter: QPainter,
    box: QRectF,
    palette: Palette,
    style: TintStyle,
    score: float,
    scale: float,
    *,
    fade: float = 1.0,
    disputed: bool = False,
    radius: float = SPACE_XS,
) -> None:
    """The ground of a word; one whose sign is ``disputed`` is fainter, with a dashed edge."""
    fade *= _DISPUTED if disputed else 1.0
    painter.setPen(Qt.PenStyle.NoPen)
    if style.patterns:
        strength = min(1.0, abs(score) / scale) * fade if scale > 0 else 0.0
        painter.setBrush(QColor(mix(palette.surface, palette.text, 0.02 + 0.12 * strength)))
        painter.drawRoundedRect(box, radius, radius)
        lines = Qt.BrushStyle.FDiagPattern if score > 0 else Qt.BrushStyle.Dense6Pattern
        if not style.signed:
            lines = Qt.BrushStyle.HorPattern
        painter.setBrush(QBrush(QColor(mix(palette.surface, palette.text, 0.08 + 0.3 * strength)), lines))
    else:
        painter.setBrush(QColor(word_colour(palette, score, scale, fade, signed=style.signed)))
    painter.drawRoundedRect(box, radius, radius)
    if disputed:
        painter.setPen(QPen(QColor(palette.muted), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, radius, radius)
