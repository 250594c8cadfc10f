"""What jobs find out about methods, runs and source models: comparisons, recommendations, robustness, exports."""

from __future__ import annotations

import msgspec

from engine.api.results import Interval


class FigurePair(msgspec.Struct, frozen=True):
    """One figure of two runs on the same texts."""

    figure: str
    first: float
    second: float


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Is ``second`` better than ``first``? On the same ``rows`` texts, by paired bootstrap of the main figure.

    ``difference`` = second - first. ``mcnemar_p`` is the exact two-sided p-value (1.0 where the task has no right
    and wrong: a score). A text of several labels is right with the same set, a tagged one with the same entities.
    ``texts_to_settle``: about how many more labelled texts to judge by would make the interval exclude zero; None
    where it does already, or where no number of texts in reach would.
    """

    first: str
    second: str
    split: str
    rows: int
    figure: str
    difference: Interval
    probability_better: float
    mcnemar_p: float
    only_first_right: int
    only_second_right: int
    texts_to_settle: int | None
    pairs: tuple[FigurePair, ...]


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """The main figure over runs that differ by the seed alone."""

    runs: tuple[str, ...]
    figure: str
    mean: float
    deviation: float


class RobustnessLine(msgspec.Struct, frozen=True, kw_only=True):
    """``kind``: clean, typos, case, swaps, deletion, or the name of a file of challenging texts.

    ``flipped``: the share of texts whose answer changed with the text; None for files, 0 for clean. A score counts
    as changed where it moved by more than the run's own mean error, a tagged text where the types of its
    entities, in order, are others. Of a file: where it lies, and when it was measured (UTC, ISO 8601).
    """

    kind: str
    rows: int
    figure: Interval
    flipped: float | None
    path: str = ""
    measured_at: str = ""

    @property
    def of_file(self) -> bool:
        return self.flipped is None


class Robustness(msgspec.Struct, frozen=True, kw_only=True):
    """The main figure of a run on texts of ``split`` as they are, changed, and on files of challenging texts."""

    run: str
    figure: str
    split: str
    lines: tuple[RobustnessLine, ...]


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A method in a recommendation. ``why`` are words of the catalog's REASONS with their numbers in ``values``."""

    method: str
    source: str
    options: dict[str, str | int | float | bool | None]
    expected: Interval
    minutes: float
    why: tuple[str, ...]


class CurvePoint(msgspec.Struct, frozen=True):
    """The expected main figure with so many labelled texts to train on."""

    texts: int
    figure: float


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """Best first. ``curve`` is measured up to the texts there are and extrapolated beyond; ``seconds``: the probe."""

    figure: str
    texts: int
    classes: int
    unlabelled: int
    ranking: tuple[Ranked, ...]
    curve: tuple[CurvePoint, ...]
    more_texts: int
    gain_of_more: float
    seconds: float


class RaceLine(msgspec.Struct, frozen=True, kw_only=True):
    run: str
    method: str
    figure: Interval
    size_bytes: int
    milliseconds_per_text: float


class SourceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An installed source model. Unknown facts are '' or 0; ``texts_per_second`` is 0 until it is measured."""

    id: str
    name: str
    folder: str
    family: str
    layers: int
    width: int
    parameters: int
    size_bytes: int
    max_tokens: int
    languages: str
    licence: str
    texts_per_second: float = 0.0
    problem: str = ""  # an error kind where the folder cannot be used
    removable: bool = False


class HubModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model of a hub, as its listing says; ``problem`` is an error kind where it cannot be used here."""

    id: str
    downloads: int
    size_bytes: int
    licence: str
    languages: str
    family: str
    problem: str = ""


class PreparedText(msgspec.Struct, frozen=True):
    """A text before and after a step of preparation; ``step`` is a cleaning's or augmentation's id."""

    step: str
    before: str
    after: str
