"""A model hub's catalogue: search it, and see what a model holds before anything is fetched.

The API is that of huggingface.co (``/api/models``), which its mirrors speak too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import HubSearched
from engine.api.results_transfer import HubModel
from engine.models.hub_connection import ask, hub
from engine.models.installed import shown_languages
from engine.models.places import is_hub_id
from engine.models.source import CONFIG, FAMILIES, WEIGHTS
from engine.progress import Work

# nothing else of a model is ever fetched
TOKENIZER_PARTS = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
)
FETCHED = (CONFIG, "README.md", *TOKENIZER_PARTS, WEIGHTS)
# sentencepiece files alone would need a library that is not installed
_ENOUGH_TOKENIZER = ("tokenizer.json", "vocab.txt", "vocab.json")
_MOST_FOUND = 30
_EXPANDED = ("cardData", "config", "downloads", "gated", "safetensors", "siblings", "tags")
_BYTES = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2}


@dataclass(frozen=True)
class HubFile:
    """``sha256`` is known of large files, ``blob`` (git's sha1 of header and content) of small ones, else ''."""

    name: str
    size: int
    sha256: str
    blob: str


@dataclass(frozen=True)
class HubDetails:
    """A model at one ``revision`` (commit); ``files`` are those that would be fetched."""

    model: HubModel
    revision: str
    files: tuple[HubFile, ...]


def search(words: str) -> Work[HubSearched]:
    """Models with safetensors that fit the words, those that can be used here first, then by downloads.

    A whole id is looked up as it is, so that one that cannot be used is told with its reason.

    Raises HUB_UNREACHABLE, HUB_REFUSED, HUB_BUSY, HUB_ANSWER.
    """
    words = words.strip()
    parameters = {
        "search": words,
        "filter": "safetensors",
        "sort": "downloads",
        "direction": -1,
        "limit": _MOST_FOUND,
        "expand": _EXPANDED,
    }
    found = yield from ask("models", parameters)
    if not isinstance(found, list):
        raise KnownError(ErrorKind.HUB_ANSWER, hub=hub(), detail="no list")
    models = [_model(each) for each in found if isinstance(each, dict) and is_hub_id(str(each.get("id", "")))]
    if "/" in words and is_hub_id(words) and words not in [model.id for model in models]:
        try:
            exact = yield from details(words)
        except KnownError as error:
            if error.kind not in (ErrorKind.HUB_UNKNOWN, ErrorKind.HUB_REFUSED):
                raise
        else:
            models.insert(0, exact.model)
    return HubSearched(tuple(sorted(models, key=lambda model: bool(model.problem))))


def details(id: str) -> Work[HubDetails]:
    """A model's revision and files with their sizes and checksums. Raises what ``ask`` raises."""
    if not is_hub_id(id):
        raise KnownError(ErrorKind.HUB_UNKNOWN, source=id)
    raw = yield from ask(f"models/{id}", {"blobs": "true"}, about=id)
    if not isinstance(raw, dict) or not isinstance(raw.get("sha"), str):
        raise KnownError(ErrorKind.HUB_ANSWER, hub=hub(), detail="no revision")
    files = tuple(_file(each) for each in _siblings(raw) if each["rfilename"] in FETCHED)
    model = _model({**raw, "id": id})
    size = sum(file.size for file in files)
    return HubDetails(
        HubModel(
            id=id,
            downloads=model.downloads,
            size_bytes=size,
            licence=model.licence,
            languages=model.languages,
            family=model.family,
            problem=model.problem,
        ),
        str(raw["sha"]),
        files,
    )


def _siblings(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = raw.get("siblings")
    return [each for each in found or () if isinstance(each, dict) and isinstance(each.get("rfilename"), str)]


def _file(raw: Mapping[str, Any]) -> HubFile:
    large = raw.get("lfs")
    large = large if isinstance(large, dict) else {}
    size = large.get("size", raw.get("size"))
    return HubFile(
        name=str(raw["rfilename"]),
        size=size if isinstance(size, int) else 0,
        sha256=str(large.get("sha256") or ""),
        blob="" if large else str(raw.get("blobId") or ""),
    )


def _model(raw: Mapping[str, Any]) -> HubModel:
    card, config = _dict(raw, "cardData"), _dict(raw, "config")
    names = [each["rfilename"] for each in _siblings(raw)]
    counts = _dict(_dict(raw, "safetensors"), "parameters")
    downloads = raw.get("downloads")
    return HubModel(
        id=str(raw["id"]),
        downloads=downloads if isinstance(downloads, int) else 0,
        size_bytes=sum(_BYTES.get(kind, 1) * n for kind, n in counts.items() if isinstance(n, int)),
        licence=_words(card.get("license")),
        languages=_words(card.get("language")),
        family=str(config.get("model_type") or ""),
        problem=_problem(raw, config, names),
    )


def _problem(raw: Mapping[str, Any], config: Mapping[str, Any], names: list[str]) -> str:
    """An error kind where the model could not be used here, else ''."""
    tags = raw.get("tags")
    if "auto_map" in config or (isinstance(tags, list) and "custom_code" in tags):
        return ErrorKind.MODEL_REMOTE_CODE
    if CONFIG not in names:
        return ErrorKind.MODEL_NO_CONFIG
    if config.get("model_type") not in FAMILIES:
        return ErrorKind.MODEL_FAMILY
    if WEIGHTS not in names:
        pickled = any(name.endswith((".bin", ".pt", ".pth", ".ckpt")) for name in names)
        return ErrorKind.MODEL_PICKLED if pickled else ErrorKind.MODEL_NO_WEIGHTS
    if not set(_ENOUGH_TOKENIZER) & set(names):
        return ErrorKind.MODEL_NO_TOKENIZER
    return ErrorKind.HUB_REFUSED if raw.get("gated") else ""


def _dict(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = raw.get(key)
    return found if isinstance(found, dict) else {}


def _words(said: object) -> str:
    values = said if isinstance(said, list) else [said]
    return shown_languages([value for value in values if isinstance(value, str) and value])
