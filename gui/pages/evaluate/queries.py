"""What Evaluate and Explain ask the store for, away from the window's thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.api.project import Project
from engine.api.results import Entity
from engine.api.store.runs import Judged
from engine.api.store.tags import unpack_entities

MOST_TEXTS = 500
MOST_DOTS = 2000
_OUTSIDE = "O"


@dataclass(frozen=True)
class JudgedTexts:
    """The answer to ``ReadJudged``, with its question; ``cut``: there are more than these."""

    asked: ReadJudged
    rows: tuple[Judged, ...]
    cut: bool
    task: str = "single"


@dataclass(frozen=True)
class ReadJudged:
    """Predicted texts of a split, most confident first: all, errors alone, or of one cell or class.

    Without a split: the errors of all splits that were predicted. Scores: all texts, the furthest off first.
    Tagged words: a cell's sentences are those in which a word of the first type is called the second.
    """

    run: str
    split: str
    true_label: str | None = None
    label: str | None = None
    errors_only: bool = False

    def answers(self, project: Project) -> Iterator[JudgedTexts]:
        task = project.task
        splits = (self.split,) if self.split else ("validation", "test")
        rows: list[Judged] = []
        for split in splits:
            if task == "score":
                rows += self._furthest(project, split)
            elif task == "tagging":
                rows += self._sentences(project, split)
            else:
                rows += project.runs.judged(
                    self.run,
                    split,
                    true_label=self.true_label,
                    label=self.label,
                    errors_only=self.errors_only,
                    limit=MOST_TEXTS + 1,
                )
        if task == "score":
            rows.sort(key=lambda row: (-off_by(row), row.document))
        else:
            rows.sort(key=lambda row: (-row.probability, row.document))
        yield JudgedTexts(self, tuple(rows[:MOST_TEXTS]), len(rows) > MOST_TEXTS, task)

    def _furthest(self, project: Project, split: str) -> list[Judged]:
        answers = project.runs.answers(self.run, split)
        answers.sort(key=lambda each: -abs(float(each.label) - float(each.true_label)))
        answers = answers[: MOST_TEXTS + 1]
        texts = {each.id: each.text for each in project.documents.page([each.document for each in answers])}
        return [
            Judged(each.document, texts.get(each.document, ""), each.true_label, each.label, 0.0)
            for each in answers
        ]

    def _sentences(self, project: Project, split: str) -> list[Judged]:
        cell = self.true_label is not None and self.label is not None
        recognised = cell and self.true_label == self.label
        limit = 20 * MOST_TEXTS if cell else MOST_TEXTS + 1
        rows = project.runs.judged(self.run, split, errors_only=not recognised, limit=limit)
        if not cell:
            return rows
        wanted = (self.true_label or _OUTSIDE, self.label or _OUTSIDE)
        return [row for row in rows if wanted in _types_met(row)][: MOST_TEXTS + 1]


def off_by(row: Judged) -> float:
    """How far a given score is from the true one."""
    return abs(float(row.label) - float(row.true_label))


def _types_met(row: Judged) -> set[tuple[str, str]]:
    """(true type, called type) that meet on some character; "O" is no entity."""
    true, called = unpack_entities(row.true_label), unpack_entities(row.label)
    places = {at for each in (*true, *called) for at in range(each.start, each.end)}
    met = {(_kind_at(true, at), _kind_at(called, at)) for at in places}
    return met | ({(_OUTSIDE, _OUTSIDE)} if len(row.text.split()) > len(true) else set())


def _kind_at(entities: list[Entity], at: int) -> str:
    return next((each.label for each in entities if each.start <= at < each.end), _OUTSIDE)


@dataclass(frozen=True)
class ScorePairs:
    """The answer to ``ReadPairs``: (true, given)."""

    asked: ReadPairs
    pairs: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class ReadPairs:
    """True and given scores of a split, evenly thinned to 2,000 texts."""

    run: str
    split: str

    def answers(self, project: Project) -> Iterator[ScorePairs]:
        answers = project.runs.answers(self.run, self.split)
        thinned = answers[:: max(1, -(-len(answers) // MOST_DOTS))]
        yield ScorePairs(self, tuple((float(each.true_label), float(each.label)) for each in thinned))
