"""Two runs on the same texts: where their answers differ, and where the answer is the same for another reason."""

from __future__ import annotations

import msgspec


class CompareReasons(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Compare the word scores of two runs over the documents of ``split`` (None: all).

    What either run has not explained yet is explained first. ``most``: how many documents of each kind are listed.
    """

    run: str
    second: str
    split: str | None = "test"
    most: int = 200


class WordShift(msgspec.Struct, frozen=True, array_like=True):
    """A word, and its signed share of each run's absolute scores in the text."""

    word: str
    first: float
    second: float


class ReasonChange(msgspec.Struct, frozen=True, kw_only=True):
    """A document, both answers in the stored form of the task ('' = not known), and how far the reasons are apart.

    Both runs were asked the same: why ``label`` (rather than ``rival``, where their answers differ). ``distance`` is
    half the L1 difference of their word scores, each divided by its own L1 norm, over the words that both have read:
    0 for the same reason, 1 where nothing is shared. ``gained`` speak more for the label in the second run, ``lost``
    less; the largest change first.
    """

    document: int
    first: str
    second: str
    label: str
    rival: str
    distance: float
    gained: tuple[WordShift, ...]
    lost: tuple[WordShift, ...]


class TermShift(msgspec.Struct, frozen=True, kw_only=True):
    """A word in the ``documents`` that were compared for a label: the sum of the changes of its share."""

    word: str
    label: str
    documents: int
    total: float


class ReasonComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Of ``documents`` in the split, ``compared`` could be; the others have nothing to explain, or no common word.

    ``methods``: by which each run was explained. ``explained``: how many documents of each had to be explained in this
    job. ``differing`` and ``same``: by the answers, the largest distance first; ``differing_documents`` and
    ``same_documents`` count all of them, ``mean_differing`` and ``mean_same`` are the mean distances. ``gained`` and
    ``lost``: over all compared documents.
    """

    run: str
    second: str
    split: str | None
    task: str
    methods: tuple[str, str]
    model_hashes: tuple[str, str]
    documents: int
    explained: tuple[int, int]
    compared: int
    differing_documents: int
    same_documents: int
    mean_differing: float
    mean_same: float
    differing: tuple[ReasonChange, ...]
    same: tuple[ReasonChange, ...]
    gained: tuple[TermShift, ...]
    lost: tuple[TermShift, ...]
    seconds: float


class ReasonsCompared(msgspec.Struct, frozen=True, tag=True):
    comparison: ReasonComparison


ReasonsRequest = CompareReasons
ReasonsResult = ReasonsCompared
