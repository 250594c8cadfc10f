"""All that a report shows, read from the project once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState
from engine.api.project import Project
from engine.api.report_facts import ReportFacts, read_facts
from engine.api.results import Evaluation, Interval, Unreadable
from engine.api.store.documents import GroupCount, Source
from engine.api.store.runs import Run
from engine.api.tasks import NO_LABEL, SHOWN_FIGURES, split_labels
from engine.evaluate.comparison import Pairs, paired_bootstrap

UNREADABLE = 10


@dataclass(frozen=True)
class Baseline:
    """This run against a baseline on the same split; without ``differences`` where the texts differ.

    ``differences`` are by figure, this run's less the baseline's.
    """

    run: Run
    theirs: Evaluation
    rows: int
    differences: Mapping[str, Interval]


@dataclass(frozen=True)
class Scores:
    """The true scores of a split."""

    split: str
    texts: int
    low: float
    mean: float
    high: float


@dataclass(frozen=True)
class Material:
    """``facts`` is what the store knows of the run itself; ``record`` is ``run.json``.

    ``groups`` count texts (tagging: entities) by label and split, ``scores`` are there for that task instead.
    ``judged_now`` is how many texts the split of ``main`` has that could be judged.
    """

    project: str
    facts: ReportFacts
    record: Mapping[str, object]
    baseline: Baseline | None
    sources: tuple[Source, ...]
    unreadable: tuple[tuple[str, Unreadable], ...]
    groups: tuple[GroupCount, ...]
    true_labels: Mapping[int, str]
    split_made: bool
    overlap: int
    task: str = "single"
    scores: tuple[Scores, ...] = ()
    judged_now: int = 0

    @property
    def run(self) -> Run:
        return self.facts.run

    @property
    def main(self) -> Evaluation | None:
        return self.facts.main

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        return tuple(each for each in (self.run.validation, self.run.test) if each is not None)


def gather(project: Project, run_id: str) -> Material:
    """Raises RUN_UNKNOWN, RUN_NOT_FINISHED."""
    facts = read_facts(project, run_id)
    run, main = facts.run, facts.main
    if run.state is not JobState.DONE:
        raise KnownError(ErrorKind.RUN_NOT_FINISHED, run=run.id, state=run.state)
    documents = [each.document for each in facts.explanations if each.document is not None]
    sources = tuple(project.documents.sources())
    task = project.task if main is None else main.task
    groups = tuple(_groups(project, task))
    return Material(
        project=project.name,
        facts=facts,
        record=_record(project.run_folder(run.id) / "run.json"),
        baseline=_against_baseline(project, run, main),
        sources=sources,
        unreadable=_unreadable(project, sources),
        groups=groups,
        true_labels={each.id: each.label for each in project.documents.page(documents)},
        split_made=any(each.kind == "split-made" and not each.undone for each in project.edits.last(10_000)),
        overlap=_overlap(project, main.split) if main else 0,
        task=task,
        scores=tuple(_scores(project)) if task == "score" else (),
        judged_now=_judged_now(project, main, groups) if main else 0,
    )


def _groups(project: Project, task: str) -> Iterator[GroupCount]:
    """Texts by label and split; of several labels each counts, of tagged words the entities are counted."""
    if task == "single":
        yield from project.documents.groups()
        return
    counts = Counter[tuple[str, str]]()
    if task == "multi":
        for group in project.documents.groups():
            labels = (split_labels(group.label) or (NO_LABEL,)) if group.label else ("",)
            counts.update({(label, group.split): group.count for label in labels})
    elif task == "tagging":
        for split in (*SPLITS, ""):
            for _, _, _, entities in project.documents.tagged(split):
                counts.update((entity.label, split) for entity in entities)
    for (label, split), count in sorted(counts.items()):
        yield GroupCount(label, split, count)


def _scores(project: Project) -> Iterator[Scores]:
    for split in SPLITS:
        values = [float(label) for _, _, label in project.documents.labelled(split)]
        if values:
            yield Scores(split, len(values), min(values), sum(values) / len(values), max(values))


def _judged_now(project: Project, main: Evaluation, groups: tuple[GroupCount, ...]) -> int:
    if main.task == "single":
        return sum(each.count for each in groups if each.split == main.split and each.label in main.labels)
    return project.documents.labelled_counts().get(main.split, 0)


def _record(path: Path) -> dict[str, object]:
    """``run.json``; nothing where it was removed by hand: the report then says less."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except (OSError, msgspec.DecodeError):
        return {}


def _unreadable(project: Project, sources: tuple[Source, ...]) -> tuple[tuple[str, Unreadable], ...]:
    found = [
        (source.name, row)
        for source in sources
        if source.unreadable
        for row in project.documents.unreadable(source.id, UNREADABLE)
    ]
    return tuple(found[:UNREADABLE])


def _overlap(project: Project, split: str) -> int:
    """How many texts of a split also stand letter for letter among the training texts."""
    # 8 bytes a text instead of the text: a million texts are a normal size
    trained = {hash(text) for text in _texts(project, "train")}
    return sum(hash(text) in trained for text in _texts(project, split))


def _texts(project: Project, split: str) -> Iterator[str]:
    if project.task == "tagging":
        yield from (text for _, text, _, _ in project.documents.tagged(split))
    else:
        yield from (text for _, text, _ in project.documents.labelled(split))


def _against_baseline(project: Project, run: Run, main: Evaluation | None) -> Baseline | None:
    """Against the newest finished bag-of-words run that was evaluated on the same split."""
    if main is None or run.method == "bag-of-words":
        return None
    for other in reversed(project.runs.all()):
        theirs = other.test if main.split == "test" else other.validation
        if theirs is None or theirs.task != main.task:
            continue
        if other.method == "bag-of-words" and other.state is JobState.DONE:
            return _compared(project, run, main, other, theirs)
    return None


def _compared(project: Project, run: Run, main: Evaluation, other: Run, theirs: Evaluation) -> Baseline:
    ours_by_id = {each.document: each for each in project.runs.answers(run.id, main.split)}
    theirs_by_id = {each.document: each.label for each in project.runs.answers(other.id, main.split)}
    same = sorted(ours_by_id.keys() & theirs_by_id.keys())
    if not len(same) == main.rows == theirs.rows:
        return Baseline(other, theirs, 0, {})
    pairs = Pairs(
        [ours_by_id[document].true_label for document in same],
        [theirs_by_id[document] for document in same],
        [ours_by_id[document].label for document in same],
    )
    labels = sorted({*main.labels, *theirs.labels})
    shown = [id for id in SHOWN_FIGURES[main.task] if id in main.figures]
    return Baseline(
        other,
        theirs,
        len(same),
        {id: paired_bootstrap(id, main.task, labels, pairs)[0] for id in shown},
    )
