"""Export: choose a format and a folder; afterwards the figures of the check against the original."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.api.messages_transfer import ModelExported
from engine.api.store.runs import Run
from gui.context import Context
from gui.jobs import Job
from gui.pages.export.format_cards import FormatCards
from gui.pages.help_dialog import HelpDialog
from gui.pages.writing_dialog import WritingDialog
from gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from gui.widgets.basic import Button, label, separator
from gui.widgets.choosing import ask_folder

_WIDTH = 840  # most sentences of the cards on one line
_SURE = 0.98  # agreement below which the user should look twice


class ExportDialog(WritingDialog):
    """Hands ``run`` over; needs an open project and a finished run. The job goes on where the dialog is closed."""

    def __init__(self, context: Context, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._run = run
        self._typed = False  # the user has chosen a folder of their own
        theme = context.theme
        project = context.session.project
        self.cards = FormatCards(theme, run.model_method, project.task if project else "single")
        self._folder_name = label("", "muted")
        self.folder = QLineEdit()
        self.choose = Button(theme, "", icon="folder")
        self.choose.setAutoDefault(False)
        self.about = Button(theme, "", "quiet", "help")
        self.about.setAutoDefault(False)
        self._lay_out()
        self.cards.chosen.connect(self._format_chosen)
        self.folder.textEdited.connect(self._folder_typed)
        self.folder.textChanged.connect(self._show)
        self.choose.clicked.connect(self._choose_folder)
        self.about.clicked.connect(self._show_help)
        self._suggest()
        self.retranslate()
        self.cards.cards()[0].setFocus()

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(SPACE_S)
        place.addWidget(self.folder, 1)
        place.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self.header)
        column.addWidget(self.cards)
        column.addWidget(self._folder_name)
        column.addLayout(place)
        column.addWidget(self.note)
        column.addWidget(self.banner)
        column.addStretch(1)
        column.addWidget(separator())
        foot = self.foot()
        foot.insertWidget(0, self.about)
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
        self.forget()
        self._show()

    @Slot(str)
    def _folder_typed(self, _text: str) -> None:
        self._typed = True
        self.forget()

    @Slot()
    def _choose_folder(self) -> None:
        at = str(Path(self.folder.text()).parent)
        ask_folder(self, self.tr("Where the export goes"), self.put_into, at)

    @Slot(str)
    def put_into(self, chosen: str) -> None:
        """The chosen folder where it is empty, else a new one inside it."""
        folder = Path(chosen)
        self._typed = True
        self.folder.setText(str(_new_folder(folder, self._name()) if _is_taken(folder) else folder))
        self.forget()
        self._show()

    @Slot()
    def _show_help(self) -> None:
        HelpDialog(self._context, "export", self).open()

    # --- the export ----------------------------------------------------------------------------------------

    def submit(self) -> Job:
        return self._context.operations.export_model(
            self._run.id, self.cards.selected(), self.folder.text().strip()
        )

    def written(self) -> Path:
        return Path(self.result_told.out)

    # --- words -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        working, result = self.working, self.result_told
        taken = result is None and not working and _is_taken(Path(self.folder.text().strip()))
        self.cards.setEnabled(not working)
        self.folder.setEnabled(not working)
        self.choose.setEnabled(not working)
        self.start.setEnabled(not working and not taken and bool(self.folder.text().strip()))
        self.note.setText(self._note(taken))
        self.folder.setAccessibleDescription(self.note.text())
        sure = result is None or result.agreement >= _SURE
        told = "" if result is None else self._check(result)
        self.show_state("info" if sure else "careful", told, self.tr("Open folder"))

    def _note(self, taken: bool) -> str:
        if self.working:
            return self.progress_words(self.tr("Loading the model"))
        if taken:
            return self.tr("This folder is not empty. Choose a new or an empty one.")
        checked = self.tr(
            "The copy and the original read the same validation texts first; only what agrees is kept. A model card"
            " (README.md) is part of it."
        )
        private = (
            self.tr("The vocabulary goes along: words and phrases of your texts.")
            if self._run.model_method == "bag-of-words"
            else self.tr("None of your texts goes along.")
        )
        joint = "" if self._context.settings.language == "zh_CN" else " "
        return joint.join((checked, private))

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
        self.header.set_title(title)
        self.header.set_sentence(self.tr("Hand the trained model over to other programs and people"))
        self.cards.retranslate()
        self._folder_name.setText(self.tr("Folder to write"))
        self.folder.setAccessibleName(self.tr("Folder to write"))
        self.choose.setText(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose the folder to write"))
        self.about.setText(self.tr("About the formats"))
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
