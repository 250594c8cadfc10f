"""Projects of given texts with a run whose model is given, and a process that explains one and kills itself."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.api.explaining.corpus import CorpusSummary, ExplainCorpus
from engine.api.messages import ColumnMapping, JobState
from engine.api.project import Project
from engine.explain.corpus.documents import explain_corpus
from engine.models.run_model import RunModel
from engine.models.text_tokens import TextTokenizer
from engine.progress import Progressed, finish
from tests.engine.explain_toys import bert_tokenizer, tiny_bert
from tests.engine.tiny import texts

NASTY = (
    "",
    "   ",
    "good",
    "😀😀 👍🏽",
    "<script>alert('good')</script> & <b>bad</b>",
    "我爱 the film, שלום عالم",
    "good " * 40_000,
    "\u200b\u200b",
    "!",
    "GOOD good Good",
)


def project_of(
    path: Path,
    rows: Iterable[tuple[str, str, str]],
    method: str = "fine-tune",
    task: str = "single",
    sources: int = 1,
) -> tuple[Project, str]:
    """A project of (text, label, split) rows, dealt in turn to so many sources, with the row of a finished run."""
    opened = Project.create(path)
    numbered = list(enumerate(rows))
    with opened.transaction():
        opened.set_task(task)
        for number in range(sources):
            name = path.with_name(f"file-{number}.csv")
            mapping = ColumnMapping(text="text", label="label")
            source = opened.documents.add_source(name, "csv", "utf-8", ",", mapping)
            own = [(line, *row) for line, row in numbered if line % sources == number]
            opened.documents.add_rows(source, own)
            opened.documents.finish_source(source)
        run = opened.runs.add(method, "tiny", {})
        opened.runs.set_state(run, JobState.DONE)
    return opened, run


def tiny_rows(count: int) -> list[tuple[str, str, str]]:
    splits = ("train", "train", "validation", "test")
    return [(text, label, splits[i % 4]) for i, (text, label) in enumerate(texts(count))]


def summary_of(project: Project, run: str, model: RunModel, **choices: object) -> CorpusSummary:
    """Explain the corpus to its end."""
    request = ExplainCorpus(run=run, **choices)  # type: ignore[arg-type]
    return finish(explain_corpus(project, request, model)).summary


def windowed(model: Any, max_tokens: int = 8) -> Any:
    model.module.eval()
    return replace(model, tokenizer=TextTokenizer(bert_tokenizer(), max_tokens, 0.25))


def main() -> None:
    """Explain a project's corpus with ``tiny_bert`` and die by SIGKILL after so many documents."""
    folder, run, wanted = sys.argv[1:]
    with Project.open(Path(folder)) as project:
        for step in explain_corpus(project, ExplainCorpus(run=run), tiny_bert()):
            if isinstance(step, Progressed) and step.done >= int(wanted):
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
