"""``lexplain-cli word-unit``: what explanations give a score where a script has no spaces."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.api.project import Project
from engine.cli_output import Console
from engine.commands.arguments import Json, ProjectPath, new_group

app = new_group()


@app.command("word-unit")
def word_unit(
    project: ProjectPath,
    unit: Annotated[str, typer.Argument(help="character or word; left out, tells what is set.")] = "",
    json: Json = False,
) -> None:
    """Explain Chinese, Japanese and Thai by single characters, or by words that a small model finds."""
    with Project.open(project) as opened, Console(json) as console:
        if unit:
            with opened.transaction():
                opened.set_word_unit(unit)
        console.result({"word_unit": opened.word_unit}, opened.word_unit)
