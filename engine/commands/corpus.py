"""Commands about all documents of a project: what carries each label, and which words should not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.api.explaining.corpus import (
    PROJECTIONS,
    CorpusExplained,
    CorpusWord,
    DocumentsMapped,
    ExplainCorpus,
    FindShortcuts,
    MapDocuments,
    ShortcutsFound,
    Suspect,
)
from engine.api.project import Project
from engine.api.wording_corpus import shortcut_words
from engine.cli_output import Console, user_language
from engine.commands.arguments import Json, ProjectPath, RunId, new_group
from engine.data.whole_file import write_whole
from engine.explain.corpus.map_table import map_table

app = new_group()

_SHOWN = 10  # words of each label in words; --json has all


@app.command()
def corpus(
    project: ProjectPath,
    run: RunId,
    method: Annotated[str, typer.Option(help="The explainer; left out, the run's best instant one.")] = "",
    split: Annotated[str | None, typer.Option(help="Only train, validation or test.")] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--anew",
            help="Go on with the explanations that are stored, which are of the same model and texts (what happens"
            " anyway), or drop them and explain every document (of the split) again.",
        ),
    ] = True,
    json: Json = False,
) -> None:
    """Explain every document and sum up the words that carry each label; stopped or killed, it can go on."""
    request = ExplainCorpus(run=run, method=method, split=split, anew=not resume)
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, CorpusExplained)
        summary = found.summary
        result: dict[str, Any] = {
            "run": summary.run,
            "method": summary.method,
            "documents": summary.documents,
            "explained": summary.explained,
            "skipped": summary.skipped,
            "seconds": summary.seconds,
            "per_class": _by_label(summary.label_documents, summary.words),
            "phrases": _by_label(summary.label_documents, summary.phrases),
        }
        console.result(result, _words(summary.label_documents, summary.words))


@app.command()
def shortcuts(
    project: ProjectPath,
    run: RunId,
    method: Annotated[str, typer.Option(help="The explainer; left out, the run's best instant one.")] = "",
    most: Annotated[int, typer.Option(min=1, help="How many words to show at most.")] = 30,
    json: Json = False,
) -> None:
    """Words that decide but should not, each tested by taking it out; explains the corpus first where needed."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, FindShortcuts(run=run, method=method, most=most))
        assert isinstance(found, ShortcutsFound)
        suspects = [msgspec.to_builtins(suspect) for suspect in found.suspects]
        lines = [_suspect_words(suspect) for suspect in found.suspects]
        console.result({"method": found.method, "suspects": suspects}, "\n".join(lines) or "-")


@app.command("map")
def map_(
    project: ProjectPath,
    run: RunId,
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    method: Annotated[
        str, typer.Option(help="How the plane is found: " + ", ".join(PROJECTIONS) + " (umap is an extra).")
    ] = PROJECTIONS[0],
    most: Annotated[
        int, typer.Option(min=1, help="How many texts at most, drawn evenly over the labels.")
    ] = 5000,
    json: Json = False,
) -> None:
    """Place the documents on a plane, alike ones near each other: x, y, label, answer, error, confidence."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, MapDocuments(run=run, projection=method, most=most))
        assert isinstance(found, DocumentsMapped)
        write_whole(out.absolute(), map_table(found.points, opened.task).encode("utf-8", "replace"))
        result = {
            "out": str(out.absolute()),
            "method": found.projection,
            "documents": len(found.points),
            "explained": found.explained,
        }
        kept = "" if found.explained is None else f" ({found.explained:.1%} of the variance)"
        console.result(result, f"{len(found.points)}{kept}: {out}")


def _by_label(labels: dict[str, int], words: tuple[CorpusWord, ...]) -> dict[str, list[dict[str, Any]]]:
    by_label: dict[str, list[dict[str, Any]]] = {label: [] for label in labels}
    for word in words:
        by_label[word.label].append(
            {
                "word": word.word,
                "mean_score": word.mean_score,
                "documents": word.documents,
                "occurrences": word.occurrences,
                "total_score": word.total_score,
            }
        )
    return by_label


def _words(labels: dict[str, int], words: tuple[CorpusWord, ...]) -> str:
    lines = []
    for label, documents in labels.items():
        lines.append(f"{label} ({documents})")
        shown = [word for word in words if word.label == label][:_SHOWN]
        lines += [f"  {w.mean_score:+.3f}  {w.documents:6}  {w.word}" for w in shown]
    return "\n".join(lines) or "-"


def _suspect_words(suspect: Suspect) -> str:
    reason = shortcut_words(suspect.reason, user_language())
    return (
        f"{suspect.word!r} -> {suspect.label}: {suspect.flips}/{suspect.tested} ({suspect.random_flips:.1f})"
        f"  {suspect.documents}  {reason.name}"
    )
