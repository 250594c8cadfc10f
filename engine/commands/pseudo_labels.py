"""The command that looks through what a self-training run labelled, and takes labels back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
import typer

from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.api.store.runs import PseudoLabel
from engine.api.store.tags import unpack_entities
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
        task = opened.task
        console.result(result, "\n".join([head, *(_line(each, task) for each in found)]))


def _set_rejected(project: Project, run: str, option: str, documents: Iterable[int], rejected: bool) -> None:
    """Raises OPTION_VALUE for a text that the run has not labelled."""
    for document in documents:
        if not project.runs.reject_pseudo_label(run, document, rejected):
            some = [str(each.document) for each in project.runs.pseudo_labels(run, _NAMED + 1)]
            valid = ", ".join([*some[:_NAMED], "…"] if len(some) > _NAMED else some) or "none"
            raise KnownError(ErrorKind.OPTION_VALUE, option=option, value=str(document), valid=valid)


def _line(found: PseudoLabel, task: str) -> str:
    text = " ".join(found.text.split())
    shown = text if len(text) <= _BEGINNING else text[: _BEGINNING - 1] + "…"
    back = "  taken back" if found.rejected else ""
    sure = f"spread {found.spread:.3f}" if found.probability is None else f"{found.probability:.3f}"
    return f"{found.document:8}  round {found.round}  {sure}  {_given(found, task)}  {shown}{back}"


def _given(found: PseudoLabel, task: str) -> str:
    """The label as it is read: of tagged words the entities with their types."""
    if task != "tagging":
        return found.label
    entities = [f"{found.text[e.start : e.end]} ({e.label})" for e in unpack_entities(found.label)]
    return ", ".join(entities) or "no entity"
