"""Several labels, scores and tags: every method that can learn them does, and what is saved is what was trained."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.api import catalog
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import Evaluate, ForecastTraining, Train
from engine.api.project import Project
from engine.models.answers import answers, probabilities_of
from engine.models.linear_model import LinearModel
from engine.models.store import load_run
from engine.models.tagging_model import TaggingModel, word_table
from engine.models.text_model import TorchModel
from engine.progress import Control, finish
from engine.transfer.evaluating import evaluate_run
from engine.transfer.examples import examples_of, gather
from engine.transfer.forecasting import forecast
from engine.transfer.training import train
from tests.engine.tiny import bert_folder, texts
from tests.engine.tiny_tasks import imported, score_of, table_project, tag_of, tagging_project

# enough steps for a random encoder to find single words
_LEARNS: dict[str, OptionValue] = {"epochs": 12.0, "learning_rate": 5e-3, "batch_size": 16}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source", dropout=0.0)


def _project(tmp_path: Path, task: str) -> Project:
    return tagging_project(tmp_path / "p") if task == "tagging" else table_project(tmp_path / "p", task)


@pytest.mark.parametrize(
    ("task", "method", "least"),
    [
        ("multi", "bag-of-words", 0.9),
        ("multi", "features", 0.6),
        ("multi", "fine-tune", 0.7),
        ("score", "bag-of-words", 0.8),
        ("score", "features", 0.3),
        ("score", "fine-tune", 0.8),
        ("tagging", "fine-tune", 0.95),
    ],
)
def test_a_method_learns_the_task(tmp_path: Path, source: Path, task: str, method: str, least: float) -> None:
    with _project(tmp_path, task) as opened:
        options: dict[str, OptionValue] = _LEARNS if method == "fine-tune" else {}
        found = finish(train(opened, Train(method=method, source=str(source), options=options), Control()))
        assert found.test is not None
        assert found.test.task == task
        assert found.test.main.value > least
        assert found.test.main.low <= found.test.main.value <= found.test.main.high
        # the saved model gives the same figures
        again = finish(evaluate_run(opened, Evaluate(run=found.run), load_run(opened, found.run)))
        for name, figure in found.test.figures.items():
            assert again.evaluation.figures[name].value == pytest.approx(figure.value, abs=1e-6)
        assert opened.runs.get(found.run).milliseconds_per_text > 0


def test_scores_come_out_in_the_units_that_went_in(tmp_path: Path, source: Path) -> None:
    with table_project(tmp_path / "p", "score") as opened:
        options: dict[str, OptionValue] = {**_LEARNS, "head": "native"}
        found = finish(
            train(opened, Train(method="fine-tune", source=str(source), options=options), Control())
        )
        model = load_run(opened, found.run)
        assert isinstance(model, TorchModel)
        some = [text for text, _ in texts(20, seed=5)]
        expected = np.array([score_of(text) for text in some])
        assert np.abs(model.logits(some)[:, 0] - expected).mean() < 0.5
        assert answers(model, model.logits(some[:1]))[0].label == f"{model.logits(some[:1])[0, 0]:.6g}"


def test_thresholds_of_several_labels_are_the_ones_that_validation_chose(tmp_path: Path) -> None:
    with table_project(tmp_path / "p", "multi") as opened:
        found = finish(train(opened, Train(method="bag-of-words"), Control()))
        model = load_run(opened, found.run)
        assert isinstance(model, LinearModel)
        assert found.test is not None
        assert model.thresholds == found.test.thresholds
        assert len(model.thresholds) == len(model.labels) == 2
        logits = model.logits(["good film", "the the"])
        sure = probabilities_of("multi", logits)
        held = [set(a.label.split("|")) - {"∅"} for a in answers(model, logits)]
        for row, labels in zip(sure, held, strict=True):
            assert labels == {
                name for name, p, t in zip(model.labels, row, model.thresholds, strict=True) if p >= t
            }


def test_tags_are_given_to_words_whatever_the_tokenizer_cuts(tmp_path: Path, source: Path) -> None:
    with tagging_project(tmp_path / "p") as opened:
        found = finish(
            train(opened, Train(method="fine-tune", source=str(source), options=_LEARNS), Control())
        )
        model = load_run(opened, found.run)
        assert isinstance(model, TaggingModel)
        text = "the film and the food"
        words = [(0, 3), (4, 8), (9, 12), (13, 16), (17, 21)]
        (logits,) = model.logits([text], [words])
        called = [model.tags[k] for k in logits.argmax(1)]
        assert called == [tag_of(text[a:b]) for a, b in words]


def test_a_word_in_several_windows_has_one_answer(tmp_path: Path, source: Path) -> None:
    with tagging_project(tmp_path / "p") as opened:
        options: dict[str, OptionValue] = {**_LEARNS, "epochs": 1.0, "max_tokens": 8}
        found = finish(
            train(opened, Train(method="fine-tune", source=str(source), options=options), Control())
        )
        model = load_run(opened, found.run)
        assert isinstance(model, TaggingModel)
        text = " ".join(["film"] * 30)
        words = [(5 * i, 5 * i + 4) for i in range(30)]
        table = word_table(model.tokenizer, [text], [words])
        assert table.table.lengths.max() == 8
        assert set(table.words[table.words >= 0]) == set(range(30))
        (logits,) = model.logits([text], [words])
        assert logits.shape == (30, len(model.tags))


def test_a_file_without_entities_cannot_be_learnt(tmp_path: Path, source: Path) -> None:
    file = tmp_path / "all-o.conll"
    file.write_text("the\tO\nfilm\tO\n\n" * 40, encoding="utf-8")
    with imported(tmp_path / "p", file, "tagging") as opened, pytest.raises(KnownError) as caught:
        finish(train(opened, Train(method="fine-tune", source=str(source)), Control()))
    assert caught.value.kind is ErrorKind.NO_ENTITIES


def test_a_method_that_cannot_learn_the_task_says_which_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the catalog's methods learn all tasks; a row that leaves one out is refused there."""
    fewer = tuple(
        msgspec.structs.replace(each, tasks=("single",)) if each.id == "contrastive" else each
        for each in catalog.METHODS
    )
    monkeypatch.setattr(catalog, "METHODS", fewer)
    with tagging_project(tmp_path / "p") as opened:
        with pytest.raises(KnownError) as caught:
            finish(train(opened, Train(method="contrastive"), Control()))
        assert caught.value.kind is ErrorKind.METHOD_TASK
        assert "fine-tune" in str(caught.value.values["valid"])
        assert not opened.runs.all()
        with pytest.raises(KnownError) as caught:
            finish(forecast(opened, ForecastTraining(method="contrastive")))
        assert caught.value.kind is ErrorKind.METHOD_TASK, (
            "the pre-flight check refuses what a training would"
        )


@pytest.mark.parametrize("task", ["multi", "score", "tagging"])
def test_the_pre_flight_check_knows_every_task(tmp_path: Path, source: Path, task: str) -> None:
    with _project(tmp_path, task) as opened:
        found = finish(forecast(opened, ForecastTraining(method="fine-tune", source=str(source))))
        assert found.forecast.seconds > 0
        assert found.forecast.train_texts == len(gather(opened, 13, 0.15).train)


@pytest.mark.parametrize("task", ["multi", "score", "tagging"])
def test_a_part_of_the_examples_keeps_their_targets(tmp_path: Path, task: str) -> None:
    with _project(tmp_path, task) as opened:
        data = gather(opened, 13, 0.15)
        rows = np.array([5, 0, 17])
        some = data.train.subset(rows)
        assert some.texts == [data.train.texts[i] for i in rows]
        assert len(data.strata) == len(data.train)
        if task == "tagging":
            first, last = some.firsts[1:3]
            whole = data.train.firsts
            assert np.array_equal(some.targets[first:last], data.train.targets[whole[0] : whole[1]])
        else:
            assert np.array_equal(some.targets, data.train.targets[rows])
        assert len(examples_of(opened, "test", data.labels))
