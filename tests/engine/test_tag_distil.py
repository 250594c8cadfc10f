"""Distillation of tagged words: students learn a teacher's tags of every word, also of texts without tags."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.catalog import complete_options, method
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import ColumnMapping, Evaluate, Explain, Explained, ForecastTraining, Resume, Train
from engine.api.messages_transfer import Recommend, TrainAgain
from engine.api.option_tasks import options_for
from engine.api.project import Project
from engine.api.store.tags import pack_words
from engine.devices import choose
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.models.modules import TagFeatureModule
from engine.models.ngrams import words
from engine.models.source import find
from engine.models.store import load_run
from engine.models.tagging_model import TaggingModel
from engine.progress import Control, Noticed, Progressed, Work, finish
from engine.transfer.criteria import IGNORED
from engine.transfer.evaluating import evaluate_run
from engine.transfer.examples import gather
from engine.transfer.experience import TAG_STUDENT_LOSS
from engine.transfer.forecasting import forecast
from engine.transfer.lesson import Texts, lesson_size, lesson_texts
from engine.transfer.method import Job
from engine.transfer.objective import Moment
from engine.transfer.preparing_student import Lesson, prepare_student
from engine.transfer.probing import Probe
from engine.transfer.recommending import recommend
from engine.transfer.retraining import train_again
from engine.transfer.soft_targets import Said, digest_of
from engine.transfer.tag_distil_objective import TagDistilObjective
from engine.transfer.training import resume, train
from tests.engine.export_models import export
from tests.engine.forecast_clock import count_ticks
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, texts

MOMENT = Moment(0, 0, 0, 0)


@pytest.fixture(autouse=True)
def every_step_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEXPLAIN_CHECKPOINT_SECONDS", "0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source", layers=4)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with task_project(tmp_path / "p", "tagging") as made:
        yield made


def with_untagged(opened: Project, count: int = 40) -> None:
    made = [text for text, _ in texts(count, seed=5)]
    with opened.transaction():
        source = opened.documents.add_source(
            opened.path, "csv", "utf-8", ",", ColumnMapping(text="text", label=None)
        )
        rows = ((line, text, pack_words(words(text)), None, "") for line, text in enumerate(made, start=2))
        opened.documents.add_tagged_rows(source, rows)
        opened.documents.finish_source(source)


def teacher(opened: Project, folder: Path) -> str:
    wanted = Train(method="features", source=str(folder), options={"layer": 1})
    return finish(train(opened, wanted, Control())).run


def request(folder: Path, student: str = "small-model", **options: OptionValue) -> Train:
    given: dict[str, OptionValue] = {
        "student": student,
        "student_source": str(folder),
        "learning_rate": 3e-3,
        "epochs": 2,
        "precision": "fp32",
        **options,
    }
    return Train(method="distil", source=str(folder), options=given)


def job_of(opened: Project, folder: Path, **options: OptionValue) -> Job:
    given = complete_options("distil", {"student_source": str(folder), **options}, "tagging")
    data = gather(opened, 13, 0.15)
    return Job(opened, "r", data, given, str(folder), opened.path, opened.cache, choose(), Control())


# --- learning -------------------------------------------------------------------------------------------------


def test_a_small_model_answers_as_its_teacher_and_is_kept_whole(opened: Project, folder: Path) -> None:
    with_untagged(opened)
    taught_by = teacher(opened, folder)
    # no true tag is looked at: all that is learnt comes from the teacher
    work = train(opened, request(folder, epochs=6, batch_size=8, hard_share=0), Control())
    told = [step for step in work if isinstance(step, Noticed) and step.kind == "teacher-chosen"]
    assert [notice.values for notice in told] == [{"teacher": taught_by, "count": 2 * (96 + 40)}]
    run = opened.runs.all()[-1]
    assert run.test is not None
    assert run.test.main.value > 0.7
    student, model = load_run(opened, run.id), load_run(opened, taught_by)
    assert isinstance(student, TaggingModel)
    assert isinstance(model, TaggingModel)
    assert isinstance(student.module, TagFeatureModule)
    unseen = [text for text, _ in texts(60, seed=9)]
    spans = [words(text) for text in unseen]
    said, answered = (np.concatenate(each.logits(unseen, spans)) for each in (model, student))
    assert (said.argmax(1) == answered.argmax(1)).mean() > 0.97
    again = finish(evaluate_run(opened, Evaluate(run=run.id), student))
    assert again.evaluation == run.test


def test_fewer_layers_match_inner_states_and_resume_bit_for_bit_without_the_teacher(
    opened: Project, folder: Path
) -> None:
    wanted = request(folder, "fewer-layers", student_layers=2, match_hidden=True)
    taught_by = teacher(opened, folder)
    whole = finish(train(opened, wanted, Control())).run
    work = train(opened, wanted, Control())
    next(step for step in work if isinstance(step, Progressed) and step.stage == "train" and step.done >= 2)
    work.close()
    again = opened.runs.all()[-1].id
    shutil.rmtree(opened.run_folder(taught_by) / "model")
    with opened.transaction():
        opened.runs.delete(taught_by)
    finish(resume(opened, Resume(run=again), Control()))
    assert opened.runs.get(again).model_hash == opened.runs.get(whole).model_hash != ""
    model = load_run(opened, again)
    assert isinstance(model, TaggingModel)
    assert isinstance(model.module, TagFeatureModule)
    assert model.module.encoder.config.num_hidden_layers == 2


def test_true_tags_alone_need_no_teacher(opened: Project, folder: Path) -> None:
    found = finish(train(opened, request(folder, epochs=12, batch_size=8, hard_share=1), Control()))
    assert found.test is not None
    assert found.test.main.value > 0.9


def test_trained_again_from_its_record_it_is_the_same(opened: Project, folder: Path) -> None:
    teacher(opened, folder)
    first = finish(train(opened, request(folder, epochs=1), Control())).run
    assert finish(train_again(opened, TrainAgain(first), Control())).same


def test_texts_whose_words_are_others_now_are_not_taught_on(opened: Project, folder: Path) -> None:
    text = ["a film"]
    assert digest_of(Texts(text, [[(0, 1), (2, 6)]])) != digest_of(Texts(text, [[(0, 6)]]))
    with_untagged(opened)
    teacher(opened, folder)
    work = train(opened, request(folder), Control())
    next(step for step in work if isinstance(step, Progressed) and step.stage == "train")
    work.close()
    with opened.transaction():
        opened.documents.delete([next(iter(opened.documents.unlabelled()))[0]])
    with pytest.raises(KnownError) as caught:
        finish(resume(opened, Resume(run=opened.runs.all()[-1].id), Control()))
    assert caught.value.values["reason"] == "data-changed"


def test_a_forecast_counts_all_texts_and_asks_for_a_teacher(
    opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_ticks(monkeypatch)

    def seconds(**options: OptionValue) -> float:
        wanted = request(folder, "small-model", **options)
        asked = ForecastTraining(method=wanted.method, source=wanted.source, options=wanted.options)
        return finish(forecast(opened, asked)).forecast.seconds

    with pytest.raises(KnownError) as caught:
        seconds()
    assert caught.value.kind is ErrorKind.TEACHER_MISSING
    teacher(opened, folder)
    with_untagged(opened, 96 * 9)
    assert seconds() > 15 * seconds(hard_share=1)  # ten times the texts, twice


def test_it_is_recommended_where_there_is_much_text_without_tags_and_a_run_to_learn_from(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times(self: Probe, methods: list[str]) -> Work[dict[str, float]]:
        yield Progressed("probe", 0, 1)
        return dict.fromkeys(methods, 60.0)

    monkeypatch.setattr(Probe, "times", times)
    with task_project(tmp_path / "few", "tagging", train=24, validation=20) as few:
        taught_by = teacher(few, folder)
        before = finish(recommend(few, Recommend())).recommendation.ranking
        assert "distil" not in {each.method for each in before}
        with_untagged(few, 300)
        ranking = finish(recommend(few, Recommend())).recommendation.ranking
        (found,) = (each for each in ranking if each.method == "distil")
        assert found.options == {"teacher": taught_by}
        judged = few.runs.get(taught_by).validation
        assert judged is not None
        assert judged.main.value > TAG_STUDENT_LOSS
        assert found.expected.value == pytest.approx(judged.main.value - TAG_STUDENT_LOSS)


# --- what is learnt from --------------------------------------------------------------------------------------


def test_copies_keep_every_word_in_its_place(opened: Project, folder: Path) -> None:
    with_untagged(opened)
    job = job_of(opened, folder, changed_copies=2)
    lesson = lesson_texts(job)
    plain = 96 + 40
    assert len(lesson) == lesson_size(job) == 3 * plain
    changed = 0
    for i in range(plain):
        for copy in (plain + i, 2 * plain + i):
            first, second = lesson.words[i], lesson.words[copy]
            assert len(first) == len(second)
            before = [lesson.texts[i][a:b] for a, b in first]
            after = [lesson.texts[copy][a:b] for a, b in second]
            changed += before != after
            assert all(old[0] == new[0] for old, new in zip(before, after, strict=True))
    assert changed > plain


def test_of_too_many_texts_without_tags_some_are_drawn(opened: Project, folder: Path) -> None:
    with_untagged(opened)
    job = job_of(opened, folder, most_texts=7, changed_copies=0)
    lesson = lesson_texts(job)
    assert len(lesson.texts) == len(lesson.words) == lesson_size(job) == 96 + 7


def prepared(opened: Project, folder: Path, said: Said, **options: OptionValue) -> TagDistilObjective:
    """The objective on the training texts and one more, whose tags only the teacher knows; without dropout."""
    job = job_of(opened, folder, **options)
    train = job.data.train
    more = Texts([*train.texts, "a good film"], [*train.words, words("a good film")])
    found = finish(prepare_student(job, find(str(folder)), Lesson(more, len(train), said), None)).objective
    assert isinstance(found, TagDistilObjective)
    found.module.train(False)
    return found


def losses(objective: TagDistilObjective, row: int) -> float:
    with torch.no_grad():
        return float(objective.loss(np.array([row]), MOMENT, "fp32"))


def test_the_loss_is_that_of_soft_and_true_tags_by_the_share_of_each(opened: Project, folder: Path) -> None:
    count = int(gather(opened, 13, 0.15).train.firsts[-1])
    random = np.random.default_rng(0)
    said = random.normal(size=(count + 3, 5)).astype(np.float32)
    objective = prepared(opened, folder, Said(said, None), hard_share=0.25, temperature=2.0)
    data = objective.data
    per_text = count / 96
    for row, share in ((0, 0.25), (96, 0.0)):
        batch, tags = objective.learnt(np.array([row]), MOMENT)
        with torch.no_grad():
            logits = objective.logits(batch, "fp32")[0].double()
        begun = data.train.words[data.train.table.starts[row] : data.train.table.starts[row + 1]]
        at = np.flatnonzero(begun >= 0)
        soft = (torch.from_numpy(said[begun[at]]).double() / 2).log_softmax(-1)
        own = (logits[at] / 2).log_softmax(-1)
        divergence = float((soft.exp() * (soft - own)).sum()) * 4
        true = float(torch.nn.functional.cross_entropy(logits[at], tags[0, at], reduction="sum"))
        expected = ((1 - share) * divergence + share * true) / per_text
        assert (tags[0] != IGNORED).sum() == len(at)
        assert losses(objective, row) == pytest.approx(expected, rel=1e-4)


def test_nothing_is_learnt_of_a_teacher_that_has_not_read_a_word(opened: Project, folder: Path) -> None:
    firsts = gather(opened, 13, 0.15).train.firsts
    said = np.random.default_rng(0).normal(size=(int(firsts[-1]) + 3, 5)).astype(np.float32)
    said[-3:] = np.eye(5, dtype=np.float32)[0]  # as a word is answered that was not read
    objective = prepared(opened, folder, Said(said, None), hard_share=0.0)
    assert losses(objective, 96) == 0.0
    assert all(losses(objective, row) > 0 for row, (a, b) in enumerate(pairwise(firsts[:9])) if b > a)


# --- what is offered, and what follows a training -------------------------------------------------------------


def test_a_bag_of_words_is_no_student_of_tags(opened: Project, folder: Path) -> None:
    (student,) = (each for each in options_for(method("distil"), "tagging") if each.id == "student")
    assert student.choices == ("small-model", "fewer-layers")
    with pytest.raises(KnownError) as caught:
        finish(train(opened, request(folder, "bag-of-words"), Control()))
    assert caught.value.kind is ErrorKind.OPTION_VALUE
    assert opened.runs.all() == []


def test_a_student_is_explained_and_handed_over(opened: Project, folder: Path, tmp_path: Path) -> None:
    run = finish(train(opened, request(folder, hard_share=1), Control())).run
    document = next(row for row in opened.documents.tagged("test") if row[3])[0]
    result = finish(work_for(opened, Explain(run=run, document=document), Control(), Models()))
    assert isinstance(result, Explained)
    assert opened.runs.explanation(result.explanation).span is not None
    model = load_run(opened, run)
    assert export(opened, run, model, "huggingface", tmp_path / "out").agreement == 1.0
