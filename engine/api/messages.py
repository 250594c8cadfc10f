"""The whole contract of a job: requests go in, events come out. Frozen, tagged, JSON on the wire.

Texts of the project, tensors and tables never cross: the engine writes them to the project store and
sends ids. The one exception is the text a user has typed, which a request must hold to be replayed.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.api.errors import ErrorReport, OptionValue, Value
from engine.api.explaining.argue import ArgueRequest, ArgueResult
from engine.api.explaining.change import ChangeRequest, ChangeResult
from engine.api.explaining.corpus import CorpusRequest, CorpusResult
from engine.api.explaining.influence import InfluenceRequest, InfluenceResult
from engine.api.explaining.pack import PackRequest, PackResult
from engine.api.explaining.reasons import ReasonsRequest, ReasonsResult
from engine.api.explaining.trust import TrustRequest, TrustResult
from engine.api.messages_data import DataExported, ExportData
from engine.api.messages_transfer import (
    AddSource,
    CompareRuns,
    DownloadSource,
    ExportModel,
    HubSearched,
    ListSources,
    MeasureRobustness,
    MeasureSource,
    ModelExported,
    PreparationPreviewed,
    PreviewPreparation,
    Race,
    Raced,
    Recommend,
    Recommended,
    RemoveSource,
    RobustnessMeasured,
    RunsCompared,
    SearchHub,
    SourceDownloaded,
    SourceMeasured,
    SourcesListed,
    TrainAgain,
    TrainedAgain,
)
from engine.api.results import Evaluation, Faithfulness, Forecast, FoundEntity, TrainingPoint


class Lane(StrEnum):
    """Heavy jobs run one at a time in a visible queue; interactive ones are answered at once."""

    HEAVY = "heavy"
    INTERACTIVE = "interactive"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # the process ended under it

    @property
    def ended(self) -> bool:
        return self in (JobState.DONE, JobState.CANCELLED, JobState.FAILED, JobState.INTERRUPTED)


class ColumnMapping(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns (by header, or by position as ``#1`` where there is no header) mean what."""

    text: str
    second: str | None = None  # where a text is a pair: the column of the second
    label: str | None = None
    split: str | None = None


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to read a file; None means: detect."""

    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    sheet: str | None = None


# --- requests -------------------------------------------------------------------------------------------


class InspectFile(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Detect and preview a file. Answer: ``FileInspected`` (the preview is in the store)."""

    path: str
    read: ReadOptions = ReadOptions()


