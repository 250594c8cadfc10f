"""Commands about runs as a whole: comparing, robustness, training again, and what the user notes of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.api.messages_transfer import (
    CompareRuns,
    MeasureRobustness,
    RobustnessMeasured,
    RunsCompared,
    TrainAgain,
    TrainedAgain,
)
from engine.api.project import Project
from engine.api.results import Interval
from engine.api.results_transfer import Comparison, Robustness
from engine.cli_output import Console, interval_object, run_object
from engine.commands.arguments import Json, ProjectPath, RunId, new_group

app = new_group()


@app.command()
def compare(
    project: ProjectPath,
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="Two runs' ids or more.")],
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "test",
    json: Json = False,
) -> None:
    """Are the other runs better than the first? On the same texts, by paired bootstrap and McNemar's test."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, CompareRuns(runs=tuple(runs), split=split))
        assert isinstance(found, RunsCompared)
        each = [_comparison_object(comparison) for comparison in found.comparisons]
        # of two runs the one comparison; of more the first run's with each of the others
        result: dict[str, Any] = {**each[0], "spreads": [msgspec.to_builtins(s) for s in found.spreads]}
        if len(each) > 1:
            result["comparisons"] = each
        lines = [_comparison_words(comparison) for comparison in found.comparisons]
        lines += [
            f"{s.figure} over {len(s.runs)} seeds: {s.mean:.3f}, SD {s.deviation:.3f} ({', '.join(s.runs)})"
            for s in found.spreads
        ]
        console.result(result, "\n".join(lines))


@app.command()
def robustness(
    project: ProjectPath,
    run: RunId,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            help="A table of difficult texts with labels, or a CoNLL file of tagged words; as often as you like."
        ),
    ] = None,
    texts: Annotated[int, typer.Option(min=1, help="How many texts to test on, at most.")] = 1000,
    json: Json = False,
) -> None:
    """The run's figure under typos, other case, word swaps and deletion, and on files of difficult texts.

    Files that were measured before keep their lines.
    """
    files = tuple(str(path.absolute()) for path in file or ())
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, MeasureRobustness(run=run, files=files, texts=texts))
        assert isinstance(found, RobustnessMeasured)
        measured = found.robustness
        result: dict[str, Any] = {line.kind: interval_object(line.figure) for line in measured.lines}
        result["flipped"] = {line.kind: line.flipped for line in measured.lines if line.flipped is not None}
        result["figure"] = measured.figure
        result["split"] = measured.split
        result["rows"] = {line.kind: line.rows for line in measured.lines}
        result["measured_at"] = {line.kind: line.measured_at for line in measured.lines if line.measured_at}
        console.result(result, _robustness_words(measured))


@app.command()
def retrain(project: ProjectPath, run: RunId, json: Json = False) -> None:
    """Train a run again from its record and say whether the weights are the same."""
    with Project.open(project) as opened, Console(json) as console:
        opened.mend_runs()
        found = console.run(opened, TrainAgain(run))
        assert isinstance(found, TrainedAgain)
        result = {"run": found.run, "same": found.same, "model_hash": found.model_hash}
        words = "the same weights as" if found.same else "other weights than"
        console.result(result, f"{found.run}: {words} {found.first}")


@app.command("run")
def run_(
    project: ProjectPath,
    run: RunId,
    name: Annotated[str | None, typer.Option(help="Give it this name; '' takes it away.")] = None,
    note: Annotated[str | None, typer.Option(help="Note this beside it; '' takes it away.")] = None,
    star: Annotated[
        bool | None, typer.Option("--star/--no-star", help="Star it, or take the star away.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Take it out of the project.")] = False,
    json: Json = False,
) -> None:
    """Show a run; name, note, star or delete it."""
    with Project.open(project) as opened, Console(json) as console:
        found = opened.runs.get(run)
        with opened.transaction():
            if name is not None:
                opened.runs.rename(run, name)
            if note is not None:
                opened.runs.set_note(run, note)
            if star is not None:
                opened.runs.star(run, star)
            if delete:
                opened.runs.delete(run)
        if delete:
            console.result({"run": run, "deleted": True}, f"{run}: deleted")
            return
        found = opened.runs.get(run)
        star_word = "  starred" if found.starred else ""
        shown = {**run_object(found), "note": found.note, "starred": found.starred}
        console.result(shown, f"{found.id}  {found.state}  {found.name}{star_word}\n{found.note}".strip())


def _comparison_object(found: Comparison) -> dict[str, Any]:
    """A comparison as the shell's contract names it; differences are second - first."""
    result: dict[str, Any] = msgspec.to_builtins(found)
    result["difference"] = interval_object(found.difference)
    return result


def _comparison_words(found: Comparison) -> str:
    settle = (
        "" if found.texts_to_settle is None else f"; about {found.texts_to_settle} more texts would settle it"
    )
    return (
        f"{found.second} - {found.first}, {found.figure}: {_plain(found.difference, sign=True)} on {found.rows} texts;"
        f" better with {found.probability_better:.0%}; McNemar p {found.mcnemar_p:.3g}{settle}"
    )


def _robustness_words(measured: Robustness) -> str:
    lines = [f"{measured.figure} on {measured.split} texts"]
    for line in measured.lines:
        changed = f"  {line.flipped:.1%} of the answers changed" if line.flipped else ""
        when = f"  measured {line.measured_at[:10]}" if line.measured_at else ""
        lines.append(f"{line.kind:12} {_plain(line.figure)}  {line.rows} texts{changed}{when}")
    return "\n".join(lines)


def _plain(interval: Interval, sign: bool = False) -> str:
    form = "+.3f" if sign else ".3f"
    return f"{interval.value:{form}} [{interval.low:{form}}, {interval.high:{form}}]"
