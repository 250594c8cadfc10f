"""The left of the Data page: files, labels and splits, each with its count; a click filters."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.api.catalog import SPLITS
from engine.api.store.documents import DocumentFilter
from gui.pages.data.source_list import SourceList
from gui.store_reader import Overview
from gui.theme import SPACE_S, SPACE_XL, Theme
from gui.widgets.basic import label
from gui.widgets.figures import Bar, BarList

_MARK = "="  # before a key: an empty label is a choice too, an empty key is none


class FilterPanel(QScrollArea):
    """Signals: ``chosen(label, split)``, each None for any, '' for none; ``unreadable_asked(source)``,
    ``delete_asked(source)``."""

    chosen = Signal(object, object)
    unreadable_asked = Signal(int)
    delete_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overview = Overview((), ())
        self.sources = SourceList(theme)
        self.labels = BarList(theme)
        self.splits = BarList(theme)
        self._heads = [label("", "strong") for _ in range(3)]
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_S, 0)
        column.setSpacing(SPACE_S)
        for at, (head, body) in enumerate(
            zip(self._heads, (self.sources, self.labels, self.splits), strict=True)
        ):
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
        self.sources.unreadable_asked.connect(self.unreadable_asked)
        self.sources.delete_asked.connect(self.delete_asked)
        self.retranslate()

    def set_overview(self, overview: Overview) -> None:
        self._overview = overview
        self.sources.set_sources(overview.sources)
        self._show_bars()

    def show_filter(self, which: DocumentFilter) -> None:
        """Mark what is chosen; emits nothing."""
        self.labels.select("" if which.label is None else _MARK + which.label)
        self.splits.select("" if which.split is None else _MARK + which.split)

    @Slot(str)
    def _choose(self, _key: str) -> None:
        label_key, split_key = self.labels.selected(), self.splits.selected()
        self.chosen.emit(label_key[1:] if label_key else None, split_key[1:] if split_key else None)

    def _show_bars(self) -> None:
        names = {
            "": self.tr("Not split yet"),
            "train": self.tr("Train"),
            "validation": self.tr("Validation"),
            "test": self.tr("Test"),
        }
        by_label = self._overview.by_label()
        self.labels.set_bars(
            [Bar(_MARK + key, key or self.tr("No label"), n, f"{n:,}") for key, n in by_label.items()]
        )
        by_split = self._overview.by_split()
        self.splits.set_bars(
            [
                Bar(_MARK + key, names[key], by_split[key], f"{by_split[key]:,}")
                for key in (*SPLITS, "")
                if key in by_split
            ]
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        words = (self.tr("Files"), self.tr("Labels"), self.tr("Splits"))
        for head, word, body in zip(
            self._heads, words, (self.sources, self.labels, self.splits), strict=True
        ):
            head.setText(word)
            body.setAccessibleName(word)
        self._show_bars()
