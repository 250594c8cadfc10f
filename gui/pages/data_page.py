"""The Data page: files in, every text to be read, found, labelled and taken out."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.explaining.corpus import CorpusRequest
from engine.api.messages import Imported
from engine.api.store.documents import Document, DocumentFilter
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.models.documents_model import DocumentsModel
from gui.pages.base import Page, PageState
from gui.pages.data.document_inspector import DocumentInspector
from gui.pages.data.documents_view import DocumentsView
from gui.pages.data.export_dialog import DataExportDialog
from gui.pages.data.filter_panel import FilterPanel
from gui.pages.data.import_sheet import ImportSheet
from gui.pages.data.unreadable_table import UnreadableDialog
from gui.store_reader import (
    Overview,
    ReadCorpora,
    ReadOverview,
    ReadSharedLabels,
    ReadUnreadable,
    SharedLabels,
    StoreReader,
    UnreadableRows,
)
from gui.theme import SPACE_L, SPACE_M, SPACE_XL
from gui.widgets.basic import Button
from gui.widgets.blocks import Banner, EmptyState, PageHeader
from gui.widgets.choosing import ask_text_folder, ask_texts
from gui.widgets.entity_text import entity_tints

_OVERVIEW, _UNREADABLE, _SHARED, _CORPORA = "overview", "unreadable", "shared-labels", "corpora"


class DataPage(Page):
    """Signals: ``sample_requested()``, try the sample; ``project_needed(Path)``, a file was opened while no
    project is: whoever makes one then calls ``import_path``; ``page_requested(id)``, show another page."""

    page_id = "data"
    sample_requested = Signal()
    project_needed = Signal(object)
    page_requested = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.setAcceptDrops(True)
        self.reader = StoreReader(self)
        self.model = DocumentsModel(self.reader, self)
        self.overview = Overview((), ())
        self.sheet: ImportSheet | None = None
        self._to_import: list[Path] = []  # dropped together; one sheet after the other
        self._imported_last: Imported | None = None
        self._failure: ErrorReport | None = None
        self.unreadable: UnreadableDialog | None = None
        self.header = PageHeader(theme, "")
        self.export = self.header.add_action("", icon="export")
        self.open_folder = self.header.add_action("", icon="folder")
        self.open_file = self.header.add_action("", primary=True, icon="plus")
        self.banner = Banner(theme, "info", "", close=" ")
        self.panel = FilterPanel(theme)
        self.documents = DocumentsView(theme, self.model)
        self.inspector = DocumentInspector(theme)
        self.empty = EmptyState(theme, "data", "", " ")
        self.sample = Button(theme, "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._opened()

    def _lay_out(self) -> None:
        work = QSplitter(Qt.Orientation.Horizontal)
        work.setChildrenCollapsible(False)
        work.setHandleWidth(1)
        for at, (widget, width, left, right) in enumerate(
            (
                (self.panel, 184, 0, SPACE_M),
                (self.documents, 660, SPACE_L, SPACE_L),
                (self.inspector, 240, SPACE_L, 0),
            )
        ):
            box = QWidget()
            row = QHBoxLayout(box)
            row.setContentsMargins(left, 0, right, 0)
            row.addWidget(widget)
            box.setMinimumWidth(width if at != 1 else 320)
            work.addWidget(box)
            work.setStretchFactor(at, 1 if at == 1 else 0)
        work.setSizes([212, 684, 288])
        second = QHBoxLayout()
        second.addStretch(1)
        second.addWidget(self.sample)
        second.addStretch(1)
        # the kit's empty state has one button; the sample stands below it
        layout = self.empty.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertLayout(layout.count() - 1, second)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(work)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.header)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)
        self.banner.setVisible(False)

    def _connect(self) -> None:
        session, operations = self.context.session, self.context.operations
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.documents_changed.connect(self._documents_changed)
        operations.edit_failed.connect(self._edit_failed)
        self.context.theme.changed.connect(self._show_task)
        self.reader.answered.connect(self._answered)
        self.reader.failed.connect(self._reading_failed)
        self.export.clicked.connect(self.export_texts)
        self.open_file.clicked.connect(self.choose_file)
        self.open_folder.clicked.connect(self.choose_folder)
        self.empty.activated.connect(self.choose_file)
        self.banner.activated.connect(self._to_train)
        self.banner.closed.connect(self._forget_message)
        session.runs_changed.connect(self._say_message)
        self.sample.clicked.connect(self.sample_requested)
        self.panel.chosen.connect(self._choose_group)
        self.panel.unreadable_asked.connect(self._show_unreadable)
        self.panel.delete_asked.connect(self._delete_source)
        self.panel.words.corpus_asked.connect(self._to_corpus)
        self.context.queue.job_changed.connect(self._job_changed)
        self.documents.filter_changed.connect(self.panel.show_filter)
        self.documents.selection_changed.connect(self._selection_changed)
        self.documents.delete_asked.connect(self._delete)
        self.documents.explain_asked.connect(self._explain)
        self.inspector.label_set.connect(self._set_label)
        self.inspector.label_switched.connect(self._switch_label)
        self.inspector.entity_set.connect(self._set_entity)
        self.inspector.tagged_set.connect(self._set_tagged)
        self.inspector.delete_asked.connect(self._delete)
        self.inspector.explain_asked.connect(self._explain)
        self.inspector.document_asked.connect(self.documents.select_id)

    # --- the project -------------------------------------------------------------------------------------

    @Slot()
    def _opened(self) -> None:
        project = self.context.session.project
        if project is None:
            self._show()
            return
        self.reader.open(project.path)
        self.model.set_project(project)
        self.reader.ask(_OVERVIEW, ReadOverview())
        self.reader.ask(_CORPORA, ReadCorpora())

    @Slot()
    def _closed(self) -> None:
        self.reader.close()
        self.model.set_project(None)
        self.overview = Overview((), ())
        self._to_import.clear()
        self._forget_message()
        self._show()

    @Slot()
    def _documents_changed(self) -> None:
        self.reader.ask(_OVERVIEW, ReadOverview())
        self.model.refresh()
        self._selection_changed(self.documents.selected_ids())

    @Slot(str, object)
    def _answered(self, channel: str, answer: object) -> None:
        if isinstance(answer, Overview):
            self.overview = answer
            self._show()
            self._say_message()
        elif channel == _CORPORA:
            self.panel.words.set_corpora(answer, self.context.settings.language)  # type: ignore[arg-type]
        elif isinstance(answer, SharedLabels):
            self.inspector.show_shared(answer.ids, answer.counts)
        elif isinstance(answer, UnreadableRows):
            dialog = self.unreadable
            if dialog is not None and dialog.source.id == answer.source:
                dialog.set_rows(answer.rows)

    @Slot(str, object)
    def _reading_failed(self, channel: str, error: ErrorReport) -> None:
        self._say_error(error)

    @Slot(object)
    def _edit_failed(self, error: ErrorReport) -> None:
        self._say_error(error)

    def _say_error(self, error: ErrorReport) -> None:
        self._failure = error
        self._say_message()

    @Slot()
    def _forget_message(self) -> None:
        self._failure = self._imported_last = None
        self._say_message()

    @Slot()
    def _say_message(self) -> None:
        """What went wrong, else what came in and what is next."""
        project, result = self.context.session.project, self._imported_last
        if self._failure is not None:
            self.banner.set_message("bad", describe(self._failure, self.context.settings.language).text)
        elif result is not None:
            can_train = self.overview.can_train
            first = project is not None and not project.runs.all()
            self.banner.set_message(
                "careful" if result.unreadable else "info",
                self._import_words(result),
                self.tr("Train a first model") if can_train and first else "",
            )
        self.banner.setVisible(self._failure is not None or result is not None)

    def _import_words(self, result: Imported) -> str:
        rows = f"{result.rows:,}"
        if result.seconds < 1:
            words = self.tr("{rows} rows imported.").format(rows=rows)
        else:
            seconds = f"{result.seconds:.1f}"
            words = self.tr("{rows} rows imported in {seconds} s.").format(rows=rows, seconds=seconds)
        if result.unreadable:
            words += " " + self.tr("{count} rows could not be read; they are listed under Files.").format(
                count=f"{result.unreadable:,}"
            )
        return words

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if isinstance(job.request, CorpusRequest) and job.state.ended:
            self.reader.ask(_CORPORA, ReadCorpora())  # a cancelled job keeps what it has explained

    @Slot()
    def _to_corpus(self) -> None:
        self.page_requested.emit("corpus")

    @Slot()
    def _to_train(self) -> None:
        self._forget_message()
        self.page_requested.emit("train")

    # --- import ------------------------------------------------------------------------------------------

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file and open the import sheet on it."""
        ask_texts(self, self._file_chosen)

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of text files; its sub-folders are the labels."""
        ask_text_folder(self, self._file_chosen)

    @Slot(str)
    def _file_chosen(self, path: str) -> None:
        self.import_path(Path(path))

    def import_path(self, path: Path) -> None:
        """Open the import sheet on a file or folder, after those that are open or wait already."""
        if self.context.session.project is None:
            self.project_needed.emit(path)
            return
        if self.sheet is not None:
            self._to_import.append(path)
            self.sheet.set_following(len(self._to_import))
            self.sheet.raise_()
            return
        sheet = ImportSheet(self.context, path, self)
        sheet.imported.connect(self._imported)
        sheet.finished.connect(self._sheet_closed)
        self.sheet = sheet
        sheet.set_following(len(self._to_import))
        sheet.open()

    @Slot(object)
    def _imported(self, result: Imported) -> None:
        self._failure, self._imported_last = None, result
        self._say_message()

    @Slot()
    def _sheet_closed(self) -> None:
        if self.sheet is not None:
            self.sheet.deleteLater()
            self.sheet = None
        if self._to_import and self.context.session.project is not None:
            self.import_path(self._to_import.pop(0))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            for path in paths:
                self.import_path(Path(path))

    # --- looking at texts --------------------------------------------------------------------------------

    @Slot(object)
    def _choose_group(self, which: DocumentFilter) -> None:
        self.documents.apply(msgspec.structs.replace(which, search=self.model.filter.search))

    @Slot(object)
    def _selection_changed(self, ids: list[int]) -> None:
        project = self.context.session.project
        if project is None or not ids:
            self.inspector.show_nothing()
            return
        if len(ids) > 1:
            self.inspector.show_several(ids)
            if project.task == "multi":
                self.reader.ask(_SHARED, ReadSharedLabels(tuple(ids)))
            return
        near: dict[int, Document] = {
            each.id: each for each in project.documents.page([ids[0] - 1, ids[0], ids[0] + 1])
        }
        one = near.get(ids[0])
        if one is None:
            self.inspector.show_nothing()
            return
        before, after = (
            other if (other := near.get(one.id + step)) is not None and other.source == one.source else None
            for step in (-1, 1)
        )
        names = {source.id: source.name for source in self.overview.sources}
        split = self.model.split_name(one.split)
        words = project.documents.words(one.id) if project.task == "tagging" else ()
        self.inspector.show_document(one, names.get(one.source, ""), split, (before, after), words)

    @Slot(int)
    def _show_unreadable(self, source: int) -> None:
        found = next((each for each in self.overview.sources if each.id == source), None)
        if found is None:
            return
        self.unreadable = UnreadableDialog(self.context.theme, self.context.settings, found, self)
        self.unreadable.finished.connect(self._unreadable_closed)
        self.reader.ask(_UNREADABLE, ReadUnreadable(source))
        self.unreadable.open()

    @Slot()
    def _unreadable_closed(self) -> None:
        if self.unreadable is not None:
            self.unreadable.deleteLater()
            self.unreadable = None

    @Slot()
    def export_texts(self) -> None:
        """Ask which texts go where, and write them."""
        if self.context.session.project is not None and self.overview.texts:
            shown = self.model.rowCount() if self.model.complete else None
            total, selected = self.overview.texts, self.documents.selected_ids()
            DataExportDialog(self.context, self.model.filter, total, shown, selected, self).open()

    # --- edits: each can be undone -----------------------------------------------------------------------

    @Slot(object, str)
    def _set_label(self, ids: list[int], label: str) -> None:
        self.context.operations.set_label(ids, label)

    @Slot(object, str, bool)
    def _switch_label(self, ids: list[int], label: str, on: bool) -> None:
        operations = self.context.operations
        if on:
            operations.change_labels(ids, add=label)
        else:
            operations.change_labels(ids, remove=label)

    @Slot(int, int, int, str)
    def _set_entity(self, document: int, start: int, end: int, type: str) -> None:
        self.context.operations.set_entity(document, start, end, type)

    @Slot(int, bool)
    def _set_tagged(self, document: int, tagged: bool) -> None:
        self.context.operations.set_tags(document, [] if tagged else None)

    @Slot(object)
    def _delete(self, ids: list[int]) -> None:
        self.context.operations.delete_documents(ids)

    @Slot(int)
    def _delete_source(self, source: int) -> None:
        self.context.operations.delete_source(source)

    @Slot(int)
    def _explain(self, document: int) -> None:
        self.context.session.explain_requested.emit(document)

    # --- the page ----------------------------------------------------------------------------------------

    def state(self) -> tuple[PageState, str]:
        texts = self.overview.texts
        if not texts:
            return PageState.EMPTY, self.tr("No texts yet")
        unreadable = sum(source.unreadable for source in self.overview.sources)
        if unreadable:
            return PageState.ATTENTION, self.tr("{count} rows could not be read").format(
                count=f"{unreadable:,}"
            )
        if not self.overview.can_train:
            return PageState.ATTENTION, self._lacking()
        return PageState.READY, self._sentence()

    def _lacking(self) -> str:
        """What training needs and the texts do not have."""
        return {
            "multi": self.tr("Training needs texts with labels"),
            "tagging": self.tr("Training needs texts with entities"),
            "score": self.tr("Training needs texts with different scores"),
        }.get(self.overview.task, self.tr("Training needs at least two labels"))

    def _sentence(self) -> str:
        overview, task = self.overview, self.overview.task
        parts = [self.tr("{count} texts").format(count=f"{overview.texts:,}")]
        labels = f"{len(overview.labels):,}"
        if task == "tagging":
            parts.append(self.tr("{count} entity types").format(count=labels))
        elif task == "score":
            scores = overview.scores
            if scores:
                lowest, highest = f"{scores[0][0]:.12g}", f"{scores[-1][0]:.12g}"
                parts.append(self.tr("scores {lowest} to {highest}").format(lowest=lowest, highest=highest))
        else:
            parts.append(self.tr("{count} labels").format(count=labels))
        if overview.unlabelled:
            without = {
                "tagging": self.tr("{count} not tagged"),
                "score": self.tr("{count} without a score"),
            }.get(task, self.tr("{count} without a label"))
            parts.append(without.format(count=f"{overview.unlabelled:,}"))
        return " · ".join(parts)

    def _show(self) -> None:
        texts = self.overview.texts
        has_any = bool(texts or self.overview.sources)
        self._stack.setCurrentIndex(1 if has_any else 0)
        self.open_file.setVisible(has_any)
        self.export.setVisible(bool(texts))
        self.open_folder.setVisible(has_any)
        self.header.set_sentence(self._sentence() if has_any else self.tr("Nothing leaves this machine."))
        self.panel.set_overview(self.overview)
        self.panel.show_filter(self.model.filter)
        self.model.set_source_names({source.id: source.name for source in self.overview.sources})
        self.documents.set_total(texts)
        self._show_task()
        self.inspector.set_labels(self.overview.labels)
        self.state_changed.emit()

    @Slot()
    def _show_task(self) -> None:
        task = self.overview.task
        types = self.overview.labels if task == "tagging" else []
        self.documents.set_task(task, entity_tints(self.context.theme.palette, types))
        self.inspector.set_task(task, types)

    def primary_action(self) -> None:
        self.choose_file()

    def find_texts(self, words: str) -> bool:
        self.documents.clear_filter()
        self.documents.search.setText(words)
        return True

    def focus_search(self) -> None:
        self.documents.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.documents.search.selectAll()

    def retranslate(self) -> None:
        self.header.set_title(self.tr("Data"))
        self.export.setText(self.tr("Export…"))
        self.open_file.setText(self.tr("Open file…"))
        self.open_folder.setText(self.tr("Open folder…"))
        self.empty.set_content(
            "data", self.tr("Open a file of texts, or drop it here."), self.tr("Open file…")
        )
        self.sample.setText(self.tr("Try the sample"))
        self.banner.close_button.set_icon("close", self.tr("Close this message"))
        self._say_message()
        self._show()
        self.reader.ask(_CORPORA, ReadCorpora())  # methods have names of the language
        self._selection_changed(self.documents.selected_ids())
