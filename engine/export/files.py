"""Files that several formats hold: the tokenizer, and modules of ours that work without us."""

from __future__ import annotations

import importlib
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from tokenizers import Tokenizer

from engine.api.catalog_methods import CLEANINGS
from engine.export.capture import NetworkModel, networks
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.run_model import AnyTaggingModel, BagOfWords, RunModel

TOKENIZER = "tokenizer.json"

# modules of ours that read texts, word for word the same; what they import from us is written in
_ENTITY = "class Entity(NamedTuple):\n    start: int\n    end: int\n    label: str\n"
_PARTS: dict[str, tuple[str, dict[str, str]]] = {
    "ngrams": ("engine.models.ngrams", {"from engine.api.words import ": "from words import "}),
    "word_features": ("engine.models.word_features", {}),
    "cleaning": (
        "engine.data.cleaning",
        {
            "from engine.api.catalog_methods import CLEANINGS\n": f"CLEANINGS = {tuple(CLEANINGS)!r}\n",
            "from engine.api.pairs import ": "from pairs import ",
        },
    ),
    "pairs": ("engine.api.pairs", {}),
    "entities": (
        "engine.data.entities",
        {
            "from engine.api.results import Entity\n": "from words import Entity\n",
            "from engine.api.words import ": "from words import ",
        },
    ),
    "words": (
        "engine.api.words",
        {"from engine.api.results import Entity\n": f"from typing import NamedTuple\n\n\n{_ENTITY}\n"},
    ),
}


def write_tokenizer(model: NetworkModel, folder: Path) -> None:
    """``tokenizer.json`` for the tokenizers library, without a length of its own: whoever reads cuts or windows."""
    tokenizer = Tokenizer.from_str(model.tokenizer.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / TOKENIZER))


def write_parts(model: RunModel, folder: Path) -> None:
    """The modules that whoever reads texts for ``model`` needs."""
    wanted = {
        "pairs": True,
        "ngrams": isinstance(model, LinearModel),
        "word_features": isinstance(model, LinearTaggingModel),
        "cleaning": bool(cleaning_of(model)),
        "entities": isinstance(model, AnyTaggingModel),
        "words": isinstance(model, AnyTaggingModel | LinearModel),
    }
    for name in (name for name, needed in wanted.items() if needed):
        (folder / f"{name}.py").write_text(_standalone(name), encoding="utf-8")


def cleaning_of(model: RunModel) -> tuple[str, ...]:
    """The steps that change a text before any part of ``model`` reads it."""
    if isinstance(model, BagOfWords):
        return model.cleaning
    return tuple(dict.fromkeys(step for network in networks(model) for step in network.tokenizer.cleaning))


def part(name: str) -> ModuleType:
    """The module of ours that the written one is a copy of."""
    return importlib.import_module(_PARTS[name][0])


def _standalone(name: str) -> str:
    module, replacements = _PARTS[name]
    package, _, file = module.rpartition(".")
    source = files(package).joinpath(f"{file}.py").read_text(encoding="utf-8")
    for ours, theirs in replacements.items():
        source = source.replace(ours, theirs)
    if "import engine" in source or "from engine" in source:
        raise AssertionError(f"{module} imports more of engine than an export knows of")
    return source
