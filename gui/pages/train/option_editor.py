"""One option of a method as a field: a class of editor for each kind that the catalog knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from engine.api.catalog import Option
from engine.api.errors import ErrorReport, KnownError, OptionValue, report
from gui.pages.train.check_chips import CheckChips
from gui.pages.train.command import value_text
from gui.theme import Theme
from gui.widgets.basic import Button, ClearButton

_LARGEST_SPIN = 2**31 - 1
_LIST_WIDTH = 340  # of the open list: names of models and runs are longer than the field


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


class OptionEditor(QObject):
    """``widget`` is the field; it holds the default at first.

    Signals:
        changed: the user gave another value, valid or not.
    """

    changed = Signal()

    def __init__(self, option: Option, widget: QWidget) -> None:
        super().__init__(widget)
        self.option = option
        self.widget = widget

    def set_value(self, value: OptionValue) -> None:
        raise NotImplementedError

    def value(self) -> OptionValue:
        """Raises ``KnownError`` (OPTION_VALUE) where the field holds no valid value."""
        raise NotImplementedError

    def set_words(self, empty: str, choices: Sequence[str]) -> None:
        """What an empty field means, and the names of the choices, in their order."""

    def fit(self, option: Option) -> None:
        """Be the field of the same option as another task has it; ``set_words`` is to follow. Emits nothing."""
        self.option = option

    def problem(self) -> ErrorReport | None:
        """Why the value is refused; None where it is fine."""
        try:
            self.value()
        except KnownError as error:
            return report(error)
        return None

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()


class CheckEditor(OptionEditor):
    """boolean"""

    def __init__(self, option: Option, parent: QWidget) -> None:
        self._box = QCheckBox(parent)
        super().__init__(option, self._box)
        self.set_value(option.default)
        self._box.toggled.connect(self._tell)

    def set_value(self, value: OptionValue) -> None:
        self._box.setChecked(bool(value))

    def value(self) -> OptionValue:
        return self._box.isChecked()


class ChoiceEditor(OptionEditor):
    """choice"""

    def __init__(self, option: Option, parent: QWidget) -> None:
        self._box = _ComboBox(parent)
        super().__init__(option, self._box)
        self._fill(option.default)
        self._box.currentIndexChanged.connect(self._tell)

    def _fill(self, chosen: OptionValue) -> None:
        self._box.clear()
        for choice in self.option.choices:
            self._box.addItem(choice, choice)
        self.set_value(chosen)

    def fit(self, option: Option) -> None:
        chosen = _moved(self.value(), self.option, option)
        self.option = option
        with QSignalBlocker(self._box):
            self._fill(chosen)

    def set_value(self, value: OptionValue) -> None:
        """A choice that is not offered becomes the first one."""
        self._box.setCurrentIndex(max(0, self._box.findData(str(value))))

    def value(self) -> OptionValue:
        return str(self._box.currentData())

    def set_words(self, empty: str, choices: Sequence[str]) -> None:
        for row, name in enumerate(choices):
            self._box.setItemText(row, name)


class SpinEditor(OptionEditor):
    """integer that is always given"""

    def __init__(self, option: Option, parent: QWidget) -> None:
        self._box = _SpinBox(parent)
        super().__init__(option, self._box)
        self._box.setLocale(QLocale.c())
        self._box.setRange(int(option.low or 0), int(min(option.high or _LARGEST_SPIN, _LARGEST_SPIN)))
        self.set_value(option.default)
        self._box.valueChanged.connect(self._tell)

    def fit(self, option: Option) -> None:
        chosen = _moved(self.value(), self.option, option)
        self.option = option
        with QSignalBlocker(self._box):
            self.set_value(chosen)

    def set_value(self, value: OptionValue) -> None:
        self._box.setValue(int(str(value)))

    def value(self) -> OptionValue:
        return self._box.value()


class LineEditor(OptionEditor):
    """number, and integer that may be left out: a line takes 5e-5 and nothing at all, a spin box does not"""

    def __init__(self, option: Option, theme: Theme, parent: QWidget) -> None:
        self._line = QLineEdit(parent)
        super().__init__(option, self._line)
        if option.optional:
            ClearButton(theme, self._line)
        self.set_value(option.default)
        self._line.textChanged.connect(self._tell)

    def set_value(self, value: OptionValue) -> None:
        self._line.setText("" if value is None else value_text(value))

    def value(self) -> OptionValue:
        return self.option.parse(self._line.text().strip())

    def set_words(self, empty: str, choices: Sequence[str]) -> None:
        self._line.setPlaceholderText(empty)


class WordsEditor(LineEditor):
    """words, parted by spaces; an empty line is none"""

    def set_value(self, value: OptionValue) -> None:
        self._line.setText(str(value or ""))


class ChipsEditor(OptionEditor):
    """choices; ``preview`` is a button for those whose effect can be looked at, which is in use while any is on"""

    def __init__(self, option: Option, theme: Theme, parent: QWidget) -> None:
        self.chips = CheckChips(theme, option.choices, parent)
        super().__init__(option, self.chips)
        self.preview: Button | None = None
        self.set_value(option.default)
        self.chips.changed.connect(self._tell)

    def add_preview(self, theme: Theme) -> Button:
        self.preview = Button(theme, "", "quiet", "search")
        self.preview.setAutoDefault(False)
        self.chips.add(self.preview)
        self.preview.setEnabled(bool(self.value()))
        return self.preview

    def fit(self, option: Option) -> None:
        chosen = _moved(self.value(), self.option, option)
        self.option = option
        with QSignalBlocker(self):
            self.chips.offer(option.choices)
            self.set_value(chosen)

    def set_value(self, value: OptionValue) -> None:
        """Choices that are not offered are left out."""
        wanted = str(value or "").split(",")
        self.chips.set_checked([choice for choice in self.option.choices if choice in wanted])

    def value(self) -> OptionValue:
        return ",".join(self.chips.checked())

    def set_words(self, empty: str, choices: Sequence[str]) -> None:
        self.chips.set_names(choices)

    @Slot()
    def _tell(self) -> None:
        if self.preview is not None:
            self.preview.setEnabled(bool(self.value()))
        super()._tell()


@dataclass(frozen=True)
class Pick:
    """What can be picked from a list: an id, its name, more about it, and whether it can be used."""

    id: str
    name: str
    tip: str = ""
    usable: bool = True


class PickEditor(OptionEditor):
    """source or run: a list that the project fills; the empty first row is None, where the option may be left out"""

    def __init__(self, option: Option, parent: QWidget) -> None:
        self._box = _ComboBox(parent)
        super().__init__(option, self._box)
        self._empty = ""
        self._picks: tuple[Pick, ...] = ()
        self._box.view().setMinimumWidth(_LIST_WIDTH)
        self._fill(option.default)
        self._box.currentIndexChanged.connect(self._tell)

    def set_picks(self, picks: Sequence[Pick]) -> None:
        """Offer these. What is chosen stays, also where it has gone: the engine says so then."""
        before = self.value()
        self._picks = tuple(picks)
        with QSignalBlocker(self._box):
            self._fill(before)

    def _fill(self, chosen: OptionValue) -> None:
        self._box.clear()
        if self.option.optional:
            self._box.addItem(self._empty, None)
        items = self._box.model()
        for pick in self._picks:
            self._box.addItem(pick.name, pick.id)
            at = self._box.count() - 1
            self._box.setItemData(at, pick.tip, Qt.ItemDataRole.ToolTipRole)
            if isinstance(items, QStandardItemModel):
                items.item(at).setEnabled(pick.usable)
        self.set_value(chosen)

    def set_value(self, value: OptionValue) -> None:
        if value is None:
            self._box.setCurrentIndex(0)
            return
        at = self._box.findData(str(value))
        if at < 0:
            self._box.addItem(str(value), str(value))
            at = self._box.count() - 1
        self._box.setCurrentIndex(at)

    def value(self) -> OptionValue:
        data = self._box.currentData()
        return None if data is None else str(data)

    def set_words(self, empty: str, choices: Sequence[str]) -> None:
        self._empty = empty
        if self.option.optional:
            self._box.setItemText(0, empty)


def _moved(value: OptionValue, before: Option, now: Option) -> OptionValue:
    """What an option's value is as another task has the option: a default stays a default."""
    return now.default if value == before.default else value


def new_editor(option: Option, theme: Theme, parent: QWidget) -> OptionEditor:
    """The editor of an option's kind."""
    if option.kind == "boolean":
        return CheckEditor(option, parent)
    if option.kind == "choice":
        return ChoiceEditor(option, parent)
    if option.kind == "choices":
        return ChipsEditor(option, theme, parent)
    if option.kind in ("source", "run"):
        return PickEditor(option, parent)
    if option.kind == "words":
        return WordsEditor(option, theme, parent)
    if option.kind == "integer" and not option.optional:
        return SpinEditor(option, parent)
    return LineEditor(option, theme, parent)
