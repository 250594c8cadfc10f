"""Which explainer a run uses where none is named."""

from __future__ import annotations

from engine.api.catalog import explainer
from engine.api.catalog import method as transfer_method
from engine.api.catalog_types import Explainer
from engine.api.explaining.trust import ExplainerRanking
from engine.api.project import Project
from engine.api.store.runs import Run


def chosen_explainer(project: Project, run: Run, id: str = "") -> Explainer:
    """The explainer ``id``; '': the run's instant default where it was measured, else its method's.

    Raises EXPLAINER_UNKNOWN.
    """
    if not id:
        ranking = project.explaining.finding(run.id, ExplainerRanking)
        # a later catalog may have dropped it
        if ranking is not None and ranking.instant in transfer_method(run.model_method).explainers:
            id = ranking.instant
    return explainer(id, run.model_method)
