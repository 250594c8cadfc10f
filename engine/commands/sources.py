"""Commands about what one can train with: the methods, and the source models here and on the hub."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from engine.api import catalog
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import (
    AddSource,
    DownloadSource,
    HubSearched,
    ListSources,
    MeasureSource,
    RemoveSource,
    SearchHub,
    SourceDownloaded,
    SourceMeasured,
    SourcesListed,
)
from engine.api.results_transfer import HubModel, SourceInfo
from engine.api.tasks import TASKS
from engine.api.wording import method_words, option_words, problem_words
from engine.cli_output import Console, user_language
from engine.commands.arguments import Json, new_group

app = new_group()


@app.command()
def methods(
    task: Annotated[str, typer.Option(help="Only those that learn it: " + ", ".join(TASKS) + ".")] = "",
    json: Json = False,
) -> None:
    """List the transfer methods with what they do, when to take them, and their options."""
    if task and task not in TASKS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="--task", value=task, valid=", ".join(TASKS))
    found = catalog.methods_for(task) if task else catalog.METHODS
    words = [method_words(each.id, user_language()) for each in found]
    lines = [
        f"{method.id:14} {each.name}: {each.sentence} {each.when}"
        for method, each in zip(found, words, strict=True)
    ]
    with Console(json) as console:
        console.result({"methods": [_method_object(each) for each in found]}, "\n".join(lines))


def _method_object(method: catalog.Method) -> dict[str, Any]:
    language = user_language()
    words = method_words(method.id, language)
    options = []
    for option in method.options:
        said = option_words(option.id, language)
        options.append({**msgspec.to_builtins(option), "name": said.label, "what": said.help})
    return {
        "id": method.id,
        "name": words.name,
        "what": words.sentence,
        "when": words.when,
        "cost": method.cost,
        "tasks": list(method.tasks),
        "options": options,
    }


@app.command()
def sources(
    search: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Ask the model hub for encoders (uses the network).")
    ] = None,
    download: Annotated[
        str | None, typer.Option(metavar="ID", help="Fetch a model from the hub (uses the network).")
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Time a source model, or a model folder, on this machine."),
    ] = None,
    add: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Put a model folder on the list, after checking it.")
    ] = None,
    remove: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Delete a downloaded model, or take a folder off the list (the folder stays)."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List the source models on this machine, or search the hub, download a model, time, add or remove one."""
    if sum(each is not None for each in (search, download, measure, add, remove)) > 1:
        raise typer.BadParameter("give one of --search, --download, --measure, --add, --remove")
    from engine.dispatch import source_work

    with Console(json) as console:
        if search is not None:
            searched = console.follow(source_work(SearchHub(search)))
            assert isinstance(searched, HubSearched)
            lines = [_hub_line(each) for each in searched.models]
            console.result({"models": msgspec.to_builtins(searched.models)}, "\n".join(lines))
        elif download is not None or measure is not None:
            request = DownloadSource(download) if download is not None else MeasureSource(measure or "")
            done = console.follow(source_work(request))
            assert isinstance(done, SourceDownloaded | SourceMeasured)
            console.result({"source": msgspec.to_builtins(done.source)}, _source_line(done.source))
        else:
            listed = console.follow(source_work(_list_request(add, remove)))
            assert isinstance(listed, SourcesListed)
            lines = [_source_line(each) for each in listed.sources]
            console.result({"sources": msgspec.to_builtins(listed.sources)}, "\n".join(lines))


def _list_request(add: str | None, remove: str | None) -> ListSources | AddSource | RemoveSource:
    """What is answered by the list of what is installed then."""
    if add is not None:
        return AddSource(add)
    return ListSources() if remove is None else RemoveSource(remove)


def _source_line(info: SourceInfo) -> str:
    if info.problem:
        return f"{info.id}  {problem_words(info, user_language())[0]}"
    speed = f"{info.texts_per_second:,.0f} texts/s" if info.texts_per_second else ""
    facts = (
        info.family,
        f"{info.layers} layers",
        f"{info.parameters / 1e6:,.1f} M parameters",
        f"{info.size_bytes / 1e6:,.0f} MB",
        info.languages,
        info.licence,
        speed,
    )
    return f"{info.id:24} " + " · ".join(fact for fact in facts if fact)


def _hub_line(model: HubModel) -> str:
    if model.problem:
        return f"{model.id:48} {problem_words(model, user_language())[0]}"
    size = f"{model.size_bytes / 1e6:,.0f} MB" if model.size_bytes else ""
    facts = (model.family, size, model.languages, model.licence, f"{model.downloads:,} downloads")
    return f"{model.id:48} " + " · ".join(fact for fact in facts if fact)
