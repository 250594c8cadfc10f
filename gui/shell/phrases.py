"""Small phrases that several parts of the shell say: a job's name, time left, amounts of memory."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from engine.api import wording
from engine.api.catalog import BYTE_STAGES
from engine.api.explaining.argue import Argue, ImportRationales
from engine.api.explaining.change import FindRules
from engine.api.explaining.corpus import ExplainCorpus, FindShortcuts, MapDocuments
from engine.api.explaining.influence import FindLabelDoubts
from engine.api.explaining.pack import VerifyPack, WritePack
from engine.api.explaining.reasons import CompareReasons
from engine.api.explaining.trust import RankExplainers, ScrambleWeights
from engine.api.messages import (
    Evaluate,
    ImportFile,
    MeasureFaithfulness,
    PredictFile,
    Progress,
    Request,
    Resume,
    Train,
    WriteReport,
)
from engine.api.messages_data import ExportData
from engine.api.messages_transfer import (
    DownloadSource,
    ExportModel,
    MeasureRobustness,
    MeasureSource,
    Race,
    Recommend,
    TrainAgain,
)
from gui.pages.sources.words import bytes_words, source_name


def job_title(request: Request, language: str) -> str:
    """What a heavy job is, in words."""
    if isinstance(request, ImportFile):
        return QCoreApplication.translate("Jobs", "Importing {name}").format(name=Path(request.path).name)
    if isinstance(request, Train):
        method = wording.method_words(request.method, language).name
        return QCoreApplication.translate("Jobs", "Training: {method}").format(method=method)
    if isinstance(request, Resume):
        return QCoreApplication.translate("Jobs", "Continuing {run}").format(run=request.run)
    if isinstance(request, Recommend):
        return QCoreApplication.translate("Jobs", "Which method? A probe on your texts")
    if isinstance(request, Race):
        names = ", ".join(wording.method_words(each.method, language).name for each in request.entrants)
        return QCoreApplication.translate("Jobs", "Race: {methods}").format(methods=names)
    if isinstance(request, TrainAgain):
        return QCoreApplication.translate("Jobs", "Training {run} again").format(run=request.run)
    if isinstance(request, MeasureRobustness):
        return QCoreApplication.translate("Jobs", "Measuring the robustness of {run}").format(run=request.run)
    if isinstance(request, Evaluate):
        return QCoreApplication.translate("Jobs", "Evaluating {run}").format(run=request.run)
    if isinstance(request, PredictFile):
        return QCoreApplication.translate("Jobs", "Scoring {name}").format(name=Path(request.path).name)
    if isinstance(request, MeasureFaithfulness):
        return QCoreApplication.translate("Jobs", "Measuring the faithfulness of {run}").format(
            run=request.run
        )
    if isinstance(request, RankExplainers):
        return QCoreApplication.translate("Jobs", "Which highlight method is faithful? {run}").format(
            run=request.run
        )
    if isinstance(request, ScrambleWeights):
        return QCoreApplication.translate("Jobs", "Scrambling a copy of {run}").format(run=request.run)
    if isinstance(request, Argue):
        return QCoreApplication.translate("Jobs", "Arguing with {run}").format(run=request.run)
    if isinstance(request, ImportRationales):
        return QCoreApplication.translate("Jobs", "Reading {name}").format(name=Path(request.path).name)
    if isinstance(request, WriteReport):
        return QCoreApplication.translate("Jobs", "Writing the report of {run}").format(run=request.run)
    if isinstance(request, ExportData):
        return QCoreApplication.translate("Jobs", "Writing {name}").format(name=Path(request.out).name)
    if isinstance(request, ExportModel):
        return QCoreApplication.translate("Jobs", "Exporting {run}").format(run=request.run)
    if isinstance(request, DownloadSource):
        return QCoreApplication.translate("Jobs", "Downloading {name}").format(name=request.id)
    if isinstance(request, MeasureSource):
        name = source_name(request.source, language)
        return QCoreApplication.translate("Jobs", "Timing {name}").format(name=name)
    if isinstance(request, ExplainCorpus):
        return QCoreApplication.translate("Jobs", "Explaining all texts: {run}").format(run=request.run)
    if isinstance(request, FindShortcuts):
        return QCoreApplication.translate("Jobs", "Looking for shortcuts of {run}").format(run=request.run)
    if isinstance(request, FindRules):
        return QCoreApplication.translate("Jobs", "Finding rules of {run}").format(run=request.run)
    if isinstance(request, FindLabelDoubts):
        return QCoreApplication.translate("Jobs", "Judging the labels with {run}").format(run=request.run)
    if isinstance(request, MapDocuments):
        return QCoreApplication.translate("Jobs", "Drawing the map of {run}").format(run=request.run)
    if isinstance(request, CompareReasons):
        return QCoreApplication.translate("Jobs", "Comparing the reasons of {first} and {second}").format(
            first=request.run, second=request.second
        )
    if isinstance(request, WritePack):
        return QCoreApplication.translate("Jobs", "Writing the evidence pack of {run}").format(
            run=request.run
        )
    if isinstance(request, VerifyPack):
        return QCoreApplication.translate("Jobs", "Checking {name}").format(name=Path(request.path).name)
    return QCoreApplication.translate("Jobs", "Working")


def time_left(seconds: float) -> str:
    """``about 3 min left``."""
    if seconds < 10:
        return QCoreApplication.translate("Jobs", "a few seconds left")
    if seconds < 90:
        return QCoreApplication.translate("Jobs", "about {count} s left").format(
            count=round(seconds / 10) * 10
        )
    if seconds < 5400:
        return QCoreApplication.translate("Jobs", "about {count} min left").format(count=round(seconds / 60))
    return QCoreApplication.translate("Jobs", "about {count} h left").format(count=f"{seconds / 3600:.1f}")


def progress_line(progress: Progress, language: str) -> str:
    """Stage, how far, time left."""
    parts = [wording.stage_words(progress.stage, language)]
    if progress.stage in BYTE_STAGES:
        parts += bytes_words(progress)
    elif progress.total > 1:
        parts.append(f"{progress.done:,}/{progress.total:,}")
    if progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    return " · ".join(parts)


def gigabytes(count: int) -> str:
    """``1.1`` (GB of 2**30 bytes, as the systems' own monitors count)."""
    return f"{count / 2**30:.1f}"
