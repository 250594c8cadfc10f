"""Places that are struck or marked in single texts: by a right click on a word of the text in view, or from a file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.errors import ErrorReport, KnownError
from engine.api.explaining.argue import Rationale, RationalesImported
from engine.api.messages import Result
from gui.context import Context
from gui.jobs import Job
from gui.pages.explain.side_panel import Subject
from gui.theme import SPACE_S
from gui.widgets.basic import Button, label
from gui.widgets.choosing import ask_file

_MOST_LINES = 6  # numbers of unreadable lines that are told


class ArguePlaces(QWidget):
    """An argument learns from training texts, so that only in these a place can be struck.

    Signals: changed: there are others, or a file is being read; failed(ErrorReport): a file could not be, None: the
    next one is being tried.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._subject: Subject | None = None
        self._importing: Job | None = None
        self._imported: RationalesImported | None = None
        self._count = (0, 0)  # texts with such places, and the places
        self._in_view: list[Rationale] = []  # those of the text in view
        self.here = label("", "muted", wrap=True)
        self.held = label("", "muted", wrap=True)
        self.import_file = Button(context.theme, "", icon="file")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        for widget in (self.here, self.held):
            column.addWidget(widget)
        column.addWidget(self.import_file, 0, Qt.AlignmentFlag.AlignLeft)
        self.import_file.clicked.connect(self._choose_file)
        context.session.documents_changed.connect(self.read)
        self.read()

    @property
    def any(self) -> bool:
        """Whether there is a place in any text."""
        return self._count[1] > 0

    def forget(self) -> None:
        """Another project, or none."""
        self._subject = self._importing = self._imported = None
        self.read()

    def set_subject(self, subject: Subject | None) -> None:
        """Another text is in view, or none."""
        self._subject = subject
        self._read_view()
        self.say()

    # --- words of the text in view ----------------------------------------------------------------------

    def word_menu(self, index: int) -> list[tuple[str, object]]:
        """What may be said of a word of the text in view alone; nothing where nothing would learn from it."""
        if self._document() is None:
            return []
        said = self._said_of(index)
        if said:
            return [(self.tr("Take back what was said of it in this text"), lambda: self.take_back(index))]
        return [
            (self.tr("Strike it in this text only"), lambda: self.put(index, "strike")),
            (self.tr("Mark it in this text only"), lambda: self.put(index, "mark")),
        ]

    def put(self, index: int, kind: str) -> None:
        """Strike or mark a word of the text in view."""
        document, subject = self._document(), self._subject
        if document is None or subject is None:
            return
        word = subject.explanation.words[index]
        place = Rationale(document, word.start, word.end, kind)
        self._context.operations.put_rationales([place]).done.connect(self.read)

    def take_back(self, index: int) -> None:
        """Nothing is said of a word of the text in view any more."""
        self._context.operations.remove_rationales(self._said_of(index)).done.connect(self.read)

    def _document(self) -> int | None:
        """The training text in view."""
        project, subject = self._context.session.project, self._subject
        id = subject.explanation.document if subject is not None else None
        if project is None or id is None:
            return None
        try:
            return id if project.documents.get(id).split == "train" else None
        except KnownError:  # deleted meanwhile
            return None

    def _said_of(self, index: int) -> list[Rationale]:
        """Places that meet a word of the text in view."""
        if self._subject is None:
            return []
        word = self._subject.explanation.words[index]
        return [each for each in self._in_view if each.start < word.end and word.start < each.end]

    # --- a file -----------------------------------------------------------------------------------------

    @Slot()
    def _choose_file(self) -> None:
        kinds = self.tr("Rationales (*.jsonl)")
        ask_file(self, self.tr("Open rationales"), kinds, self.import_rationales)

    @Slot(str)
    def import_rationales(self, path: str) -> None:
        """Read struck and marked places of single texts from a file."""
        self._importing = job = self._context.operations.explaining.import_rationales(path)
        job.finished.connect(self._came)
        job.failed.connect(self._failed)
        job.ended.connect(self._import_ended)
        self.failed.emit(None)
        self.say()
        self.changed.emit()

    @Slot(object)
    def _came(self, result: Result) -> None:
        if isinstance(result, RationalesImported):
            self._imported = result

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self.failed.emit(error)

    @Slot()
    def _import_ended(self) -> None:
        self._importing = None
        self.read()

    # --- words ------------------------------------------------------------------------------------------

    @Slot()
    def read(self) -> None:
        """Read again how many places there are, and those of the text in view."""
        project = self._context.session.project
        self._count = project.explaining.count_rationales() if project is not None else (0, 0)
        self._read_view()
        self.say()
        self.changed.emit()

    def _read_view(self) -> None:
        project, subject = self._context.session.project, self._subject
        id = subject.explanation.document if subject is not None else None
        self._in_view = [] if project is None or id is None else project.explaining.rationales(id)

    def retranslate(self) -> None:
        self.import_file.setText(self.tr("Import places…"))
        self.import_file.setToolTip(self.tr("A JSONL file with “text” and spans under “strike” and “mark”"))
        self.say()

    def say(self) -> None:
        """Show the state as it is."""
        here = self._here_words()
        self.here.setVisible(bool(here))
        self.here.setText(here)
        documents, places = self._count
        parts = [
            self.tr(
                "Places struck or marked in single texts: {places} in {texts} texts; they count too."
            ).format(places=f"{places:,}", texts=f"{documents:,}")
            if documents
            else self.tr(
                "No places are struck or marked in single texts. A right click on a word of a training text"
                " does it, or a file brings them."
            )
        ]
        if self._importing is not None:
            parts.append(self.tr("Reading the file…"))
        elif self._imported is not None:
            parts.append(self._import_words(self._imported))
        self.held.setText(" ".join(parts))
        self.import_file.setEnabled(self._importing is None)

    def _here_words(self) -> str:
        """What is struck and what is marked in the text in view."""
        if self._subject is None:
            return ""
        text = self._subject.explanation.text

        def words(kind: str) -> str:
            return " ".join(f"“{text[e.start : e.end]}”" for e in self._in_view if e.kind == kind)

        struck, marked = words("strike"), words("mark")
        parts = [self.tr("Struck in this text: {words}").format(words=struck)] if struck else []
        if marked:
            parts.append(self.tr("Marked in this text: {words}").format(words=marked))
        return "\n".join(parts)

    def _import_words(self, found: RationalesImported) -> str:
        parts = [
            self.tr("Read: {places} places in {texts} texts.").format(
                places=f"{found.spans:,}", texts=f"{found.documents:,}"
            )
        ]
        if found.unknown:
            parts.append(
                self.tr("{count} lines are of texts that are not in the project.").format(
                    count=f"{found.unknown:,}"
                )
            )
        if found.unreadable:
            lines = ", ".join(str(line) for line in found.unreadable[:_MOST_LINES])
            more = " …" if len(found.unreadable) > _MOST_LINES else ""
            parts.append(self.tr("Lines that could not be read: {lines}").format(lines=lines + more))
        return " ".join(parts)
