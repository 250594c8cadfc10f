"""Errors that cross the border between engine and front end: a kind, facts, and a trace.

What the world did wrong (a file, a disk, a model folder) is a ``KnownError`` and becomes a message; every
other exception is a bug and becomes a crash report. Words in the user's language are in ``wording``.
"""

from __future__ import annotations

import errno
import sqlite3
import traceback
from collections.abc import Mapping
from enum import StrEnum

import msgspec

Value = str | int | float
OptionValue = str | int | float | bool | None
Values = Mapping[str, Value]

# what torch says in a plain RuntimeError: of main memory on Windows and elsewhere, and of an Apple GPU's
_NO_MEMORY = ("not enough memory", "can't allocate memory")
_NO_MPS_MEMORY = "MPS backend out of memory"


class ErrorKind(StrEnum):
    """Every way in which the world can be wrong; the value is the word on the wire."""

    # files to read
    FILE_MISSING = "file-missing"
    FILE_EMPTY = "file-empty"
    FILE_NO_PERMISSION = "file-no-permission"
    FILE_CHANGED = "file-changed"
    FILE_FORMAT_UNKNOWN = "file-format-unknown"
    FILE_DAMAGED = "file-damaged"
    ENCODING_WRONG = "encoding-wrong"
    COLUMN_MISSING = "column-missing"
    ONE_COLUMN = "one-column"
    NO_ROWS = "no-rows"
    # files to write
    DISK_FULL = "disk-full"
    NOT_WRITABLE = "not-writable"
    OUTPUT_NOT_RESUMABLE = "output-not-resumable"
    # the project
    PROJECT_MISSING = "project-missing"
    PROJECT_DAMAGED = "project-damaged"
    PROJECT_NEWER = "project-newer"
    PROJECT_BUSY = "project-busy"
    DOCUMENT_MISSING = "document-missing"
    # the data
    NO_LABELLED_TEXTS = "no-labelled-texts"
    ONE_CLASS = "one-class"
    TOO_FEW_TEXTS = "too-few-texts"
    TOO_FEW_TO_ADAPT = "too-few-to-adapt"
    SPLIT_EMPTY = "split-empty"
    TEXT_EMPTY = "text-empty"
    NO_ENTITIES = "no-entities"
    NO_UNLABELLED_TEXTS = "no-unlabelled-texts"
    TASK_DIFFERS = "task-differs"
    ENTITIES_OVERLAP = "entities-overlap"
    NOTHING_TO_EXPORT = "nothing-to-export"
    PICTURE_TOO_TALL = "picture-too-tall"
    # choices
    METHOD_UNKNOWN = "method-unknown"
    METHOD_TASK = "method-task"
    EXPLAINER_UNKNOWN = "explainer-unknown"
    BASELINE_UNKNOWN = "baseline-unknown"
    UMAP_MISSING = "umap-missing"
    OPTION_UNKNOWN = "option-unknown"
    OPTION_VALUE = "option-value"
    LABEL_UNKNOWN = "label-unknown"
    LABELS_ELSEWHERE = "labels-elsewhere"
    RIVAL_IS_TARGET = "rival-is-target"
    SPAN_WITHOUT_WORDS = "span-without-words"
    EVIDENCE_TASK = "evidence-task"
    # source models
    SOURCE_UNKNOWN = "source-unknown"
    MODEL_NO_CONFIG = "model-no-config"
    MODEL_NO_TOKENIZER = "model-no-tokenizer"
    MODEL_NO_WEIGHTS = "model-no-weights"
    MODEL_PICKLED = "model-pickled"
    MODEL_REMOTE_CODE = "model-remote-code"
    MODEL_DAMAGED = "model-damaged"
    MODEL_FAMILY = "model-family"
    EXPLANATION_MISSING = "explanation-missing"
    PACK_FORMAT = "pack-format"
    PACK_EMPTY = "pack-empty"
    PACK_DAMAGED = "pack-damaged"
    PACK_NEWER = "pack-newer"
    NOTHING_TO_ARGUE = "nothing-to-argue"
    CANNOT_ARGUE = "cannot-argue"
    RATIONALES_TASK = "rationales-task"
    EXPLAINER_NO_RULE = "explainer-no-rule"
    NOTHING_TO_SCRAMBLE = "nothing-to-scramble"
    SECOND_SOURCE_MISSING = "second-source-missing"
    SECOND_SOURCE_SAME = "second-source-same"
    MODELS_TOO_LARGE = "models-too-large"
    # the model hub
    HUB_UNREACHABLE = "hub-unreachable"
    HUB_UNKNOWN = "hub-unknown"
    HUB_REFUSED = "hub-refused"
    HUB_BUSY = "hub-busy"
    HUB_ANSWER = "hub-answer"
    HUB_BROKEN_OFF = "hub-broken-off"
    HUB_CHECKSUM = "hub-checksum"
    DOWNLOAD_UNDER_WAY = "download-under-way"
    # runs
    RUN_UNKNOWN = "run-unknown"
    RUN_NOT_FINISHED = "run-not-finished"
    RUN_FILES_MISSING = "run-files-missing"
    NOTHING_TO_RESUME = "nothing-to-resume"
    TOO_FEW_RUNS = "too-few-runs"
    RUN_NOT_JUDGED = "run-not-judged"
    TEACHER_MISSING = "teacher-missing"
    TEACHER_DIFFERS = "teacher-differs"
    TEACHER_NO_LAYERS = "teacher-no-layers"
    NO_COMMON_TEXTS = "no-common-texts"
    CANNOT_RETRAIN = "cannot-retrain"
    LOSS_NOT_FINITE = "loss-not-finite"
    # hand-over
    EXPORT_FOLDER = "export-folder"
    EXPORT_UNSUITABLE = "export-unsuitable"
    EXPORT_FAILED = "export-failed"
    EXPORT_DIFFERS = "export-differs"
    # the machine
    OUT_OF_MEMORY = "out-of-memory"
    GPU_OUT_OF_MEMORY = "gpu-out-of-memory"
    ENGINE_DIED = "engine-died"
    ENGINE_NOT_STARTED = "engine-not-started"
    # ours
    BUG = "bug"


