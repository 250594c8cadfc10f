"""What every page is given: the things made once by ``app`` and passed by argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.session import Session
from gui.settings import Settings
from gui.theme import Theme

if TYPE_CHECKING:  # the types alone: no import is needed to hand a value on
    from gui.jobs import JobQueue
    from gui.operations import Operations
    from gui.plots.renderer import PlotRenderer


@dataclass(frozen=True)
class Context:
    """Held by every page; its members live as long as the window."""

    theme: Theme
    settings: Settings
    session: Session
    queue: JobQueue
    operations: Operations
    renderer: PlotRenderer
