"""Arguing with a run: words that must not count, words that should, and what a retraining made of it."""

from __future__ import annotations

import msgspec

from engine.api.errors import OptionValue
from engine.api.results import Interval


class Argue(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Train ``run`` on with an argument, as a new run, for at most about ``minutes``; measure both.

    ``strike`` and ``mark`` are words wherever they stand (case does not count); rationales of single documents that
    the project holds count too. Words that the run was argued with before hold on, but those ``taken_back``, and
    those that are now marked instead of struck or the other way round. ``options`` are further ones of the method
    ``argue``.
    """

    run: str
    strike: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    minutes: float = 3.0
    options: dict[str, OptionValue] = {}


class ImportRationales(msgspec.Struct, frozen=True, tag=True):
    """Read rationales of documents from a JSONL file: ``text`` and spans under ``strike`` and ``mark``."""

    path: str


class Rationale(msgspec.Struct, frozen=True):
    """Characters [start, end) of a document; ``kind`` is strike or mark."""

    document: int
    start: int
    end: int
    kind: str


class ArgueFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured of a run for an argument, on the test texts (validation where there are none).

    ``main``: the task's main figure. ``texts`` have a struck or marked word; shares are of the absolute word scores
    of one explainer, the argued run's default where the new run has it too; means over those texts (None where no
    text has one). ``flips``: of the texts with a struck word, the share whose answer changes when the struck words
    are masked. The others are the erasure test, by the same explainer; of two models only the normalised one, which
    lies between what erasing can do to each text at all (None where nothing moves any), may be compared.

    Of tagged words the explanations are of the entity in which a word of the argument stands, or nearest to which; the
    erasure test is on texts with entities (None where the run finds none in them); an answer is all its entities.
    """

    run: str
    main: Interval
    texts: int
    struck_share: float | None
    marked_share: float | None
    flips: float | None
    comprehensiveness: float | None
    sufficiency: float | None
    normalised_comprehensiveness: Interval | None = None


class Argued(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    run: str
    figure: str
    split: str
    before: ArgueFigures
    after: ArgueFigures
    seconds: float


class RationalesImported(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``unknown``: lines whose text the project does not hold; ``unreadable``: lines that are no such object."""

    documents: int
    spans: int
    unknown: int
    unreadable: tuple[int, ...]


ArgueRequest = Argue | ImportRationales
ArgueResult = Argued | RationalesImported
