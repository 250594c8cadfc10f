"""What the comparison asks the store for, away from the window's thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.api.explaining.reasons import ReasonComparison
from engine.api.project import Project
from engine.api.store.documents import DocumentFilter
from engine.api.store.labels import SPLIT_CODES
from engine.api.store.runs import Flip
from gui.pages.explain.sealer import default_explainer

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


@dataclass(frozen=True)
class Reasons:
    """The answer to ``ReadReasons``, with its question. ``comparison``: the stored one, None where there is none.

    ``texts``: of its documents. ``missing``: how many of the split's ``documents`` each run has not explained yet.
    """

    asked: ReadReasons
    comparison: ReasonComparison | None
    texts: dict[int, str]
    missing: tuple[int, int]
    documents: int


@dataclass(frozen=True)
class ReadReasons:
    """What is known of the reasons of two runs on a split."""

    first: str
    second: str
    split: str

    def answers(self, project: Project) -> Iterator[Reasons]:
        found = project.explaining.finding(self.first, ReasonComparison)
        if found is not None and (found.second, found.split) != (self.second, self.split):
            found = None
        changes = () if found is None else (*found.differing, *found.same)
        ids = [change.document for change in changes]
        texts = {
            document.id: document.text
            for at in range(0, len(ids), MOST_TEXTS)
            for document in project.documents.page(ids[at : at + MOST_TEXTS])
        }
        every = project.documents.count(DocumentFilter(split=self.split))
        missing = tuple(every - _explained(project, run, self.split) for run in (self.first, self.second))
        yield Reasons(self, found, texts, (missing[0], missing[1]), every)


def _explained(project: Project, run: str, split: str) -> int:
    """How many documents of a split have scores by the run's own method."""
    corpus = project.corpus.corpus(run, default_explainer(project, project.runs.get(run)))
    return 0 if corpus is None else project.corpus.progress(corpus, SPLIT_CODES[split])[0]
