"""What the store knows of a run that a report can hold: for the report, and for the window's preview of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from engine.api.catalog import REPORT_SECTIONS
from engine.api.messages import JobState
from engine.api.project import Project
from engine.api.results import Evaluation, Explanation, Faithfulness, TrainingPoint
from engine.api.results_transfer import Comparison, Robustness
from engine.api.store.runs import Judged, Run

EXAMPLES = 12
ERRORS = 20
PAIRS = 2000

# what a task has no figures for
_NEVER = {"multi": {"confusion"}, "score": {"classes", "calibration"}}


@dataclass(frozen=True)
class ReportFacts:
    """``main`` is the test evaluation, else the validation one, else None.

    ``comparisons`` are those that were made with the run, the newest of each pair; ``race`` the finished runs of
    its race, the best first; ``titles`` name the runs of both. ``pairs`` are (true, given) scores of up to 2,000
    texts.
    """

    run: Run
    main: Evaluation | None
    points: tuple[TrainingPoint, ...] = ()
    faithfulness: tuple[Faithfulness, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    errors: tuple[Judged, ...] = ()
    robustness: Robustness | None = None
    comparisons: tuple[Comparison, ...] = ()
    race: tuple[Run, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    pairs: tuple[tuple[float, float], ...] = ()


def sections_of_task(task: str) -> tuple[str, ...]:
    """The sections that a report of the task can have, in their order."""
    return tuple(each for each in REPORT_SECTIONS if each not in _NEVER.get(task, ()))


def sections_of(facts: ReportFacts) -> tuple[str, ...]:
    """The sections for which there is anything to show, in their order."""
    main = facts.main
    there = {
        "figures": main is not None,
        "errors": main is not None,
        "classes": main is not None and bool(main.per_class),
        "confusion": main is not None and bool(main.confusion or facts.pairs),
        "calibration": main is not None and bool(main.reliability),
        "comparison": bool(facts.comparisons),
        "race": len(facts.race) > 1,
        "training": len(facts.points) > 1,
        "robustness": facts.robustness is not None,
        "faithfulness": bool(facts.faithfulness),
        "examples": bool(facts.explanations),
    }
    return tuple(each for each in REPORT_SECTIONS if there.get(each, True))


def read_facts(project: Project, run_id: str) -> ReportFacts:
    """Nothing is computed anew. Raises RUN_UNKNOWN."""
    run = project.runs.get(run_id)
    main = run.test or run.validation
    comparisons = _comparisons(project, run.id)
    race = _race(project, run)
    named = {run.id, *(each.id for each in race), *(id for c in comparisons for id in (c.first, c.second))}
    return ReportFacts(
        run=run,
        main=main,
        points=_points(project.run_folder(run.id) / "metrics.jsonl"),
        faithfulness=tuple(project.runs.faithfulness(run.id)),
        explanations=tuple(project.runs.explanations(run.id, EXAMPLES)),
        errors=_errors(project, run.id, main) if main else (),
        robustness=project.runs.robustness(run.id),
        comparisons=comparisons,
        race=race,
        titles={each.id: each.title for each in project.runs.all() if each.id in named},
        pairs=_pairs(project, run.id, main) if main and main.task == "score" else (),
    )


def _comparisons(project: Project, run: str) -> tuple[Comparison, ...]:
    """Turned so that the run is the second one: a difference above 0 speaks for it."""
    known = {each.id for each in project.runs.all()}
    found: dict[tuple[str, str], Comparison] = {}
    for each in project.jobs.comparisons():  # newest first
        if run in (each.first, each.second) and {each.first, each.second} <= known:
            turned = each if each.second == run else _turned(each)
            found.setdefault((turned.first, turned.split), turned)
    return tuple(sorted(found.values(), key=lambda each: (-each.difference.value, each.first, each.split)))


def _turned(each: Comparison) -> Comparison:
    """The same, seen from the other run."""
    difference = each.difference
    return msgspec.structs.replace(
        each,
        first=each.second,
        second=each.first,
        difference=type(difference)(-difference.value, -difference.high, -difference.low),
        probability_better=1 - each.probability_better,
        only_first_right=each.only_second_right,
        only_second_right=each.only_first_right,
        pairs=tuple(type(pair)(pair.figure, pair.second, pair.first) for pair in each.pairs),
    )


def _race(project: Project, run: Run) -> tuple[Run, ...]:
    if not run.race:
        return ()
    finished = [
        (each.validation.main.value, each)
        for each in project.runs.all()
        if each.race == run.race and each.state is JobState.DONE and each.validation is not None
    ]
    return tuple(each for _, each in sorted(finished, key=lambda entry: -entry[0]))


def _errors(project: Project, run: str, main: Evaluation) -> tuple[Judged, ...]:
    """The errors the run was surest of; of scores those that are furthest off."""
    if main.task != "score":
        return tuple(project.runs.judged(run, main.split, errors_only=True, limit=ERRORS))
    answers = project.runs.answers(run, main.split)
    furthest = sorted(answers, key=lambda each: -abs(float(each.label) - float(each.true_label)))[:ERRORS]
    texts = {each.id: each.text for each in project.documents.page([each.document for each in furthest])}
    return tuple(
        Judged(each.document, texts.get(each.document, ""), each.true_label, each.label, 0.0)
        for each in furthest
        if each.label != each.true_label
    )


def _pairs(project: Project, run: str, main: Evaluation) -> tuple[tuple[float, float], ...]:
    answers = project.runs.answers(run, main.split)
    thinned = answers[:: max(1, -(-len(answers) // PAIRS))]
    return tuple((float(each.true_label), float(each.label)) for each in thinned)


def _points(path: Path) -> tuple[TrainingPoint, ...]:
    """The curves; a line cut short by a crash ends them."""
    points: list[TrainingPoint] = []
    try:
        for line in path.read_bytes().splitlines():
            points.append(msgspec.json.decode(line, type=TrainingPoint))
    except (OSError, msgspec.DecodeError):
        pass
    return tuple(points)
