"""``lexplain-cli data``: the project's texts as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_data import DataExported, ExportData
from engine.api.project import Project
from engine.api.store.corpus import WordFilter
from engine.cli_output import Console
from engine.commands.arguments import Json, ProjectPath, new_group

app = new_group()


@app.command()
def data(
    project: ProjectPath,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    format: Annotated[
        str, typer.Option(help="csv or jsonl, of tagged words jsonl or conll; else by the file's ending.")
    ] = "",
    split: Annotated[str, typer.Option(help="Only the texts of train, validation or test.")] = "",
    label: Annotated[str, typer.Option(help="Only texts with this label or entity type.")] = "",
    search: Annotated[str, typer.Option(help="Only texts with these words.")] = "",
    word: Annotated[
        str, typer.Option(help="Only texts with this word, by its score in them; needs --run.")
    ] = "",
    run: Annotated[str, typer.Option(help="The run whose `corpus` has the word's scores.")] = "",
    method: Annotated[
        str, typer.Option(help="The explainer of those scores; left out, the first used.")
    ] = "",
    answer: Annotated[str, typer.Option(help="With --word: only texts answered with this label.")] = "",
    at_least: Annotated[
        float | None, typer.Option(help="With --word: only where its score is not lower.")
    ] = None,
    below: Annotated[float | None, typer.Option(help="With --word: only where its score is lower.")] = None,
    separator: Annotated[str, typer.Option(help="Between several labels in a CSV cell.")] = "|",
    tag_scheme: Annotated[str, typer.Option(help="bio or bioes: the tags of a CoNLL file.")] = "bio",
    json: Json = False,
) -> None:
    """Write the texts with labels and splits to a file that can be imported again."""
    if split and split not in SPLITS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="--split", value=split, valid=", ".join(SPLITS))
    if bool(word) != bool(run) or (not word and (method or answer or (at_least, below) != (None, None))):
        raise typer.BadParameter("a word's scores are asked for by --word and --run together")
    request = ExportData(
        out=str(out.absolute()),
        format=format,
        separator=separator,
        tag_scheme=tag_scheme,
        search=search,
        label=label or None,
        split=split or None,
    )
    with Project.open(project) as opened, Console(json) as console:
        if word:
            which = WordFilter(run, _explained_by(opened, run, method), word, answer or None, at_least, below)
            request = msgspec.structs.replace(request, word=which)
        found = console.run(opened, request)
        assert isinstance(found, DataExported)
        result = msgspec.to_builtins(found)
        del result["type"]
        left_out = f", {found.left_out} left out: not tagged" if found.left_out else ""
        console.result(result, f"{found.rows} texts: {out}{left_out}")


def _explained_by(project: Project, run: str, method: str) -> str:
    """A method by which a run's texts are explained: the one that is asked for, '' the first."""
    methods = project.corpus.methods(project.runs.get(run).id)
    if not methods:
        raise typer.BadParameter(f"no text is explained by {run!r} yet: `corpus` explains them")
    if method and method not in methods:
        raise KnownError(ErrorKind.OPTION_VALUE, option="--method", value=method, valid=", ".join(methods))
    return method or methods[0]
