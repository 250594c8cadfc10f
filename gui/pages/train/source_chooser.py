"""Which pretrained model to start from: the bundled one, or a folder of the user's."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import DEFAULT_SOURCE
from gui.theme import SPACE_S, Theme
from gui.widgets.basic import Button
from gui.widgets.blocks import FormRow


class SourceChooser(QWidget):
    """Signals: changed(str): the id or folder now chosen."""

    changed = Signal(str)

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._box = QComboBox()
        self._box.addItem("", DEFAULT_SOURCE)
        self._browse = Button(theme, "", "normal", "folder")
        self._row = FormRow("", self._box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._row, 1)
        row.addWidget(self._browse, 0, Qt.AlignmentFlag.AlignTop)
        self._box.currentIndexChanged.connect(self._moved)
        self._browse.clicked.connect(self._choose_folder)
        self.retranslate(language)

    def source(self) -> str:
        return str(self._box.currentData())

    def add_folder(self, folder: Path) -> None:
        """Offer a model folder and choose it."""
        at = self._box.findData(str(folder))
        if at < 0:
            self._box.addItem(folder.name or str(folder), str(folder))
            at = self._box.count() - 1
        self._box.setCurrentIndex(at)

    def retranslate(self, language: str) -> None:
        self._language = language
        self._row.name_label().setText(self.tr("Source model"))
        words = wording.source_words(DEFAULT_SOURCE, language)
        name = words.name if words else DEFAULT_SOURCE
        self._box.setItemText(0, self.tr("{name} (bundled)").format(name=name))
        self._box.setAccessibleName(self.tr("Source model"))
        self._browse.setText(self.tr("Model folder…"))
        self._browse.setToolTip(self.tr("Choose a Hugging Face model folder with safetensors weights"))
        self._describe()

    def _describe(self) -> None:
        words = wording.source_words(self.source(), self._language)
        self._row.set_note(words.sentence if words else self.source())

    @Slot()
    def _moved(self) -> None:
        self._describe()
        self.changed.emit(self.source())

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a model folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._folder_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _folder_chosen(self, folder: str) -> None:
        self.add_folder(Path(folder))
