"""Which explainer a run uses where none is named: the one place that chooses it, for whatever explains."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.api.catalog import explainer, explainers_for
from engine.api.catalog_types import Explainer
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.trust import ExplainerRanking
from engine.api.project import Project
from engine.api.store.runs import Run
from engine.progress import Noticed, Work

FALLBACK = "integrated-gradients"  # has no rules that a family could miss
ResultT = TypeVar("ResultT")


def chosen_explainer(project: Project, run: Run, id: str = "") -> Explainer:
    """The explainer ``id``; '': the run's instant default where it was measured, else its method's.

    Raises EXPLAINER_UNKNOWN.
    """
    if not id:
        ranking = project.explaining.finding(run.id, ExplainerRanking)
        # a later catalog may have dropped it
        if ranking is not None and ranking.instant in explainers_for(run.model_method, project.task):
            id = ranking.instant
    return explainer(id, run.model_method, project.task)


def explained_by_default(
    project: Project, run: Run, id: str, work: Callable[[str], Work[ResultT]]
) -> Work[ResultT]:
    """``work`` by the explainer ``id`` ('': the run's default), whose id it gets.

    Where the default has no rule for the model's family, integrated gradients are taken, with a notice.
    Raises EXPLAINER_UNKNOWN, EXPLAINER_NO_RULE (where a method is named), and what the work raises.
    """
    method = chosen_explainer(project, run, id)
    if id:
        return (yield from work(method.id))
    return (yield from or_without_rules(method.id, work))


def or_without_rules(method: str, work: Callable[[str], Work[ResultT]]) -> Work[ResultT]:
    """``work`` by a default explainer; by integrated gradients, with a notice, where it misses a rule."""
    try:
        return (yield from work(method))
    except KnownError as error:
        if error.kind is not ErrorKind.EXPLAINER_NO_RULE:
            raise
        yield Noticed("explainer-changed", {"family": error.values["family"]})
    return (yield from work(FALLBACK))
