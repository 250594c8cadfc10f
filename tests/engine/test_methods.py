"""Bag-of-words and features: what they learn, and that what is saved is what was trained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.api.catalog import complete_options
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import ColumnMapping, Evaluate, ForecastTraining, Train
from engine.api.project import Project
from engine.data.batches import epoch_batches, scoring_batches
from engine.devices import choose
from engine.models.linear_model import LinearModel
from engine.models.store import load_run
from engine.models.text_model import TorchModel, softmax
from engine.progress import Control, Noticed, finish
from engine.transfer.evaluating import evaluate_run
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.forecasting import forecast
from engine.transfer.method import Job
from engine.transfer.training import train
from engine.transfer.tuning import usual_rate
from tests.engine.tiny import bert_folder, project, texts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p") as made:
        yield made


def test_bag_of_words_learns_and_its_shares_add_up(opened: Project) -> None:
    result = finish(train(opened, Train(method="bag-of-words"), Control()))
    assert result.test is not None
    assert result.test.accuracy.value > 0.85
    model = load_run(opened, result.run)
    assert isinstance(model, LinearModel)
    text = "a Good film, and a good good day — 我们 unknown"
    shares, intercept = model.contributions(text)
    total = intercept + sum(share for _, share in shares)
    assert np.allclose(total, model.logits([text])[0], atol=1e-5)
    assert all(text[s:e].strip() for spans, _ in shares for s, e in spans)


def test_bag_of_words_has_logits_of_the_fitted_regression(opened: Project) -> None:
    """Two classes: half the difference each, so that softmax gives scikit-learn's probability."""
    result = finish(train(opened, Train(method="bag-of-words"), Control()))
    model = load_run(opened, result.run)
    assert isinstance(model, LinearModel)
    logits = model.logits([text for text, _ in texts(20, seed=3)])
    assert np.allclose(logits[:, 0], -logits[:, 1], atol=1e-6)


def test_bag_of_words_reads_chinese_by_characters(tmp_path: Path) -> None:
    good, bad = ("房间很干净", "服务态度好", "位置方便"), ("房间太脏了", "服务很差劲", "隔音不好")
    rows = [
        (n, (good, bad)[n % 2][n % 3] + "，" + "早餐一般入住两晚"[: n % 8], "好差"[n % 2], "")
        for n in range(80)
    ]
    with Project.create(tmp_path / "zh") as opened:
        with opened.transaction():
            source = opened.documents.add_source(tmp_path, "csv", "utf-8", ",", ColumnMapping(text="t"))
            opened.documents.add_rows(source, rows)
            opened.documents.finish_source(source)
        result = finish(train(opened, Train(method="bag-of-words"), Control()))
        model = load_run(opened, result.run)
        assert isinstance(model, LinearModel)
        assert model.labels[int(model.logits(["房间干净服务好"])[0].argmax())] == "好"


@pytest.mark.parametrize("options", [{}, {"layer": 1}])
def test_features_are_what_was_fitted(opened: Project, folder: Path, options: dict[str, int]) -> None:
    wanted = Train(method="features", source=str(folder), options=dict(options))
    result = finish(train(opened, wanted, Control()))
    model = load_run(opened, result.run)
    assert isinstance(model, TorchModel)
    found = finish(evaluate_run(opened, Evaluate(run=result.run, split="test"), model))
    assert found.evaluation == result.test
    again = finish(train(opened, wanted, Control()))  # from the cache this time
    assert again.test == result.test
    assert len(list((opened.cache / "features").glob("*.npy"))) == 2


def test_features_layers_beyond_the_last_mean_the_last(opened: Project, folder: Path) -> None:
    result = finish(
        train(opened, Train(method="features", source=str(folder), options={"layer": 99}), Control())
    )
    model = load_run(opened, result.run)
    assert isinstance(model, TorchModel)
    assert model.module.layers == (2,)


@pytest.mark.parametrize("method", ["bag-of-words", "features", "fine-tune"])
def test_forecast_measures_and_leaves_nothing(opened: Project, folder: Path, method: str) -> None:
    source = "" if method == "bag-of-words" else str(folder)
    found = finish(forecast(opened, ForecastTraining(method=method, source=source))).forecast
    assert (found.train_texts, found.validation_texts, found.test_texts, found.labels) == (96, 32, 32, 2)
    assert 0 < found.seconds < 60
    assert opened.runs.all() == []


