"""The tabs beside the text, in their order; a new one is a file and a line here."""

from __future__ import annotations

from gui.context import Context
from gui.pages.explain.argue_panel import ArguePanel
from gui.pages.explain.change_panel import ChangePanel
from gui.pages.explain.evidence_panel import EvidencePanel
from gui.pages.explain.side_panel import SidePanel
from gui.pages.explain.trust_panel import TrustPanel


def new_panels(context: Context) -> list[SidePanel]:
    """One of each."""
    return [TrustPanel(context), ChangePanel(context), EvidencePanel(context), ArguePanel(context)]
