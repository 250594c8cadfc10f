"""Train's set-up: when the method fits, its source model, its options, what it would take, the command."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import METHODS, method
from gui.pages.frames import scrolled
from gui.pages.train.command import train_command
from gui.pages.train.command_line import CommandLine
from gui.pages.train.forecast_line import ForecastLine
from gui.pages.train.method_form import MethodForm
from gui.pages.train.source_chooser import SourceChooser
from gui.theme import SPACE_L, SPACE_M, SPACE_S, Theme
from gui.widgets.basic import label, separator


class SetUpPanel(QWidget):
    """One form a method, each keeping its values while another one is shown.

    Signals:
        changed: the method, its source or an option is another one.
    """

    changed = Signal()

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._language = theme, language
        self._project: Path | None = None
        self._forms: dict[str, MethodForm] = {}
        self._about = label("", "muted", wrap=True)
        self._source = SourceChooser(theme, language)
        self._stack = QStackedWidget()
        self.forecast_line = ForecastLine(language)
        self.command = CommandLine(theme)
        self._lay_out()
        self._source.changed.connect(self._edited)
        self.show_method(METHODS[0].id)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        form = QVBoxLayout(inner)
        form.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        form.setSpacing(SPACE_L)
        form.addWidget(self._about)
        form.addWidget(self._source)
        form.addWidget(self._stack)
        form.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_S)
        foot.setSpacing(SPACE_M)
        foot.addWidget(self.forecast_line)
        foot.addWidget(self.command)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scrolled(inner), 1)
        column.addWidget(separator())
        column.addLayout(foot)

    @property
    def form(self) -> MethodForm:
        """The form of the method that is shown."""
        form = self._stack.currentWidget()
        assert isinstance(form, MethodForm)
        return form

    @property
    def source(self) -> str:
        """Id or folder of the source model, '' where the method needs none."""
        return self._source.source() if self.form.method.needs_source else ""

    def touched(self) -> bool:
        """Whether some value differs from its default."""
        return any(not form.is_valid() or form.given() for form in self._forms.values())

    def show_method(self, id: str) -> None:
        if id not in self._forms:
            form = MethodForm(self._theme, method(id), self._language)
            form.changed.connect(self._edited)
            self._forms[id] = form
            self._stack.addWidget(form)
        self._stack.setCurrentWidget(self._forms[id])
        self._source.setVisible(method(id).needs_source)
        self._edited()

    def set_project(self, path: Path | None) -> None:
        """The project that the command names."""
        self._project = path
        self._say_command()

    def set_reason(self, reason: str) -> None:
        """Say when the method fits, and ``reason``: why it is the recommended one, where it is."""
        when = wording.method_words(self.form.method.id, self._language).when
        self._about.setText(f"{when} {reason}".strip())

    def retranslate(self, language: str) -> None:
        self._language = language
        self._source.retranslate(language)
        for form in self._forms.values():
            form.retranslate(language)
        self.forecast_line.retranslate(language)
        self.command.retranslate()

    @Slot()
    def _edited(self) -> None:
        self._say_command()
        self.changed.emit()

    def _say_command(self) -> None:
        form = self.form
        if self._project is not None and form.is_valid():
            self.command.set_text(train_command(self._project, form.method.id, self.source, form.given()))