@pytest.mark.parametrize("method", ["features", "fusion", "pseudo-label", "fine-tune"])
def test_a_forecast_says_how_many_texts_are_cut(tmp_path: Path, folder: Path, method: str) -> None:
    options: dict[str, OptionValue] = {"long_texts": "cut", "max_tokens": 8}
    if method == "fusion":
        options["second_source"] = str(bert_folder(tmp_path / "second", layers=1))
    with project(tmp_path / "cut") as opened:
        with opened.transaction():
            source = opened.documents.add_source(tmp_path, "csv", "utf-8", ",", ColumnMapping(text="text"))
            opened.documents.add_rows(source, [(n, "a good film", "", "") for n in range(2, 20)])
            opened.documents.finish_source(source)
        asked = ForecastTraining(method=method, source=str(folder), options=options)
        found = finish(forecast(opened, asked)).forecast
        long = [len(text.split()) + 2 > 8 for _, text, _ in opened.documents.labelled("train")]
    assert found.max_tokens == 8
    assert found.share_cut == pytest.approx(sum(long) / len(long))


def test_one_class_is_refused(tmp_path: Path) -> None:
    with Project.create(tmp_path / "one") as opened:
        with opened.transaction():
            source = opened.documents.add_source(tmp_path, "csv", "utf-8", ",", ColumnMapping(text="t"))
            opened.documents.add_rows(source, [(n, f"text {n}", "only", "") for n in range(20)])
            opened.documents.finish_source(source)
        with pytest.raises(KnownError) as caught:
            finish(train(opened, Train(method="bag-of-words"), Control()))
        assert caught.value.kind is ErrorKind.ONE_CLASS
        assert opened.runs.all() == []


def test_no_labels_are_refused(tmp_path: Path) -> None:
    with Project.create(tmp_path / "none") as opened, pytest.raises(KnownError) as caught:
        finish(train(opened, Train(method="bag-of-words"), Control()))
    assert caught.value.kind is ErrorKind.NO_LABELLED_TEXTS


def test_a_class_with_one_example_is_told_and_trained(tmp_path: Path) -> None:
    rows = [(n, text, label, "") for n, (text, label) in enumerate(texts(60))]
    with Project.create(tmp_path / "few") as opened:
        with opened.transaction():
            source = opened.documents.add_source(tmp_path, "csv", "utf-8", ",", ColumnMapping(text="t"))
            opened.documents.add_rows(source, [*rows, (99, "a lonely text", "rare", "")])
            opened.documents.finish_source(source)
        steps = list(train(opened, Train(method="bag-of-words"), Control()))
        kinds = [s.kind for s in steps if isinstance(s, Noticed)]
        assert "small-classes" in kinds
        assert "split-made" in kinds
        assert opened.runs.all()[0].validation is not None


def test_batches_hold_every_row_once_and_depend_on_nothing_else() -> None:
    lengths = np.random.default_rng(0).integers(3, 100, 1000)
    batches = epoch_batches(lengths, 16, seed=5, epoch=2)
    assert sorted(np.concatenate(batches).tolist()) == list(range(1000))
    again = epoch_batches(lengths, 16, seed=5, epoch=2)
    assert all(np.array_equal(a, b) for a, b in zip(batches, again, strict=True))
    assert not np.array_equal(np.concatenate(batches), np.concatenate(epoch_batches(lengths, 16, 5, 3)))
    padded = sum(len(b) * lengths[b].max() for b in batches)
    assert padded < 1.1 * lengths.sum()


def test_scoring_batches_are_bounded_and_whole() -> None:
    lengths = np.array([3, 500, 20, 20, 7])
    batches = scoring_batches(lengths, 64)
    assert sorted(np.concatenate(batches).tolist()) == [0, 1, 2, 3, 4]
    assert all(len(b) == 1 or len(b) * lengths[b].max() <= 64 for b in batches)


def test_softmax_is_exact_for_large_logits() -> None:
    assert np.allclose(
        softmax(np.array([[1000.0, 999.0]], np.float32)), [[1 / (1 + np.exp(-1)), 1 / (1 + np.e)]]
    )


def test_order_of_texts_is_kept(opened: Project, folder: Path) -> None:
    result = finish(train(opened, Train(method="features", source=str(folder)), Control()))
    model = load_run(opened, result.run)
    assert isinstance(model, TorchModel)
    many = [text for text, _ in texts(50, seed=9)]
    together = model.logits(many)
    alone = np.concatenate([model.logits([text]) for text in many])
    assert np.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize(
    ("texts_count", "epochs", "rate"), [(4000, 3.0, 5e-5), (800, 3.0, 1e-4), (16, 1.0, 2e-4)]
)
def test_few_steps_are_larger_ones(
    opened: Project, tmp_path: Path, texts_count: int, epochs: float, rate: float
) -> None:
    examples = Examples(list(range(texts_count)), ["a"] * texts_count, np.zeros(texts_count, np.int64))
    data = TrainingData(("a", "b"), examples, examples, examples, ())
    options = complete_options("fine-tune", {"epochs": epochs})
    job = Job(opened, "r", data, options, "", tmp_path, tmp_path, choose(), Control())
    assert usual_rate(job) == pytest.approx(rate)
