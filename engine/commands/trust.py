"""Commands about trust: what can explain a run, how faithfully, and whether the explanations depend on its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.api.catalog import EXPLAINERS, Explainer, explainer_of, explainers_for
from engine.api.errors import ErrorKind, ErrorReport, Value
from engine.api.explaining.trust import (
    ExplainerRank,
    ExplainerRanking,
    ExplainersRanked,
    RankExplainers,
    ScrambleWeights,
    Seal,
    WeightsScrambled,
)
from engine.api.project import Project
from engine.api.wording import error_words, explainer_words
from engine.api.wording_explaining import ranking_words, scramble_words, seal_sentences, seal_words
from engine.cli_output import Console, interval_object, user_language
from engine.commands.arguments import Json, ProjectPath, RunId, new_group

app = new_group()


@app.command()
def explainers(
    project: Annotated[
        Path | None, typer.Argument(metavar="[PROJECT", help="The project folder (Name.lexplain).")
    ] = None,
    run: Annotated[str, typer.Argument(metavar="RUN]", help="A run's id, as `runs` lists it.")] = "",
    measure: Annotated[
        bool,
        typer.Option("--measure", help="Test them on validation texts now and choose the run's defaults."),
    ] = False,
    texts: Annotated[int, typer.Option(min=1, help="How many texts to test on.")] = 60,
    seconds: Annotated[float, typer.Option(min=1, help="About how long it may take.")] = 60.0,
    json: Json = False,
) -> None:
    """List the explainers; of a run, how faithful each is to its model, as measured."""
    if (project is None) != (not run) or (measure and project is None):
        raise typer.BadParameter("give a project and a run, or neither")
    if project is None:
        with Console(json) as console:
            found = [_explainer_object(row) for row in EXPLAINERS]
            console.result({"explainers": found}, "\n".join(_explainer_line(row) for row in EXPLAINERS))
        return
    with Project.open(project) as opened, Console(json) as console:
        ids = explainers_for(opened.runs.get(run).model_method, opened.task)
        rows = [explainer_of(id) for id in ids]
        if measure:
            measured = console.run(opened, RankExplainers(run=run, texts=texts, seconds=seconds))
            assert isinstance(measured, ExplainersRanked)
        ranking = opened.explaining.finding(run, ExplainerRanking)
        result: dict[str, Any] = {"run": run, "explainers": [_explainer_object(row) for row in rows]}
        result["ranking"] = None if ranking is None else ranking_object(ranking)
        lines = [_explainer_line(row) for row in rows]
        if ranking is not None:
            lines += ["", *(_rank_line(each) for each in ranking.ranks)]
            random = ranking.random
            lines.append(f"{'random':22} {random.comprehensiveness:.3f}  {random.sufficiency:.3f}")
            lines.append(ranking_words(ranking, user_language()))
        console.result(result, "\n".join(lines))


@app.command()
def scramble(
    project: ProjectPath,
    run: RunId,
    method: Annotated[str, typer.Option(help="The explainer; none: the run's default.")] = "",
    texts: Annotated[int, typer.Option(min=1, help="How many texts to explain.")] = 20,
    json: Json = False,
) -> None:
    """Randomise the run's layers from the top in a copy and explain again: the explanation must dissolve."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, ScrambleWeights(run=run, method=method, texts=texts))
        assert isinstance(found, WeightsScrambled)
        check = found.check
        lines = [f"{step.layers:3} {step.likeness:.3f}" for step in check.steps]
        lines.append(scramble_words(check, user_language()))
        console.result(msgspec.to_builtins(check), "\n".join(lines))


def seal_object(seal: Seal) -> dict[str, Any]:
    """A seal as the shell's contract names it, with its words."""
    language = user_language()
    found: dict[str, Any] = msgspec.to_builtins(seal)
    del found["explanation"]
    return {
        "colour": seal.colour,
        "sentence": seal_sentences(seal, language)[0],
        "words": seal_words(seal, language),
        **found,
    }


def ranking_object(ranking: ExplainerRanking) -> dict[str, Any]:
    """A ranking as the shell's contract names it."""
    found: dict[str, Any] = msgspec.to_builtins(ranking)
    for each, rank in zip(found["ranks"], ranking.ranks, strict=True):
        for name in ("gain", "comprehensiveness", "sufficiency"):
            each[name] = interval_object(getattr(rank, name))
    return {**found, "sentence": ranking_words(ranking, user_language())}


def _explainer_object(row: Explainer) -> dict[str, Any]:
    words = explainer_words(row.id, user_language())
    return {
        "id": row.id,
        "name": words.name,
        "what": words.sentence,
        "cost": row.cost,
        "reads": row.reads,
        "signed": row.signed,
        "complete": row.complete,
        "deterministic": not row.seeded,
        "seeded": row.seeded,
        "view": row.view,
    }


def _explainer_line(row: Explainer) -> str:
    words = explainer_words(row.id, user_language())
    facts = (
        f"cost {row.cost}",
        "signed" if row.signed else "unsigned",
        "seeded" if row.seeded else "deterministic",
        "complete" if row.complete else "",
        "a view, no explanation" if row.view else "",
    )
    return f"{row.id:22} {' · '.join(fact for fact in facts if fact)}\n{'':22} {words.name}: {words.sentence}"


def _rank_line(rank: ExplainerRank) -> str:
    if rank.problem:
        values: dict[str, Value] = {"family": "?", "function": "?"}
        return f"{rank.method:22} {error_words(ErrorReport(ErrorKind(rank.problem), values), user_language())[0]}"
    speed = f"{rank.milliseconds_per_text:.0f} ms a text"
    if not rank.texts:
        return f"{rank.method:22} not tested: too slow for the time"
    both = "  ".join(f"{each.value:.3f}" for each in (rank.comprehensiveness, rank.sufficiency))
    gain = f"{rank.gain.value:+.3f} [{rank.gain.low:+.3f}, {rank.gain.high:+.3f}]"
    return f"{rank.method:22} {both}  {gain}  {rank.texts} texts  {speed}"
