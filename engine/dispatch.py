"""From a request to the work that answers it; the worker process and the shell both come through here."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from engine.api.catalog import explainer
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
from engine.api.project import Project
from engine.api.store.runs import Run
from engine.models.store import load_run
from engine.models.text_model import RunModel
from engine.progress import Control, Progressed, Work

_KEPT_MODELS = 2


class Models:
    """The last used models stay loaded, since the next request is mostly for the same run."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[tuple[str, str], RunModel] = OrderedDict()

    def get(self, project: Project, run: str) -> RunModel:
        """Raises what ``load_run`` raises, also where the files of a loaded run have gone since."""
        key = (str(project.path), run)
        if key in self._loaded and not (project.run_folder(run) / "model").is_dir():
            del self._loaded[key]
        if key not in self._loaded:
            self._loaded[key] = load_run(project, run)
            while len(self._loaded) > _KEPT_MODELS:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(key)
        return self._loaded[key]


def work_for(project: Project, request: Request, control: Control, models: Models) -> Work[Result]:
    """The generator that answers a request. Modules are imported when first asked for: torch is slow to load."""
    match request:
        case InspectFile():
            return _inspect(project, request)
        case ImportFile():
            from engine.data.importing import import_file

            return import_file(project, request)
        case Train():
            from engine.transfer.training import train

            return train(project, request, control)
        case Resume():
            from engine.transfer.training import resume

            return resume(project, request, control)
        case ForecastTraining():
            from engine.transfer.forecasting import forecast

            return forecast(project, request)
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


def _inspect(project: Project, request: InspectFile) -> Work[FileInspected]:
    from engine.data.inspecting import inspect

    yield Progressed("inspect", 0, 1)
    preview = inspect(Path(request.path), request.read)
    with project.transaction():
        return FileInspected(project.documents.add_preview(preview))


def _predict_text(project: Project, request: PredictText, models: Models) -> Work[TextPredicted]:
    from engine.predict import predict_text

    yield Progressed("score", 0, 1)
    return predict_text(models.get(project, request.run), request)


def _explain(project: Project, request: Explain, models: Models) -> Work[Explained]:
    from engine.explain.explaining import explain

    run = project.runs.get(request.run)
    method = explainer(request.method, run.method)
    text = (
        project.documents.get(request.document).text if request.document is not None else request.text or ""
    )
    yield Progressed("explain", 0, 1)
    found = explain(
        models.get(project, request.run),
        run=run.id,
        method_id=method.id,
        transfer_method=run.method,
        text=text,
        document=request.document,
        target=request.target,
        rival=request.rival,
    )
    with project.transaction():
        return Explained(project.runs.put_explanation(found))


def _measure(project: Project, request: MeasureFaithfulness, models: Models) -> Work[FaithfulnessMeasured]:
    from engine.explain.faithfulness import measure

    run = project.runs.get(request.run)
    method = explainer(request.method, run.method)
    texts = _texts_to_measure(project, run, request.texts)
    found = yield from measure(
        models.get(project, run.id),
        run=run.id,
        method_id=method.id,
        transfer_method=run.method,
        texts=texts,
        seed=13,
    )
    with project.transaction():
        project.runs.put_faithfulness(found)
    return FaithfulnessMeasured(found)


def _texts_to_measure(project: Project, run: Run, count: int) -> list[str]:
    """The first texts of the test split, else of the validation split. Raises SPLIT_EMPTY."""
    for split in ("test", "validation"):
        texts = [text for _, text, _ in project.documents.labelled(split) if text.strip()]
        if texts:
            return texts[:count]
    raise KnownError(ErrorKind.SPLIT_EMPTY, split="test")


def _report(project: Project, request: WriteReport) -> Work[ReportWritten]:
    from engine.report import write_report

    yield Progressed("write", 0, 1)
    write_report(project, request.run, Path(request.out), request.language, request.sections)
    return ReportWritten(request.out)
