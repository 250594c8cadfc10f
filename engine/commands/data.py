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
    separator: Annotated[str, typer.Option(help="Between several labels in a CSV cell.")] = "|",
    tag_scheme: Annotated[str, typer.Option(help="bio or bioes: the tags of a CoNLL file.")] = "bio",
    json: Json = False,
) -> None:
    """Write the texts with labels and splits to a file that can be imported again."""
    if split and split not in SPLITS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="--split", value=split, valid=", ".join(SPLITS))
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
        found = console.run(opened, request)
        assert isinstance(found, DataExported)
        result = msgspec.to_builtins(found)
        del result["type"]
        left_out = f", {found.left_out} left out: not tagged" if found.left_out else ""
        console.result(result, f"{found.rows} texts: {out}{left_out}")
