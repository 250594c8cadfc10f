"""Commands of evidence packs: write explanations as a file to hand on, and check such a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.api.explaining.pack import PACK_FORMATS, Pack, PackVerified, PackWritten, VerifyPack, WritePack
from engine.api.project import DATABASE, Project
from engine.cli_output import Console, user_language
from engine.commands.arguments import BASELINE_HELP, Json, ProjectPath, RunId, new_group

app = new_group()


@app.command()
def pack(
    project: ProjectPath,
    run: RunId,
    out: Annotated[Path, typer.Option(help="FILE with one of the endings: " + ", ".join(PACK_FORMATS) + ".")],
    documents: Annotated[str, typer.Option(help="Document ids, separated by commas, or: all.")] = "",
    text: Annotated[list[str] | None, typer.Option(help="A text to explain; as often as you like.")] = None,
    method: Annotated[str, typer.Option(help="The explainer.")] = "",
    baseline: Annotated[str, typer.Option(help=BASELINE_HELP)] = "",
    seals: Annotated[bool, typer.Option(help="Test each explanation for trust.")] = True,
    json: Json = False,
) -> None:
    """Write explanations with their provenance, as evidence that can be checked."""
    everything = documents.strip() == "all"
    request = WritePack(
        run=run,
        out=str(out.absolute()),
        documents=() if everything else _ids(documents),
        texts=tuple(text or ()),
        everything=everything,
        method=method,
        baseline=baseline,
        seals=seals,
        language=user_language(),
    )
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, PackWritten)
        more = f" (the first of {found.files} pictures)" if found.files > 1 else ""
        console.result(msgspec.to_builtins(found), f"{found.explanations}: {found.out}{more}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="PACK", help="A pack: HTML, PDF, PNG, SVG or JSON.")],
    project: Annotated[
        Path | None, typer.Option(help="The project whose run made it; by default the one that it lies in.")
    ] = None,
    json: Json = False,
) -> None:
    """Was a pack changed, and does the model still decide and explain the same? Ends with code 2 where not."""
    home = project or _home(file.absolute())
    with Console(json) as console:
        if home is None:
            from engine.pack.reading import read_pack
            from engine.pack.verifying import is_whole

            read = read_pack(file)
            whole = is_whole(read)
            result = {"whole": whole, "recomputed": False, "run": read.run, "created_at": read.created_at}
            console.result(result, _whole_words(whole, read))
            same = whole
        else:
            with Project.open(home) as opened:
                found = console.run(opened, VerifyPack(str(file.absolute())))
            assert isinstance(found, PackVerified)
            same = found.whole and found.same == len(found.checks)
            built: dict[str, Any] = msgspec.to_builtins(found)
            console.result({**built, "recomputed": True}, _words(found))
    if not same:
        raise typer.Exit(2)


def _ids(given: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in given.split(",") if part.strip())
    except ValueError:
        raise typer.BadParameter(f"--documents takes numbers separated by commas, not {given!r}") from None


def _home(file: Path) -> Path | None:
    """The project folder that a file lies in."""
    return next((folder for folder in file.parents if (folder / DATABASE).is_file()), None)


def _whole_words(whole: bool, pack: Pack) -> str:
    state = "unchanged" if whole else "CHANGED since it was written"
    return f"{state}; {len(pack.items)} explanations of {pack.run}; give --project to compute them again"


def _words(found: PackVerified) -> str:
    state = "unchanged" if found.whole else "CHANGED since it was written"
    model = "the same model" if found.model_same else "ANOTHER model"
    lines = [
        f"{state}; {model}; {found.same} of {len(found.checks)} explanations are the same"
        f" (largest difference {found.largest_difference:.2g})"
    ]
    lines += [f"{check.item}: {check.problem}" for check in found.checks if check.problem]
    lines += [
        f"{check.item}: not the same: {', '.join(check.differs)}" for check in found.checks if check.differs
    ]
    return "\n".join(lines)
