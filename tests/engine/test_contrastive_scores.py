"""Contrastive tuning for a score: pairs wanted alike by their scores, and all that follows a training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.catalog import complete_options, explainer_of, explainers_for, method
from engine.api.errors import OptionValue
from engine.api.messages import Evaluate, ForecastTraining, Resume, Train
from engine.api.option_tasks import options_for
from engine.api.project import Project
from engine.devices import choose
from engine.explain.explaining import explain
from engine.models.modules import FeatureModule
from engine.models.source import find
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.progress import Control, Progressed, finish
from engine.transfer import experience
from engine.transfer.contrastive import PairObjective, prepare_pairs
from engine.transfer.evaluating import evaluate_run
from engine.transfer.examples import gather
from engine.transfer.forecasting import forecast
from engine.transfer.label_names import with_names
from engine.transfer.method import Job
from engine.transfer.objective import Moment
from engine.transfer.pairs import nearness, nearness_loss, span_of
from engine.transfer.training import resume, train
from tests.engine.export_models import export
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder

QUICK: dict[str, OptionValue] = {"precision": "fp32", "learning_rate": 2e-3, "pairs_per_text": 3}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with task_project(tmp_path / "p", "score", train=24, validation=8, test=16) as made:
        yield made


def scored(opened: Project, run: str) -> TorchModel:
    model = load_run(opened, run)
    assert isinstance(model, TorchModel)
    assert isinstance(model.module, FeatureModule)
    return model


def trained(opened: Project, folder: Path, **options: OptionValue) -> str:
    wanted = Train(method="contrastive", source=str(folder), options=QUICK | options)
    return finish(train(opened, wanted, Control())).run


# --- pairs ----------------------------------------------------------------------------------------------------


def test_texts_are_as_alike_as_their_scores_are_near() -> None:
    assert nearness(np.array([0.0, 1.0, 4.0, 9.0]), 4.0).tolist() == [
        [1, 0.75, 0, 0],
        [0.75, 1, 0.25, 0],
        [0, 0.25, 1, 0],
        [0, 0, 0, 1],
    ]


def test_one_score_far_out_does_not_make_all_others_alike() -> None:
    usual = np.tile(np.arange(5.0), 20)
    assert span_of(usual) == 4.0
    assert span_of(np.append(usual, 1e6)) == 4.0
    assert span_of(np.array([3.0] * 99 + [5.0])) == 2.0
    assert span_of(np.array([3.0, 3.0])) == 1.0


def test_the_loss_is_of_pairs_of_two_texts_alone() -> None:
    states = torch.tensor([[2.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    itself = torch.eye(3, dtype=torch.bool)
    right = torch.tensor(
        [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    )  # the diagonal counts for nothing
    assert float(nearness_loss(states, right, itself)) == pytest.approx(0.0)
    assert float(nearness_loss(states, torch.full((3, 3), 0.5), itself)) == pytest.approx(0.25)
    assert float(nearness_loss(states[:1], torch.ones(1, 1), itself[:1, :1])) == 0.0


def test_a_moment_draws_its_pairs_and_scores_decide_the_loss(opened: Project, folder: Path) -> None:
    options = complete_options("contrastive", QUICK, "score")
    data = gather(opened, 13, 0.15)
    job = Job(opened, "r", data, options, str(folder), folder, opened.cache, choose(), Control())
    upside = replace(data.train, targets=np.roll(data.train.targets, 5))
    losses = []
    for each in (job, replace(job, data=replace(data, train=upside))):
        objective = finish(prepare_pairs(each, find(str(folder)), None)).objective
        assert isinstance(objective, PairObjective)
        objective.module.eval()
        rows = np.arange(24)
        losses += [float(objective.loss(rows, Moment(13, 0, step, 0), "fp32").detach()) for step in (5, 5)]
    assert losses[0] == losses[1] != losses[2] == losses[3]


def test_the_names_of_labels_mean_nothing_to_a_score(opened: Project, folder: Path) -> None:
    assert "label_names" in {option.id for option in options_for(method("contrastive"), "single")}
    offered = {option.id for option in options_for(method("contrastive"), "score")}
    assert offered.isdisjoint({"label_names", "class_weights"})
    assert "pairs_per_text" in offered
    options = complete_options("contrastive", {"label_names": "always"}, "score")
    data = gather(opened, 13, 0.15)
    job = Job(opened, "r", data, options, str(folder), folder, opened.cache, choose(), Control())
    assert finish(with_names(job, find(str(folder)))) is data


# --- a training and what follows it ---------------------------------------------------------------------------


def test_scores_are_learnt_and_what_is_saved_is_what_was_trained(tmp_path: Path, folder: Path) -> None:
    with task_project(tmp_path / "learnt", "score", train=96, validation=8, test=40) as opened:
        wanted = Train(method="contrastive", source=str(folder), options=QUICK)
        result = finish(train(opened, wanted, Control()))
        assert result.test is not None
        assert result.test.figures["pearson"].value > 0.8
        model = scored(opened, result.run)
        again = finish(evaluate_run(opened, Evaluate(run=result.run, split="test"), model))
        assert again.evaluation == result.test
        said = model.logits(["good great fine", "bad awful poor"])[:, 0]
        assert said[0] - said[1] > 1, "real scores, not standardised ones"


def test_few_validation_texts_choose_no_strength_and_it_is_a_score_s_own(
    opened: Project, folder: Path
) -> None:
    weights = [
        opened.runs.get(trained(opened, folder, regularisation=given)).model_hash
        for given in (None, 1.0, 10.0)
    ]
    assert weights[0] == weights[1] != weights[2]


def test_killed_and_resumed_it_ends_with_the_same_weights(opened: Project, folder: Path) -> None:
    whole = trained(opened, folder)
    wanted = Train(method="contrastive", source=str(folder), options=QUICK)
    with closing(train(opened, wanted, Control())) as work:
        next(
            step for step in work if isinstance(step, Progressed) and step.stage == "train" and step.done == 3
        )
    stopped = opened.runs.all()[-1].id
    assert finish(resume(opened, Resume(run=stopped), Control())).run == stopped != whole
    assert opened.runs.get(stopped).model_hash == opened.runs.get(whole).model_hash != ""


def test_enough_validation_texts_choose_layers_and_strength(tmp_path: Path, folder: Path) -> None:
    with task_project(tmp_path / "large", "score", train=24, validation=200, test=8) as opened:
        run = finish(train(opened, Train(method="contrastive", source=str(folder), options=QUICK), Control()))
        assert run.test is not None
        judged = opened.runs.get(run.run).validation
        assert judged is not None
        assert judged.main.value > 0.5


def test_every_explainer_of_the_task_explains_the_score(opened: Project, folder: Path) -> None:
    run = trained(opened, folder)
    model = scored(opened, run)
    text = "the film was good and the food was bad"
    offered = explainers_for("contrastive", "score")
    assert {"lrp", "head-terms", "occlusion"} <= set(offered)
    for id in offered:
        found = explain(model, run=run, method_id=id, transfer_method="contrastive", text=text)
        assert found.target == "score"
        assert found.margin == pytest.approx(float(model.logits([text])[0, 0]), abs=1e-4)
        if explainer_of(id).complete:
            assert found.relative_delta is not None
            assert found.relative_delta < 0.05


@pytest.mark.parametrize("format", ["huggingface", "onnx", "torchscript", "runner"])
def test_a_run_is_handed_over(opened: Project, folder: Path, tmp_path: Path, format: str) -> None:
    run = trained(opened, folder)
    found = export(opened, run, scored(opened, run), format, tmp_path / "out")
    assert found.largest_difference < 1e-4


def test_forecast_measures_and_leaves_nothing(opened: Project, folder: Path) -> None:
    wanted = ForecastTraining(method="contrastive", source=str(folder), options=QUICK)
    assert 0 < finish(forecast(opened, wanted)).forecast.seconds < 60
    assert opened.runs.all() == []


def test_what_is_expected_of_a_score_is_what_was_measured_on_scores() -> None:
    for each in experience.SCORED["contrastive"]:
        assert experience.remaining("contrastive", each.texts_per_class, "score") == each[1:]
    assert experience.remaining("contrastive", 8) == experience.SHARES["contrastive"][0][1:]
    assert experience.remaining("fine-tune", 8, "score") == experience.SHARES["fine-tune"][0][1:]
