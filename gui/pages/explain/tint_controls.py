"""Below the text: how strong a word must be to be tinted, and whether by colour or by pattern. Kept in the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QWidget

from gui.settings import HIDE_BELOW, PATTERNS, Settings
from gui.theme import SPACE_S
from gui.widgets.basic import label
from gui.widgets.word_tint import TintStyle


class TintControls(QWidget):
    """``tint_style``: as it is set. Signals: changed(TintStyle)."""

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._name = label("", "caption")
        self._value = label("", "caption")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(HIDE_BELOW.low, HIDE_BELOW.high)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(10)
        self.slider.setFixedWidth(90)
        self.slider.setValue(settings.get(HIDE_BELOW))
        self.patterns = QCheckBox()
        self.patterns.setChecked(settings.get(PATTERNS))
        self._value.setFixedWidth(self._value.fontMetrics().horizontalAdvance("100 %"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        for part in (self._name, self.slider, self._value, self.patterns):
            row.addWidget(part)
        self._name.setBuddy(self.slider)
        self.slider.valueChanged.connect(self._set)
        self.patterns.toggled.connect(self._set)
        self.retranslate()

    @property
    def tint_style(self) -> TintStyle:
        return TintStyle(hide_below=self.slider.value() / 100, patterns=self.patterns.isChecked())

    def retranslate(self) -> None:
        self._name.setText(self.tr("Hide below"))
        self.slider.setAccessibleName(
            self.tr("Hide the tints of words below this share of the strongest tint")
        )
        self.slider.setToolTip(self.slider.accessibleName())
        self.patterns.setText(self.tr("Patterns"))
        self.patterns.setToolTip(self.tr("Patterns instead of colours: lines for, dots against"))
        self.patterns.setAccessibleDescription(self.patterns.toolTip())
        self._say()

    def _say(self) -> None:
        self._value.setText(f"{self.slider.value()} %")

    @Slot()
    def _set(self) -> None:
        self._settings.set(HIDE_BELOW, self.slider.value())
        self._settings.set(PATTERNS, self.patterns.isChecked())
        self._say()
        self.changed.emit(self.tint_style)
