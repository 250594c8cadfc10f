"""Several choices of which any number may be taken, as chips that are switched on and off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import SPACE_XS, Theme
from gui.widgets.basic import Button
from gui.widgets.flow import FlowLayout, is_put_away

_WIDTH = 300


class _Chip(Button):
    """A switch with a word; a tick says that it is on, not the colour alone."""

    def __init__(self, theme: Theme, key: str) -> None:
        super().__init__(theme, key, "normal")
        self.key = key
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.toggled.connect(self._mark)

    @Slot(bool)
    def _mark(self, on: bool) -> None:
        self.set_icon("check" if on else None)
        if not on:
            self.setIcon(QIcon())


class CheckChips(QWidget):
    """Signals: changed: another choice is on or off."""

    changed = Signal()

    def __init__(self, theme: Theme, keys: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips = [_Chip(theme, key) for key in keys]
        self._flow = FlowLayout(self, SPACE_XS)
        for chip in self._chips:
            chip.toggled.connect(self._tell)
            self._flow.addWidget(chip)
        self.setFixedWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setFocusProxy(self._chips[0])

    def chip(self, key: str) -> Button:
        return next(chip for chip in self._chips if chip.key == key)

    def checked(self) -> tuple[str, ...]:
        """The keys that are on, in their order."""
        return tuple(chip.key for chip in self._chips if chip.isChecked())

    def set_checked(self, keys: Sequence[str]) -> None:
        for chip in self._chips:
            chip.setChecked(chip.key in keys)

    def offer(self, keys: Sequence[str]) -> None:
        """Show the chips of these keys alone."""
        for chip in self._chips:
            chip.setVisible(chip.key in keys)
        self.setFocusProxy(self._offered()[0])
        self._flow.invalidate()

    def _offered(self) -> list[_Chip]:
        return [chip for chip in self._chips if not is_put_away(chip)]

    def set_names(self, names: Sequence[str]) -> None:
        """What the chips that are shown say, in their order."""
        for chip, name in zip(self._offered(), names, strict=True):
            chip.setText(name)
        self.updateGeometry()

    def add(self, widget: QWidget) -> None:
        """A control after the last chip."""
        self._flow.addWidget(widget)

    @Slot()
    def _tell(self) -> None:
        self._flow.invalidate()
        self.updateGeometry()
        self.changed.emit()
