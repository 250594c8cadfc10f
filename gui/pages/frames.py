"""The frames that pages put their parts in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.theme import SPACE_L, SPACE_M, SPACE_S


def scrolled(widget: QWidget) -> QScrollArea:
    """The widget in a frameless area that scrolls up and down alone."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(widget)
    return area


def padded(widget: QWidget) -> QWidget:
    """The widget with room around it."""
    out = QWidget()
    column = QVBoxLayout(out)
    column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_S)
    column.addWidget(widget)
    return out


def card(widget: QWidget, side: int = SPACE_L) -> QFrame:
    """The widget on a card, with ``side`` pixels of room left and right."""
    out = QFrame()
    out.setProperty("surface", "card")
    column = QVBoxLayout(out)
    column.setContentsMargins(side, SPACE_M, side, SPACE_M)
    column.addWidget(widget)
    return out