class ImportFile(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Read a file or folder into the project. ``as_split`` puts every row into that split.

    ``task`` '' is the project's; where it has none yet one label a text, or tagged words for a CoNLL file.
    ``separator`` parts several labels in a cell.
    """

    path: str
    mapping: ColumnMapping
    read: ReadOptions = ReadOptions()
    as_split: str | None = None
    task: str = ""
    separator: str = "|"


class Train(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Train a new run. ``options`` hold only what differs from the catalog's defaults."""

    method: str
    source: str = ""
    options: dict[str, OptionValue] = {}


class Resume(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Go on with an interrupted run from its last checkpoint."""

    run: str


class ForecastTraining(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Pre-flight check of a ``Train`` request: fails as it would, else says what it would take."""

    method: str
    source: str = ""
    options: dict[str, OptionValue] = {}


class Evaluate(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Score a run on a split again and store predictions and figures."""

    run: str
    split: str = "test"


class PredictText(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``document``: the one whose text it is, so that its own words are tagged."""

    run: str
    text: str
    document: int | None = None


class PredictFile(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Score a file to a new file, row order unchanged; goes on where an interrupted one stopped.

    ``tag_scheme`` (bio or bioes) is that of a CoNLL file that is written. ``second_column`` makes pairs of the texts.
    """

    run: str
    path: str
    text_column: str
    out: str
    second_column: str = ""
    read: ReadOptions = ReadOptions()
    tag_scheme: str = "bio"


class Explain(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Explain a document of the project or a typed text. None: the predicted label, the runner-up.

    ``method`` '' is the run's instant default where its explainers were ranked, else its transfer method's. Tagging:
    ``span`` (code points) is the entity; None: the surest one. ``baseline`` '' is the method's own.
    """

    run: str
    document: int | None = None
    text: str | None = None
    method: str = ""
    target: str | None = None
    rival: str | None = None
    span: tuple[int, int] | None = None
    baseline: str = ""


class MeasureFaithfulness(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The erasure test on up to ``texts`` texts of the test split (else validation)."""

    run: str
    method: str
    texts: int = 100


class WriteReport(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Write the self-contained HTML report. ``language`` is ``en`` or ``zh_CN``; empty sections = all."""

    run: str
    out: str
    language: str = "en"
    sections: tuple[str, ...] = ()


Request = (
    CompareRuns
    | TrainAgain
    | MeasureRobustness
    | ExportModel
    | Recommend
    | Race
    | ListSources
    | AddSource
    | RemoveSource
    | MeasureSource
    | SearchHub
    | DownloadSource
    | PreviewPreparation
    | InspectFile
    | ImportFile
    | ExportData
    | Train
    | Resume
    | ForecastTraining
    | Evaluate
    | PredictText
    | PredictFile
    | Explain
    | MeasureFaithfulness
    | WriteReport
    | TrustRequest
    | ChangeRequest
    | CorpusRequest
    | InfluenceRequest
    | ArgueRequest
    | PackRequest
    | ReasonsRequest
)


# --- results (what a finished job hands back) ---------------------------------------------------------------


class FileInspected(msgspec.Struct, frozen=True, tag=True):
    preview: int  # id in the store


class Imported(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    source: int
    rows: int
    unreadable: int
    seconds: float


class Trained(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``stopped_by``: epochs, patience, target, time-budget or user."""

    run: str
    method: str
    seconds: float
    tokens_per_second: float
    stopped_by: str
    validation: Evaluation | None
    test: Evaluation | None


class Forecasted(msgspec.Struct, frozen=True, tag=True):
    forecast: Forecast


class Evaluated(msgspec.Struct, frozen=True, tag=True):
    run: str
    evaluation: Evaluation


class TextPredicted(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``label`` is the answer in the stored form of the task; ``thresholds`` are of several labels.

    A score is the only one of ``probabilities``. Tagging: ``entities``, and ``probabilities`` of "O" and the types,
    averaged over the words.
    """

    run: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    read_to: int  # code point where the model stopped reading
    task: str = "single"
    label: str = ""
    thresholds: tuple[float, ...] = ()
    entities: tuple[FoundEntity, ...] = ()


class FilePredicted(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    rows: int
    seconds: float
    texts_per_second: float
    out: str
    label_counts: dict[str, int]


class Explained(msgspec.Struct, frozen=True, tag=True):
    explanation: int  # id in the store


class FaithfulnessMeasured(msgspec.Struct, frozen=True, tag=True):
    faithfulness: Faithfulness


class ReportWritten(msgspec.Struct, frozen=True, tag=True):
    out: str


Result = (
    RunsCompared
    | TrainedAgain
    | RobustnessMeasured
    | ModelExported
    | Recommended
    | Raced
    | SourcesListed
    | SourceMeasured
    | HubSearched
    | SourceDownloaded
    | PreparationPreviewed
    | FileInspected
    | Imported
    | DataExported
    | Trained
    | Forecasted
    | Evaluated
    | TextPredicted
    | FilePredicted
    | Explained
    | FaithfulnessMeasured
    | ReportWritten
    | TrustResult
    | ChangeResult
    | CorpusResult
    | InfluenceResult
    | ArgueResult
    | PackResult
    | ReasonsResult
)


# --- front end -> engine ------------------------------------------------------------------------------------


class Submit(msgspec.Struct, frozen=True, tag=True):
    """Run ``request`` on the project at ``project`` as job ``job`` (ids are the front end's)."""

    job: int
    project: str
    request: Request


class Cancel(msgspec.Struct, frozen=True, tag=True):
    job: int


class StopAndKeepBest(msgspec.Struct, frozen=True, tag=True):
    """End a training after the current step; its best weights become the run's model."""

    job: int


class Pause(msgspec.Struct, frozen=True, tag=True):
    job: int


class Continue(msgspec.Struct, frozen=True, tag=True):
    job: int


Command = Submit | Cancel | StopAndKeepBest | Pause | Continue


# --- engine -> front end ------------------------------------------------------------------------------------


class EngineReady(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The engine has loaded torch and knows its device. ``device`` as ``cpu``, ``cuda:0`` or ``mps``."""

    device: str
    device_name: str
    threads: int
    precision: str
    memory_total_bytes: int
    seconds: float


class JobStarted(msgspec.Struct, frozen=True, tag=True):
    job: int
    run: str = ""  # for training: the run that was made


class Progress(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``stage`` is a word of the catalog's STAGES; ``done`` of ``total`` in the stage's own unit.

    ``rate`` is done per second where it means something (texts, rows), else 0.
    """

    job: int
    stage: str
    done: int
    total: int
    seconds_left: float | None = None
    rate: float = 0.0
    label_counts: dict[str, int] = {}
    memory_bytes: int = 0


class TrainingMoved(msgspec.Struct, frozen=True, tag=True):
    job: int
    run: str
    point: TrainingPoint


class Notice(msgspec.Struct, frozen=True, tag=True):
    """Something the user should know that does not stop the job; ``kind`` is a word of NOTICES."""

    job: int
    kind: str
    values: dict[str, Value] = {}


class JobPaused(msgspec.Struct, frozen=True, tag=True):
    job: int


class JobContinued(msgspec.Struct, frozen=True, tag=True):
    job: int


class JobDone(msgspec.Struct, frozen=True, tag=True):
    job: int
    result: Result


class JobCancelled(msgspec.Struct, frozen=True, tag=True):
    job: int


class JobFailed(msgspec.Struct, frozen=True, tag=True):
    job: int
    error: ErrorReport


Event = (
    EngineReady
    | JobStarted
    | Progress
    | TrainingMoved
    | Notice
    | JobPaused
    | JobContinued
    | JobDone
    | JobCancelled
    | JobFailed
)
