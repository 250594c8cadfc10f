"""Which pretrained model to start from: any of those installed here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import DEFAULT_SOURCE
from engine.api.results_transfer import SourceInfo
from gui.pages.sources.words import source_name, summary
from gui.theme import SPACE_S, Theme
from gui.widgets.basic import Button
from gui.widgets.blocks import FormRow

_LIST_WIDTH = 340  # of the open list: hub names are longer than the field


class SourceChooser(QWidget):
    """Signals: changed(str): the id or folder now chosen. manage_requested: the user wants to see the models."""

    changed = Signal(str)
    manage_requested = Signal()

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._sources: tuple[SourceInfo, ...] = ()
        self._box = QComboBox()
        self._box.addItem("", DEFAULT_SOURCE)
        self._box.view().setMinimumWidth(_LIST_WIDTH)
        self._manage = Button(theme, "", "normal", "folder")
        self._row = FormRow("", self._box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._row, 1)
        row.addWidget(self._manage, 0, Qt.AlignmentFlag.AlignTop)
        self._box.currentIndexChanged.connect(self._moved)
        self._manage.clicked.connect(self.manage_requested)
        self.retranslate(language)

    def source(self) -> str:
        return str(self._box.currentData())

    def set_sources(self, sources: Sequence[SourceInfo]) -> None:
        """Offer what is installed. One that is chosen and has gone leaves the choice to the default."""
        self._sources = tuple(sources)
        before = self.source()
        ids = [info.id for info in self._sources] or [DEFAULT_SOURCE]
        with QSignalBlocker(self._box):
            self._box.clear()
            for id in ids:
                self._box.addItem("", id)
            self._box.setCurrentIndex(max(0, self._box.findData(before)))
        self._name()
        if self.source() != before:
            self.changed.emit(self.source())

    def choose(self, id: str) -> None:
        """Choose a model, also one that is not on the list yet."""
        at = self._box.findData(id)
        if at < 0:
            self._box.addItem(source_name(id, self._language), id)
            at = self._box.count() - 1
        self._box.setCurrentIndex(at)

    def add_folder(self, folder: Path) -> None:
        """Offer a model folder and choose it."""
        self.choose(str(folder))

    def retranslate(self, language: str) -> None:
        self._language = language
        self._row.name_label().setText(self.tr("Source model"))
        self._box.setAccessibleName(self.tr("Source model"))
        self._manage.setText(self.tr("Source models…"))
        self._manage.setToolTip(self.tr("See the installed models, add a folder, or find others on the hub"))
        self._name()

    def _info(self, id: str) -> SourceInfo | None:
        return next((info for info in self._sources if info.id == id), None)

    def _name(self) -> None:
        items = self._box.model()
        for at in range(self._box.count()):
            id = str(self._box.itemData(at))
            name = source_name(id, self._language)
            info = self._info(id)
            # a bundled one is known by its words, also before the list has come
            bundled = wording.source_words(id, self._language) is not None
            self._box.setItemText(at, self.tr("{name} (bundled)").format(name=name) if bundled else name)
            tip = id if info is None else summary(info)
            if info is not None and info.problem:
                tip = " ".join(wording.problem_words(info, self._language))
            self._box.setItemData(at, tip, Qt.ItemDataRole.ToolTipRole)
            if isinstance(items, QStandardItemModel):
                items.item(at).setEnabled(info is None or not info.problem)
        self._describe()

    def _describe(self) -> None:
        id = self.source()
        info, words = self._info(id), wording.source_words(id, self._language)
        if info is not None and info.problem:
            self._row.set_note(wording.problem_words(info, self._language)[0], "bad")
        elif words is not None:
            self._row.set_note(words.sentence)
        else:
            self._row.set_note(id if info is None else summary(info))

    @Slot()
    def _moved(self) -> None:
        self._describe()
        self.changed.emit(self.source())
