"""From a request to the work that answers it; the worker process and the shell both come through here."""

from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import Path

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import (
    Evaluate,
    Explain,
    Explained,
    FaithfulnessMeasured,
    FileInspected,
    ForecastTraining,
    ImportFile,
    InspectFile,
    MeasureFaithfulness,
    PredictFile,
    PredictText,
    ReportWritten,
    Request,
    Result,
    Resume,
    TextPredicted,
    Train,
    WriteReport,
)
from engine.api.messages_data import ExportData
from engine.api.messages_transfer import (
    AddSource,
    CompareRuns,
    DownloadSource,
    ExportModel,
    ListSources,
    MeasureRobustness,
    MeasureSource,
    PreviewPreparation,
    Race,
    Recommend,
    RemoveSource,
    SearchHub,
    TrainAgain,
)
from engine.api.project import Project
from engine.api.results import Explanation
from engine.dispatch_explaining import explaining_work
from engine.models.loaded import Models
from engine.progress import Control, Progressed, Work

SourceRequest = ListSources | AddSource | RemoveSource | MeasureSource | SearchHub | DownloadSource


def work_for(project: Project, request: Request, control: Control, models: Models) -> Work[Result]:
    """The generator that answers a request. Modules are imported when first asked for: torch is slow to load."""
    match request:
        case InspectFile():
            return _inspect(project, request)
        case ImportFile():
            from engine.data.importing import import_file

            return import_file(project, request)
        case ExportData():
            from engine.data.exporting import export_data

            return export_data(project, request)
        case Train():
            from engine.transfer.training import train

            return train(project, request, control)
        case Resume():
            from engine.transfer.training import resume

            return resume(project, request, control)
        case TrainAgain():
            from engine.transfer.retraining import train_again

            return train_again(project, request, control)
        case CompareRuns():
            from engine.transfer.comparing import compare_runs

            return compare_runs(project, request)
        case MeasureRobustness():
            from engine.transfer.robustness import measure

            return measure(project, request, models.get(project, request.run))
        case PreviewPreparation():
            from engine.transfer.previewing import preview

            return preview(project, request)
        case ForecastTraining():
            from engine.transfer.forecasting import forecast

            return forecast(project, request)
        case Recommend():
            from engine.transfer.recommending import recommend

            return recommend(project, request)
        case Race():
            from engine.transfer.racing import race

            return race(project, request, control)
        case Evaluate():
            from engine.transfer.evaluating import evaluate_run

            return evaluate_run(project, request, models.get(project, request.run))
        case PredictText():
            return _predict_text(project, request, models)
        case PredictFile():
            from engine.predict import predict_file

            return predict_file(models.get(project, request.run), request)
        case Explain():
            return _explain(project, request, models)
        case MeasureFaithfulness():
            return _measure(project, request, models)
        case WriteReport():
            return _report(project, request)
        case ExportModel():
            from engine.export.exporting import export_model

            return export_model(project, request, models.get(project, request.run))
        case ListSources() | AddSource() | RemoveSource() | MeasureSource() | SearchHub() | DownloadSource():
            return source_work(request)
        case _:
            return explaining_work(project, request, control, models)


def source_work(request: SourceRequest) -> Work[Result]:
    """What is done with source models needs no project."""
    match request:
        case ListSources():
            from engine.models.installed import list_sources

            return list_sources()
        case AddSource():
            from engine.models.installed import add_source

            return add_source(request)
        case RemoveSource():
            from engine.models.installed import remove_source

            return remove_source(request)
        case MeasureSource():
            from engine.models.installed import measure_source

            return measure_source(request.source)
        case SearchHub():
            from engine.models.hub import search

            return search(request.words)
        case DownloadSource():
            from engine.models.hub_download import download

            return download(request)


def _inspect(project: Project, request: InspectFile) -> Work[FileInspected]:
    from engine.data.inspecting import inspect

    yield Progressed("inspect", 0, 1)
    preview = inspect(Path(request.path), request.read)
    with project.transaction():
        return FileInspected(project.documents.add_preview(preview))


def _predict_text(project: Project, request: PredictText, models: Models) -> Work[TextPredicted]:
    from engine.predict import predict_text

    yield Progressed("score", 0, 1)
    words = project.documents.words(request.document) if request.document is not None else None
    return predict_text(models.get(project, request.run), request, words)


def _explain(project: Project, request: Explain, models: Models) -> Work[Explained]:
    from engine.explain.defaults import explained_by_default
    from engine.explain.explaining import explain

    run = project.runs.get(request.run)
    model = models.get(project, run.id)
    text, words = request.text or "", None
    if request.document is not None:
        text = project.documents.get(request.document).text
        words = project.documents.words(request.document)

    def explained(method: str) -> Work[Explanation]:
        yield Progressed("explain", 0, 1)
        return explain(
            model,
            run=run.id,
            method_id=method,
            transfer_method=run.model_method,
            text=text,
            document=request.document,
            target=request.target,
            rival=request.rival,
            words=words,
            span=request.span,
            baseline=request.baseline,
        )

    found = yield from explained_by_default(project, run, request.method, explained)
    with project.transaction():
        return Explained(project.runs.put_explanation(found))


def _measure(project: Project, request: MeasureFaithfulness, models: Models) -> Work[FaithfulnessMeasured]:
    from engine.explain.defaults import explained_by_default
    from engine.explain.faithfulness import measure

    run = project.runs.get(request.run)
    texts, words = _texts_to_measure(project, request.texts)
    measured = partial(
        measure,
        models.get(project, run.id),
        run.id,
        transfer_method=run.model_method,
        texts=texts,
        seed=13,
        words=words,
    )
    found = yield from explained_by_default(project, run, request.method, measured)
    with project.transaction():
        project.runs.put_faithfulness(found)
    return FaithfulnessMeasured(found)


def _texts_to_measure(project: Project, count: int) -> tuple[list[str], list[list[tuple[int, int]]]]:
    """The first texts of the test split, else of the validation split; of tagged ones with an entity their words.

    Raises SPLIT_EMPTY.
    """
    documents = project.documents
    for split in ("test", "validation"):
        if project.task == "tagging":
            rows = (row for row in documents.tagged(split) if row[3])
            tagged = [(text, words) for _, text, words, _ in islice(rows, count)]
            if tagged:
                return [text for text, _ in tagged], [words for _, words in tagged]
        texts = [text for _, text, _ in documents.labelled(split) if text.strip()][:count]
        if texts:
            return texts, []
    raise KnownError(ErrorKind.SPLIT_EMPTY, split="test")


def _report(project: Project, request: WriteReport) -> Work[ReportWritten]:
    from engine.report import write_report

    yield Progressed("write", 0, 1)
    write_report(project, request.run, Path(request.out), request.language, request.sections)
    return ReportWritten(request.out)
