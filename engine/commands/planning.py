"""Commands that look ahead before a training: what it would take, and what it would do to the texts."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from engine.api import catalog
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import Forecasted, ForecastTraining
from engine.api.messages_transfer import PreparationPreviewed, PreviewPreparation
from engine.api.project import Project
from engine.api.results import Forecast
from engine.api.results_transfer import PreparedText
from engine.cli_output import Console
from engine.commands.arguments import Json, Options, ProjectPath, new_group, parsed_options

app = new_group()

_CHANGING = ("cleaning", "augment", "augment_share")  # the options that change texts


@app.command()
def forecast(
    project: ProjectPath,
    method: Annotated[
        str, typer.Option(help="The transfer method: " + ", ".join(m.id for m in catalog.METHODS))
    ],
    source: Annotated[str, typer.Option(help="The source model: an id or a local model folder.")] = "",
    option: Options = None,
    json: Json = False,
) -> None:
    """What a training would take here, measured on a few real steps; fails as the training would."""
    request = ForecastTraining(method=method, source=source, options=parsed_options(option))
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, Forecasted)
        console.result(msgspec.to_builtins(found.forecast), _forecast_words(found.forecast))


@app.command()
def preview(
    project: ProjectPath,
    option: Annotated[
        list[str] | None, typer.Option(help="cleaning=..., augment=..., augment_share=... as for `train`.")
    ] = None,
    source: Annotated[str, typer.Option(help="The source model that gives the synonyms.")] = "",
    texts: Annotated[int, typer.Option(min=1, help="How many texts to show, of all steps together.")] = 20,
    json: Json = False,
) -> None:
    """What cleaning and augmentation would do to the project's texts, before and after; nothing is changed."""
    options = parsed_options(option)
    for name in options:
        if name not in _CHANGING:
            valid = ", ".join(_CHANGING)
            raise KnownError(ErrorKind.OPTION_VALUE, option="--option", value=name, valid=valid)
    if not (options.get("cleaning") or options.get("augment")):
        raise typer.BadParameter("give --option cleaning=... or --option augment=...")
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, PreviewPreparation(source=source, options=options, texts=texts))
        assert isinstance(found, PreparationPreviewed)
        console.result({"texts": msgspec.to_builtins(found.texts)}, _preview_words(found.texts))


def _forecast_words(found: Forecast) -> str:
    lines = [
        f"about {found.seconds:,.1f} s, {found.memory_bytes / 1e9:.1f} GB, on {found.device} in {found.precision}",
        f"{found.train_texts:,} texts to learn from, {found.validation_texts:,} to choose by,"
        f" {found.test_texts:,} to judge by; {found.labels:,} labels",
    ]
    if found.max_tokens:
        lines.append(f"reads {found.max_tokens} tokens a text; {found.share_cut:.1%} of the texts are cut")
    return "\n".join(lines)


def _preview_words(texts: tuple[PreparedText, ...]) -> str:
    if not texts:
        return "nothing would change in the texts that were looked at"
    lines = []
    step = ""
    for each in texts:
        if each.step != step:
            step = each.step
            lines.append(step)
        lines += [f"- {_one_line(each.before)}", f"+ {_one_line(each.after)}"]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """White space is what some steps change, so that only ends of lines are written otherwise."""
    return text.replace("\r", "\\r").replace("\n", "\\n")
