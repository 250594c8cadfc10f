"""``lexplain-cli export``: a trained run in another program's format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.api.catalog import EXPORT_FORMATS
from engine.api.messages_transfer import ExportModel, ModelExported
from engine.api.project import Project
from engine.cli_output import Console
from engine.commands.arguments import Json, ProjectPath, RunId, new_group

app = new_group()


@app.command()
def export(
    project: ProjectPath,
    run: RunId,
    format: Annotated[str, typer.Option(help=", ".join(EXPORT_FORMATS))],
    out: Annotated[Path, typer.Option(help="The folder to write, new or empty.")],
    json: Json = False,
) -> None:
    """Hand a trained run over, checked against the original on the validation texts."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, ExportModel(run=run, format=format, out=str(out.absolute())))
        assert isinstance(found, ModelExported)
        result = {
            "out": found.out,
            "files": found.files,
            "largest_difference": found.largest_difference,
            "agreement": found.agreement,
            "rows": found.rows,
        }
        words = f"checked on {found.rows} texts: largest difference {found.largest_difference:.2g}"
        console.result(result, f"{found.out}\n{words}, agreement {found.agreement:.1%}")
