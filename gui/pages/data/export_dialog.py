"""The project's texts into a file: which of them, in which format, where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from engine.api import wording
from engine.api.errors import ErrorReport
from engine.api.messages import JobState
from engine.api.messages_data import DataExported
from engine.api.store.documents import DocumentFilter
from engine.api.tasks import DATA_FORMATS, LABEL_SEPARATOR
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.data.task_choice import SEPARATORS
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from gui.widgets.basic import Button, label, separator
from gui.widgets.blocks import Banner, PageHeader

_WIDTH, _HEIGHT = 640, 470
_ALL, _SHOWN, _SELECTED = range(3)
_SCHEMES = ("bio", "bioes")


class DataExportDialog(QDialog):
    """Needs an open project with texts. The job goes on where the dialog is closed.

    ``total``, ``shown`` and ``selected``: all texts, those that the filter lets through (None: not counted yet), and
    the ids that are selected.
    """

    def __init__(
        self,
        context: Context,
        which: DocumentFilter,
        total: int,
        shown: int | None,
        selected: Sequence[int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        project = context.session.project
        assert project is not None
        self._context, self._project = context, project
        self._task = project.task
        self._which, self._selected = which, tuple(selected)
        self._counts = (total, shown, len(selected))
        self._job: Job | None = None
        self._result: DataExported | None = None
        self._failure: ErrorReport | None = None
        self._typed = False  # the user has chosen a file of their own
        theme = context.theme
        self._header = PageHeader(theme, "")
        self._which_name, self._format_name, self._extra_name, self._out_name = (
            label("", "muted") for _ in range(4)
        )
        self.parts = [QRadioButton() for _ in range(3)]
        self._group = QButtonGroup(self)
        self.format, self.separator, self.scheme = QComboBox(), QComboBox(), QComboBox()
        for name in DATA_FORMATS[self._task]:
            self.format.addItem("", name)
        self.separator.setEditable(True)
        self.separator.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.separator.addItems(list(SEPARATORS))
        for name in _SCHEMES:
            self.scheme.addItem(name.upper(), name)
        self.sentence: QLabel = label("", "caption", wrap=True)
        self.out = QLineEdit()
        self.choose = Button(theme, "", icon="folder")
        self.note = label("", "muted", wrap=True)
        self.banner = Banner(theme, "info", "", " ")
        self.close_button, self.cancel = Button(theme, ""), Button(theme, "")
        self.start = Button(theme, "", "primary", "export")
        self.start.setDefault(True)
        for button in (self.choose, self.close_button, self.cancel, self.banner.button):
            button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        filtered = not which.is_empty
        self.parts[_SHOWN].setVisible(filtered)
        self.parts[_SELECTED].setVisible(bool(self._selected))
        self.parts[_SHOWN if filtered else _ALL].setChecked(True)
        self._suggest()
        self.retranslate()
        self.resize(_WIDTH, _HEIGHT)
        self._group.button(self._group.checkedId()).setFocus()

    def _lay_out(self) -> None:
        for at, part in enumerate(self.parts):
            self._group.addButton(part, at)
        which = QVBoxLayout()
        which.setSpacing(SPACE_XS)
        for part in self.parts:
            which.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        place = QHBoxLayout()
        place.setSpacing(SPACE_S)
        place.addWidget(self.out, 1)
        place.addWidget(self.choose)
        form = QGridLayout()
        form.setHorizontalSpacing(SPACE_L)
        form.setVerticalSpacing(SPACE_M)
        form.setColumnStretch(1, 1)
        form.addWidget(self._which_name, 0, 0, Qt.AlignmentFlag.AlignTop)
        form.addLayout(which, 0, 1)
        form.addWidget(self._format_name, 1, 0)
        form.addWidget(self.format, 1, 1)
        form.addWidget(self.sentence, 2, 1)
        form.addWidget(self._extra_name, 3, 0)
        for extra in (self.separator, self.scheme):
            form.addWidget(extra, 3, 1)
        form.addWidget(self._out_name, 4, 0)
        form.addLayout(place, 4, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addStretch(1)
        for button in (self.cancel, self.close_button, self.start):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self._header)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(self.banner)
        column.addStretch(1)
        column.addWidget(separator())
        column.addLayout(foot)

    def _connect(self) -> None:
        self._group.idToggled.connect(self._choice_changed)
        self.format.currentIndexChanged.connect(self._format_changed)
        self.separator.currentTextChanged.connect(self._choice_changed)
        self.scheme.currentIndexChanged.connect(self._choice_changed)
        self.out.textEdited.connect(self._out_typed)
        self.out.textChanged.connect(self._choice_changed)
        self.choose.clicked.connect(self._choose_out)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self._cancel)
        self.close_button.clicked.connect(self.reject)
        self.banner.activated.connect(self._open)

    # --- choices -------------------------------------------------------------------------------------------

    def chosen_format(self) -> str:
        return str(self.format.currentData())

    def _suggest(self) -> None:
        """A file in the project's exports that is not there yet, with the format's ending."""
        ending = self.chosen_format()
        if self._typed:
            if self.out.text().strip():
                self.out.setText(str(Path(self.out.text().strip()).with_suffix(f".{ending}")))
            return
        name, number = f"{self._project.name}-texts", 1
        path = self._project.exports / f"{name}.{ending}"
        while path.exists():
            number += 1
            path = self._project.exports / f"{name}-{number}.{ending}"
        self.out.setText(str(path))

    @Slot()
    def _format_changed(self) -> None:
        self._suggest()
        self._choice_changed()

    @Slot()
    def _choice_changed(self) -> None:
        """What was said is about another export."""
        if self._job is None:
            self._result = self._failure = None
        self._show()

    @Slot()
    def _out_typed(self) -> None:
        self._typed = True

    @Slot()
    def _choose_out(self) -> None:
        ending = self.chosen_format()
        kinds = f"{ending.upper()} (*.{ending})"
        dialog = QFileDialog(self, self.tr("Where the texts go"), self.out.text(), kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.fileSelected.connect(self._out_chosen)
        dialog.open()

    @Slot(str)
    def _out_chosen(self, path: str) -> None:
        self._typed = True
        self.out.setText(path)

    # --- the export ----------------------------------------------------------------------------------------

    @Slot()
    def _start(self) -> None:
        self._result = self._failure = None
        part = self._group.checkedId()
        job = self._context.operations.export_data(
            self.out.text().strip(),
            self.chosen_format(),
            DocumentFilter() if part != _SHOWN else self._which,
            self._selected if part == _SELECTED else (),
            self.separator.currentText() or LABEL_SEPARATOR,
            str(self.scheme.currentData()),
        )
        self._job = job
        job.started.connect(self._show)
        job.progressed.connect(self._show)
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.ended.connect(self._ended)
        self._show()

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _finished(self, result: DataExported) -> None:
        self._result = result

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._failure = error

    @Slot()
    def _ended(self) -> None:
        job, self._job = self._job, None
        if self._failure is None and job is not None and job.error is not None:
            self._failure = job.error
        self._show()

    @Slot()
    def _open(self) -> None:
        if self._result is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._result.out).parent)))

    # --- words -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        working, format = self._job is not None, self.chosen_format()
        several, tags = self._task == "multi" and format == "csv", format == "conll"
        self.separator.setVisible(several)
        self.scheme.setVisible(tags)
        self._extra_name.setVisible(several or tags)
        self._extra_name.setText(self.tr("Tags written as") if tags else self.tr("Between the labels"))
        self.scheme.setAccessibleName(self._extra_name.text())
        self.separator.setAccessibleName(self._extra_name.text())
        self.sentence.setText(self._about(format))
        self.format.setAccessibleDescription(self.sentence.text())
        for control in (*self.parts, self.format, self.separator, self.scheme, self.out, self.choose):
            control.setEnabled(not working)
        self.start.setEnabled(not working and bool(self.out.text().strip()))
        self.start.setVisible(self._result is None)
        self.cancel.setVisible(working)
        self.note.setText(self._note())
        self._say()

    def _about(self, format: str) -> str:
        if format == "conll":
            return self.tr(
                "A word and its tag a line. Splits, texts that are not tagged, and the white space between words do"
                " not go into it."
            )
        if format == "csv":
            return self.tr(
                "For spreadsheets. Before a cell that begins like a formula (=, +, -, @) stands a quote; an import here"
                " takes it away again."
            )
        return self.tr("For programs: one object a line, nothing changed in the texts.")

    def _note(self) -> str:
        if self._job is None:
            replaced = Path(self.out.text().strip()).is_file() and self._result is None
            return self.tr("This file is there already and will be replaced.") if replaced else ""
        if self._job.state is JobState.WAITING:
            return self.tr("Waits for the job before it")
        progress = self._job.progress
        if progress is None:
            return self.tr("Reading the texts")
        words = wording.stage_words(progress.stage, self._context.settings.language)
        return f"{words} · {progress.done:,}/{progress.total:,}" if progress.total > 1 else words

    def _say(self) -> None:
        """The banner: what came of it."""
        result = self._result
        if self._failure is not None:
            self.banner.set_message("bad", describe(self._failure, self._context.settings.language).text)
        elif result is not None:
            words = self.tr("{count} texts written to {path}").format(
                count=f"{result.rows:,}", path=result.out
            )
            if result.left_out:
                left_out = self.tr("{count} were left out: they are not tagged.")
                words = f"{words} · {left_out.format(count=f'{result.left_out:,}')}"
            self.banner.set_message("careful" if result.left_out else "info", words, self.tr("Open folder"))
        ended = self._failure is not None or result is not None
        self.banner.setVisible(ended)
        self.note.setVisible(not ended and bool(self.note.text()))

    def retranslate(self) -> None:
        """Every text in the language in use."""
        title = self.tr("Export the texts")
        self.setWindowTitle(title)
        self._header.set_title(title)
        self._header.set_sentence(self.tr("Into a file that can be imported again"))
        total, shown, selected = self._counts
        self.parts[_ALL].setText(self.tr("All {count} texts").format(count=f"{total:,}"))
        self.parts[_SHOWN].setText(
            self.tr("Those that are shown")
            if shown is None
            else self.tr("The {count} that are shown").format(count=f"{shown:,}")
        )
        self.parts[_SELECTED].setText(self.tr("The {count} selected").format(count=f"{selected:,}"))
        names = {
            "csv": self.tr("CSV table"),
            "jsonl": self.tr("JSONL with the places of the entities")
            if self._task == "tagging"
            else self.tr("JSONL"),
            "conll": self.tr("CoNLL"),
        }
        for at in range(self.format.count()):
            self.format.setItemText(at, names[str(self.format.itemData(at))])
        self._which_name.setText(self.tr("Texts"))
        self._format_name.setText(self.tr("Format"))
        self.format.setAccessibleName(self._format_name.text())
        self._out_name.setText(self.tr("Write to"))
        self.out.setAccessibleName(self._out_name.text())
        self.choose.setText(self.tr("Change…"))
        self.choose.setAccessibleName(self.tr("Change where the texts go"))
        self.close_button.setText(self.tr("Close"))
        self.cancel.setText(self.tr("Cancel the export"))
        self.start.setText(self.tr("Export"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
