"""The project's texts into a file: which of them, in which format, where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from engine.api.messages_data import DataExported
from engine.api.store.documents import DocumentFilter
from engine.api.tasks import DATA_FORMATS, LABEL_SEPARATOR
from gui.context import Context
from gui.jobs import Job
from gui.pages.data.task_choice import SEPARATORS
from gui.pages.writing_dialog import WritingDialog
from gui.theme import SPACE_L, SPACE_M, SPACE_XL, SPACE_XS
from gui.widgets.basic import label, separator
from gui.widgets.saving import OutputFile

_WIDTH, _HEIGHT = 640, 470
_ALL, _SHOWN, _SELECTED = range(3)
_SCHEMES = ("bio", "bioes")


class DataExportDialog(WritingDialog):
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
        super().__init__(context, parent)
        project = context.session.project
        assert project is not None
        self._task = project.task
        self._which, self._selected = which, tuple(selected)
        self._counts = (total, shown, len(selected))
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
        self.out = OutputFile(context.theme, project.exports, f"{project.name}-texts")
        self._lay_out()
        self._connect()
        filtered = not which.is_empty
        self.parts[_SHOWN].setVisible(filtered)
        self.parts[_SELECTED].setVisible(bool(self._selected))
        self.parts[_SHOWN if filtered else _ALL].setChecked(True)
        self.out.set_ending(self.chosen_format())
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
        form.addWidget(self.out, 4, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.header)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(self.banner)
        column.addStretch(1)
        column.addWidget(separator())
        column.addLayout(self.foot())

    def _connect(self) -> None:
        self._group.idToggled.connect(self._choice_changed)
        self.format.currentIndexChanged.connect(self._format_changed)
        self.separator.currentTextChanged.connect(self._choice_changed)
        self.scheme.currentIndexChanged.connect(self._choice_changed)
        self.out.changed.connect(self._choice_changed)

    # --- choices -------------------------------------------------------------------------------------------

    def chosen_format(self) -> str:
        return str(self.format.currentData())

    @Slot()
    def _format_changed(self) -> None:
        self.out.set_ending(self.chosen_format())
        self._choice_changed()

    @Slot()
    def _choice_changed(self) -> None:
        """What was said is about another export."""
        self.forget()
        self._show()

    # --- the export ----------------------------------------------------------------------------------------

    def submit(self) -> Job:
        part = self._group.checkedId()
        return self._context.operations.export_data(
            self.out.path,
            self.chosen_format(),
            DocumentFilter() if part != _SHOWN else self._which,
            self._selected if part == _SELECTED else (),
            self.separator.currentText() or LABEL_SEPARATOR,
            str(self.scheme.currentData()),
        )

    def written(self) -> Path:
        return Path(self.result_told.out).parent

    # --- words -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        working, format = self.working, self.chosen_format()
        several, tags = self._task == "multi" and format == "csv", format == "conll"
        self.separator.setVisible(several)
        self.scheme.setVisible(tags)
        self._extra_name.setVisible(several or tags)
        self._extra_name.setText(self.tr("Tags written as") if tags else self.tr("Between the labels"))
        self.scheme.setAccessibleName(self._extra_name.text())
        self.separator.setAccessibleName(self._extra_name.text())
        self.sentence.setText(self._about(format))
        self.format.setAccessibleDescription(self.sentence.text())
        for control in (*self.parts, self.format, self.separator, self.scheme, self.out):
            control.setEnabled(not working)
        self.start.setEnabled(not working and bool(self.out.path))
        self.note.setText(self._note())
        result: DataExported | None = self.result_told
        left_out = result is not None and result.left_out > 0
        told = "" if result is None else self._told(result)
        self.show_state("careful" if left_out else "info", told, self.tr("Open folder"))
        self.note.setVisible(self.note.isVisibleTo(self) and bool(self.note.text()))

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
        if self.working:
            return self.progress_words(self.tr("Reading the texts"))
        replaced = Path(self.out.path).is_file() and self.result_told is None
        return self.tr("This file is there already and will be replaced.") if replaced else ""

    def _told(self, result: DataExported) -> str:
        words = self.tr("{count} texts written to {path}").format(count=f"{result.rows:,}", path=result.out)
        if result.left_out:
            left_out = self.tr("{count} were left out: they are not tagged.")
            words = f"{words} · {left_out.format(count=f'{result.left_out:,}')}"
        return words

    def retranslate(self) -> None:
        """Every text in the language in use."""
        title = self.tr("Export the texts")
        self.setWindowTitle(title)
        self.header.set_title(title)
        self.header.set_sentence(self.tr("Into a file that can be imported again"))
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
        self.out.set_words(
            self.tr("Where the texts go"),
            self.tr("File to write"),
            self.tr("Choose…"),
            self.tr("Choose the file to write"),
        )
        self.close_button.setText(self.tr("Close"))
        self.cancel.setText(self.tr("Cancel the export"))
        self.start.setText(self.tr("Export"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
