"""The source models on this machine as a list, with what their files say of them; adding and removing."""

from __future__ import annotations

import json
import os
import re
import shutil
from math import prod
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from engine.api.catalog import DEFAULT_SOURCE, SECOND_SOURCE
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import AddSource, RemoveSource, SourceMeasured, SourcesListed
from engine.api.results_transfer import SourceInfo
from engine.models.places import downloaded, forget, remembered
from engine.models.source import WEIGHTS, bundled, find, position_limit, read_config, verify
from engine.models.speed import measure_speed, remembered_speed
from engine.progress import Progressed, Work

_NAMES = {DEFAULT_SOURCE: "all-MiniLM-L6-v2", SECOND_SOURCE: "BERT-tiny"}
# (languages, licence) of bundled models whose folder has no README
_FACTS = {SECOND_SOURCE: ("en", "apache-2.0")}
_NO_LIMIT = 1_000_000  # what tokenizers without a limit of their own write instead
_LANGUAGES_SHOWN = 6


def list_sources() -> Work[SourcesListed]:
    """Every installed model: bundled, downloaded, then the user's folders. Faulty ones say what is wrong."""
    yield Progressed("read", 0, 1)
    return _listed()


def add_source(request: AddSource) -> Work[SourcesListed]:
    """Put a folder on the list. Raises what ``find`` raises."""
    yield Progressed("read", 0, 1)
    find(request.folder)
    return _listed()


def remove_source(request: RemoveSource) -> Work[SourcesListed]:
    """Delete a downloaded model, or forget a folder. Raises SOURCE_UNKNOWN where it is neither."""
    yield Progressed("read", 0, 1)
    if folder := downloaded().get(request.source):
        # renamed first: a deletion that is killed half-way must not leave half a model on the list
        gone = folder.with_name(f"{folder.name}.deleted")
        shutil.rmtree(gone, ignore_errors=True)
        os.replace(folder, gone)
        shutil.rmtree(gone, ignore_errors=True)
    elif (path := os.path.abspath(Path(request.source).expanduser())) in remembered():
        forget(Path(path))
    else:
        removable = [*downloaded(), *remembered()]
        raise KnownError(ErrorKind.SOURCE_UNKNOWN, source=request.source, valid=", ".join(removable))
    return _listed()


def measure_source(id: str) -> Work[SourceMeasured]:
    """Time a model on this machine. Raises what ``find`` raises."""
    source = find(id)
    yield from measure_speed(source)
    return SourceMeasured(describe(source.id, source.folder))


def installed() -> dict[str, Path]:
    """Folders of all that is on the list by id: bundled, downloaded, then the user's. They may be faulty or gone."""
    places = bundled() | downloaded()
    return places | {folder: Path(folder) for folder in remembered() if folder not in places}


def _listed() -> SourcesListed:
    return SourcesListed(tuple(describe(id, folder) for id, folder in installed().items()))


def describe(id: str, folder: Path) -> SourceInfo:
    """What is known of a model without loading it; ``problem`` is the error kind where it cannot be used."""
    problem = ""
    raw: dict[str, Any] = {}
    facts = {"layers": 0, "width": 0, "max_tokens": 0, "parameters": 0}
    try:
        raw = read_config(folder)
        config = verify(folder)
        facts = {
            "layers": int(config.num_hidden_layers),
            "width": int(config.hidden_size),
            "max_tokens": _max_tokens(folder, config.to_dict()),
            "parameters": _parameters(folder / WEIGHTS),
        }
    except KnownError as error:
        problem = error.kind
    languages, licence = _FACTS.get(id) or card_facts(folder)
    return SourceInfo(
        id=id,
        name=_NAMES.get(id) or (folder.name if id == str(folder) else id),
        folder=str(folder),
        family=str(raw.get("model_type", "")),
        size_bytes=_size(folder / WEIGHTS),
        languages=languages,
        licence=licence,
        texts_per_second=0.0 if problem else remembered_speed(folder),
        problem=problem,
        removable=id not in bundled(),
        **facts,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _parameters(weights: Path) -> int:
    """Counted from the header of the safetensors file. Raises MODEL_DAMAGED."""
    try:
        with safe_open(weights, "pt") as file:
            return sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
    except SafetensorError as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(weights)) from error


def _max_tokens(folder: Path, config: dict[str, Any]) -> int:
    limits = [position_limit(config)]
    try:
        said = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        limits.append(said.get("model_max_length"))
    except (OSError, ValueError, AttributeError):
        pass  # the tokenizer's own limit is not known without loading it
    known = [int(n) for n in limits if isinstance(n, (int, float)) and 0 < n < _NO_LIMIT]
    return min(known, default=0)


def card_facts(folder: Path) -> tuple[str, str]:
    """(languages, licence) as the front matter of README.md says, '' for what it does not say."""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return "", ""
    found = re.match(r"---\s*\n(.*?)\n---", text, re.DOTALL)
    if not found:
        return "", ""
    return shown_languages(_values(found[1], "language")), ", ".join(_values(found[1], "license")[:1])


def shown_languages(codes: list[str]) -> str:
    """``en, de``; of many the first ones and how many more."""
    more = len(codes) - _LANGUAGES_SHOWN
    return ", ".join(codes[:_LANGUAGES_SHOWN]) + (f" +{more}" if more > 0 else "")


def _values(matter: str, key: str) -> list[str]:
    """Values of a top-level key of front matter, in its three forms: ``key: a``, ``key: [a, b]``, lines of ``- a``."""
    found = re.search(rf"^{key}:[ \t]*(.*)((?:\n[ \t]*-[ \t]+.*)*)", matter, re.MULTILINE)
    if not found:
        return []
    parts = found[1].strip().strip("[]").split(",") + re.findall(r"-[ \t]+(.*)", found[2])
    return [word for part in parts if (word := part.strip().strip("'\""))]
