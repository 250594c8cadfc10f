"""Explanations as evidence to hand on: which of them, in which format, where to. The pack is written as a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from engine.api import wording
from engine.api.explaining.pack import PACK_FORMATS
from engine.api.store.runs import Run
from gui.context import Context
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from gui.widgets.basic import Button, label, separator, set_role
from gui.widgets.blocks import PageHeader
from gui.widgets.saving import OutputFile

_WIDTH = 620
_VIEW, _LISTED, _ALL = range(3)
_LANGUAGES = (("English", "en"), ("简体中文", "zh_CN"))
_MANY = 300  # explanations that a page, a PDF or pictures can still be read in


@dataclass(frozen=True)
class Packable:
    """What a pack can be made of: the explanation in view (its id; None: none is), the listed texts, all texts.

    ``method`` explains the texts, from its ``baseline``; '' is the run's own, and the method's.
    """

    explanation: int | None
    listed: Sequence[int]
    total: int
    method: str
    baseline: str = ""


class PackDialog(QDialog):
    """Needs an open project. Signals: submitted(Job): the pack is being written."""

    submitted = Signal(object)

    def __init__(self, context: Context, run: Run, what: Packable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        project = context.session.project
        assert project is not None
        self._context = context
        self._run, self._what = run, what
        theme = context.theme
        self._header = PageHeader(theme, "")
        self._which_name, self._format_name, self._language_name, self._out_name = (
            label("", "muted") for _ in range(4)
        )
        self.parts = [QRadioButton() for _ in range(3)]
        self._group = QButtonGroup(self)
        self.format, self.language = QComboBox(), QComboBox()
        for name in PACK_FORMATS:
            self.format.addItem(name.upper(), name)
        for name, code in _LANGUAGES:
            self.language.addItem(name, code)
        self.language.setCurrentIndex(max(0, self.language.findData(context.settings.language)))
        self.sentence = label("", "caption", wrap=True)
        self.seals = QCheckBox()
        self.seals.setChecked(True)
        self.seals_note = label("", "caption", wrap=True)
        self.out = OutputFile(theme, project.exports, f"{run.id}-evidence")
        self.note = label("", "muted", wrap=True)
        self.cancel, self.start = Button(theme, ""), Button(theme, "", "primary", "export")
        self.start.setDefault(True)
        self.cancel.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.parts[_VIEW].setVisible(what.explanation is not None)
        self.parts[_LISTED].setVisible(0 < len(what.listed) < what.total)
        self.parts[_VIEW if what.explanation is not None else _ALL].setChecked(True)
        self.out.set_ending(self.chosen_format())
        self.retranslate()
        self._group.button(self._group.checkedId()).setFocus()

    def _lay_out(self) -> None:
        which = QVBoxLayout()
        which.setSpacing(SPACE_XS)
        for at, part in enumerate(self.parts):
            self._group.addButton(part, at)
            which.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        form = QGridLayout()
        form.setHorizontalSpacing(SPACE_L)
        form.setVerticalSpacing(SPACE_S)
        form.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        form.addWidget(self._which_name, 0, 0, top)
        form.addLayout(which, 0, 1)
        form.setRowMinimumHeight(1, SPACE_S)
        form.addWidget(self._format_name, 2, 0)
        form.addWidget(self.format, 2, 1)
        form.addWidget(self.sentence, 3, 1)
        form.setRowMinimumHeight(4, SPACE_S)
        form.addWidget(self.seals, 5, 1, Qt.AlignmentFlag.AlignLeft)
        form.addWidget(self.seals_note, 6, 1)
        form.setRowMinimumHeight(7, SPACE_S)
        form.addWidget(self._language_name, 8, 0)
        form.addWidget(self.language, 8, 1)
        form.addWidget(self._out_name, 9, 0)
        form.addWidget(self.out, 9, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._header)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addWidget(separator())
        column.addLayout(foot)

    def _connect(self) -> None:
        self._group.idToggled.connect(self._show)
        self.format.currentIndexChanged.connect(self._format_changed)
        self.out.changed.connect(self._show)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self.reject)

    # --- choices ---------------------------------------------------------------------------------------------

    def chosen_format(self) -> str:
        return str(self.format.currentData())

    def count(self) -> int:
        """How many texts are chosen."""
        return {_VIEW: 1, _LISTED: len(self._what.listed)}.get(self._group.checkedId(), self._what.total)

    @Slot()
    def _format_changed(self) -> None:
        self.out.set_ending(self.chosen_format())
        self._show()

    @Slot()
    def _start(self) -> None:
        part, what = self._group.checkedId(), self._what
        in_view = (what.explanation,) if part == _VIEW and what.explanation is not None else ()
        job = self._context.operations.explaining.write_pack(
            self._run.id,
            self.out.path,
            explanations=in_view,
            documents=what.listed if part == _LISTED else (),
            everything=part == _ALL,
            method="" if part == _VIEW else what.method,
            baseline="" if part == _VIEW else what.baseline,
            seals=self.seals.isChecked(),
            language=str(self.language.currentData()),
        )
        self.submitted.emit(job)
        self.accept()

    # --- words -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        kind = self.chosen_format()
        self.sentence.setText(self._good_for(kind))
        self.format.setAccessibleDescription(self.sentence.text())
        self.start.setEnabled(bool(self.out.path) and self.count() > 0)
        many = self.count() > _MANY and kind not in ("json", "csv")
        self.note.setText(self._many() if many else self._method_note())
        set_role(self.note, "careful" if many else "muted")
        if self.isVisible():
            self._fit()

    def _good_for(self, kind: str) -> str:
        return {
            "html": self.tr(
                "One page that opens in any browser, without a network: to read, to send, to print."
            ),
            "pdf": self.tr("Pages to print and to file."),
            "png": self.tr(
                "A picture for slides and documents; of many explanations several, which are numbered."
            ),
            "svg": self.tr(
                "A picture that stays sharp at any size; of many explanations several, which are numbered."
            ),
            "json": self.tr("For other programs: everything there is, exactly."),
            "csv": self.tr("A row a word, for spreadsheets. A table cannot be checked again."),
        }[kind]

    def _many(self) -> str:
        return self.tr(
            "{count} explanations make a page or pictures that open slowly and that nobody reads to their end; JSON"
            " or CSV suit so many better."
        ).format(count=f"{self.count():,}")

    def _method_note(self) -> str:
        named = self.tr(
            "Each explanation goes with its text, the model's and the data's hash, method, seed and margin, so that"
            " others can compute it again."
        )
        if self._group.checkedId() == _VIEW or not self._what.method:
            return named
        method = wording.explainer_words(self._what.method, self._context.settings.language).name
        explained = self.tr("The texts are explained by “{method}”.").format(method=method)
        joint = "" if self._context.settings.language == "zh_CN" else " "
        return joint.join((explained, named))

    def retranslate(self) -> None:
        """Every text in the language in use."""
        title = self.tr("Evidence pack of “{run}”").format(run=self._run.title)
        self.setWindowTitle(title)
        self._header.set_title(title)
        self._header.set_sentence(self.tr("Decisions and their reasons, as a file that others can check"))
        self._which_name.setText(self.tr("Which"))
        self.parts[_VIEW].setText(self.tr("The explanation in view"))
        self.parts[_LISTED].setText(
            self.tr("The texts listed at the left ({count})").format(count=f"{len(self._what.listed):,}")
        )
        self.parts[_ALL].setText(
            self.tr("All texts of the project ({count})").format(count=f"{self._what.total:,}")
        )
        self._format_name.setText(self.tr("Format"))
        self.format.setAccessibleName(self.tr("Format"))
        self.seals.setText(self.tr("With trust seals"))
        self.seals_note.setText(
            self.tr("Each explanation is tested first, where it is not yet: that takes the longest.")
        )
        self.seals.setAccessibleDescription(self.seals_note.text())
        self._language_name.setText(self.tr("Language"))
        self.language.setAccessibleName(self.tr("Language of the pack"))
        self._out_name.setText(self.tr("File"))
        self.out.set_words(
            self.tr("Where the pack goes"),
            self.tr("File to write"),
            self.tr("Choose…"),
            self.tr("Choose the file to write"),
        )
        self.cancel.setText(self.tr("Cancel"))
        self.start.setText(self.tr("Write the pack"))
        self._show()
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(_WIDTH, layout.totalHeightForWidth(_WIDTH) + SPACE_XL)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
