"""What several commands take: the project, a run, the JSON switch, options as ``key=value``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.api.catalog import BASELINES
from engine.api.errors import OptionValue

ProjectPath = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project folder (Name.lexplain).")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="A run's id, as `runs` lists it.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object on the last line.")]
BASELINE_HELP = "What integrated gradients take for no word: " + ", ".join(BASELINES) + "."
Options = Annotated[list[str] | None, typer.Option("--option", help="key=value, as often as you like.")]


def new_group() -> typer.Typer:
    """An empty group of commands."""
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def parsed_options(given: list[str] | None) -> dict[str, OptionValue]:
    """``["epochs=2"]`` -> ``{"epochs": "2"}``; the catalog converts the values."""
    options: dict[str, OptionValue] = {}
    for pair in given or []:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"--option takes key=value, not {pair!r}")
        options[key.strip()] = value.strip()
    return options
