"""The tabs beside the text, in their order; a new one is a file and a line here."""

from __future__ import annotations

from gui.context import Context
from gui.pages.explain.side_panel import SidePanel


def new_panels(context: Context) -> list[SidePanel]:
    """One of each."""
    return []
