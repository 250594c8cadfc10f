"""Distillation: students of every kind learn from a teacher, also after it has gone, and resume bit for bit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix
from transformers import AutoModel

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import ColumnMapping, ForecastTraining, Resume, Train, Trained
from engine.api.messages_transfer import TrainAgain
from engine.api.project import Project
from engine.models.linear_model import LinearModel
from engine.models.modules import FeatureModule
from engine.models.source import file_hash
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.progress import Control, Noticed, Progressed, finish
from engine.transfer import soft_targets
from engine.transfer.distil_objective import soft_losses
from engine.transfer.forecasting import forecast
from engine.transfer.retraining import train_again
from engine.transfer.soft_bag_of_words import Wanted, fit_soft
from engine.transfer.student import kept_layers, shorten
from engine.transfer.training import resume, train
from tests.engine.family_models import FAMILIES, family_folder
from tests.engine.forecast_clock import count_ticks
from tests.engine.tiny import bert_folder, project, texts


@pytest.fixture(autouse=True)
def every_step_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEXPLAIN_CHECKPOINT_SECONDS", "0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source", layers=4)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p") as made:
        yield made


def with_unlabelled(opened: Project, count: int = 40) -> None:
    rows = [(line, text, "", "") for line, (text, _) in enumerate(texts(count, seed=5), start=2)]
    with opened.transaction():
        source = opened.documents.add_source(
            opened.path, "csv", "utf-8", ",", ColumnMapping(text="text", label=None)
        )
        opened.documents.add_rows(source, rows)
        opened.documents.finish_source(source)


def teacher(opened: Project) -> str:
    return finish(train(opened, Train(method="bag-of-words"), Control())).run


def request(folder: Path, student: str = "fewer-layers", **options: OptionValue) -> Train:
    given: dict[str, OptionValue] = {
        "student": student,
        "student_source": str(folder),
        "learning_rate": 3e-3,
        "epochs": 2,
        "precision": "fp32",
        **options,
    }
    return Train(method="distil", source=str(folder), options=given)


def distilled(opened: Project, wanted: Train) -> Trained:
    return finish(train(opened, wanted, Control()))


def weights(opened: Project, run: str) -> str:
    return file_hash(opened.run_folder(run) / "model" / "model.safetensors")


def cut_off(opened: Project, wanted: Train, after: int) -> str:
    """Close the training after some steps of the loop, as a kill would."""
    work = train(opened, wanted, Control())
    for step in work:
        if isinstance(step, Progressed) and step.stage == "train" and step.done >= after:
            break
    work.close()
    return opened.runs.all()[-1].id


def test_a_small_model_learns_and_is_kept_whole(opened: Project, folder: Path) -> None:
    with_unlabelled(opened)
    taught_by = teacher(opened)
    steps = []
    work = train(opened, request(folder, "small-model", epochs=8), Control())
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            found: Trained = stop.value
            break
    chosen = next(s for s in steps if isinstance(s, Noticed) and s.kind == "teacher-chosen")
    assert chosen.values == {"teacher": taught_by, "count": 2 * (96 + 40)}  # each with a changed copy
    assert found.test is not None
    assert found.test.accuracy.value > 0.8
    model = load_run(opened, found.run)
    assert isinstance(model, TorchModel)
    assert isinstance(model.module, FeatureModule)
    before = AutoModel.from_pretrained(folder).embeddings.word_embeddings.weight
    assert model.module.embeddings.weight.shape == before.shape  # the vocabulary is whole again
    assert not torch.equal(model.module.embeddings.weight, before)


def test_fewer_layers_are_trained_resumed_bit_for_bit(opened: Project, folder: Path) -> None:
    wanted = request(folder, "fewer-layers", student_layers=2, match_hidden=True)
    taught_by = finish(
        train(opened, Train(method="features", source=str(folder), options={"layer": 4}), Control())
    ).run
    whole = distilled(opened, wanted)
    again = cut_off(opened, wanted, 2)
    shutil.rmtree(
        opened.run_folder(taught_by) / "model"
    )  # the teacher's files vanish while the student trains
    with opened.transaction():
        opened.runs.delete(taught_by)
    finish(resume(opened, Resume(run=again), Control()))
    assert weights(opened, again) == weights(opened, whole.run)
    model = load_run(opened, again)
    assert isinstance(model, TorchModel)
    assert isinstance(model.module, FeatureModule)
    assert model.module.encoder.config.num_hidden_layers == 2


def test_a_bag_of_words_learns_from_texts_without_labels(opened: Project, folder: Path) -> None:
    with_unlabelled(opened)
    taught_by = teacher(opened)
    found = distilled(opened, request(folder, "bag-of-words", changed_copies=0))
    student, model = load_run(opened, found.run), load_run(opened, taught_by)
    assert isinstance(student, LinearModel)
    assert isinstance(model, LinearModel)
    assert len(student.vocabulary) > len(model.vocabulary)  # it has read more texts
    unseen = [text for text, _ in texts(60, seed=9)]
    same = student.logits(unseen).argmax(1) == model.logits(unseen).argmax(1)
    assert same.mean() > 0.9
    run = opened.runs.get(found.run)
    assert run.model_method == "bag-of-words"  # so that its explanations are the exact ones


def test_labels_alone_need_no_teacher(opened: Project, folder: Path) -> None:
    assert distilled(opened, request(folder, "bag-of-words", hard_share=1)).test is not None


def test_what_is_wrong_with_a_teacher_is_said(opened: Project, folder: Path) -> None:
    def refused(**options: OptionValue) -> KnownError:
        with pytest.raises(KnownError) as caught:
            distilled(opened, request(folder, "fewer-layers", **options))
        return caught.value

    assert refused().kind is ErrorKind.TEACHER_MISSING
    linear = teacher(opened)
    other = refused(teacher="features-9")
    assert (other.kind, other.values["valid"]) == (ErrorKind.TEACHER_MISSING, linear)
    assert refused(match_hidden=True).kind is ErrorKind.TEACHER_NO_LAYERS
    started = cut_off(opened, request(folder), 1)
    assert refused(teacher=started).kind is ErrorKind.RUN_NOT_FINISHED
    shutil.rmtree(opened.run_folder(linear) / "model")
    assert refused(teacher=linear).kind is ErrorKind.RUN_FILES_MISSING
    assert refused().kind is ErrorKind.TEACHER_MISSING  # the only candidate has no files


def test_a_teacher_of_other_labels_is_refused(opened: Project, folder: Path) -> None:
    linear = teacher(opened)
    with opened.transaction():
        opened.documents.rename_label("up", "good")
    with pytest.raises(KnownError) as caught:
        distilled(opened, request(folder, teacher=linear))
    assert caught.value.kind is ErrorKind.TEACHER_DIFFERS
    assert caught.value.values == {"teacher": linear, "labels": "down, good"}


def test_texts_that_changed_since_are_not_taught_on(opened: Project, folder: Path) -> None:
    with_unlabelled(opened)
    teacher(opened)
    run = cut_off(opened, request(folder), 1)
    with opened.transaction():
        opened.documents.delete([next(iter(opened.documents.unlabelled()))[0]])
    with pytest.raises(KnownError) as caught:
        finish(resume(opened, Resume(run=run), Control()))
    assert caught.value.values["reason"] == "data-changed"


def test_the_teacher_is_asked_once_and_a_damaged_block_again(
    opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soft_targets, "_BLOCK", 50)
    asked = []
    ask = soft_targets._ask

    def counted(*given: Any) -> Any:
        asked.append(len(given[2]))
        return ask(*given)

    monkeypatch.setattr(soft_targets, "_ask", counted)
    teacher(opened)
    first = distilled(opened, request(folder, "bag-of-words", changed_copies=0))
    assert asked == [50, 46]
    second = distilled(opened, request(folder, "bag-of-words", changed_copies=0))
    assert asked == [50, 46]
    cached = sorted((opened.cache / "teachers").iterdir())
    cached[0].write_bytes(b"not an array")
    third = distilled(opened, request(folder, "bag-of-words", changed_copies=0))
    assert len(asked) == 3
    assert first.test == second.test == third.test


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
    teacher(opened)
    with_unlabelled(opened, 96 * 9)
    assert seconds() > 15 * seconds(hard_share=1)  # ten times the texts, twice


def test_trained_again_it_has_the_same_teacher(opened: Project, folder: Path) -> None:
    teacher(opened)
    first = distilled(opened, request(folder, "bag-of-words", changed_copies=0))
    better = Train(method="features", source=str(folder), options={"layer": 4})
    finish(train(opened, better, Control()))  # it would be chosen now, were it the better one
    with opened.transaction():
        opened.runs.delete("bag-of-words-1")
    again = finish(train_again(opened, TrainAgain(first.run), Control()))
    assert again.same


def test_soft_losses_are_zero_at_the_teachers_answer() -> None:
    said = torch.tensor([[2.0, -1.0, 0.5], [0.0, 0.0, 3.0]])
    for task in ("single", "multi"):
        assert torch.allclose(soft_losses(task, said, said, 3.0), torch.zeros(2), atol=1e-5)
        assert (soft_losses(task, said.flip(1), said, 3.0) > 0.1).all()
    # two classes, by hand: T^2 KL([.5, .5] || softmax([0, 2] / 2))
    found = soft_losses("single", torch.tensor([[0.0, 2.0]]), torch.tensor([[0.0, 0.0]]), 2.0)
    chance = 1 / (1 + np.exp(-1.0))
    expected = 4 * (0.5 * np.log(0.5 / (1 - chance)) + 0.5 * np.log(0.5 / chance))
    assert float(found) == pytest.approx(expected, abs=1e-5)
    assert float(soft_losses("score", torch.tensor([[1.0]]), torch.tensor([[3.0]]), 2.0)) == 4.0


@pytest.mark.parametrize("task", ["single", "multi", "score"])
def test_a_soft_fit_follows_the_teacher_where_there_are_no_labels(task: str) -> None:
    random = np.random.default_rng(0)
    features = csr_matrix(random.random((60, 5)))
    truth = random.normal(size=(1 if task == "score" else 3, 5))
    said = np.asarray(features @ truth.T)
    true = said[:10] if task == "score" else np.zeros((10, 3))
    weights, intercept = fit_soft(features, Wanted(task, said, true, 2.0, 0.0), 1e6)
    found = features @ weights.T + intercept
    if task == "single":  # softmax knows logits up to a constant
        found, said = found - found.mean(1, keepdims=True), said - said.mean(1, keepdims=True)
    assert np.abs(found - said).max() < 0.05


def test_which_layers_are_kept() -> None:
    assert kept_layers(6, 3, "spread") == (0, 2, 4)
    assert kept_layers(6, 2, "first") == (0, 1)
    assert kept_layers(4, 9, "spread") == (0, 1, 2, 3)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_can_be_shortened_saved_and_loaded(tmp_path: Path, family: str) -> None:
    encoder = AutoModel.from_pretrained(family_folder(tmp_path / "source", family)).eval()
    count = int(encoder.config.num_hidden_layers)
    short = shorten(encoder, kept_layers(count, max(1, count - 1), "spread"))
    short.save_pretrained(tmp_path / "short")
    loaded = AutoModel.from_pretrained(tmp_path / "short").eval()
    inputs = {"input_ids": torch.tensor([[6, 7, 8, 9]]), "attention_mask": torch.ones(1, 4, dtype=torch.long)}
    with torch.inference_mode():
        kept, back = (m(**inputs, output_hidden_states=True).hidden_states for m in (short, loaded))
        whole = encoder(**inputs, output_hidden_states=True).hidden_states
    assert len(kept) == max(1, count - 1) + 1
    assert torch.equal(kept[-1], back[-1])
    assert torch.allclose(kept[0], whole[0], atol=1e-6)
