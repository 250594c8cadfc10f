"""Train's set-up: when the method fits, its source model, its options, what it would take, the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import METHODS, method
from engine.api.errors import OptionValue
from engine.api.messages import JobState
from engine.api.results_transfer import SourceInfo
from engine.api.store.runs import Run
from gui.pages.frames import scrolled
from gui.pages.train.command import train_command
from gui.pages.train.command_line import CommandLine
from gui.pages.train.forecast_line import ForecastLine
from gui.pages.train.method_form import MethodForm
from gui.pages.train.option_editor import Pick
from gui.pages.train.picks import run_picks, source_picks
from gui.pages.train.source_chooser import SourceChooser
from gui.theme import SPACE_L, SPACE_M, SPACE_S, Theme
from gui.widgets.basic import Button, label, separator


class SetUpPanel(QWidget):
    """One form a method, each keeping its values while another one is shown.

    Signals:
        changed: the method, its source or an option is another one.
        sources_requested: the user wants to see the source models.
        preview_requested: what cleaning and augmentation do is to be shown.
        help_requested(str): a page of the help is to be shown.
    """

    changed = Signal()
    sources_requested = Signal()
    preview_requested = Signal()
    help_requested = Signal(str)

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._language = theme, language
        self._project: Path | None = None
        self._forms: dict[str, MethodForm] = {}
        self._task = "single"
        self._picks: dict[str, tuple[Pick, ...]] = {"source": (), "run": ()}
        self._sources: tuple[SourceInfo, ...] = ()
        self._runs: tuple[Run, ...] = ()
        self._about = label("", "muted", wrap=True)
        self._help = Button(theme, "", "quiet", "help")
        self._source = SourceChooser(theme, language)
        self._form_column = QVBoxLayout()  # no stack: that would be as high as its highest form
        self._shown = METHODS[0].id
        self.forecast_line = ForecastLine(language)
        self.command = CommandLine(theme)
        self._lay_out()
        self._source.changed.connect(self._edited)
        self._source.manage_requested.connect(self.sources_requested)
        self._help.clicked.connect(self._ask_help)
        self.show_method(METHODS[0].id)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        form = QVBoxLayout(inner)
        form.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        form.setSpacing(SPACE_L)
        about = QHBoxLayout()
        about.setSpacing(SPACE_M)
        about.addWidget(self._about, 1)
        about.addWidget(self._help, 0, Qt.AlignmentFlag.AlignTop)
        form.addLayout(about)
        form.addWidget(self._source)
        form.addLayout(self._form_column)
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
        return self._forms[self._shown]

    @property
    def source(self) -> str:
        """Id or folder of the source model, '' where the method needs none."""
        return self._source.source() if self.form.method.needs_source else ""

    def set_sources(self, sources: Sequence[SourceInfo]) -> None:
        """Offer the installed source models."""
        self._sources = tuple(sources)
        self._source.set_sources(sources)
        self._offer()

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Offer the finished ones where a run is asked for."""
        self._runs = tuple(run for run in runs if run.state is JobState.DONE)
        self._offer()

    def set_task(self, task: str) -> None:
        """Show the options that mean something to the project's task."""
        self._task = task
        for form in self._forms.values():
            form.set_task(task)
        self._say_command()

    def _offer(self) -> None:
        picks = {
            "source": source_picks(self._sources, self._language),
            "run": run_picks(self._runs, self._language),
        }
        if picks != self._picks:
            self._picks = picks
            for form in self._forms.values():
                for kind, found in picks.items():
                    form.set_picks(kind, found)

    def choose_source(self, id: str) -> None:
        self._source.choose(id)

    def touched(self) -> bool:
        """Whether some value differs from its default."""
        return any(not form.is_valid() or form.given() for form in self._forms.values())

    def show_method(self, id: str) -> None:
        if id not in self._forms:
            form = MethodForm(self._theme, method(id), self._language, task=self._task)
            for kind, picks in self._picks.items():
                form.set_picks(kind, picks)
            form.changed.connect(self._edited)
            form.preview_requested.connect(self.preview_requested)
            self._forms[id] = form
            self._form_column.addWidget(form)
        self._shown = id
        for each, form in self._forms.items():
            form.setVisible(each == id)
        self._source.setVisible(method(id).needs_source)
        self._edited()

    def use(self, source: str, options: Mapping[str, OptionValue]) -> None:
        """Put these settings into the form that is shown; options that the method no longer has are left out."""
        form = self.form
        form.set_values(options)
        if source and form.method.needs_source:
            self._source.choose(source)
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
        self._help.setText(self.tr("How it works"))
        self._help.setToolTip(
            self.tr("Read in plain words what this method does, when to take it and what it costs")
        )
        self._offer()
        self._source.retranslate(language)
        for form in self._forms.values():
            form.retranslate(language)
        self.forecast_line.retranslate(language)
        self.command.retranslate()

    @Slot()
    def _ask_help(self) -> None:
        self.help_requested.emit(f"method-{self.form.method.id}")

    @Slot()
    def _edited(self) -> None:
        self._say_command()
        self.changed.emit()

    def _say_command(self) -> None:
        form = self.form
        if self._project is not None and form.is_valid():
            command = train_command(self._project, form.method.id, self.source, form.given(), task=self._task)
            self.command.set_text(command)
