"""Commands that choose a method: the recommendation and the race."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from engine.api.messages_transfer import Entrant, Race, Raced, Recommend, Recommended
from engine.api.project import Project
from engine.api.race_rule import within
from engine.api.results_transfer import Ranked
from engine.api.wording import reason_words
from engine.cli_output import Console, interval_object, user_language
from engine.commands.arguments import Json, ProjectPath, new_group

app = new_group()


@app.command()
def recommend(
    project: ProjectPath,
    seconds: Annotated[float, typer.Option(min=5, help="How long the probe may take.")] = 60.0,
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="The minutes you have: what takes longer is ranked last.")
    ] = None,
    json: Json = False,
) -> None:
    """Which method? A short probe on your texts ranks them by the figure they are expected to reach."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, Recommend(seconds=seconds))
        assert isinstance(found, Recommended)
        it = found.recommendation
        it = msgspec.structs.replace(it, ranking=within(it.ranking, minutes))
        result: dict[str, Any] = msgspec.to_builtins(it)
        result["ranking"] = [_ranked_object(each, it.figure) for each in it.ranking]
        lines = [
            f"{each.method:14} {each.expected.value:.3f} [{each.expected.low:.3f}, {each.expected.high:.3f}]"
            f"  {each.minutes:6.1f} min  {_why(each)}"
            for each in it.ranking
        ]
        console.result(result, "\n".join(lines))


@app.command()
def race(
    project: ProjectPath,
    methods: Annotated[
        str,
        typer.Option(
            help="Method ids, separated by commas, each with @SOURCE for another source model than the default;"
            " none: the probe's best."
        ),
    ] = "",
    minutes: Annotated[float, typer.Option(min=0.1, help="The time budget of the whole race.")] = 30.0,
    race: Annotated[str, typer.Option(help="The name of a race to go on with.")] = "",
    json: Json = False,
) -> None:
    """Train several methods under a time budget and keep the smallest within one point of the best."""
    parts = [part.strip().partition("@") for part in methods.split(",") if part.strip()]
    wanted = tuple(Entrant(method, source) for method, _, source in parts)
    with Project.open(project) as opened, Console(json) as console:
        opened.mend_runs()
        found = console.run(opened, Race(entrants=wanted, minutes=minutes, race=race))
        assert isinstance(found, Raced)
        result = {
            "race": found.race,
            "runs": [
                {**msgspec.to_builtins(line), "figure": interval_object(line.figure)} for line in found.runs
            ],
            "kept": found.kept,
        }
        lines = [
            f"{line.run:20} {line.figure.value:.3f} [{line.figure.low:.3f}, {line.figure.high:.3f}]"
            f"  {line.size_bytes / 1e6:7.1f} MB  {line.milliseconds_per_text:7.2f} ms a text"
            for line in found.runs
        ]
        console.result(result, "\n".join([*lines, found.kept]))


def _ranked_object(each: Ranked, figure: str) -> dict[str, Any]:
    """``expected_macro_f1`` is there for the tasks that are judged by it, ``expected`` always."""
    expected = interval_object(each.expected)
    found = {
        "method": each.method,
        "source": each.source,
        "options": each.options,
        "expected": expected,
        "minutes": each.minutes,
        "why": _why(each),
    }
    return {**found, f"expected_{figure}": expected}


def _why(each: Ranked) -> str:
    return " ".join(reason_words(reason, user_language()) for reason in each.why)
