"""Commands about what would turn a decision: rules, and the smallest change for ``explain --smallest-change``."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from engine.api.explaining.change import (
    LEAST_PRECISION,
    Change,
    FindRules,
    FindSmallestChange,
    RulesFound,
    SmallestChange,
    SmallestChangeFound,
)
from engine.api.project import Project
from engine.api.results import Explanation
from engine.api.wording_change import rules_words
from engine.cli_output import Console, user_language
from engine.commands.arguments import Json, ProjectPath, RunId, new_group

app = new_group()


@app.command()
def rules(
    project: ProjectPath,
    run: RunId,
    label: Annotated[str, typer.Option(help="Rules for this label alone.")] = "",
    least_precision: Annotated[
        float, typer.Option(help="The share of a phrase's documents that must get the label.")
    ] = LEAST_PRECISION,
    json: Json = False,
) -> None:
    """Phrases after which a run nearly always gives a label, over the project's documents, with their exceptions."""
    request = FindRules(run=run, label=label, least_precision=least_precision)
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, RulesFound)
        console.result(msgspec.to_builtins(found.found), rules_words(found.found, user_language()))


def smallest_change_of(
    console: Console, project: Project, explanation: Explanation, target: str | None, rival: str | None
) -> SmallestChange:
    """What would turn the explained answer into the label that was asked for, else into any other."""
    asked = (target, rival) if explanation.task == "multi" else (rival, target)
    others = [name for name in asked if name and name != explanation.label and explanation.task != "score"]
    request = FindSmallestChange(
        run=explanation.run,
        text=explanation.text,
        rival=others[0] if others else "",
        span=explanation.span,
    )
    found = console.run(project, request)
    assert isinstance(found, SmallestChangeFound)
    return found.change


def change_object(found: SmallestChange) -> dict[str, Any]:
    """A smallest change as the shell's contract names it; spans are code points of the text."""
    return {
        "label": found.label,
        "probability": found.probability,
        "rival": found.rival,
        "span": found.span,
        "amount": found.amount,
        "removal": found.removal and _object(found, found.removal),
        "replacement": found.replacement and _object(found, found.replacement),
        "smallest": found.smallest,
        "asked": found.asked,
        "most_asked": found.most_asked,
        "seconds": found.seconds,
    }


def _object(found: SmallestChange, change: Change) -> dict[str, Any]:
    words: list[dict[str, Any]] = []
    for place, word in enumerate(change.words):
        start, end = found.words[word]
        words.append({"start": start, "end": end, "text": found.text[start:end]})
        if change.replacements:
            words[-1]["replacement"] = change.replacements[place]
    return {
        "words": words,
        "text": change.text,
        "label": change.label,
        "probability": change.probability,
        "verified": change.verified,
    }
