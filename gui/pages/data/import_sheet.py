"""The import sheet: one file, what was found in it, what its columns mean, and [Import]."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.api.errors import ErrorReport
from engine.api.messages import FileInspected, Imported, Progress, ReadOptions
from engine.api.results import FilePreview
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.models.preview_model import Meaning, PreviewModel
from gui.pages.data.import_choices import ImportChoices
from gui.pages.data.preview_delegate import PreviewDelegate
from gui.pages.data.task_choice import TaskChoice
from gui.pages.data.unreadable_table import UnreadableTable
from gui.theme import SPACE_L, SPACE_M, SPACE_S
from gui.widgets.basic import Button, ElidedLabel, label
from gui.widgets.blocks import Banner, Disclosure
from gui.widgets.entity_text import entity_tints


class ImportSheet(QDialog):
    """Signals: ``imported(Imported)``, just before it closes by itself."""

    imported = Signal(object)

    def __init__(self, context: Context, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._path = path
        self._found: FilePreview | None = None
        self._failure: ErrorReport | None = None
        self._inspecting: Job | None = None
        self._importing: Job | None = None
        self._following = 0  # files that wait for their own sheet
        theme = context.theme
        self._name = ElidedLabel(path.name, "section", Qt.TextElideMode.ElideMiddle)
        self.sentence = label("", "muted", wrap=True)
        self.banner = Banner(theme, "bad", "")
        self.task = TaskChoice(context.settings)
        self.choices = ImportChoices()
        self.preview = PreviewModel(self)
        self.table = QTableView()
        self.unreadable = UnreadableTable(context.settings)
        self.unreadable.setFixedHeight(150)
        self.unread = Disclosure(theme, "")
        self.unread.add(self.unreadable)
        self.progress = QProgressBar()
        self.stage = label("", "muted")
        self.cancel = Button(theme, "")
        self.start = Button(theme, "", "primary")
        self.start.setDefault(True)
        self._set_up_table()
        self._lay_out()
        self.choices.read_changed.connect(self._inspect)
        self.choices.mapping_changed.connect(self._mapping_changed)
        self.task.changed.connect(self._task_changed)
        context.theme.changed.connect(self._task_changed)
        project = context.session.project
        if project is not None and project.task_fixed:
            self.task.set_fixed(project.task)
        self.start.clicked.connect(self._import)
        self.cancel.clicked.connect(self.reject)
        self.resize(980, 680)
        self.retranslate()
        self._inspect()

    def _set_up_table(self) -> None:
        self.table.setModel(self.preview)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.setItemDelegate(PreviewDelegate(self._context.theme, self.table))
        self.table.setTabKeyNavigation(False)
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        rows.setDefaultSectionSize(30)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setHighlightSections(False)
        columns.setSectionsClickable(True)
        columns.setStretchLastSection(True)
        columns.setMinimumSectionSize(96)
        columns.setMinimumHeight(48)
        columns.sectionClicked.connect(self._open_menu)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_M)
        foot.addWidget(self.progress, 1)
        foot.addWidget(self.stage)
        foot.addStretch(0)
        foot.addWidget(self.cancel)
        foot.addWidget(self.start)
        head = QVBoxLayout()
        head.setSpacing(SPACE_S // 2)
        head.addWidget(self._name)
        head.addWidget(self.sentence)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self.task)
        column.addWidget(self.choices)
        column.addWidget(self.table, 1)
        column.addWidget(self.unread)
        column.addLayout(foot)
        self.banner.setVisible(False)
        self.progress.setVisible(False)
        self.unread.setVisible(False)
        self.choices.setVisible(False)
        self.task.setVisible(False)

    def set_following(self, count: int) -> None:
        """How many files come after this one, each with a sheet of its own."""
        self._following = count
        self._show()

    # --- inspect -----------------------------------------------------------------------------------------

    @Slot()
    def _inspect(self) -> None:
        """Look at the file with the options as they are; the latest look counts."""
        self._failure = None
        job = self._context.operations.inspect_file(self._path, self.choices.read_options())
        self._inspecting = job
        job.finished.connect(self._inspected)
        job.failed.connect(self._refused)
        job.interrupted.connect(self._inspection_lost)
        self._show()

    @Slot(object)
    def _inspected(self, result: FileInspected) -> None:
        self._inspecting = None
        project = self._context.session.project
        if project is None:
            return
        found = project.documents.preview(result.preview)
        columns_changed = self._found is None or self._found.columns != found.columns
        self._found = found
        self.choices.set_preview(found)
        self.choices.setVisible(True)
        self.task.set_guess(found.task_guess, found.separator_guess)
        self.task.setVisible(True)
        self.preview.set_preview(found)
        self._task_changed()
        self.unreadable.rows.set_rows(found.unreadable)
        if columns_changed:
            self._size_columns()
        self._mapping_changed()

    def _size_columns(self) -> None:
        room = max(self.table.viewport().width(), 600)
        text = self.choices.meanings().get(Meaning.TEXT, -1)
        count = self.preview.columnCount()
        for column in range(count):
            self.table.setColumnWidth(column, room // 2 if column == text and count > 1 else 150)

    @Slot(object)
    def _refused(self, error: ErrorReport) -> None:
        self._inspecting = self._importing = None
        self._failure = error
        self._show()

    @Slot()
    def _inspection_lost(self) -> None:
        self._inspecting = None
        self._show()

    # --- map ---------------------------------------------------------------------------------------------

    @Slot(int)
    def _open_menu(self, column: int) -> None:
        menu = self.column_menu(column)
        header = self.table.horizontalHeader()
        at = QPoint(header.sectionViewportPosition(column), header.height())
        menu.popup(header.viewport().mapToGlobal(at))

    def column_menu(self, column: int) -> QMenu:
        """What a click on a column's head offers."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        current = self.preview.meaning(column)
        for meaning in (*Meaning, None):
            if meaning is Meaning.SECOND and self.task.task() == "tagging":
                continue  # the places of entities are those of one text
            words = self.tr("Do not use") if meaning is None else self.preview.meaning_words(meaning)
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(meaning is current)
            action.setData((column, "" if meaning is None else meaning.value))
            action.triggered.connect(self._assign)
        return menu

    @Slot()
    def _assign(self) -> None:
        column, meaning = self.sender().data()  # type: ignore[attr-defined]  # a QAction of column_menu
        self.choices.assign(column, Meaning(meaning) if meaning else None)

    @Slot()
    def _task_changed(self) -> None:
        task = self.task.task()
        tints = entity_tints(self._context.theme.palette, self.preview.types())
        self.choices.set_task(task)
        self.preview.set_task(task, self.task.separator_words(), tints)

    @Slot()
    def _mapping_changed(self) -> None:
        self.preview.set_meanings(self.choices.meanings(), self.choices.guessed)
        self._show()

    # --- import ------------------------------------------------------------------------------------------

    @Slot()
    def _import(self) -> None:
        mapping = self.choices.mapping()
        if mapping is None or self._importing is not None:
            return
        self._failure = None
        job = self._context.operations.import_file(
            self._path,
            mapping,
            self.choices.read_options(),
            self.choices.as_split(),
            self.task.task(),
            self.task.separator_words(),
        )
        self._importing = job
        job.progressed.connect(self._progressed)
        job.finished.connect(self._finished)
        job.failed.connect(self._refused)
        job.cancelled.connect(self._stopped)
        job.interrupted.connect(self._interrupted)
        self.progress.setRange(0, 0)
        self._show()

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        # Qt's bar holds 32 bits, a file may have more bytes
        self.progress.setRange(0, 1000)
        self.progress.setValue(1000 * progress.done // max(progress.total, 1))
        if progress.rate:
            self.stage.setText(self.tr("{rate} rows a second").format(rate=f"{progress.rate:,.0f}"))

    @Slot(object)
    def _finished(self, result: Imported) -> None:
        self._importing = None
        self.imported.emit(result)
        self.accept()

    @Slot()
    def _stopped(self) -> None:
        self._importing = None
        self._show()

    @Slot()
    def _interrupted(self) -> None:
        job, self._importing = self._importing, None
        if job is not None and job.error is not None:
            self._failure = job.error
        self._show()

    def reject(self) -> None:
        """Cancel: a running import is stopped first and the sheet stays; else it closes."""
        if self._importing is not None:
            self._importing.cancel()
            return
        if self._inspecting is not None:
            self._inspecting.cancel()
        super().reject()

    # --- words -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        found, busy = self._found, self._importing is not None
        if self._failure is not None:
            self.banner.set_message("bad", describe(self._failure, self._context.settings.language).text)
        elif (
            found is not None
            and found.encoding
            and not found.encoding_certain
            and not self._encoding_chosen()
        ):
            self.banner.set_message(
                "careful",
                self.tr("The encoding is a guess. If the text below looks wrong, choose another one."),
            )
        self.banner.setVisible(
            self._failure is not None
            or (
                found is not None
                and bool(found.encoding)
                and not found.encoding_certain
                and not self._encoding_chosen()
            )
        )
        self.sentence.setText(self._sentence())
        count = 0 if found is None else len(found.unreadable)
        self.unread.setVisible(count > 0)
        self.unread.set_title(
            self.tr("{count} rows that could not be read so far").format(count=f"{count:,}")
        )
        self.choices.setEnabled(not busy)
        self.task.setEnabled(not busy)
        self.table.setEnabled(not busy)
        self.progress.setVisible(busy)
        self.stage.setVisible(busy)
        self.start.setEnabled(not busy and self._inspecting is None and self.choices.mapping() is not None)
        self.cancel.setText(self.tr("Stop importing") if busy else self.tr("Cancel"))
        if busy and self.progress.maximum() == 0:
            self.stage.setText(self.tr("Waiting for its turn"))

    def _encoding_chosen(self) -> bool:
        return self.choices.read_options().encoding is not None

    def _sentence(self) -> str:
        found = self._found
        if found is None:
            return self.tr("Looking at the file…") if self._inspecting is not None else str(self._path)
        parts = [found.format.upper(), _size_words(found.size_bytes)]
        if found.estimated_rows > len(found.rows):
            parts.append(self.tr("about {rows} rows").format(rows=f"{found.estimated_rows:,}"))
        else:
            parts.append(self.tr("{rows} rows").format(rows=f"{len(found.rows):,}"))
        if self.choices.mapping() is None:
            parts.append(self.tr("choose the column that holds the text"))
        if self._following:
            parts.append(self.tr("files that follow: {count}").format(count=self._following))
        return " · ".join(parts)

    def read_options(self) -> ReadOptions:
        return self.choices.read_options()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Import"))
        self.table.setAccessibleName(self.tr("The first rows of the file"))
        self.progress.setAccessibleName(self.tr("Progress of the import"))
        self.start.setText(self.tr("Import"))
        self.preview.retranslate()
        self._show()


def _size_words(size_bytes: int) -> str:
    """A file's size as people say it."""
    size = float(size_bytes)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit in ("B", "KB") else f"{size:,.1f} {unit}"
        size /= 1024
    return ""
