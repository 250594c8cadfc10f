"""A method's options as a form, built from the catalog: what matters in sight, the rest folded, in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import Method
from engine.api.errors import KnownError, OptionValue
from engine.api.option_groups import GROUPS, OPTION_GROUPS, Need, group_of, unmet
from engine.api.option_tasks import option_for, options_for
from gui.errors import describe
from gui.pages.choice_words import choice_words
from gui.pages.train.command import changed_options
from gui.pages.train.option_editor import ChipsEditor, OptionEditor, Pick, PickEditor, new_editor
from gui.theme import SPACE_M, SPACE_S, Theme
from gui.widgets.basic import Button, label
from gui.widgets.blocks import Disclosure, FormRow

_QUIET_MS = 150  # while a number is being typed it is not yet wrong
_PREVIEWED = ("cleaning", "augment")


class MethodForm(QWidget):
    """One row an option: name, field, the default with its reason, or what is wrong with the value.

    An option that does not count, because another one is as it is, cannot be used and says why.

    Signals:
        changed: some value is another one.
        preview_requested: what cleaning and augmentation do is to be shown.
    """

    changed = Signal()
    preview_requested = Signal()

    def __init__(
        self, theme: Theme, method: Method, language: str, parent: QWidget | None = None, task: str = "single"
    ) -> None:
        super().__init__(parent)
        self._method, self._task, self._language = method, task, language
        self._shown = {option.id for option in options_for(method, task)}
        self._editors: dict[str, OptionEditor] = {}
        self._rows: dict[str, FormRow] = {}
        self._previews: list[Button] = []
        self._headings: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        self._rest = Disclosure(theme, "")
        for option in method.options:
            self._add(theme, option.id)
            if option.main:
                column.addWidget(self._rows[option.id])
        for group in GROUPS:
            self._add_group(group)
        column.addWidget(self._rest)
        self._rest.setVisible(bool(self._headings))
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(_QUIET_MS)
        self._check.timeout.connect(self._show_problems)
        self.set_task(task)

    def _add(self, theme: Theme, id: str) -> None:
        option = next(each for each in self._method.options if each.id == id)
        editor = new_editor(option, theme, self)
        self._editors[id] = editor
        self._rows[id] = FormRow(id, editor.widget)
        editor.changed.connect(self._edited)
        if isinstance(editor, ChipsEditor) and id in _PREVIEWED:
            button = editor.add_preview(theme)
            button.clicked.connect(self.preview_requested)
            self._previews.append(button)

    def _add_group(self, group: str) -> None:
        order = list(OPTION_GROUPS)
        options = sorted(
            (option for option in self._method.options if group_of(option) == group),
            key=lambda option: order.index(option.id) if option.id in OPTION_GROUPS else len(order),
        )
        if not options:
            return
        heading = self._headings[group] = label("", "strong")
        heading.setContentsMargins(0, SPACE_S if len(self._headings) > 1 else 0, 0, 0)
        self._rest.add(heading)
        for option in options:
            self._rest.add(self._rows[option.id])

    @property
    def method(self) -> Method:
        return self._method

    def editor(self, option: str) -> OptionEditor:
        return self._editors[option]

    def row(self, option: str) -> FormRow:
        return self._rows[option]

    # --- values ---------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        return all(self._editors[name].problem() is None for name in self._counting())

    def given(self) -> dict[str, OptionValue]:
        """What differs from the defaults. Raises ``KnownError`` (OPTION_VALUE) at the first invalid field."""
        values = {name: self._editors[name].value() for name in self._counting()}
        return changed_options(self._method.id, values, self._task)

    def set_values(self, values: Mapping[str, OptionValue]) -> None:
        """Put values in; options that are not among them get their defaults, unknown ones are left out."""
        for name, editor in self._editors.items():
            editor.set_value(values.get(name, editor.option.default))

    def reset(self) -> None:
        """Back to the defaults."""
        self.set_values({})

    def _counting(self) -> list[str]:
        """The options that count as the form stands."""
        values = self.values()
        shown = [name for name in self._editors if name in self._shown]
        return [name for name in shown if unmet(self._method, name, values) is None]

    def values(self) -> dict[str, OptionValue]:
        """The values of all options, defaults too, without those that are refused."""
        found: dict[str, OptionValue] = {}
        for name, editor in self._editors.items():
            try:
                found[name] = editor.value()
            except KnownError:  # nothing depends on a value that is refused
                continue
        return found

    # --- what can be chosen ---------------------------------------------------------------------------------

    def set_task(self, task: str) -> None:
        """Show the options that mean something to the task, with the choices that do."""
        self._task = task
        for option in self._method.options:
            self._editors[option.id].fit(option_for(option, task))
        self._shown = {option.id for option in options_for(self._method, task)}
        for name, row in self._rows.items():
            row.setVisible(name in self._shown)
        for group, heading in self._headings.items():
            members = [o.id for o in self._method.options if group_of(o) == group]
            heading.setVisible(any(name in self._shown for name in members))
        self.retranslate(self._language)

    def set_picks(self, kind: str, picks: Sequence[Pick]) -> None:
        """Offer these to every option of the kind ``source`` or ``run``."""
        for editor in self._editors.values():
            if isinstance(editor, PickEditor) and editor.option.kind == kind:
                editor.set_picks(picks)

    # --- words ----------------------------------------------------------------------------------------------

    def retranslate(self, language: str) -> None:
        self._language = language
        self._rest.set_title(self.tr("More options"))
        for group, heading in self._headings.items():
            heading.setText(wording.group_words(group, language))
        for button in self._previews:
            button.setText(self.tr("Preview…"))
            button.setToolTip(self.tr("See on your own texts what cleaning and changing do"))
        for name, row in self._rows.items():
            words = wording.option_words(name, language)
            row.name_label().setText(words.label)
            row.editor.setAccessibleName(words.label)
            row.name_label().setToolTip(name)
            choices = [choice_words(choice) for choice in self._editors[name].option.choices]
            self._editors[name].set_words(words.automatic, choices)
            row.editor.setToolTip(words.help)
        self._show_problems()

    def _need_text(self, need: Need) -> str:
        other = self._editors[need.other]
        name = wording.option_words(need.other, self._language).label
        if other.value() in ("", None, False, "none"):
            return self.tr("Counts only together with “{option}”.").format(option=name)
        value = other.value()
        shown = choice_words(value) if isinstance(value, str) else f"{value:g}"
        return self.tr("Does not count with “{option}: {choice}”.").format(option=name, choice=shown)

    @Slot()
    def _edited(self) -> None:
        self._check.start()
        self.changed.emit()

    @Slot()
    def _show_problems(self) -> None:
        values = self.values()
        for name, row in self._rows.items():
            need = unmet(self._method, name, values)
            problem = self._editors[name].problem() if need is None else None
            row.editor.setEnabled(need is None)
            if need is not None:
                row.set_note(self._need_text(need))
            elif problem is not None:
                row.set_note(describe(problem, self._language).text, "bad")
            elif (reason := self._reason(name)) != row.note():
                row.set_note(reason)

    def _reason(self, name: str) -> str:
        return wording.default_reason(name, self._language, self._method.id, self._task)
