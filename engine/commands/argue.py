"""Commands that argue with a run: strike and mark words, and read human rationales from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.api.explaining.argue import Argue, Argued, ArgueFigures, ImportRationales, RationalesImported
from engine.api.project import Project
from engine.cli_output import Console, interval_object
from engine.commands.arguments import Json, Options, ProjectPath, RunId, new_group, parsed_options

app = new_group()


@app.command()
def argue(
    project: ProjectPath,
    run: RunId,
    strike: Annotated[
        list[str] | None, typer.Option(help="A word that must not count; as often as you like.")
    ] = None,
    mark: Annotated[
        list[str] | None, typer.Option(help="A word that should count; as often as you like.")
    ] = None,
    take_back: Annotated[
        list[str] | None,
        typer.Option(
            help="A word that the run was argued with, and that holds no longer; as often as you like."
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.05, help="How long to train at most.")] = 3.0,
    option: Options = None,
    json: Json = False,
) -> None:
    """Train a run on, so that struck words no longer move its answers; says what was before and is after."""
    with Project.open(project) as opened, Console(json) as console:
        opened.mend_runs()
        request = Argue(
            run=run,
            strike=tuple(strike or ()),
            mark=tuple(mark or ()),
            taken_back=tuple(take_back or ()),
            minutes=minutes,
            options=parsed_options(option),
        )
        found = console.run(opened, request)
        assert isinstance(found, Argued)
        result = {
            "run": found.run,
            "figure": found.figure,
            "split": found.split,
            "before": _figures_object(found.before, found.figure),
            "after": _figures_object(found.after, found.figure),
            "seconds": found.seconds,
        }
        console.result(result, "\n".join([found.run, *_lines(found)]))


@app.command()
def rationales(
    project: ProjectPath,
    file: Annotated[
        Path, typer.Argument(help="JSONL: text, and spans [start, end] under strike and mark.", exists=True)
    ],
    json: Json = False,
) -> None:
    """Read which words of which texts should count, and which should not; ``argue`` uses them."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, ImportRationales(str(file.absolute())))
        assert isinstance(found, RationalesImported)
        words = f"{found.spans} spans in {found.documents} documents; {found.unknown} texts are not in the project"
        if found.unreadable:
            words += f"; unreadable lines: {', '.join(map(str, found.unreadable[:20]))}"
        console.result(msgspec.to_builtins(found), words)


def _figures_object(figures: ArgueFigures, figure: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(figures)
    del found["main"]
    if (normalised := figures.normalised_comprehensiveness) is not None:
        found["normalised_comprehensiveness"] = interval_object(normalised)
    return {**found, figure: interval_object(figures.main)}


def _lines(found: Argued) -> list[str]:
    before, after = found.before, found.after
    rows = [
        (found.figure, before.main.value, after.main.value),
        ("struck share", before.struck_share, after.struck_share),
        ("marked share", before.marked_share, after.marked_share),
        ("flips", before.flips, after.flips),
        ("erasure, normalised", _value(before), _value(after)),
    ]
    return [
        f"{name:20} {one:.3f} -> {two:.3f}" for name, one, two in rows if one is not None and two is not None
    ]


def _value(figures: ArgueFigures) -> float | None:
    """Comprehensiveness as two models may be compared by it."""
    found = figures.normalised_comprehensiveness
    return None if found is None else found.value
