"""The command that compares the reasons of two runs."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from engine.api.explaining.reasons import CompareReasons, ReasonChange, ReasonComparison, ReasonsCompared
from engine.api.project import Project
from engine.cli_output import Console
from engine.commands.arguments import Json, ProjectPath, RunId, new_group

app = new_group()

_SHOWN = 10  # documents of each kind in words; --json has all
_BEGINNING = 60  # characters of a text


@app.command()
def reasons(
    project: ProjectPath,
    run: RunId,
    second: Annotated[str, typer.Argument(metavar="RUN", help="The run to compare it with.")],
    split: Annotated[str, typer.Option(help="train, validation, test or all.")] = "test",
    most: Annotated[int, typer.Option(min=1, help="How many texts of each kind to list at most.")] = 200,
    json: Json = False,
) -> None:
    """Where two runs answer differently, or give the same answer for another reason; explains what is missing."""
    request = CompareReasons(run=run, second=second, split=None if split == "all" else split, most=most)
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, ReasonsCompared)
        comparison = found.comparison
        built = msgspec.to_builtins(comparison)
        for kind in ("differing", "same"):
            for each in built[kind]:
                for side in ("gained", "lost"):
                    each[side] = [dict(zip(("word", "first", "second"), w, strict=True)) for w in each[side]]
        console.result(built, _words(opened, comparison))


def _words(project: Project, found: ReasonComparison) -> str:
    lines = [
        f"{found.compared} of {found.documents} texts compared:"
        f" {found.differing_documents} with other answers (mean distance {found.mean_differing:.2f}),"
        f" {found.same_documents} with the same (mean distance {found.mean_same:.2f})",
        f"explained now: {found.explained[0]} by {found.run}, {found.explained[1]} by {found.second}",
    ]
    for title, changes in (("other answers", found.differing), ("same answers", found.same)):
        lines += ["", title] if changes else []
        lines += [_line(project, change) for change in changes[:_SHOWN]]
    return "\n".join(lines)


def _line(project: Project, change: ReasonChange) -> str:
    text = " ".join("".join(each.text for each in project.documents.page([change.document])).split())
    words = [f"+{w.word}" for w in change.gained[:3]] + [f"-{w.word}" for w in change.lost[:3]]
    answers = change.first if change.first == change.second else f"{change.first} -> {change.second}"
    return f"{change.distance:.2f}  {answers}  {' '.join(words)}  {text[:_BEGINNING]}"
