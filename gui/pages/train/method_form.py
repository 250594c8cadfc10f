"""A method's options as a form, built from the catalog: what matters in sight, the rest folded."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import Method
from engine.api.messages import OptionValue
from gui.errors import describe
from gui.pages.choice_words import choice_words
from gui.pages.train.command import changed_options
from gui.pages.train.option_editor import OptionEditor
from gui.theme import SPACE_M, Theme
from gui.widgets.blocks import Disclosure, FormRow

_QUIET_MS = 150  # while a number is being typed it is not yet wrong


class MethodForm(QWidget):
    """One row an option: name, field, the default with its reason, or what is wrong with the value.

    Signals:
        changed: some value is another one.
    """

    changed = Signal()

    def __init__(self, theme: Theme, method: Method, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._method = method
        self._language = language
        self._editors: dict[str, OptionEditor] = {}
        self._rows: dict[str, FormRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        self._rest = Disclosure(theme, "")
        for option in method.options:
            editor = OptionEditor(option, self)
            row = FormRow(option.id, editor.widget)
            self._editors[option.id] = editor
            self._rows[option.id] = row
            editor.changed.connect(self._edited)
            if option.main:
                column.addWidget(row)
            else:
                self._rest.add(row)
        column.addWidget(self._rest)
        self._rest.setVisible(any(not option.main for option in method.options))
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(_QUIET_MS)
        self._check.timeout.connect(self._show_problems)
        self.retranslate(language)

    @property
    def method(self) -> Method:
        return self._method

    def editor(self, option: str) -> OptionEditor:
        return self._editors[option]

    def row(self, option: str) -> FormRow:
        return self._rows[option]

    def is_valid(self) -> bool:
        return all(editor.problem() is None for editor in self._editors.values())

    def given(self) -> dict[str, OptionValue]:
        """What differs from the defaults. Raises ``KnownError`` (OPTION_VALUE) at the first invalid field."""
        values = {name: editor.value() for name, editor in self._editors.items()}
        return changed_options(self._method.id, values)

    def reset(self) -> None:
        """Back to the defaults."""
        for editor in self._editors.values():
            editor.set_value(editor.option.default)

    def retranslate(self, language: str) -> None:
        self._language = language
        self._rest.set_title(self.tr("More options"))
        for name, row in self._rows.items():
            words = wording.option_words(name, language)
            row.name_label().setText(words.label)
            row.editor.setAccessibleName(words.label)
            row.name_label().setToolTip(name)
            choices = [choice_words(choice) for choice in self._editors[name].option.choices]
            self._editors[name].set_words(words.automatic, choices)
            row.editor.setToolTip(words.help)
        self._show_problems()

    @Slot()
    def _edited(self) -> None:
        self._check.start()
        self.changed.emit()

    @Slot()
    def _show_problems(self) -> None:
        for name, row in self._rows.items():
            problem = self._editors[name].problem()
            if problem is not None:
                row.set_note(describe(problem, self._language).text, "bad")
            elif (reason := wording.option_words(name, self._language).reason) != row.note():
                row.set_note(reason)
