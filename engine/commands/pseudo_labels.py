"""The command that looks through what a self-training run labelled, and takes labels back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
import typer

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.api.store.runs import PseudoLabel
from engine.cli_output import Console
from engine.commands.arguments import Json, ProjectPath, RunId, new_group

app = new_group()

_BEGINNING = 80  # characters of a text; --json has all
_NAMED = 10  # documents that an error names


@app.command("pseudo-labels")
def pseudo_labels(
    project: ProjectPath,
    run: RunId,
    most: Annotated[int, typer.Option(min=1, help="How many texts to list at most.")] = 1000,
    reject: Annotated[
        list[int] | None,
        typer.Option(metavar="ID", help="Take this text's label back: no training gives it again."),
    ] = None,
    allow: Annotated[
        list[int] | None, typer.Option(metavar="ID", help="Let a label that was taken back count again.")
    ] = None,
    json: Json = False,
) -> None:
    """List what a run labelled itself, by round, the least sure first; take labels back by the texts' ids."""
    with Project.open(project) as opened, Console(json) as console:
        opened.runs.get(run)
        if reject or allow:  # a list alone waits for no writer
            with opened.transaction():
                _set_rejected(opened, run, "--reject", reject or (), True)
                _set_rejected(opened, run, "--allow", allow or (), False)
        given, rejected = opened.runs.count_pseudo_labels(run)
        found = opened.runs.pseudo_labels(run, most)
        result = {"run": run, "given": given, "rejected": rejected, "labels": msgspec.to_builtins(found)}
        head = f"{run} labelled {given:,} texts itself, {rejected:,} of them taken back"
        console.result(result, "\n".join([head, *map(_line, found)]))


def _set_rejected(project: Project, run: str, option: str, documents: Iterable[int], rejected: bool) -> None:
    """Raises OPTION_VALUE for a text that the run has not labelled."""
    for document in documents:
        if not project.runs.reject_pseudo_label(run, document, rejected):
            some = [str(each.document) for each in project.runs.pseudo_labels(run, _NAMED + 1)]
            valid = ", ".join([*some[:_NAMED], "…"] if len(some) > _NAMED else some) or "none"
            raise KnownError(ErrorKind.OPTION_VALUE, option=option, value=str(document), valid=valid)


def _line(found: PseudoLabel) -> str:
    text = " ".join(found.text.split())
    shown = text if len(text) <= _BEGINNING else text[: _BEGINNING - 1] + "…"
    back = "  taken back" if found.rejected else ""
    return f"{found.document:8}  round {found.round}  {found.probability:.3f}  {found.label}  {shown}{back}"
