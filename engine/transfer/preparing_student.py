"""From a lesson to what the loop trains: the student, the tokens of all texts of the lesson, and the objective."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.models.source import SourceModel
from engine.models.tagging_model import TaggingModel, word_table
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TokenTable
from engine.progress import Work
from engine.transfer.compact import CompactVocabulary
from engine.transfer.criteria import Tags
from engine.transfer.distil_objective import DistilObjective, Lessons
from engine.transfer.lesson import Texts
from engine.transfer.method import Job
from engine.transfer.preparing import (
    Prepared,
    criterion_for,
    loop_targets,
    read_words_at,
    score_scale,
    tokenise,
    tokenise_splits,
)
from engine.transfer.soft_targets import Said
from engine.transfer.student import new_student
from engine.transfer.supervised import TagData, TextData
from engine.transfer.tag_distil_objective import TagDistilObjective


@dataclass(frozen=True)
class Lesson:
    """All texts a student learns from: first the ``labelled`` ones, then those that only the teacher labels."""

    texts: Texts
    labelled: int
    said: Said | None


def prepare_student(job: Job, source: SourceModel, lesson: Lesson, max_tokens: int | None) -> Work[Prepared]:
    """The student, its tokens and its objective."""
    wanted = layers_of(job, source) if job.options["student"] == "fewer-layers" else None
    model = new_student(job, source, wanted, job.option("layers_kept", str))
    if isinstance(model, TaggingModel):
        return (yield from _prepare_tags(job, model, lesson, max_tokens))
    return (yield from _prepare_texts(job, model, lesson, max_tokens))


def layers_of(job: Job, source: SourceModel) -> int:
    """How many layers the student keeps: the user's number, or half."""
    wanted = job.optional("student_layers", int) or max(1, source.layers // 2)
    return min(wanted, source.layers)


def _prepare_texts(job: Job, model: TorchModel, lesson: Lesson, max_tokens: int | None) -> Work[Prepared]:
    share_long, train, validation = yield from tokenise_splits(job, model.tokenizer, max_tokens)
    if len(lesson.texts) > lesson.labelled:
        train = model.tokenizer.fit((yield from tokenise(model.tokenizer, lesson.texts.texts)))
    compact = CompactVocabulary.shrink(model.module, model.tokenizer, (train, validation))
    if compact is not None:
        train, validation = compact.renumber(train), compact.renumber(validation)
    hard, validation_targets = loop_targets(job.data)
    targets = np.zeros((len(lesson.texts), *hard.shape[1:]), hard.dtype)
    targets[: lesson.labelled] = hard
    data = TextData(train, train.of_rows(targets), validation, validation_targets)
    said = None if lesson.said is None else train.of_rows(_standardised(job, lesson.said.logits))
    objective = DistilObjective(model, data, criterion_for(job), _lessons(job, lesson, train, said))
    return Prepared(objective, compact, share_long)


def _prepare_tags(job: Job, model: TaggingModel, lesson: Lesson, max_tokens: int | None) -> Work[Prepared]:
    share_long = yield from read_words_at(job, model.tokenizer, max_tokens)
    texts, judged = lesson.texts, job.data.validation
    train = word_table(model.tokenizer, texts.texts, texts.words)
    validation = word_table(model.tokenizer, judged.texts, judged.words)
    compact = CompactVocabulary.shrink(model.module, model.tokenizer, (train.table, validation.table))
    if compact is not None:
        train, validation = (
            replace(words, table=compact.renumber(words.table)) for words in (train, validation)
        )
    tags = np.zeros(int(train.firsts[-1]), np.int64)
    hard = job.data.train.targets
    tags[: len(hard)] = hard
    said = None if lesson.said is None else lesson.said.logits
    lessons = _lessons(job, lesson, train.table, said)
    criterion = criterion_for(job)
    assert isinstance(criterion, Tags)
    data = TagData(train, tags, validation, judged.targets)
    return Prepared(TagDistilObjective(model, data, criterion, lessons), compact, share_long)


def _lessons(job: Job, lesson: Lesson, table: TokenTable, logits: NDArray[np.float32] | None) -> Lessons:
    """What is known of the rows of a token table that holds the lesson's texts."""
    said = lesson.said
    return Lessons(
        logits=logits,
        labelled=table.of_rows(np.arange(len(lesson.texts)) < lesson.labelled),
        states=None if said is None or said.states is None else table.of_rows(said.states),
        temperature=job.option("temperature", float),
        hard_share=job.option("hard_share", float),
    )


def _standardised(job: Job, logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """A teacher's scores in the terms that the loop learns; logits as they are."""
    if job.data.task != "score":
        return logits
    mean, scale = score_scale(job.data.train)
    return ((logits - mean) / scale).astype(np.float32)
