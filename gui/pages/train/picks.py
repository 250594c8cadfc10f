"""The source models and runs of a project as things to pick from in a form."""

from __future__ import annotations

from collections.abc import Sequence

from engine.api import wording
from engine.api.results_transfer import SourceInfo
from engine.api.store.runs import Run
from gui.pages.sources.words import source_name, summary
from gui.pages.train.option_editor import Pick


def source_picks(sources: Sequence[SourceInfo], language: str) -> tuple[Pick, ...]:
    """The installed source models; those that cannot be used say why."""
    return tuple(
        Pick(
            info.id,
            source_name(info.id, language),
            " ".join(wording.problem_words(info, language)) if info.problem else summary(info),
            not info.problem,
        )
        for info in sources
    )


def run_picks(runs: Sequence[Run], language: str) -> tuple[Pick, ...]:
    """Runs with their main figure on the validation texts, the newest first."""
    return tuple(
        Pick(run.id, _titled(run), wording.method_words(run.method, language).name) for run in runs[::-1]
    )


def _titled(run: Run) -> str:
    judged = run.validation or run.test
    return run.title if judged is None else f"{run.title} · {judged.main.value:.3f}"
