"""What the comparison asks the store for, away from the window's thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.api.project import Project
from engine.api.store.runs import Flip

MOST_TEXTS = 500


@dataclass(frozen=True)
class Flips:
    """The answer to ``ReadFlips``, with its question; ``cut``: there are more than these."""

    asked: ReadFlips
    rows: tuple[Flip, ...]
    cut: bool


@dataclass(frozen=True)
class ReadFlips:
    """Texts of a split of which two runs say different things."""

    first: str
    second: str
    split: str

    def answers(self, project: Project) -> Iterator[Flips]:
        rows = project.runs.flips(self.first, self.second, self.split, MOST_TEXTS + 1)
        yield Flips(self, tuple(rows[:MOST_TEXTS]), len(rows) > MOST_TEXTS)
