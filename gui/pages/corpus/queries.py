"""What the page Corpus asks the store for, away from the window's thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import msgspec

from engine.api.explaining.change import RunRules
from engine.api.explaining.corpus import CorpusSummary, DocumentsMapped, ShortcutsFound
from engine.api.explaining.influence import LabelDoubtsFound
from engine.api.project import Project
from engine.api.store.corpus import WordHit
from engine.api.store.documents import Document, DocumentFilter

MOST_HITS = 500
MOST_TEXTS = 500
_PAGE = 500
_LOOKED_AT = 20  # new texts, of which one with words is enough


class AcceptedWords(msgspec.Struct, frozen=True):
    """Words of a run that the user has called fine, each with the label that it speaks for; kept as a finding."""

    words: tuple[tuple[str, str], ...] = ()


class AcceptedLabels(msgspec.Struct, frozen=True):
    """Documents whose label the user has confirmed, each with that label; kept as a finding of the run."""

    labels: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Counts:
    """``explained`` of ``documents`` have scores of their text as it stands; what else is no longer as it was."""

    explained: int
    documents: int
    map_changed: bool
    rules_changed: bool = False


@dataclass(frozen=True)
class Findings:
    """All that is kept of a run's corpus; ``method``: by which its texts were explained last, '' = none was.

    ``counts`` come after the rest: they read the texts.
    """

    run: str
    task: str
    method: str
    summary: CorpusSummary | None
    shortcuts: ShortcutsFound | None
    rules: RunRules | None
    doubts: LabelDoubtsFound | None
    map: DocumentsMapped | None
    accepted_words: AcceptedWords
    accepted_labels: AcceptedLabels
    counts: Counts | None = None


@dataclass(frozen=True)
class ReadFindings:
    """Yields ``Findings`` at once, and again with its counts."""

    run: str

    def answers(self, project: Project) -> Iterator[Findings]:
        kept, run = project.explaining, self.run
        summary = kept.finding(run, CorpusSummary)
        methods = project.corpus.methods(run)
        method = summary.method if summary is not None and summary.method in methods else ""
        found = Findings(
            run=run,
            task=project.task,
            method=method or (methods[-1] if methods else ""),
            summary=summary,
            shortcuts=kept.finding(run, ShortcutsFound),
            rules=kept.finding(run, RunRules),
            doubts=kept.finding(run, LabelDoubtsFound),
            map=kept.finding(run, DocumentsMapped),
            accepted_words=kept.finding(run, AcceptedWords) or AcceptedWords(),
            accepted_labels=kept.finding(run, AcceptedLabels) or AcceptedLabels(),
        )
        yield found
        yield replace(found, counts=_counts(project, found))


def _counts(project: Project, found: Findings) -> Counts:
    split = found.summary.split if found.summary is not None else None
    scored = project.corpus.scored_documents(found.run, found.method) if found.method else set()
    explained = documents = 0
    for block in project.documents.ids(DocumentFilter(split=split)):
        documents += len(block)
        explained += sum(map(scored.__contains__, block))
    return Counts(
        explained, documents, _map_changed(project, found.map), _rules_changed(project, found.rules)
    )


def _rules_changed(project: Project, rules: RunRules | None) -> bool:
    """Whether there are more or fewer texts than the rules were counted over; empty ones were not."""
    if rules is None:
        return False
    blocks = [*project.documents.ids(DocumentFilter())]
    if sum(map(len, blocks)) == rules.documents:
        return False
    pages = (block[at : at + _PAGE] for block in blocks for at in range(0, len(block), _PAGE))
    return rules.documents != sum(
        bool(each.text.strip()) for page in pages for each in project.documents.page(list(page))
    )


def _map_changed(project: Project, found: DocumentsMapped | None) -> bool:
    """Whether a mapped text has another label now or is gone, or a text with words has come."""
    if found is None:
        return False
    truths = {point.document: point.truth for point in found.points}
    ids = list(truths)
    for at in range(0, len(ids), _PAGE):
        part = project.documents.page(ids[at : at + _PAGE])
        if len(part) < len(ids[at : at + _PAGE]):
            return True
        if project.task != "tagging" and any(each.label != truths[each.id] for each in part):
            return True
    last = max(ids, default=0)
    new = (id for block in project.documents.ids(DocumentFilter()) for id in block if id > last)
    return any(each.text.strip() for each in project.documents.page(list(islice(new, _LOOKED_AT))))


@dataclass(frozen=True)
class Hits:
    """The answer to ``ReadHits``; ``cut``: there are more."""

    asked: ReadHits
    rows: tuple[WordHit, ...]
    cut: bool


@dataclass(frozen=True)
class ReadHits:
    """The documents with a word or phrase in its context, where it speaks most for the label first."""

    run: str
    method: str
    word: str
    label: str | None

    def answers(self, project: Project) -> Iterator[Hits]:
        rows = project.corpus.hits(
            self.run, self.method, self.word, self.label, limit=MOST_HITS + 1, context=90
        )
        yield Hits(self, tuple(rows[:MOST_HITS]), len(rows) > MOST_HITS)


@dataclass(frozen=True)
class Texts:
    """The answer to ``ReadTexts``, in the order that was asked for; documents that are gone are left out."""

    asked: ReadTexts
    rows: tuple[Document, ...]


@dataclass(frozen=True)
class ReadTexts:
    """Documents by their ids; ``of`` is the asker's own word for what they are."""

    of: str
    ids: tuple[int, ...]

    def answers(self, project: Project) -> Iterator[Texts]:
        found = read_documents(project, self.ids)
        yield Texts(self, tuple(found[id] for id in self.ids if id in found))


def read_documents(project: Project, ids: Sequence[int]) -> dict[int, Document]:
    """Documents by id, those that there are."""
    out = {}
    for at in range(0, len(ids), _PAGE):
        for each in project.documents.page(list(ids[at : at + _PAGE])):
            out[each.id] = each
    return out
