"""Requests and results about methods, runs as a whole, and source models; part of the contract in ``messages``."""

from __future__ import annotations

import msgspec

from engine.api.errors import OptionValue
from engine.api.results_transfer import (
    Comparison,
    HubModel,
    PreparedText,
    RaceLine,
    Recommendation,
    Robustness,
    SourceInfo,
    Spread,
)


class CompareRuns(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Every run against the first, on the rows of a split that all of them have judged."""

    runs: tuple[str, ...]
    split: str = "test"


class TrainAgain(msgspec.Struct, frozen=True, tag=True):
    """Train a finished run once more from its record, as a new run, and see whether the weights are the same."""

    run: str


class MeasureRobustness(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The main figure under typos, case, word swaps and deletion, and on files of challenging texts (text, label)."""

    run: str
    files: tuple[str, ...] = ()
    texts: int = 1000


class ExportModel(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``format``: huggingface, onnx, onnx-int8, torchscript or runner; ``out`` is a folder, new or empty."""

    run: str
    format: str
    out: str


class Recommend(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Which method? A probe of at most ``seconds``."""

    seconds: float = 60.0


class Entrant(msgspec.Struct, frozen=True):
    """A method in a race. ``source`` '' is the default one; ``options`` are those that differ from the catalog's."""

    method: str
    source: str = ""
    options: dict[str, OptionValue] = msgspec.field(default_factory=dict)


class Race(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Train methods one after the other within ``minutes``; no entrants: those that the probe ranks highest.

    ``race`` names it, so that an interrupted one goes on; '' makes a new one.
    """

    entrants: tuple[Entrant, ...] = ()
    minutes: float = 30.0
    race: str = ""


class ListSources(msgspec.Struct, frozen=True, tag=True):
    """The source models on this machine."""


class AddSource(msgspec.Struct, frozen=True, tag=True):
    """Put a model folder of the user's on the list of installed models, after checking it."""

    folder: str


class RemoveSource(msgspec.Struct, frozen=True, tag=True):
    """Delete a downloaded model, or take a folder of the user's off the list (the folder itself stays)."""

    source: str


class MeasureSource(msgspec.Struct, frozen=True, tag=True):
    """How many texts a second a source model reads here."""

    source: str


class SearchHub(msgspec.Struct, frozen=True, tag=True):
    """Ask the model hub for encoders; the only requests that use the network are this and the next."""

    words: str


class DownloadSource(msgspec.Struct, frozen=True, tag=True):
    """Fetch a model's safetensors, config and tokenizer; goes on where an interrupted one stopped."""

    id: str


class PreviewPreparation(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """What the cleaning and augmentation of ``options`` do to some texts of the project.

    ``source`` gives the synonyms; '' is the default source model.
    """

    source: str = ""
    options: dict[str, OptionValue] = {}
    texts: int = 20


# --- results -------------------------------------------------------------------------------------------------


class RunsCompared(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    comparisons: tuple[Comparison, ...]
    spreads: tuple[Spread, ...] = ()


class TrainedAgain(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``run`` was trained from the record of ``first``; ``same``: to the same weights, hash for hash."""

    run: str
    first: str
    same: bool
    model_hash: str
    first_hash: str


class RobustnessMeasured(msgspec.Struct, frozen=True, tag=True):
    robustness: Robustness


class ModelExported(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``largest_difference`` of a logit and ``agreement`` of the answers, on the validation texts."""

    out: str
    files: tuple[str, ...]
    largest_difference: float
    agreement: float
    rows: int


class Recommended(msgspec.Struct, frozen=True, tag=True):
    recommendation: Recommendation


class Raced(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``kept``: the smallest run within one point of the best."""

    race: str
    runs: tuple[RaceLine, ...]
    kept: str


class SourcesListed(msgspec.Struct, frozen=True, tag=True):
    """What is installed now: the answer to listing, adding and removing."""

    sources: tuple[SourceInfo, ...]


class SourceMeasured(msgspec.Struct, frozen=True, tag=True):
    source: SourceInfo


class HubSearched(msgspec.Struct, frozen=True, tag=True):
    models: tuple[HubModel, ...]


class SourceDownloaded(msgspec.Struct, frozen=True, tag=True):
    source: SourceInfo


class PreparationPreviewed(msgspec.Struct, frozen=True, tag=True):
    texts: tuple[PreparedText, ...]
