"""The left of the Data page: files, labels and splits, each with its count, and a word's score; a click filters."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.api.catalog import SPLITS
from engine.api.store.documents import DocumentFilter
from engine.api.tasks import NO_LABEL
from gui.pages.data.source_list import SourceList
from gui.pages.data.word_filter import WordFilterBox
from gui.store_reader import Overview
from gui.theme import SPACE_S, SPACE_XL, Theme
from gui.widgets.basic import label
from gui.widgets.figures import Bar, BarList

_MARK = "="  # before a key: an empty label is a choice too, an empty key is none
_RANGE = "~"  # before the key of a range of scores
_MOST_SCORES = 11  # different scores with a bar each; more are put into ranges


class FilterPanel(QScrollArea):
    """Signals: ``chosen(DocumentFilter)``, its search empty; ``unreadable_asked(source)``,
    ``delete_asked(source)``."""

    chosen = Signal(object)
    unreadable_asked = Signal(int)
    delete_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overview = Overview((), ())
        self._ranges: dict[str, tuple[float, float]] = {}
        self.sources = SourceList(theme)
        self.labels = BarList(theme)
        self.splits = BarList(theme)
        self.words = WordFilterBox(theme)
        self._heads = [label("", "strong") for _ in range(4)]
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_S, 0)
        column.setSpacing(SPACE_S)
        for at, (head, body) in enumerate(zip(self._heads, self._bodies(), strict=True)):
            if at:
                column.addSpacing(SPACE_XL - SPACE_S)
            column.addWidget(head)
            column.addWidget(body)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.labels.chosen.connect(self._choose)
        self.splits.chosen.connect(self._choose)
        self.words.changed.connect(self._choose)
        self.sources.unreadable_asked.connect(self.unreadable_asked)
        self.sources.delete_asked.connect(self.delete_asked)
        self.retranslate()

    def _bodies(self) -> tuple[QWidget, ...]:
        return (self.sources, self.labels, self.splits, self.words)

    def set_overview(self, overview: Overview) -> None:
        self._overview = overview
        self._name_parts()
        self.sources.set_sources(overview.sources)
        self._show_bars()

    def show_filter(self, which: DocumentFilter) -> None:
        """Mark what is chosen; emits nothing."""
        if which.scores is not None:
            self.labels.select(_RANGE + repr(which.scores[0]))
        else:
            self.labels.select("" if which.label is None else _MARK + which.label)
        self.splits.select("" if which.split is None else _MARK + which.split)
        self.words.show_filter(which.word)

    @Slot()
    def _choose(self) -> None:
        label_key, split_key = self.labels.selected(), self.splits.selected()
        scores = self._ranges.get(label_key)
        self.chosen.emit(
            DocumentFilter(
                label=label_key[1:] if label_key and scores is None else None,
                split=split_key[1:] if split_key else None,
                scores=scores,
                word=self.words.chosen,
            )
        )

    def _show_bars(self) -> None:
        names = {
            "": self.tr("Not split yet"),
            "train": self.tr("Train"),
            "validation": self.tr("Validation"),
            "test": self.tr("Test"),
        }
        self.labels.set_bars(self._label_bars())
        by_split = self._overview.by_split()
        self.splits.set_bars(
            [
                Bar(_MARK + key, names[key], by_split[key], f"{by_split[key]:,}")
                for key in (*SPLITS, "")
                if key in by_split
            ]
        )

    def _label_bars(self) -> list[Bar]:
        overview = self._overview
        task, bars = overview.task, overview.by_label()
        none = {
            "tagging": self.tr("Not tagged"),
            "score": self.tr("No score"),
        }.get(task, self.tr("No label"))
        names = {"": none}
        if task in ("multi", "tagging"):
            names[NO_LABEL] = self.tr("No entity") if task == "tagging" else self.tr("None of them")
        self._ranges = {}
        ranges: list[Bar] = []
        scores = overview.scores
        if len(scores) > _MOST_SCORES:
            bars = {"": overview.unlabelled} if overview.unlabelled else {}
            for low, high, count in score_ranges(scores):
                key = _RANGE + repr(low)
                self._ranges[key] = (low, high)
                ranges.append(Bar(key, f"{low:.12g} … {high:.12g}", count, f"{count:,}"))
        elif scores:
            bars = dict(sorted(bars.items(), key=lambda item: float(item[0] or "inf")))
        return ranges + [Bar(_MARK + key, names.get(key, key), n, f"{n:,}") for key, n in bars.items()]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self._name_parts()
        self._show_bars()

    def _name_parts(self) -> None:
        labels = {"tagging": self.tr("Entity types"), "score": self.tr("Scores")}.get(
            self._overview.task, self.tr("Labels")
        )
        words = (self.tr("Files"), labels, self.tr("Splits"), self.tr("Word scores"))
        for head, word, body in zip(self._heads, words, self._bodies(), strict=True):
            head.setText(word)
            body.setAccessibleName(word)


def score_ranges(scores: Sequence[tuple[float, int]]) -> list[tuple[float, float, int]]:
    """(from, below, texts) of about eight even ranges with round borders; ``scores`` are sorted, with counts."""
    lowest, highest = scores[0][0], scores[-1][0]
    wish = (highest - lowest) / 8
    if not 0 < wish < math.inf:
        return [(lowest, math.inf, sum(count for _, count in scores))]
    power = 10.0 ** math.floor(math.log10(wish))
    step = next((power * each for each in (1, 2, 2.5, 5) if power * each >= wish), power * 10)
    first, last = math.floor(lowest / step), math.floor(highest / step)
    # as they are written, so that the words, the counts and the filter agree
    borders = [float(f"{at * step:.12g}") for at in range(first, last + 2)]
    counts = Counter[int]()
    for value, count in scores:
        counts[bisect_right(borders, value) - 1] += count
    return [(low, high, counts[at]) for at, (low, high) in enumerate(pairwise(borders))]
