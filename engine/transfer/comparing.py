"""Runs of a project beside one another, by what they have said of the same texts."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState
from engine.api.messages_transfer import CompareRuns, RunsCompared
from engine.api.project import Project
from engine.api.results_transfer import Spread
from engine.api.store.runs import Answered, Run
from engine.api.tasks import MAIN_FIGURES
from engine.evaluate.comparison import Pairs, compare, spread
from engine.progress import Progressed, Work


def compare_runs(project: Project, request: CompareRuns) -> Work[RunsCompared]:
    """Every run against the first, on the texts that all of them have judged; no model is loaded.

    Raises TOO_FEW_RUNS, OPTION_VALUE (the split), RUN_UNKNOWN, RUN_NOT_JUDGED, NO_COMMON_TEXTS.
    """
    if request.split not in SPLITS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="split", value=request.split, valid=", ".join(SPLITS))
    runs = [project.runs.get(id) for id in dict.fromkeys(request.runs)]
    if len(runs) < 2:
        raise KnownError(ErrorKind.TOO_FEW_RUNS, runs=", ".join(run.id for run in runs))
    task = project.task
    yield Progressed("compare", 0, len(runs))
    answers = [_answers(project, run, request.split) for run in runs]
    common = sorted(set.intersection(*(set(each) for each in answers)))
    if not common:
        raise KnownError(ErrorKind.NO_COMMON_TEXTS, runs=", ".join(run.id for run in runs))
    labels = _labels(project, runs, request.split)
    true = [answers[0][document].true_label for document in common]
    said = [[each[document].label for document in common] for each in answers]
    found = []
    for number, run in enumerate(runs[1:], start=1):
        yield Progressed("compare", number, len(runs))
        pairs = Pairs(true, said[0], said[number])
        found.append(compare(runs[0].id, run.id, request.split, task, labels, pairs))
    yield Progressed("compare", len(runs), len(runs))
    return RunsCompared(comparisons=tuple(found), spreads=_spreads(project, runs, request.split))


def _answers(project: Project, run: Run, split: str) -> dict[int, Answered]:
    found = {each.document: each for each in project.runs.answers(run.id, split)}
    if not found:
        raise KnownError(ErrorKind.RUN_NOT_JUDGED, run=run.id, split=split)
    return found


def _labels(project: Project, runs: list[Run], split: str) -> tuple[str, ...]:
    """The labels that any of the runs can give, without the mark of words outside of entities."""
    known: set[str] = set()
    for run in runs:
        evaluation = project.runs.evaluation(run.id, split)
        known.update(evaluation.labels if evaluation else ())
    return tuple(sorted(known - {"O"} if project.task == "tagging" else known))


def _spreads(project: Project, runs: list[Run], split: str) -> tuple[Spread, ...]:
    """The compared runs' main figure over all runs of the project that differ from them by the seed alone."""
    figure = MAIN_FIGURES[project.task]
    groups: dict[bytes, list[Run]] = {}
    for run in project.runs.all():
        if run.state is JobState.DONE:
            groups.setdefault(_but_for_the_seed(project, run), []).append(run)
    found = []
    for key in dict.fromkeys(_but_for_the_seed(project, run) for run in runs):
        judged = [
            (run, evaluation.figures[figure].value)
            for run in groups.get(key, ())
            if (evaluation := project.runs.evaluation(run.id, split)) is not None
        ]
        if len({run.options.get("seed") for run, _ in judged}) > 1:
            mean, deviation = spread([value for _, value in judged])
            ids = tuple(run.id for run, _ in judged)
            found.append(Spread(runs=ids, figure=figure, mean=mean, deviation=deviation))
    return tuple(found)


class _Read(msgspec.Struct):
    data_digest: str = ""


def _but_for_the_seed(project: Project, run: Run) -> bytes:
    options = {name: value for name, value in sorted(run.options.items()) if name != "seed"}
    return msgspec.json.encode((run.method, run.source, options, _data_of(project.run_folder(run.id))))


def _data_of(folder: Path) -> str:
    """The fingerprint of the texts that a run has learnt from; '' where its record has none."""
    try:
        return msgspec.json.decode((folder / "run.json").read_bytes(), type=_Read).data_digest
    except (OSError, msgspec.MsgspecError):
        return ""
