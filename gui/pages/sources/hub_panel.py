"""The model hub: search, what a model is before it is fetched, and the download under way."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.catalog import hub_address
from engine.api.errors import ErrorReport
from engine.api.messages import JobState
from engine.api.messages_transfer import DownloadSource, HubSearched
from engine.api.results_transfer import HubModel
from gui.context import Context
from gui.errors import describe
from gui.jobs import Job
from gui.pages.sources.facts_table import Fact, FactsRow, FactsTable
from gui.pages.sources.shelf import Shelf
from gui.pages.sources.words import UNKNOWN, bytes_words, megabytes
from gui.theme import SPACE_M, SPACE_S
from gui.widgets.basic import Button, ElidedLabel, label, set_role
from gui.widgets.blocks import Banner, EmptyState

_WIDTHS = (100, 84, 120, 116, 96, 132)  # family, size, languages, licence, downloads, state
_NOTHING, _RESULTS = range(2)


class HubPanel(QWidget):
    """Signals: chosen(str): train with that installed model from now on."""

    chosen = Signal(str)

    def __init__(self, context: Context, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._shelf = context, shelf
        self._models: tuple[HubModel, ...] = ()
        self._search: Job | None = None
        self._searched = ""
        self._error: ErrorReport | None = None
        self._again = ""  # the model whose download failed last
        theme = context.theme
        self._privacy = label("", "muted", wrap=True)
        self.words = QLineEdit()
        self.go = Button(theme, "", "primary", "search")
        self._banner = Banner(theme, "bad", "", close=" ")
        self._banner.hide()
        self._nothing = EmptyState(theme, "search", "")
        self.table = FactsTable(theme, _WIDTHS)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self.table)
        self._about = label("", "muted", wrap=True)
        self.page = Button(theme, "", "quiet")
        self.get = Button(theme, "", "primary", "save")
        self._way = QWidget()
        self._stage = ElidedLabel("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel = Button(theme, "", "normal", "stop")
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        line.addWidget(self.words, 1)
        line.addWidget(self.go)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._about, 1)
        foot.addWidget(self.page)
        foot.addWidget(self.get)
        way = QHBoxLayout(self._way)
        way.setContentsMargins(0, 0, 0, 0)
        way.setSpacing(SPACE_M)
        way.addWidget(self._stage, 3)
        way.addWidget(self._bar, 2)
        way.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_M)
        column.addLayout(line)
        column.addWidget(self._privacy)
        column.addWidget(self._banner)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        column.addWidget(self._way)

    def _connect(self) -> None:
        queue = self._context.queue
        self._shelf.changed.connect(self._show)
        queue.job_added.connect(self._job_changed)
        queue.job_changed.connect(self._job_changed)
        self.words.returnPressed.connect(self.search)
        self.words.textChanged.connect(self._say)
        self.go.clicked.connect(self.search)
        self._banner.activated.connect(self._try_again)
        self._banner.closed.connect(self._forget_error)
        self.table.moved.connect(self._say)
        self.table.opened.connect(self._download_or_use)
        self.page.clicked.connect(self._open_page)
        self.get.clicked.connect(self._download_or_use)
        self.cancel.clicked.connect(self._cancel)

    # --- what is shown --------------------------------------------------------------------------------------

    @property
    def _language(self) -> str:
        return self._context.settings.language

    def focus_search(self) -> None:
        self.words.setFocus()

    def retranslate(self) -> None:
        host = urlsplit(hub_address()).hostname or hub_address()
        self._privacy.setText(
            self.tr(
                "Searching and downloading ask {host}; nothing of your texts is sent. All else works offline."
            ).format(host=host)
        )
        self.words.setPlaceholderText(self.tr("Words, or a whole name as organisation/name"))
        self.words.setAccessibleName(self.tr("Search the model hub"))
        self.go.setText(self.tr("Search"))
        self.table.set_headers(
            (
                self.tr("Name"),
                self.tr("Family"),
                self.tr("Size"),
                self.tr("Languages"),
                self.tr("Licence"),
                self.tr("Downloads"),
                self.tr("State"),
            )
        )
        self.table.setAccessibleName(self.tr("Models found on the hub"))
        self.page.setText(self.tr("Its page"))
        self.page.setToolTip(self.tr("Open the model's page in your browser"))
        self.cancel.setText(self.tr("Cancel"))
        self._bar.setAccessibleName(self.tr("Progress of the download"))
        self._banner.close_button.set_icon("close", self.tr("Close the message"))
        self._show()

    @Slot()
    def _show(self) -> None:
        self.table.set_rows([self._row(model) for model in self._models])
        searching = self._search is not None
        if searching:
            self._nothing.set_content("clock", self.tr("Asking the hub…"))
        elif self._searched and self._error is None:
            self._nothing.set_content(
                "search",
                self.tr("The hub has no model with safetensors weights for “{words}”.").format(
                    words=self._searched
                ),
            )
        else:
            self._nothing.set_content(
                "search", self.tr("Look for a model by name or language, such as “multilingual MiniLM”.")
            )
        self._stack.setCurrentIndex(_RESULTS if self._models and not searching else _NOTHING)
        if self._error is not None:
            again = self.tr("Try again") if self._searched or self._again else ""
            self._banner.set_message("bad", describe(self._error, self._language).text, again)
        self._banner.setVisible(self._error is not None)
        self._say()
        self._show_download()

    def _row(self, model: HubModel) -> FactsRow:
        installed = self._shelf.get(model.id) is not None
        state = self.tr("installed") if installed else ""
        if model.problem:
            state = self.tr("cannot be used")
        return FactsRow(
            model.id,
            (
                Fact(model.id),
                Fact(model.family or UNKNOWN),
                Fact(megabytes(model.size_bytes), model.size_bytes),
                Fact(model.languages or UNKNOWN),
                Fact(model.licence or UNKNOWN),
                Fact(f"{model.downloads:,}", model.downloads),
                Fact(state),
            ),
            dimmed=bool(model.problem),
            tip=" ".join(wording.problem_words(model, self._language)).strip(),
        )

    def _current(self) -> HubModel | None:
        return next((model for model in self._models if model.id == self.table.current()), None)

    @Slot()
    def _say(self) -> None:
        model = self._current() if self._stack.currentIndex() == _RESULTS else None
        self.go.setEnabled(bool(self.words.text().strip()))
        self.page.setVisible(model is not None)
        self.get.setVisible(model is not None)
        self._about.setVisible(model is not None)
        if model is None:
            return
        installed = self._shelf.get(model.id) is not None
        if installed:
            self.get.setText(self.tr("Train with it"))
        else:
            self.get.setText(self.tr("Download ({size})").format(size=megabytes(model.size_bytes)))
        self.get.setEnabled(not model.problem and self._download(model.id) is None)
        if model.problem:
            self._about.setText(" ".join(wording.problem_words(model, self._language)))
        elif model.licence:
            self._about.setText(
                self.tr("{name} is given under the licence “{licence}”.").format(
                    name=model.id, licence=model.licence
                )
            )
        else:
            self._about.setText(
                self.tr("{name} does not say its licence: read its page before you use it.").format(
                    name=model.id
                )
            )
        set_role(self._about, "careful" if model.problem or not model.licence else "muted")

    # --- searching ------------------------------------------------------------------------------------------

    @Slot()
    def search(self) -> None:
        """Ask the hub for the words in the field."""
        words = self.words.text().strip()
        if not words:
            return
        self._error, self._again, self._models, self._searched = None, "", (), words
        self._search = self._context.operations.search_hub(words)
        self._search.finished.connect(self._found)
        self._search.failed.connect(self._not_found)
        self._search.ended.connect(self._search_over)
        self._show()

    @Slot(object)
    def _found(self, result: object) -> None:
        if isinstance(result, HubSearched):
            self._models = result.models

    @Slot(object)
    def _not_found(self, error: ErrorReport) -> None:
        self._error = error

    @Slot()
    def _search_over(self) -> None:
        self._search = None
        self._show()

    # --- downloading ----------------------------------------------------------------------------------------

    def _download(self, id: str = "") -> Job | None:
        """The download of a model, or the first of any, that has not ended."""
        return next(
            (
                job
                for job in self._context.queue.jobs
                if isinstance(job.request, DownloadSource) and id in ("", job.request.id)
            ),
            None,
        )

    @Slot()
    def _download_or_use(self) -> None:
        model = self._current()
        if model is None or model.problem:
            return
        if self._shelf.get(model.id) is not None:
            self.chosen.emit(model.id)
        elif self._download(model.id) is None:
            self._error = None
            self._context.operations.download_source(model.id)

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        if not isinstance(job.request, DownloadSource):
            return
        if job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._error = job.error
            self._again = job.request.id
            self._show()
        elif job.state is JobState.RUNNING and job.progress is not None:
            self._show_download()
        else:
            self._show()

    @Slot()
    def _try_again(self) -> None:
        self._error = None
        if self._again:
            id, self._again = self._again, ""
            self._context.operations.download_source(id)
        else:
            self.search()

    @Slot()
    def _forget_error(self) -> None:
        self._error, self._again = None, ""

    @Slot()
    def _cancel(self) -> None:
        if (job := self._download()) is not None:
            job.cancel()

    def _show_download(self) -> None:
        job = self._download()
        self._way.setVisible(job is not None)
        if job is None:
            return
        assert isinstance(job.request, DownloadSource)
        progress = job.progress
        parts = [job.request.id]
        if job.cancelling:
            parts.append(self.tr("Stopping…"))
        elif job.state is JobState.WAITING:
            parts.append(self.tr("waits for the job before it"))
        elif progress is not None:
            parts.append(wording.stage_words(progress.stage, self._language))
            if progress.total > 1:
                parts += bytes_words(progress)
        self._stage.set_text(" · ".join(parts))
        known = progress is not None and progress.total > 1
        self._bar.setRange(0, 1000 if known else 0)
        if progress is not None and known:
            self._bar.setValue(min(1000, round(1000 * progress.done / progress.total)))
        self.cancel.setEnabled(not job.cancelling)

    @Slot()
    def _open_page(self) -> None:
        if (model := self._current()) is not None:
            QDesktopServices.openUrl(QUrl(f"{hub_address()}/{model.id}"))
