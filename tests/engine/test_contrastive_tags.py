"""Contrastive tuning of tagged words: which words are compared and how, what is learnt, and all that follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.catalog import complete_options, explainer_of, explainers_for, method
from engine.api.errors import OptionValue
from engine.api.messages import Evaluate, ForecastTraining, Resume, Train
from engine.api.messages_transfer import TrainAgain
from engine.api.option_tasks import options_for
from engine.api.project import Project
from engine.devices import choose
from engine.explain.explaining import TOLERANCE, explain
from engine.models.modules import TagFeatureModule
from engine.models.source import find
from engine.models.store import load_run
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import softmax
from engine.progress import Control, PointReached, Progressed, finish
from engine.transfer.evaluating import evaluate_run
from engine.transfer.examples import gather
from engine.transfer.forecasting import forecast
from engine.transfer.method import Job
from engine.transfer.objective import Moment
from engine.transfer.retraining import train_again
from engine.transfer.tag_contrastive import WordPairObjective, prepare_words, tuned_layers
from engine.transfer.tag_pairs import MOST_WORDS, chosen_words, tag_loss
from engine.transfer.training import resume, train
from tests.engine.export_models import export
from tests.engine.family_models import family_folder
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder

QUICK: dict[str, OptionValue] = {"precision": "fp32", "learning_rate": 2e-3, "pairs_per_text": 3}
TEXT = "the film was good"
WORDS = [(0, 3), (4, 8), (9, 12), (13, 17)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source", layers=3)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with task_project(tmp_path / "p", "tagging", train=24, validation=8, test=16) as made:
        yield made


def tagger(opened: Project, run: str) -> tuple[TaggingModel, TagFeatureModule]:
    model = load_run(opened, run)
    assert isinstance(model, TaggingModel)
    assert isinstance(model.module, TagFeatureModule)
    return model, model.module


def trained(opened: Project, folder: Path, **options: OptionValue) -> str:
    wanted = Train(method="contrastive", source=str(folder), options=QUICK | options)
    return finish(train(opened, wanted, Control())).run


def objective_for(opened: Project, folder: Path, **options: OptionValue) -> WordPairObjective:
    complete = complete_options("contrastive", QUICK | options, "tagging")
    data = gather(opened, 13, 0.15)
    job = Job(opened, "r", data, complete, str(folder), folder, opened.cache, choose(), Control())
    objective = finish(prepare_words(job, find(str(folder)), None)).objective
    assert isinstance(objective, WordPairObjective)
    return objective


# --- which words are compared, and how ------------------------------------------------------------------------


def test_outside_words_never_outnumber_the_entities() -> None:
    tags = np.zeros((4, 30), np.int64)
    tags[:, 20:] = -100
    tags[0, 3], tags[2, 5], tags[2, 6] = 1, 2, 2
    at = chosen_words(tags, np.random.default_rng(0))
    called = tags[at[:, 0], at[:, 1]]
    assert sorted(called.tolist()) == [0, 0, 0, 1, 2, 2]
    assert len({tuple(place) for place in at.tolist()}) == 6
    assert chosen_words(np.zeros((2, 5), np.int64), np.random.default_rng(0)).shape == (0, 2)


def test_of_a_long_batch_no_more_words_are_compared_than_memory_is_meant_for() -> None:
    tags = np.tile(np.array([1, 0]), (32, 1000))
    at = chosen_words(tags, np.random.default_rng(0))
    assert len(at) == MOST_WORDS
    assert (tags[at[:, 0], at[:, 1]] > 0).sum() == MOST_WORDS // 2


def test_words_of_a_tag_belong_together_and_outside_words_only_apart() -> None:
    tags = torch.tensor([1, 1, 2, 2, 0, 0])
    itself = torch.eye(6, dtype=torch.bool)
    axes = torch.eye(4)
    apart = axes[[0, 0, 1, 1, 2, 3]]
    assert float(tag_loss(apart, tags, itself)) < 0.01
    # where the two outside words point makes no difference as long as it is away from the entities
    together = axes[[0, 0, 1, 1, 2, 2]]
    assert float(tag_loss(together, tags, itself)) == pytest.approx(float(tag_loss(apart, tags, itself)))
    among = axes[[0, 0, 1, 1, 0, 1]]
    assert float(tag_loss(among, tags, itself)) > 0.5
    mixed = axes[[0, 1, 0, 1, 2, 3]]
    assert float(tag_loss(mixed, tags, itself)) > 5


def test_a_word_is_not_compared_with_itself_and_one_alone_gives_nothing() -> None:
    states = torch.randn(3, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    tags = torch.tensor([1, 1, 2])
    same = torch.tensor([[1, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=torch.bool)  # a word that two windows show
    loss = tag_loss(states, tags, same)
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert states.grad is not None
    assert not states.grad.any()


def test_the_gradient_is_finite_where_words_count_for_nothing() -> None:
    states = torch.randn(5, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    tag_loss(states, torch.tensor([1, 1, 2, 0, 0]), torch.eye(5, dtype=torch.bool)).backward()
    assert states.grad is not None
    assert torch.isfinite(states.grad).all()
    assert states.grad[3].any(), "outside words stand apart from the entities"


def test_the_same_moment_compares_the_same_words(opened: Project, folder: Path) -> None:
    objective = objective_for(opened, folder)
    objective.module.eval()
    rows = np.arange(12)
    losses = [float(objective.loss(rows, Moment(13, 0, step, 0), "fp32").detach()) for step in (5, 5, 6)]
    assert losses[0] == losses[1] != losses[2]
    assert len(objective.lengths) == 3 * 24  # every sentence with each of its partners, none listed


def test_two_thirds_of_the_layers_are_kept_and_top_layers_counts_from_the_last_of_them(
    opened: Project, folder: Path
) -> None:
    assert [tuned_layers(count) for count in (1, 2, 3, 6, 12)] == [1, 1, 2, 4, 8]
    module = objective_for(opened, folder, top_layers=1).module
    trained_names = {name for name, weight in module.named_parameters() if weight.requires_grad}
    assert trained_names
    assert all(".layer.1." in name for name in trained_names)
    assert module.layers == (2,)


# --- a training and what follows it ---------------------------------------------------------------------------


def test_tags_are_learnt_and_what_is_saved_is_what_was_trained(tmp_path: Path, folder: Path) -> None:
    with task_project(tmp_path / "learnt", "tagging", train=48, validation=8, test=40) as opened:
        wanted = Train(method="contrastive", source=str(folder), options=QUICK)
        points = []
        steps = train(opened, wanted, Control())
        while True:
            try:
                step = next(steps)
            except StopIteration as stop:
                result = stop.value
                break
            if isinstance(step, PointReached) and step.point.figure is not None:
                points.append(step.point)
        assert len(points) == 1  # eight validation texts cannot choose between moments
        assert result.test is not None
        assert result.test.main.value > 0.9
        model, module = tagger(opened, result.run)
        assert module.layers == (2,)
        again = finish(evaluate_run(opened, Evaluate(run=result.run, split="test"), model))
        assert again.evaluation == result.test


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


def test_trained_again_from_its_record_it_is_the_same(opened: Project, folder: Path) -> None:
    assert finish(train_again(opened, TrainAgain(trained(opened, folder)), Control())).same


def test_enough_validation_sentences_choose_the_moment_and_the_layer(tmp_path: Path, folder: Path) -> None:
    with task_project(tmp_path / "large", "tagging", train=24, validation=200, test=8) as opened:
        given = Train(method="contrastive", source=str(folder), options={**QUICK, "epochs": 2.0})
        points = [s.point for s in train(opened, given, Control()) if isinstance(s, PointReached)]
        assert [point.epoch for point in points if point.figure is not None] == [1.0, 2.0]
        assert tagger(opened, opened.runs.all()[-1].id)[1].layers[0] <= 2


@pytest.mark.parametrize("family", ["albert", "modernbert"])
def test_families_whose_layers_are_shared_or_differ_keep_their_lower_ones(
    opened: Project, tmp_path: Path, family: str
) -> None:
    run = trained(opened, family_folder(tmp_path / family, family))
    model, module = tagger(opened, run)
    assert module.layers == (int(module.encoder.config.num_hidden_layers),)
    again = finish(evaluate_run(opened, Evaluate(run=run), model)).evaluation
    assert again == opened.runs.get(run).test


def test_long_sentences_are_read_in_windows(opened: Project, folder: Path) -> None:
    model, _ = tagger(opened, trained(opened, folder, max_tokens=8, window_overlap=0.5))
    text = " ".join(["good film"] * 12)
    assert len(model.tokenizer.encode_windows(text)) > 1
    ends = np.cumsum([len(word) + 1 for word in text.split()])
    spans = [(int(e) - len(w) - 1, int(e) - 1) for w, e in zip(text.split(), ends, strict=True)]
    (logits,) = model.logits([text], [spans])
    assert np.isfinite(logits).all()


def test_every_explainer_of_the_task_explains_what_was_predicted(opened: Project, folder: Path) -> None:
    run = trained(opened, folder)
    model, _ = tagger(opened, run)
    offered = explainers_for("contrastive", "tagging")
    assert "lrp" in offered
    assert "head-terms" not in offered
    (logits,) = model.logits([TEXT], [WORDS])
    for id in offered:
        found = explain(model, run=run, method_id=id, transfer_method="contrastive", text=TEXT, words=WORDS)
        assert found.span == WORDS[-1]
        assert max(found.probabilities) == pytest.approx(
            sum(p for p, tag in zip(softmax(logits)[3], model.tags, strict=True) if tag[2:] == found.label),
            abs=TOLERANCE,
        )
        if explainer_of(id).complete:
            assert found.relative_delta is not None
            assert found.relative_delta < 0.05


@pytest.mark.parametrize("format", ["huggingface", "onnx", "torchscript", "runner"])
def test_a_run_is_handed_over(opened: Project, folder: Path, tmp_path: Path, format: str) -> None:
    run = trained(opened, folder, long_texts="cut")
    found = export(opened, run, tagger(opened, run)[0], format, tmp_path / "out")
    assert found.agreement == 1.0
    assert found.largest_difference < 1e-4


def test_forecast_measures_and_leaves_nothing(opened: Project, folder: Path) -> None:
    wanted = ForecastTraining(method="contrastive", source=str(folder), options=QUICK)
    assert 0 < finish(forecast(opened, wanted)).forecast.seconds < 60
    assert opened.runs.all() == []


def test_tagging_is_offered_what_means_something_to_it() -> None:
    offered = {option.id for option in options_for(method("contrastive"), "tagging")}
    assert {"pairs_per_text", "top_layers", "regularisation", "class_weights"} <= offered
    assert offered.isdisjoint({"label_names", "window_pooling"})
