"""One option of a method as a field: a spin box, a line, a list or a check box, by its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QLocale, QObject, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from engine.api.catalog import Option
from engine.api.errors import ErrorReport, KnownError, report
from engine.api.messages import OptionValue
from gui.pages.train.command import value_text

_LARGEST_SPIN = 2**31 - 1


class _SpinBox(QSpinBox):
    """The wheel scrolls the page unless the field has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _ComboBox(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceNames(Protocol):
    def __call__(self, choice: str) -> str: ...


class OptionEditor(QObject):
    """``widget`` is the field; it holds the default at first.

    Signals:
        changed: the user gave another value, valid or not.
    """

    changed = Signal()

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(parent)
        self.option = option
        self.widget: QWidget
        if option.kind == "boolean":
            self.widget = self._check_box(parent)
        elif option.kind == "choice":
            self.widget = self._list(parent)
        elif option.kind == "integer" and not option.optional:
            self.widget = self._spin_box(parent)
        else:
            # a line takes 5e-5 and nothing at all, which a spin box cannot
            self.widget = self._line(parent)
        self.set_value(option.default)
        self._listen()

    def _check_box(self, parent: QWidget) -> QCheckBox:
        return QCheckBox(parent)

    def _list(self, parent: QWidget) -> QComboBox:
        box = _ComboBox(parent)
        for choice in self.option.choices:
            box.addItem(choice, choice)
        return box

    def _spin_box(self, parent: QWidget) -> QSpinBox:
        box = _SpinBox(parent)
        box.setLocale(QLocale.c())
        box.setRange(int(self.option.low or 0), int(min(self.option.high or _LARGEST_SPIN, _LARGEST_SPIN)))
        return box

    def _line(self, parent: QWidget) -> QLineEdit:
        line = QLineEdit(parent)
        line.setClearButtonEnabled(self.option.optional)
        return line

    def _listen(self) -> None:
        widget = self.widget
        if isinstance(widget, QCheckBox):
            widget.toggled.connect(self._tell)
        elif isinstance(widget, QComboBox):
            widget.currentIndexChanged.connect(self._tell)
        elif isinstance(widget, QSpinBox):
            widget.valueChanged.connect(self._tell)
        elif isinstance(widget, QLineEdit):
            widget.textChanged.connect(self._tell)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()

    def set_value(self, value: OptionValue) -> None:
        widget = self.widget
        if isinstance(widget, QCheckBox):
            widget.setChecked(bool(value))
        elif isinstance(widget, QComboBox):
            widget.setCurrentIndex(max(0, widget.findData(str(value))))
        elif isinstance(widget, QSpinBox):
            widget.setValue(int(str(value)))
        elif isinstance(widget, QLineEdit):
            widget.setText("" if value is None else value_text(value))

    def set_words(self, empty: str, choices: Sequence[str]) -> None:
        """What an empty line means, and the names of the choices, in their order."""
        if isinstance(self.widget, QLineEdit):
            self.widget.setPlaceholderText(empty)
        elif isinstance(self.widget, QComboBox):
            for row, name in enumerate(choices):
                self.widget.setItemText(row, name)

    def value(self) -> OptionValue:
        """Raises ``KnownError`` (OPTION_VALUE) where the field holds no valid value."""
        widget = self.widget
        if isinstance(widget, QCheckBox):
            return widget.isChecked()
        if isinstance(widget, QComboBox):
            return str(widget.currentData())
        if isinstance(widget, QSpinBox):
            return widget.value()
        assert isinstance(widget, QLineEdit)
        return self.option.parse(widget.text().strip())

    def problem(self) -> ErrorReport | None:
        """Why the value is refused; None where it is fine."""
        try:
            self.value()
        except KnownError as error:
            return report(error)
        return None
