"""What Evaluate and Explain ask the store for, away from the window's thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.api.project import Project
from engine.api.store.runs import Judged

MOST_TEXTS = 500


@dataclass(frozen=True)
class JudgedTexts:
    """The answer to ``ReadJudged``, with its question; ``cut``: there are more than these."""

    asked: ReadJudged
    rows: tuple[Judged, ...]
    cut: bool


@dataclass(frozen=True)
class ReadJudged:
    """Predicted texts of a split, most confident first: all, errors alone, or of one cell or class.

    Without a split: the errors of all splits that were predicted.
    """

    run: str
    split: str
    true_label: str | None = None
    label: str | None = None
    errors_only: bool = False

    def answers(self, project: Project) -> Iterator[JudgedTexts]:
        rows: list[Judged] = []
        for split in (self.split,) if self.split else ("validation", "test"):
            rows += project.runs.judged(
                self.run,
                split,
                true_label=self.true_label,
                label=self.label,
                errors_only=self.errors_only,
                limit=MOST_TEXTS + 1,
            )
        rows.sort(key=lambda row: (-row.probability, row.document))
        yield JudgedTexts(self, tuple(rows[:MOST_TEXTS]), len(rows) > MOST_TEXTS)
