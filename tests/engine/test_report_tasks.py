"""Reports of runs with several labels, scores and tagged words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.api.catalog import REPORT_SECTIONS
from engine.api.errors import OptionValue
from engine.api.messages import Explain, Train, WriteReport
from engine.api.project import Project
from engine.api.tasks import SHOWN_FIGURES
from engine.api.wording import figure_words
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import table_project, tagging_project

HAVE = {
    "multi": {"classes", "calibration"},
    "score": {"confusion"},
    "tagging": {"classes", "confusion", "calibration"},
}


def with_runs(folder: Path, task: str) -> tuple[Project, str]:
    """A project with a run to report on, compared with bag-of-words where the task has that."""
    source = str(bert_folder(folder / "source", dropout=0.0))
    opened = (
        tagging_project(folder / "p", 120) if task == "tagging" else table_project(folder / "p", task, 120)
    )
    if task != "tagging":
        finish(train(opened, Train(method="bag-of-words"), Control()))
    options: dict[str, OptionValue] = {"epochs": 3.0, "learning_rate": 5e-3}
    run = finish(train(opened, Train(method="fine-tune", source=source, options=options), Control())).run
    documents = opened.documents
    judged = documents.tagged("test") if task == "tagging" else documents.labelled("test")
    for document in [int(row[0]) for row in judged][:2]:
        finish(work_for(opened, Explain(run=run, document=document), Control(), Models()))
    return opened, run


@pytest.mark.parametrize("task", ["multi", "score", "tagging"])
def test_a_report_shows_what_its_task_has(tmp_path: Path, task: str) -> None:
    opened, run = with_runs(tmp_path, task)
    with opened:
        pages = {}
        for language in ("en", "zh_CN"):
            out = tmp_path / f"{language}.html"
            finish(
                work_for(opened, WriteReport(run=run, out=str(out), language=language), Control(), Models())
            )
            pages[language] = out.read_text("utf-8")
        found = opened.runs.get(run).test
    assert found is not None
    ids = re.findall(r'<section id="([a-z]+)"', pages["en"])
    always = {"data", "method", "figures", "training", "examples", "errors", "limits"}
    assert set(ids) == always | HAVE[task]
    assert ids == [each for each in REPORT_SECTIONS if each in ids]
    for language, page in pages.items():
        for id in SHOWN_FIGURES[task]:
            assert figure_words(id, language).name in page
    assert ("bag-of-words baseline" in pages["en"]) == (task != "tagging")
    if task == "multi":
        for threshold in found.thresholds:
            assert f"{threshold * 100:.1f} %" in pages["en"]
    if task == "score":
        assert pages["en"].count('class="spot"') == found.rows
        assert f"{found.figures['mae'].value:.3f}" in pages["en"]
    if task == "tagging":
        assert "“film”" in pages["en"] or "“food”" in pages["en"] or "“place”" in pages["en"]
