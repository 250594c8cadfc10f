"""Surroundings for the pages that show runs: a project with three runs, real operations, a fake queue."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gui.context import Context
from gui.plots.renderer import PlotRenderer
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.page_context import page_context


@contextmanager
def figures_context(
    folder: Path, *, texts: int = 240, runs: bool = True
) -> Iterator[tuple[Context, FakeQueue]]:
    """Runs bag-of-words-1, features-2, fine-tune-3, and fine-tune-4, which was interrupted."""
    with page_context(folder) as (context, queue):
        project = context.session.project
        assert project is not None
        if texts:
            figures_project.add_texts(project, figures_project.rows_of(limit=texts))
        if runs:
            figures_project.add_run(project, "bag-of-words", 0.6, 2.0)
            figures_project.add_run(project, "features", 0.7, 9.0)
            figures_project.add_run(project, "fine-tune", 0.8, 140.0)
            figures_project.add_interrupted(project)
            context.session.select_run("fine-tune-3")
        renderer = PlotRenderer()
        try:
            yield dataclasses.replace(context, renderer=renderer), queue
        finally:
            renderer.close()