class KnownError(Exception):
    """Something outside the program is wrong; ``values`` fill the message's places."""

    def __init__(self, kind: ErrorKind, **values: Value) -> None:
        super().__init__(f"{kind}: {values}" if values else str(kind))
        self.kind = kind
        self.values: dict[str, Value] = values


class ErrorReport(msgspec.Struct, frozen=True):
    """An error as it crosses a process border or is stored; ``trace`` is for details and bug reports."""

    kind: ErrorKind
    values: dict[str, Value] = {}
    trace: str = ""


def report(error: BaseException) -> ErrorReport:
    """Turn any exception into a report: known kinds from the world's errors, ``BUG`` for the rest."""
    trace = "".join(traceback.format_exception(error))
    kind, values = _classify(error)
    return ErrorReport(kind, values, trace)


def known(error: BaseException) -> KnownError | None:
    """The ``KnownError`` that ``error`` stands for, or ``None`` where it is a bug."""
    if isinstance(error, KnownError):
        return error
    kind, values = _classify(error)
    return None if kind is ErrorKind.BUG else KnownError(kind, **values)


def memory_that_ran_out(error: BaseException) -> ErrorKind | None:
    """OUT_OF_MEMORY or GPU_OUT_OF_MEMORY where an allocation failed, ``None`` where something else did."""
    if isinstance(error, MemoryError):
        return ErrorKind.OUT_OF_MEMORY
    # torch's classes are named, not imported: this module must stay light
    if type(error).__name__ == "OutOfMemoryError":
        return ErrorKind.GPU_OUT_OF_MEMORY
    if not isinstance(error, RuntimeError):
        return None
    text = str(error)
    if _NO_MPS_MEMORY in text:
        return ErrorKind.GPU_OUT_OF_MEMORY
    return ErrorKind.OUT_OF_MEMORY if any(words in text for words in _NO_MEMORY) else None


def _classify(error: BaseException) -> tuple[ErrorKind, dict[str, Value]]:
    if isinstance(error, KnownError):
        return error.kind, error.values
    if isinstance(error, OSError):
        return _classify_os(error)
    if isinstance(error, sqlite3.Error):
        return _classify_sqlite(error)
    memory = memory_that_ran_out(error)
    if memory is not None:
        return memory, {}
    text = str(error)
    # safetensors raises its own error class, whose text carries the system's words
    if type(error).__name__ == "SafetensorError":
        full = "No space left" in text
        return (ErrorKind.DISK_FULL, {"path": ""}) if full else (ErrorKind.MODEL_DAMAGED, {"path": ""})
    return ErrorKind.BUG, {"detail": f"{type(error).__name__}: {text}"[:500]}


def _classify_os(error: OSError) -> tuple[ErrorKind, dict[str, Value]]:
    path = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ErrorKind.DISK_FULL, {"path": path}
    if error.errno == errno.EROFS:
        return ErrorKind.NOT_WRITABLE, {"path": path}
    if isinstance(error, PermissionError):
        return ErrorKind.FILE_NO_PERMISSION, {"path": path}
    if isinstance(error, FileNotFoundError):
        return ErrorKind.FILE_MISSING, {"path": path}
    if error.errno == errno.ENOMEM:
        return ErrorKind.OUT_OF_MEMORY, {}
    return ErrorKind.BUG, {"detail": f"{type(error).__name__}: {error}"[:500]}


def _classify_sqlite(error: sqlite3.Error) -> tuple[ErrorKind, dict[str, Value]]:
    text = str(error)
    if "disk is full" in text:
        return ErrorKind.DISK_FULL, {"path": ""}
    if "readonly" in text or "unable to open" in text:
        return ErrorKind.NOT_WRITABLE, {"path": ""}
    if "locked" in text:
        return ErrorKind.PROJECT_BUSY, {"path": ""}
    if "malformed" in text or "not a database" in text:
        return ErrorKind.PROJECT_DAMAGED, {"path": ""}
    return ErrorKind.BUG, {"detail": f"{type(error).__name__}: {text}"[:500]}
