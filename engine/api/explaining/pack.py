"""Evidence packs: explanations with all that is needed to compute them again, as a file to hand on."""

from __future__ import annotations

import msgspec

from engine.api.explaining.trust import Seal
from engine.api.results import Explanation

PACK_FORMATS = ("html", "pdf", "png", "svg", "json", "csv")
PICTURE_FORMATS = ("png", "svg")  # of many explanations several numbered files, each a pack of its own
# what an explanation of a pack may differ in from the same one computed again; the last but one is what says how it
# was computed: labels, baseline, steps, seed, shares
PACK_DIFFERENCES = ("words", "scores", "margin", "label", "probabilities", "computation", "seal")


class WritePack(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Write explanations of a run to ``out`` (by its ending one of PACK_FORMATS).

    Stored ones by their ids, documents and typed texts to be explained now, or ``everything``: each document.
    ``baseline`` '' is the ``method``'s own. ``seals``: whether each is tested for trust, where no seal is stored.
    """

    run: str
    out: str
    explanations: tuple[int, ...] = ()
    documents: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    everything: bool = False
    method: str = ""
    baseline: str = ""
    seals: bool = True
    language: str = "en"


class VerifyPack(msgspec.Struct, frozen=True, tag=True):
    """Is a pack whole, and does the project's model still give the same explanations?"""

    path: str


class PackItem(msgspec.Struct, frozen=True, kw_only=True):
    """``text_hash`` is the sha256 of the text's UTF-8; ``truth`` the label that the document has ('' = none)."""

    explanation: Explanation
    seal: Seal | None
    text_hash: str
    truth: str = ""


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """``digest`` is the sha256 of everything else. ``project`` is a name, not a place."""

    format: str
    version: int
    lexplain: str
    created_at: str
    project: str
    data_digest: str
    run: str
    run_name: str
    method: str
    source: str
    task: str
    model_hash: str
    figure: str
    value: tuple[float, float, float] | None
    items: tuple[PackItem, ...]
    digest: str = ""


class ItemCheck(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation computed again: ``difference`` is the largest of its word scores' and its margin's.

    ``differs``: words of PACK_DIFFERENCES, none where it is the ``same``. ``problem`` is an error kind where it could
    not be computed.
    """

    item: int
    same: bool
    difference: float
    problem: str = ""
    differs: tuple[str, ...] = ()


class PackWritten(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``skipped``: documents without a word, which have nothing to explain.

    ``files``: how many; of several, ``out`` is the first, ``digest`` the first's.
    """

    out: str
    explanations: int
    digest: str
    skipped: int = 0
    files: int = 1


class PackVerified(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``whole``: nothing was changed since it was written. ``model_same``, ``data_same``: as in the project now."""

    whole: bool
    model_same: bool
    data_same: bool
    checks: tuple[ItemCheck, ...]
    same: int
    largest_difference: float
    run: str
    created_at: str


PackRequest = WritePack | VerifyPack
PackResult = PackWritten | PackVerified
