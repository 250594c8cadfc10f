"""Distillation: a small student learns what a larger run says of labelled and unlabelled texts.

Hinton, Vinyals, Dean 2015: targets softened by a temperature T, the loss times T squared so that its gradients
keep their size, mixed with the true labels where there are any. Matching hidden states follows Sun et al. 2019,
with the mean of the states in place of the first token's; changed copies of the texts, which the teacher labels
too, follow Tang et al. 2019.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import msgspec

from engine.api import catalog
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Forecast
from engine.models.source import SourceModel
from engine.progress import Noticed, Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.lesson import Texts, lesson_size, lesson_texts
from engine.transfer.method import Job, Measure, Outcome
from engine.transfer.preparing_student import Lesson, layers_of, prepare_student
from engine.transfer.soft_bag_of_words import train_soft_bag_of_words
from engine.transfer.soft_targets import Teacher, choose_teacher, digest_of, teach, teacher_layers
from engine.transfer.tuning import tune

_RECORD = "distil.json"
_TIMED_TEXTS = 128
# a small model is farther from the answer than a large one, and can take longer steps
_RATES = {"small-model": 1e-3, "fewer-layers": 1e-4}


class DistilRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided at the first start; ``teacher`` is '' where the labels alone teach."""

    teacher: str
    teacher_hash: str
    teacher_layers: tuple[int, ...]
    texts: str
    student_hash: str


def train(job: Job) -> Work[Outcome]:
    """Teach the student; goes on from the run's checkpoint, also where its teacher has gone since.

    Raises TEACHER_MISSING, TEACHER_DIFFERS, TEACHER_NO_LAYERS, RUN_NOT_FINISHED, RUN_FILES_MISSING,
    SOURCE_UNKNOWN (the student's) and NOTHING_TO_RESUME where texts or models have changed since the start.
    """
    started = time.monotonic()
    yield Progressed("load", 0, 1)
    kind = job.option("student", str)
    source = None if kind == "bag-of-words" else (yield from _student_source(job))
    lesson = yield from learn_from_teacher(job, source)
    if source is None:
        said = None if lesson.said is None else lesson.said.logits
        return (yield from train_soft_bag_of_words(job, lesson.texts.texts, said, started))
    return (
        yield from tune(
            job,
            source,
            preparation=lambda length: prepare_student(job, source, lesson, length),
            rate=_RATES[kind],
        )
    )


def sources(job: Job) -> tuple[str, ...]:
    """Where the student comes from."""
    kind = job.option("student", str)
    if kind == "bag-of-words":
        return ()
    return (job.option("student_source", str) if kind == "small-model" else job.source,)


def forecast(job: Job, measure: Measure) -> Work[Forecast]:
    """Timed on the labelled texts alone, and on the teacher; then for all texts and their copies.

    Raises what ``train`` raises of its teacher.
    """
    alone = job.option("hard_share", float) >= 1.0
    bag = job.options["student"] == "bag-of-words"
    base = "bag-of-words" if bag else "distil"
    plain = job.options | {"unlabelled": False, "changed_copies": 0, "hard_share": 1.0}
    if bag:
        plain = {option.id: plain.get(option.id, option.default) for option in catalog.method(base).options}
    measured = yield from measure(replace(job, options=plain), base)
    if alone:
        return measured
    teacher = choose_teacher(job.project, job.optional("teacher", str), job.data)
    texts = Texts(job.data.train.texts, job.data.train.words).part(0, _TIMED_TEXTS)
    started = time.monotonic()
    yield from teach(job, teacher, texts)
    each = (time.monotonic() - started) / len(texts)
    rows = lesson_size(job)
    seconds = measured.seconds * rows / len(job.data.train) + each * rows
    return msgspec.structs.replace(measured, seconds=seconds)


def learn_from_teacher(job: Job, student: SourceModel | None) -> Work[Lesson]:
    """The texts and what the teacher says of them; what is decided here is kept for a resume."""
    alone = job.option("hard_share", float) >= 1.0
    labelled = job.data.train
    texts = Texts(labelled.texts, labelled.words) if alone else lesson_texts(job)
    path = job.folder / _RECORD
    record = _kept(path)
    if record is None:
        record = _decide(job, student, alone, digest_of(texts))
        path.write_bytes(msgspec.json.encode(record))
    elif record.texts != digest_of(texts):
        raise KnownError(ErrorKind.NOTHING_TO_RESUME, run=job.run, reason="data-changed")
    elif student is not None and record.student_hash != student.hash:
        raise KnownError(ErrorKind.NOTHING_TO_RESUME, run=job.run, reason="source-changed")
    said = None
    if record.teacher:
        yield Noticed("teacher-chosen", {"teacher": record.teacher, "count": len(texts)})
        teacher = Teacher(record.teacher, record.teacher_hash)
        said = yield from teach(job, teacher, texts, record.teacher_layers)
    return Lesson(texts, len(labelled), said)


def _student_source(job: Job) -> Work[SourceModel]:
    (source,) = sources(job)
    return (yield from starting_source(replace(job, source=source)))


def _decide(job: Job, student: SourceModel | None, alone: bool, texts: str) -> DistilRecord:
    teacher = (
        Teacher("", "") if alone else choose_teacher(job.project, job.optional("teacher", str), job.data)
    )
    layers: tuple[int, ...] = ()
    if job.option("match_hidden", bool) and not alone and student is not None:
        own = layers_of(job, student) if job.options["student"] == "fewer-layers" else student.layers
        theirs = teacher_layers(job, teacher)
        layers = tuple(max(1, round(k * theirs / own)) for k in range(1, own + 1))
    return DistilRecord(
        teacher=teacher.run,
        teacher_hash=teacher.model_hash,
        teacher_layers=layers,
        texts=texts,
        student_hash="" if student is None else student.hash,
    )


def _kept(path: Path) -> DistilRecord | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=DistilRecord)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
