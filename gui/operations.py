"""One verb for each thing a user does: it builds the request, submits it, tells who must read again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from secrets import token_hex

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from engine.api.errors import ErrorReport, OptionValue
from engine.api.explaining.argue import Argue, Rationale
from engine.api.messages import (
    ColumnMapping,
    Evaluate,
    Explain,
    ForecastTraining,
    ImportFile,
    InspectFile,
    JobState,
    Lane,
    MeasureFaithfulness,
    PredictFile,
    PredictText,
    ReadOptions,
    Resume,
    Train,
    WriteReport,
)
from engine.api.messages_data import ExportData
from engine.api.messages_transfer import (
    AddSource,
    CompareRuns,
    DownloadSource,
    Entrant,
    ExportModel,
    ListSources,
    MeasureRobustness,
    MeasureSource,
    PreviewPreparation,
    Race,
    Raced,
    Recommend,
    RemoveSource,
    SearchHub,
    TrainAgain,
)
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.store.documents import DocumentFilter
from gui.explaining_operations import ExplainingOperations
from gui.jobs import Job, JobQueue
from gui.session import Session
from gui.store_writer import Ticket

_DETECT = ReadOptions()


class Operations(QObject):
    """Everything here needs an open project. ``explaining``: what is asked about decisions.

    Signals:
        edit_failed(ErrorReport): an edit could not be stored; nothing was changed.
        edited(kind, undone): an edit was taken back (True) or done again (False) by ``undo`` or ``redo``; an
            ``Edit``'s kind, '' where there was none.
    """

    edit_failed = Signal(object)
    edited = Signal(str, bool)

    def __init__(self, session: Session, queue: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._queue = queue
        self.explaining = ExplainingOperations(queue)
        self._training = ""  # the run that was last told of
        self._split_known = False  # no text has come since a forecast shared them out
        queue.job_changed.connect(self._job_changed)
        session.opened.connect(self._texts_came)

    # --- data ---------------------------------------------------------------------------------------------

    def inspect_file(self, path: Path | str, read: ReadOptions = _DETECT) -> Job:
        """Result: ``FileInspected``; the preview is in the store."""
        return self._queue.submit(InspectFile(path=str(path), read=read), Lane.INTERACTIVE, key="inspect")

    def import_file(
        self,
        path: Path | str,
        mapping: ColumnMapping,
        read: ReadOptions = _DETECT,
        as_split: str | None = None,
        task: str = "",
        separator: str = "|",
    ) -> Job:
        """Result: ``Imported``. ``separator`` parts several labels."""
        request = ImportFile(
            path=str(path), mapping=mapping, read=read, as_split=as_split, task=task, separator=separator
        )
        return self._queue.submit(request)

    def export_data(
        self,
        out: Path | str,
        format: str,
        which: DocumentFilter,
        ids: Sequence[int] = (),
        separator: str = "|",
        tag_scheme: str = "bio",
    ) -> Job:
        """Write the texts that meet a filter, of them only ``ids`` where there are any. Result: ``DataExported``."""
        scores = which.scores and (which.scores[0], min(which.scores[1], sys.float_info.max))
        return self._queue.submit(
            ExportData(
                out=str(out),
                format=format,
                separator=separator,
                tag_scheme=tag_scheme,
                search=which.search,
                label=which.label,
                split=which.split,
                scores=scores,
                word=which.word,
                ids=tuple(ids),
            )
        )

    # --- training -----------------------------------------------------------------------------------------

    def train(self, method: str, source: str = "", options: Mapping[str, OptionValue] | None = None) -> Job:
        """Result: ``Trained``. ``options`` hold what differs from the catalog's defaults."""
        return self._queue.submit(Train(method=method, source=source, options=dict(options or {})))

    def resume(self, run: str) -> Job:
        """Go on with an interrupted training. Result: ``Trained``."""
        return self._queue.submit(Resume(run=run))

    def train_again(self, run: str) -> Job:
        """Train a finished run once more from its record. Result: ``TrainedAgain``."""
        return self._queue.submit(TrainAgain(run))

    def recommend(self, seconds: float = 60.0) -> Job:
        """Which method? A probe of at most so many seconds. Result: ``Recommended``."""
        return self._queue.submit(Recommend(seconds=seconds))

    def race(self, entrants: Sequence[Entrant], minutes: float, race: str = "") -> Job:
        """Train methods in turn within a time; with the name of a race, go on with it. Result: ``Raced``.

        A new race is named here, so that the request which the queue keeps can be taken up again as it is.
        """
        request = Race(entrants=tuple(entrants), minutes=minutes, race=race or token_hex(4))
        return self._queue.submit(request)

    def preview_preparation(self, source: str, options: Mapping[str, OptionValue], texts: int = 20) -> Job:
        """Result: ``PreparationPreviewed``. The latest question counts."""
        request = PreviewPreparation(source=source, options=dict(options), texts=texts)
        return self._queue.submit(request, Lane.INTERACTIVE, key="preparation")

    def forecast(
        self, method: str, source: str = "", options: Mapping[str, OptionValue] | None = None
    ) -> Job:
        """Result: ``Forecasted``; fails as the training would. The latest question counts."""
        request = ForecastTraining(method=method, source=source, options=dict(options or {}))
        return self._queue.submit(request, Lane.INTERACTIVE, key="forecast")

    # --- figures, predictions, explanations ---------------------------------------------------------------

    def evaluate(self, run: str, split: str = "test") -> Job:
        """Result: ``Evaluated``."""
        return self._queue.submit(Evaluate(run=run, split=split))

    def compare_runs(self, runs: Sequence[str], split: str = "test") -> Job:
        """Every run against the first. Result: ``RunsCompared``. The latest question counts."""
        request = CompareRuns(runs=tuple(runs), split=split)
        return self._queue.submit(request, Lane.INTERACTIVE, key="compare")

    def measure_robustness(
        self, run: str, files: Sequence[str] = (), texts: int = 1000, *, spare: bool = False
    ) -> Job:
        """Result: ``RobustnessMeasured``, also kept in the store; ``spare``: while nothing else is asked."""
        request = MeasureRobustness(run=run, files=tuple(files), texts=texts)
        return self._queue.submit(request, spare=spare)

    def predict_text(self, run: str, text: str, key: str = "predict", document: int | None = None) -> Job:
        """Result: ``TextPredicted``. The latest question of a key counts."""
        request = PredictText(run=run, text=text, document=document)
        return self._queue.submit(request, Lane.INTERACTIVE, key=key)

    def predict_file(
        self,
        run: str,
        path: Path | str,
        text_column: str,
        out: Path | str,
        read: ReadOptions = _DETECT,
        tag_scheme: str = "bio",
        second_column: str = "",
    ) -> Job:
        """Result: ``FilePredicted``; goes on where an interrupted one stopped."""
        return self._queue.submit(
            PredictFile(
                run=run,
                path=str(path),
                text_column=text_column,
                second_column=second_column,
                out=str(out),
                read=read,
                tag_scheme=tag_scheme,
            )
        )

    def explain(
        self,
        run: str,
        document: int | None = None,
        text: str | None = None,
        method: str = "",
        target: str | None = None,
        rival: str | None = None,
        span: tuple[int, int] | None = None,
        baseline: str = "",
        key: str = "explain",
        spare: bool = False,
    ) -> Job:
        """Result: ``Explained``; the explanation is in the store. The latest question of a key counts."""
        request = Explain(
            run=run,
            document=document,
            text=text,
            method=method,
            target=target,
            rival=rival,
            span=span,
            baseline=baseline,
        )
        return self._queue.submit(request, Lane.INTERACTIVE, key=key, spare=spare)

    def measure_faithfulness(self, run: str, method: str, texts: int = 100) -> Job:
        """Result: ``FaithfulnessMeasured``."""
        return self._queue.submit(MeasureFaithfulness(run=run, method=method, texts=texts))

    def write_report(
        self, run: str, out: Path | str, language: str = "en", sections: Sequence[str] = ()
    ) -> Job:
        """Result: ``ReportWritten``."""
        return self._queue.submit(
            WriteReport(run=run, out=str(out), language=language, sections=tuple(sections))
        )

    def export_model(self, run: str, format: str, out: Path | str) -> Job:
        """``format`` is one of the catalog's EXPORT_FORMATS. Result: ``ModelExported``."""
        return self._queue.submit(ExportModel(run=run, format=format, out=str(out)))

    # --- source models --------------------------------------------------------------------------------------

    def list_sources(self) -> Job:
        """Result: ``SourcesListed``."""
        return self._queue.submit(ListSources(), Lane.INTERACTIVE, key="sources")

    def add_source(self, folder: Path | str) -> Job:
        """Put a model folder on the list. Result: ``SourcesListed``."""
        return self._queue.submit(AddSource(str(folder)), Lane.INTERACTIVE)

    def remove_source(self, id: str) -> Job:
        """Delete a downloaded model, or forget a folder. Result: ``SourcesListed``."""
        return self._queue.submit(RemoveSource(id), Lane.INTERACTIVE)

    def measure_source(self, id: str) -> Job:
        """Time a model; beside another heavy job the figure would be wrong. Result: ``SourceMeasured``."""
        return self._queue.submit(MeasureSource(id))

    def search_hub(self, words: str) -> Job:
        """Ask the hub over the network. Result: ``HubSearched``. The latest question counts."""
        return self._queue.submit(SearchHub(words), Lane.INTERACTIVE, key="hub")

    def download_source(self, id: str) -> Job:
        """Fetch a model over the network. Result: ``SourceDownloaded``."""
        return self._queue.submit(DownloadSource(id))

    # --- edits: stored at once, undoable, in the writer's thread ------------------------------------------

    def set_label(self, ids: Sequence[int], label: str) -> Ticket:
        """Give documents a label; '' takes it away."""
        ids = list(ids)
        return self._edit(lambda project: project.documents.set_label(ids, label), documents=True)

    def change_labels(self, ids: Sequence[int], add: str = "", remove: str = "") -> Ticket:
        """Of several labels: give documents one more, or take one away."""
        ids = list(ids)
        return self._edit(lambda project: project.documents.change_labels(ids, add, remove), documents=True)

    def set_entity(self, id: int, start: int, end: int, label: str) -> Ticket:
        """Tag code points of a document, change the type of what stands exactly there, or '' remove it."""
        return self._edit(lambda project: project.documents.set_entity(id, start, end, label), documents=True)

    def set_tags(self, id: int, entities: Sequence[Entity] | None) -> Ticket:
        """All entities of a document; None: it is not tagged."""
        return self._edit(lambda project: project.documents.set_tags(id, entities), documents=True)

    def delete_documents(self, ids: Sequence[int]) -> Ticket:
        ids = list(ids)
        return self._edit(lambda project: project.documents.delete(ids), documents=True)

    def delete_source(self, id: int) -> Ticket:
        """Take a source and its texts out of the project."""
        return self._edit(lambda project: project.documents.delete_source(id), documents=True)

    def rename_label(self, old: str, new: str) -> Ticket:
        """Where the new name exists the two labels become one."""
        return self._edit(lambda project: project.documents.rename_label(old, new), documents=True)

    def rename_run(self, id: str, name: str) -> Ticket:
        return self._edit(lambda project: project.runs.rename(id, name))

    def star_run(self, id: str, starred: bool) -> Ticket:
        return self._edit(lambda project: project.runs.star(id, starred))

    def note_run(self, id: str, note: str) -> Ticket:
        return self._edit(lambda project: project.runs.set_note(id, note))

    def delete_run(self, id: str) -> Ticket:
        """Hide a run; its files stay, so that this can be undone."""
        if self._session.run == id:
            self._session.select_run("")
        return self._edit(lambda project: project.runs.delete(id))

    def delete_runs(self, ids: Sequence[str]) -> Ticket:
        """Hide runs, as one edit."""
        ids = tuple(ids)
        if self._session.run in ids:
            self._session.select_run("")
        return self._edit(lambda project: project.runs.delete(*ids))

    def reject_pseudo_labels(self, run: str, documents: Sequence[int], rejected: bool = True) -> Ticket:
        """Take back labels that a run gave itself, or let them count again."""
        documents = list(documents)

        def change(project: Project) -> None:
            for document in documents:
                project.runs.reject_pseudo_label(run, document, rejected)

        return self._edit(change)

    def forget_robustness_files(self, run: str) -> Ticket:
        """Take away what was measured of a run on files."""
        return self._edit(lambda project: project.runs.forget_robustness_files(run))

    def keep_finding(self, run: str, finding: msgspec.Struct) -> Ticket:
        """Keep what the user says of what was found about a run, in place of what was said before."""

        return self._write(lambda project: project.explaining.put_finding(run, finding))

    def set_word_unit(self, unit: str) -> Ticket:
        """What explanations give a score where a script has no spaces (``WORD_UNITS``)."""
        return self._write(lambda project: project.set_word_unit(unit))

    def put_rationales(self, rationales: Sequence[Rationale]) -> Ticket:
        """Strike or mark places of single texts."""
        return self._write(lambda project: project.explaining.put_rationales(rationales))

    def remove_rationales(self, rationales: Sequence[Rationale]) -> Ticket:
        """Take back that places of single texts are struck or marked."""
        return self._write(lambda project: project.explaining.remove_rationales(rationales))

    def undo(self) -> Ticket:
        """Take the last edit back; ``edited`` tells which."""
        return self._step(lambda project: project.undo(), self._undone)

    def redo(self) -> Ticket:
        """Do the last undone edit again; ``edited`` tells which."""
        return self._step(lambda project: project.redo(), self._redone)

    def _edit(self, change: Callable[[Project], object], *, documents: bool = False) -> Ticket:
        ticket = self._write(change)
        ticket.done.connect(self._documents_written if documents else self._runs_written)
        return ticket

    def _write(self, change: Callable[[Project], object]) -> Ticket:
        def write(project: Project) -> None:
            with project.transaction():
                change(project)

        ticket = self._session.writer.write(write)
        ticket.failed.connect(self._edit_refused)
        return ticket

    def _step(self, step: Callable[[Project], object], done: Callable[[object], None]) -> Ticket:
        ticket = self._session.writer.write(step)
        ticket.done.connect(done)
        ticket.failed.connect(self._edit_refused)
        return ticket

    @Slot()
    def _texts_came(self) -> None:
        self._split_known = False

    @Slot(object)
    def _documents_written(self, _value: object) -> None:
        self._session.documents_changed.emit()

    @Slot(object)
    def _runs_written(self, _value: object) -> None:
        self._session.runs_changed.emit()

    @Slot(object)
    def _edit_refused(self, error: ErrorReport) -> None:
        self.edit_failed.emit(error)

    @Slot(object)
    def _undone(self, edit: object) -> None:
        self._stepped(edit, True)

    @Slot(object)
    def _redone(self, edit: object) -> None:
        self._stepped(edit, False)

    def _stepped(self, edit: object, undone: bool) -> None:
        kind = getattr(edit, "kind", "")
        if kind.endswith("-run"):
            self._session.runs_changed.emit()
        elif kind:
            self._session.documents_changed.emit()
        self.edited.emit(kind, undone)

    # --- what a job changed in the store --------------------------------------------------------------------

    @Slot(object)
    def _job_changed(self, job: Job) -> None:
        request = job.request
        if isinstance(request, ImportFile | Recommend) and job.state.ended:
            self._split_known = False
            self._session.documents_changed.emit()  # a probe may have made an automatic split
        elif isinstance(request, ForecastTraining) and job.state is JobState.DONE and not self._split_known:
            self._split_known = True  # once: a forecast is asked for again whenever the texts are others
            self._session.documents_changed.emit()
        elif job.is_training:
            self._training_changed(job)
        elif (
            isinstance(request, Evaluate | MeasureFaithfulness | MeasureRobustness)
            and job.state is JobState.DONE
        ) or (isinstance(request, Argue) and job.state.ended):
            self._session.runs_changed.emit()

    def _training_changed(self, job: Job) -> None:
        # a run is made when the job starts, closed when it ends; progress changes nothing in the store
        another = job.run != self._training  # a race comes to its next run
        if job.progress is None or job.state.ended or another:
            self._training = job.run
            self._session.runs_changed.emit()
        if job.state is JobState.DONE:
            self._session.documents_changed.emit()  # an automatic split may have been made
            self._session.select_run(job.result.kept if isinstance(job.result, Raced) else job.run)
