"""Export: choose a format and a folder; afterwards the figures of the check against the original."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorReport
from engine.api.messages import JobState
from engine.api.messages_transfer import ModelExported
from engine.api.store.runs import Run
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.export.format_cards import FormatCards
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from gui.widgets.basic import Button, label, separator
from gui.widgets.blocks import Banner, PageHeader

_WIDTH = 840  # most sentences of the cards on one line
_SURE = 0.98  # agreement below which the user should look twice


class ExportDialog(QDialog):
    """Hands ``run`` over; needs an open project and a finished run. The job goes on where the dialog is closed."""

    def __init__(self, context: Context, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._run = run
        self._job: Job | None = None
        self._result: ModelExported | None = None
        self._failure: ErrorReport | None = None
        self._typed = False  # the user has chosen a folder of their own
        theme = context.theme
        self._header = PageHeader(theme, "")
        self.cards = FormatCards(theme, of_words=run.method == "bag-of-words")
        self._folder_name = label("", "muted")
        self.folder = QLineEdit()
        self.choose = Button(theme, "", icon="folder")
        self.note = label("", "muted", wrap=True)
        self.banner = Banner(theme, "info", "", " ")
        self.close_button = Button(theme, "")
        self.cancel = Button(theme, "")
        self.start = Button(theme, "", "primary", "export")
        self.start.setDefault(True)
        for button in (self.choose, self.close_button, self.cancel, self.banner.button):
            button.setAutoDefault(False)
        self._lay_out()
        self.cards.chosen.connect(self._format_chosen)
        self.folder.textEdited.connect(self._folder_typed)
        self.folder.textChanged.connect(self._show)
        self.choose.clicked.connect(self._choose_folder)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self._cancel)
        self.close_button.clicked.connect(self.reject)
        self.banner.activated.connect(self._open)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._suggest()
        self.retranslate()
        self.cards.cards()[0].setFocus()

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(SPACE_S)
        place.addWidget(self.folder, 1)
        place.addWidget(self.choose)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addStretch(1)
        for button in (self.cancel, self.close_button, self.start):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._header)
        column.addWidget(self.cards)
        column.addWidget(self._folder_name)
        column.addLayout(place)
        column.addWidget(self.note)
        column.addWidget(self.banner)
        column.addStretch(1)
        column.addWidget(separator())
        column.addLayout(foot)
        # the layout's own minimum is that of a narrow dialog, where every sentence takes several lines
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)

    # --- where to ----------------------------------------------------------------------------------------

    def _suggest(self) -> None:
        """A folder of the project that is not there yet, named after the run and the format."""
        project = self._context.session.project
        if project is not None and not self._typed:
            self.folder.setText(str(_new_folder(project.exports, self._name())))

    def _name(self) -> str:
        return f"{self._run.id}-{self.cards.selected()}"

    @Slot(str)
    def _format_chosen(self, _format: str) -> None:
        self._suggest()
        self._forget()
        self._show()

    @Slot(str)
    def _folder_typed(self, _text: str) -> None:
        self._typed = True
        self._forget()

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Where the export goes"), str(Path(self.folder.text()).parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.put_into)
        dialog.open()

    @Slot(str)
    def put_into(self, chosen: str) -> None:
        """The chosen folder where it is empty, else a new one inside it."""
        folder = Path(chosen)
        self._typed = True
        self.folder.setText(str(_new_folder(folder, self._name()) if _is_taken(folder) else folder))
        self._forget()
        self._show()

    def _forget(self) -> None:
        """What was said is about another export."""
        if self._job is None:
            self._result = self._failure = None

    # --- the export ----------------------------------------------------------------------------------------

    @Slot()
    def _start(self) -> None:
        self._forget()
        job = self._context.operations.export_model(
            self._run.id, self.cards.selected(), self.folder.text().strip()
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
    def _finished(self, result: ModelExported) -> None:
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
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._result.out))

    # --- words -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        working = self._job is not None
        taken = self._result is None and not working and _is_taken(Path(self.folder.text().strip()))
        self.cards.setEnabled(not working)
        self.folder.setEnabled(not working)
        self.choose.setEnabled(not working)
        self.start.setEnabled(not working and not taken and bool(self.folder.text().strip()))
        self.start.setVisible(self._result is None)
        self.cancel.setVisible(working)
        self.note.setText(self._note(taken))
        self.folder.setAccessibleDescription(self.note.text())
        self._say()

    def _note(self, taken: bool) -> str:
        if self._job is not None:
            return self._progress(self._job)
        if taken:
            return self.tr("This folder is not empty. Choose a new or an empty one.")
        checked = self.tr(
            "The copy and the original read the same validation texts first; only what agrees is kept. A model card"
            " (README.md) is part of it."
        )
        private = (
            self.tr("The vocabulary goes along: words and phrases of your texts.")
            if self._run.method == "bag-of-words"
            else self.tr("None of your texts goes along.")
        )
        joint = "" if self._context.settings.language == "zh_CN" else " "
        return joint.join((checked, private))

    def _progress(self, job: Job) -> str:
        if job.state is JobState.WAITING:
            return self.tr("Waits for the job before it")
        if job.progress is None:
            return self.tr("Loading the model")
        progress = job.progress
        words = wording.stage_words(progress.stage, self._context.settings.language)
        return f"{words} · {progress.done:,}/{progress.total:,}" if progress.total > 1 else words

    def _say(self) -> None:
        """The banner: what came of it."""
        if self._failure is not None:
            language = self._context.settings.language
            self.banner.set_message("bad", describe(self._failure, language).text)
        elif self._result is not None:
            sure = self._result.agreement >= _SURE
            self.banner.set_message(
                "info" if sure else "careful", self._check(self._result), self.tr("Open folder")
            )
        ended = self._failure is not None or self._result is not None
        self.banner.setVisible(ended)
        self.note.setVisible(not ended)

    def _check(self, found: ModelExported) -> str:
        share = f"{found.agreement:.1%}".replace(".0%", "%").replace("%", " %")
        return self.tr(
            "Written and checked on {rows} texts: {agreement} of the answers are the same; the largest difference of"
            " a logit is {difference}."
        ).format(rows=f"{found.rows:,}", agreement=share, difference=f"{found.largest_difference:.2g}")

    def retranslate(self) -> None:
        """Every text in the language in use."""
        title = self.tr("Export “{run}”").format(run=self._run.title)
        self.setWindowTitle(title)
        self._header.set_title(title)
        self._header.set_sentence(self.tr("Hand the trained model over to other programs and people"))
        self.cards.retranslate()
        self._folder_name.setText(self.tr("Folder to write"))
        self.folder.setAccessibleName(self.tr("Folder to write"))
        self.choose.setText(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose the folder to write"))
        self.close_button.setText(self.tr("Close"))
        self.cancel.setText(self.tr("Cancel the export"))
        self.start.setText(self.tr("Export"))
        self._show()
        self._fit()

    def _fit(self) -> None:
        """High enough for all cards, and for a banner of three lines below them."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height = layout.totalHeightForWidth(_WIDTH) + 2 * SPACE_XL
        self.setMinimumSize(_WIDTH, height)
        self.resize(_WIDTH, height)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _is_taken(path: Path) -> bool:
    """Whether something is there that an export would have to mix with."""
    try:
        return path.exists() and (not path.is_dir() or any(path.iterdir()))
    except OSError:
        return False  # the engine will say what is wrong with it


def _new_folder(parent: Path, name: str) -> Path:
    """``parent/name``, or ``name-2``, ``name-3`` where that is taken."""
    number = 1
    path = parent / name
    while _is_taken(path):
        number += 1
        path = parent / f"{name}-{number}"
    return path
