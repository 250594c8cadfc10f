"""Commands about what a decision was learnt from: labels that may be wrong, training texts that pushed it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from engine.api.explaining.influence import (
    FindInfluences,
    FindLabelDoubts,
    Influence,
    Influences,
    InfluencesFound,
    LabelDoubt,
    LabelDoubtsFound,
)
from engine.api.project import Project
from engine.api.results import Explanation
from engine.api.wording_influence import influence_words
from engine.cli_output import Console, user_language
from engine.commands.arguments import Json, ProjectPath, RunId, new_group

app = new_group()

_SHOWN_CHARACTERS = 100


@app.command()
def doubts(
    project: ProjectPath,
    run: RunId,
    most: Annotated[int, typer.Option(min=1, help="How many texts to list, at most.")] = 200,
    json: Json = False,
) -> None:
    """List labelled texts whose label may be wrong, the most doubtful first."""
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, FindLabelDoubts(run=run, most=most))
        assert isinstance(found, LabelDoubtsFound)
        result: dict[str, Any] = msgspec.to_builtins(found)
        del result["type"]
        tagging = opened.task == "tagging"
        words = influence_words("word_doubts" if tagging else "doubts", user_language())
        lines = [words.format(expected=round(found.expected), texts=found.texts)]
        lines += [_doubt_line(each) for each in found.doubts]
        for each in result["doubts"]:
            if each["span"] is None:  # only tagged words have one
                del each["span"]
        console.result(result, "\n".join(lines))


def _doubt_line(found: LabelDoubt) -> str:
    words = "" if found.span is None else f"{found.text[slice(*found.span)]}: "
    change = f"{words}{found.label} -> {found.suggested}"
    return f"{found.doubt:.2f}  {found.document}  {change}  {_short(found.text)}"


def influences_of(console: Console, project: Project, explanation: Explanation, count: int) -> Influences:
    """Ask for the training texts behind the decision that an explanation is of."""
    request = FindInfluences(run=explanation.run, text=explanation.text, span=explanation.span, count=count)
    found = console.run(project, request)
    assert isinstance(found, InfluencesFound)
    return found.influences


def influences_object(found: Influences) -> dict[str, Any]:
    """The influences as the shell's contract names them; ``push`` is a part of all pushes, > 0 for the label."""
    result: dict[str, Any] = msgspec.to_builtins(found)
    del result["text"], result["run"]
    if found.span is None:  # only tagged words have words of their own
        del result["span"]
        for each in (*result["pushes"], *result["neighbours"]):
            del each["words"]
    return result


def influences_words(found: Influences, language: str) -> str:
    """The same for a reader."""
    lines = [
        influence_words("pushes", language).format(label=found.label, texts=found.training_texts),
        *(f"{i.push:+.2%}  {_line(i)}" for i in found.pushes),
        influence_words("neighbours", language),
        *(f"{i.likeness:.3f}  {_line(i)}" for i in found.neighbours),
        influence_words("checkpoints", language).format(count=found.checkpoints),
    ]
    if found.edited:
        lines.append(influence_words("edited", language))
    return "\n".join(lines)


def _line(found: Influence) -> str:
    words = ", ".join(f"{found.text[each.start : each.end]} ({each.label})" for each in found.words)
    return f"{found.document}  {words or found.label}  {_short(found.text)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARACTERS else line[: _SHOWN_CHARACTERS - 1] + "…"
