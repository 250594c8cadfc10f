"""All that a report shows, read from the project once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState
from engine.api.project import Project
from engine.api.results import Evaluation, Explanation, Faithfulness, Interval, TrainingPoint, Unreadable
from engine.api.store.documents import GroupCount, Source
from engine.api.store.runs import Judged, Run
from engine.evaluate import intervals, metrics

EXAMPLES = 12
ERRORS = 20
UNREADABLE = 10
_ALL = 2**31 - 1


@dataclass(frozen=True)
class Comparison:
    """This run against a baseline on the same split; without ``paired`` intervals where the texts differ."""

    run: Run
    theirs: Evaluation
    rows: int
    accuracy: Interval | None
    macro_f1: Interval | None


@dataclass(frozen=True)
class Material:
    """``main`` is the test evaluation, else the validation one, else None; ``record`` is ``run.json``."""

    project: str
    run: Run
    record: Mapping[str, object]
    main: Evaluation | None
    baseline: Comparison | None
    sources: tuple[Source, ...]
    unreadable: tuple[tuple[str, Unreadable], ...]
    groups: tuple[GroupCount, ...]
    points: tuple[TrainingPoint, ...]
    faithfulness: tuple[Faithfulness, ...]
    explanations: tuple[Explanation, ...]
    true_labels: Mapping[int, str]
    errors: tuple[Judged, ...]
    split_made: bool
    overlap: int

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        return tuple(each for each in (self.run.validation, self.run.test) if each is not None)


def gather(project: Project, run_id: str) -> Material:
    """Raises RUN_UNKNOWN, RUN_NOT_FINISHED."""
    run = project.runs.get(run_id)
    if run.state is not JobState.DONE:
        raise KnownError(ErrorKind.RUN_NOT_FINISHED, run=run.id, state=run.state)
    main = run.test or run.validation
    folder = project.run_folder(run.id)
    explanations = tuple(project.runs.explanations(run.id, EXAMPLES))
    documents = [each.document for each in explanations if each.document is not None]
    sources = tuple(project.documents.sources())
    return Material(
        project=project.name,
        run=run,
        record=_record(folder / "run.json"),
        main=main,
        baseline=_comparison(project, run, main),
        sources=sources,
        unreadable=_unreadable(project, sources),
        groups=tuple(project.documents.groups()),
        points=_points(folder / "metrics.jsonl"),
        faithfulness=tuple(project.runs.faithfulness(run.id)),
        explanations=explanations,
        true_labels={each.id: each.label for each in project.documents.page(documents)},
        errors=tuple(project.runs.judged(run.id, main.split, errors_only=True, limit=ERRORS)) if main else (),
        split_made=any(each.kind == "split-made" and not each.undone for each in project.edits.last(10_000)),
        overlap=_overlap(project, main.split) if main else 0,
    )


def _record(path: Path) -> dict[str, object]:
    """``run.json``; nothing where it was removed by hand: the report then says less."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except (OSError, msgspec.DecodeError):
        return {}


def _points(path: Path) -> tuple[TrainingPoint, ...]:
    """The curves; a line cut short by a crash ends them."""
    points: list[TrainingPoint] = []
    try:
        for line in path.read_bytes().splitlines():
            points.append(msgspec.json.decode(line, type=TrainingPoint))
    except (OSError, msgspec.DecodeError):
        pass
    return tuple(points)


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
    trained = {hash(text) for _, text, _ in project.documents.labelled("train")}
    return sum(hash(text) in trained for _, text, _ in project.documents.labelled(split))


def _comparison(project: Project, run: Run, main: Evaluation | None) -> Comparison | None:
    """Against the newest finished bag-of-words run that was evaluated on the same split."""
    if main is None or run.method == "bag-of-words":
        return None
    for other in reversed(project.runs.all()):
        theirs = other.test if main.split == "test" else other.validation
        if other.method == "bag-of-words" and other.state is JobState.DONE and theirs is not None:
            return _compared(project, run, main, other, theirs)
    return None


def _compared(project: Project, run: Run, main: Evaluation, other: Run, theirs: Evaluation) -> Comparison:
    ours_by_id = {
        j.document: (j.true_label, j.label) for j in project.runs.judged(run.id, main.split, limit=_ALL)
    }
    theirs_by_id = {j.document: j.label for j in project.runs.judged(other.id, main.split, limit=_ALL)}
    same = sorted(ours_by_id.keys() & theirs_by_id.keys())
    if not len(same) == main.rows == theirs.rows:
        return Comparison(other, theirs, 0, None, None)
    names: dict[str, int] = {}
    triples = np.array(
        [
            [names.setdefault(name, len(names)) for name in (*ours_by_id[document], theirs_by_id[document])]
            for document in same
        ]
    )
    true, ours, others = triples.T
    return Comparison(
        other,
        theirs,
        len(same),
        intervals.paired_difference(true, ours, others, len(names), metrics.accuracy),
        intervals.paired_difference(true, ours, others, len(names), metrics.macro_f1),
    )
