"""What a teacher says of texts: its logits, computed once, kept in the project's cache.

The cache is filled block by block, so that a killed training asks the teacher only for what is missing, and a
student trains on after its teacher has been deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState
from engine.api.project import Project
from engine.api.store.runs import Run
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.store import load_run, weights_hash
from engine.models.tagging_model import OUTSIDE, TaggingModel
from engine.models.text_model import TorchModel
from engine.progress import Progressed, Work, retold
from engine.transfer.arrays import read_arrays, write_arrays
from engine.transfer.encoding import encode_table
from engine.transfer.examples import TrainingData
from engine.transfer.lesson import Texts
from engine.transfer.method import Job

_BLOCK = 1024
_STAGE = "teach"


@dataclass(frozen=True)
class Teacher:
    """A run as it was when the student began: ``model_hash`` is of its weights."""

    run: str
    model_hash: str


@dataclass(frozen=True)
class Said:
    """``logits`` (N, C) of the teacher, of tagged words (W, C) of all words; ``states`` (N, len(layers), H): its
    mean-pooled layers where asked for."""

    logits: NDArray[np.float32]
    states: NDArray[np.float32] | None


def choose_teacher(project: Project, wanted: str | None, data: TrainingData) -> Teacher:
    """The run ``wanted``, or the project's best finished one by the main figure that is no student itself.

    Raises TEACHER_MISSING, TEACHER_DIFFERS, RUN_NOT_FINISHED, RUN_FILES_MISSING.
    """
    fitting = [run for run in project.runs.all() if _fits(run, data) and _folder(project, run.id).is_dir()]
    if wanted is None:
        fitting = [run for run in fitting if run.method != "distil"]
        if not fitting:
            raise KnownError(ErrorKind.TEACHER_MISSING, teacher="-", valid="-")
        wanted = max(fitting, key=_main_figure).id
    found = next((run for run in project.runs.all() if run.id == wanted), None)
    if found is None:
        valid = ", ".join(run.id for run in fitting) or "-"
        raise KnownError(ErrorKind.TEACHER_MISSING, teacher=wanted, valid=valid)
    if found.state is not JobState.DONE:
        raise KnownError(ErrorKind.RUN_NOT_FINISHED, run=wanted, state=found.state)
    if not _folder(project, wanted).is_dir():
        raise KnownError(ErrorKind.RUN_FILES_MISSING, run=wanted, path=str(_folder(project, wanted)))
    if not _fits(found, data):
        raise KnownError(ErrorKind.TEACHER_DIFFERS, teacher=wanted, labels=", ".join(data.labels))
    return Teacher(wanted, weights_hash(_folder(project, wanted)))


def teach(job: Job, teacher: Teacher, texts: Texts, layers: Sequence[int] = ()) -> Work[Said]:
    """The teacher's logits of ``texts`` or their words, and the mean-pooled states of some of its ``layers``.

    The teacher is loaded only where the cache lacks a block. Raises TEACHER_MISSING, TEACHER_DIFFERS,
    TEACHER_NO_LAYERS, RUN_FILES_MISSING, MODEL_DAMAGED.
    """
    model: RunModel | None = None
    logits, states = [], []
    for start in range(0, len(texts), _BLOCK):
        block = texts.part(start, start + _BLOCK)
        path = _block_path(job.cache, teacher, block, layers)
        found = read_arrays(path)
        if found is None:
            model = model or _load(job.project, teacher, job.data)
            found = yield from _ask(model, teacher.run, block, layers, (start, len(texts)))
            write_arrays(path, **found)
        logits.append(found["logits"])
        states += [found["states"]] if layers else []
        yield Progressed(_STAGE, start + len(block), len(texts))
    return Said(np.concatenate(logits), np.concatenate(states) if layers else None)


def teacher_layers(job: Job, teacher: Teacher) -> int:
    """How many layers the teacher's encoder has. Raises TEACHER_NO_LAYERS where it is no encoder."""
    model = _load(job.project, teacher, job.data)
    if not isinstance(model, TorchModel | TaggingModel):
        raise KnownError(ErrorKind.TEACHER_NO_LAYERS, teacher=teacher.run)
    return int(model.module.encoder.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]


def digest_of(texts: Texts) -> str:
    """A name for these texts, with their words, in this order."""
    digest = hashlib.sha256()
    for text in texts.texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    for spans in texts.words:
        digest.update(np.asarray(spans, np.int64).tobytes() + b"\0")
    return digest.hexdigest()


def _ask(
    model: RunModel, run: str, block: Texts, layers: Sequence[int], place: tuple[int, int]
) -> Work[dict[str, NDArray[np.float32]]]:
    first, total = place

    def tell(step: Progressed) -> Progressed:
        return Progressed(_STAGE, first + min(step.done, len(block)), total)

    logits = yield from retold(_logits(model, block), tell)
    if not layers:
        return {"logits": logits}
    if not isinstance(model, TorchModel | TaggingModel):
        raise KnownError(ErrorKind.TEACHER_NO_LAYERS, teacher=run)
    table = model.tokenizer.table(block.texts)
    states = yield from encode_table(model.module.encoder, model.tokenizer, table, model.device)
    return {"logits": logits, "states": states[:, list(layers)]}


def _logits(model: RunModel, block: Texts) -> Work[NDArray[np.float32]]:
    """(N, C), or (W, C) of the words of all texts."""
    if not isinstance(model, AnyTaggingModel):
        return (yield from model.score(block.texts, stage=_STAGE))
    found = yield from model.score(block.texts, block.words, _STAGE)
    return np.concatenate(found)


def _load(project: Project, teacher: Teacher, data: TrainingData) -> RunModel:
    if not any(run.id == teacher.run for run in project.runs.all()):
        raise KnownError(ErrorKind.TEACHER_MISSING, teacher=teacher.run, valid="-")
    model = load_run(project, teacher.run)
    if model.labels != data.labels:
        raise KnownError(ErrorKind.TEACHER_DIFFERS, teacher=teacher.run, labels=", ".join(data.labels))
    return model


def _fits(run: Run, data: TrainingData) -> bool:
    """Whether a run answers the same question."""
    if run.state is not JobState.DONE or run.validation is None:
        return False
    kinds = (OUTSIDE, *data.labels) if data.task == "tagging" else data.labels
    return run.validation.task == data.task and run.validation.labels == kinds


def _main_figure(run: Run) -> float:
    assert run.validation is not None
    return run.validation.main.value


def _folder(project: Project, run: str) -> Path:
    return project.run_folder(run) / "model"


def _block_path(cache: Path, teacher: Teacher, block: Texts, layers: Sequence[int]) -> Path:
    name = hashlib.sha256(f"{teacher.model_hash} {tuple(layers)} {digest_of(block)}".encode()).hexdigest()
    return cache / "teachers" / f"{name[:32]}.npz"
