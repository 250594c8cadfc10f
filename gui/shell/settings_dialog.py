"""Settings: every change counts at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.settings import LANGUAGE, PROJECTS_FOLDER, READING_SIZE, SETTLE, TEST_EXPLAINERS, THEME, Settings
from gui.theme import SPACE_L, SPACE_S, SPACE_XL, Theme
from gui.widgets.basic import Button
from gui.widgets.blocks import FormRow
from gui.widgets.choosing import ask_folder

_FOLDER_WIDTH = 360
_CHECKS = {"test": TEST_EXPLAINERS, "settle": SETTLE}


class SettingsDialog(QDialog):
    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._language = _choice(LANGUAGE.choices, settings.get(LANGUAGE))
        self._theme = _choice(THEME.choices, settings.get(THEME))
        self._folder = QLineEdit(str(settings.projects_folder))
        self._browse = Button(theme, "")
        self._size = QSpinBox()
        self._size.setRange(READING_SIZE.low, READING_SIZE.high)
        self._size.setValue(settings.get(READING_SIZE))
        self._checks = {key: QCheckBox() for key in _CHECKS}
        for key, option in _CHECKS.items():
            self._checks[key].setChecked(settings.get(option))
            self._checks[key].toggled.connect(partial(settings.set, option))
        folder = QWidget()
        line = QHBoxLayout(folder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_S)
        line.addWidget(self._folder, 1)
        line.addWidget(self._browse)
        self._rows = {
            "language": FormRow(" ", self._language),
            "theme": FormRow(" ", self._theme),
            "folder": FormRow(" ", folder),
            "size": FormRow(" ", self._size),
        }
        folder.setFixedWidth(_FOLDER_WIDTH)  # a path is longer than the other values
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        for row in self._rows.values():
            column.addWidget(row)
        for check in self._checks.values():
            column.addWidget(check)
        column.addStretch(1)
        column.addWidget(self._buttons)
        self.setMinimumWidth(600)
        self.retranslate()
        self._language.currentIndexChanged.connect(self._language_chosen)
        self._theme.currentIndexChanged.connect(self._theme_chosen)
        self._folder.editingFinished.connect(self._folder_typed)
        self._browse.clicked.connect(self._choose_folder)
        self._size.valueChanged.connect(self._size_chosen)
        self._buttons.rejected.connect(self.accept)

    def retranslate(self) -> None:
        """Every text in the language in use."""
        self.setWindowTitle(self.tr("Settings"))
        names = {
            "language": self.tr("Language"),
            "theme": self.tr("Theme"),
            "folder": self.tr("Folder for new projects"),
            "size": self.tr("Size of texts to read"),
        }
        editors: dict[str, QWidget] = {
            "language": self._language,
            "theme": self._theme,
            "folder": self._folder,
            "size": self._size,
        }
        for key, name in names.items():
            self._rows[key].name_label().setText(name)
            editors[key].setAccessibleName(name)
        self._checks["test"].setText(self.tr("After a training, find out which highlight method is faithful"))
        self._checks["test"].setToolTip(
            self.tr("Takes about a minute while nothing else is to do, and stops for whatever you ask")
        )
        self._checks["settle"].setText(self.tr("Show the most faithful highlight as soon as it is there"))
        self._checks["settle"].setToolTip(
            self.tr("The quickest one is shown first. Off: it stays until you choose another method")
        )
        self._browse.setText(self.tr("Choose…"))
        _name(self._language, {"system": self.tr("As the system"), "en": "English", "zh_CN": "简体中文"})
        _name(
            self._theme,
            {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")},
        )
        self._buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))

    @Slot(int)
    def _language_chosen(self, _index: int) -> None:
        self._settings.set(LANGUAGE, self._language.currentData())

    @Slot(int)
    def _theme_chosen(self, _index: int) -> None:
        self._settings.set(THEME, self._theme.currentData())

    @Slot(int)
    def _size_chosen(self, size: int) -> None:
        self._settings.set(READING_SIZE, size)

    @Slot()
    def _folder_typed(self) -> None:
        self._settings.set(PROJECTS_FOLDER, self._folder.text().strip())

    @Slot()
    def _choose_folder(self) -> None:
        ask_folder(self, self.tr("Folder for new projects"), self._folder_chosen, self._folder.text())

    @Slot(str)
    def _folder_chosen(self, folder: str) -> None:
        self._folder.setText(folder)
        self._settings.set(PROJECTS_FOLDER, folder)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _choice(ids: tuple[str, ...], current: str) -> QComboBox:
    box = QComboBox()
    for id in ids:
        box.addItem(id, id)
    box.setCurrentIndex(ids.index(current))
    return box


def _name(box: QComboBox, names: dict[str, str]) -> None:
    for index in range(box.count()):
        box.setItemText(index, names[box.itemData(index)])
