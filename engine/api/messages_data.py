"""Handing a project's texts on: the request and its result; part of the contract in ``messages``."""

from __future__ import annotations

import msgspec

from engine.api.store.corpus_words import WordFilter
from engine.api.tasks import LABEL_SEPARATOR


class ExportData(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Write texts with label, split, file and line to ``out``, so that an import of it gives the same again.

    ``format`` is one of ``tasks.DATA_FORMATS``, '' by the name's ending. ``separator`` parts several labels in a
    CSV cell, ``tag_scheme`` (bio or bioes) is that of CoNLL. ``search``, ``label``, ``split``, ``scores`` and
    ``word`` are those of a ``DocumentFilter``; of what it finds only ``ids``, where there are any.
    """

    out: str
    format: str = ""
    separator: str = LABEL_SEPARATOR
    tag_scheme: str = "bio"
    search: str = ""
    label: str | None = None
    split: str | None = None
    scores: tuple[float, float] | None = None
    word: WordFilter | None = None
    ids: tuple[int, ...] = ()


class DataExported(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``left_out``: texts that the format has no way to say (CoNLL: those that are not tagged)."""

    out: str
    format: str
    rows: int
    left_out: int
