"""Long texts are read whole, in windows that overlap, or cut where the user says so; cleaning keeps the places."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import ColumnMapping, Train
from engine.api.project import Project
from engine.evaluate.thresholds import tune
from engine.models.source import load_tokenizer
from engine.models.store import CARD, load_run
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel, pool_windows, sigmoid
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Control, Noticed, finish
from engine.transfer.examples import gather
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.tiny import WORDS, bert_folder, project, texts

LONG = " ".join(WORDS[i % len(WORDS)] for i in range(50))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source")


@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.5])
def test_windows_cover_every_token_and_overlap(folder: Path, overlap: float) -> None:
    tokenizer = TextTokenizer(load_tokenizer(folder), 16, overlap)
    windows = tokenizer.encode_windows(LONG)
    assert all(len(window.ids) <= 16 for window in windows)
    assert all(window.special[0] and window.special[-1] for window in windows)
    covered = sorted({span for window in windows for span in window.offsets if span != (0, 0)})
    assert [LONG[a:b] for a, b in covered] == LONG.split()
    for before, after in pairwise(windows):
        shared = set(before.offsets[1:-1]) & set(after.offsets[1:-1])
        assert len(shared) == round(14 * overlap)
    assert tokenizer.read_to(LONG) == len(LONG)


def test_the_table_and_the_windows_are_the_same_tokens(folder: Path) -> None:
    tokenizer = TextTokenizer(load_tokenizer(folder), 16, 0.25)
    table = tokenizer.table(["good film", LONG, "bad"])
    windows = [w for text in ("good film", LONG, "bad") for w in tokenizer.encode_windows(text)]
    assert [table.ids(i).tolist() for i in range(len(table))] == [w.ids for w in windows]
    assert table.texts == 3
    assert table.owners is not None
    assert table.owners.tolist() == [0, *[1] * (len(windows) - 2), 2]


def test_a_cut_text_says_where_reading_stopped(folder: Path) -> None:
    tokenizer = TextTokenizer(load_tokenizer(folder), 16)
    (encoded,) = tokenizer.encode([LONG])
    assert len(encoded.ids) == 16
    assert LONG[: encoded.read_to].split() == LONG.split()[:14]
    assert tokenizer.table([LONG]).owners is None


def test_pooling_is_over_the_windows_of_each_text() -> None:
    table = TokenTable(np.zeros(6, np.int32), np.arange(7), np.array([0, 1, 1, 1, 2, 2]))
    logits = np.array([[1.0], [1.0], [2.0], [6.0], [4.0], [0.0]], np.float32)
    assert pool_windows(logits, table, "mean").tolist() == [[1.0], [3.0], [2.0]]
    assert pool_windows(logits, table, "max").tolist() == [[1.0], [6.0], [4.0]]


@pytest.mark.parametrize(("choice", "notice"), [("windows", "texts-in-windows"), ("cut", "texts-cut")])
def test_a_run_reads_long_texts_as_it_was_told(
    tmp_path: Path, folder: Path, choice: str, notice: str
) -> None:
    with project(tmp_path / "p", 48, 16, 16) as opened:
        options: dict[str, OptionValue] = {"epochs": 1.0, "max_tokens": 8, "long_texts": choice}
        steps = []
        work = train(opened, Train(method="fine-tune", source=str(folder), options=options), Control())
        try:
            while True:
                steps.append(next(work))
        except StopIteration as stop:
            found = stop.value
        assert [s.kind for s in steps if isinstance(s, Noticed)] == [notice]
        model = load_run(opened, found.run)
        assert isinstance(model, TorchModel)
        assert (model.tokenizer.overlap is None) is (choice == "cut")
        (whole,) = model.logits([LONG])
        (beginning,) = model.logits([" ".join(LONG.split()[:6])])
        assert np.allclose(whole, beginning, atol=1e-5) is (choice == "cut")


@pytest.mark.parametrize(
    ("method", "task"), [("fine-tune", "single"), ("fine-tune", "tagging"), ("features", "single")]
)
def test_more_tokens_than_the_model_reads_are_told(
    tmp_path: Path, folder: Path, method: str, task: str
) -> None:
    limit = 64
    with task_project(tmp_path / "p", task) as opened:
        for wanted in (limit, limit + 1):
            given: dict[str, OptionValue] = {"max_tokens": wanted}
            if method == "fine-tune":
                given["epochs"] = 0.1
            steps = list(train(opened, Train(method=method, source=str(folder), options=given), Control()))
            told = [s.values for s in steps if isinstance(s, Noticed) and s.kind == "length-lowered"]
            assert told == ([] if wanted == limit else [{"wanted": wanted, "max_tokens": limit}])
            model = load_run(opened, opened.runs.all()[-1].id)
            assert isinstance(model, TorchModel | TaggingModel)
            assert model.tokenizer.max_tokens == limit


def test_frozen_features_of_windows_are_the_mean_that_scoring_takes(tmp_path: Path, folder: Path) -> None:
    with project(tmp_path / "p", 48, 16, 16) as opened:
        options: dict[str, OptionValue] = {"max_tokens": 8}
        found = finish(
            train(opened, Train(method="features", source=str(folder), options=options), Control())
        )
        model = load_run(opened, found.run)
        assert isinstance(model, TorchModel)
        whole = model.logits([LONG])[0]
        windows = model.tokenizer.encode_windows(LONG)
        parts = [
            model.module(**model.tokenizer.batch([w], model.device)).detach().numpy()[0] for w in windows
        ]
        assert np.allclose(whole, np.mean(parts, axis=0), atol=1e-5)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("features", {}),
        ("pseudo-label", {"base": "features", "rounds": 1, "window_pooling": "max"}),
        ("fine-tune", {"epochs": 1.0, "window_pooling": "max"}),
    ],
)
def test_thresholds_are_tuned_on_what_scoring_says_of_windows(
    tmp_path: Path, folder: Path, method: str, options: dict[str, OptionValue]
) -> None:
    with task_project(tmp_path / "p", "multi") as opened:
        add_unlabelled(opened)
        wanted = Train(method=method, source=str(folder), options={"max_tokens": 8, **options})
        model = load_run(opened, finish(train(opened, wanted, Control())).run)
        assert isinstance(model, TorchModel)
        judged = gather(opened, 13, 0.15).validation
        assert model.tokenizer.table(judged.texts).owners is not None
        said = sigmoid(model.logits(judged.texts))
        assert model.thresholds == pytest.approx(tune(said, judged.targets), abs=1e-6)


def add_unlabelled(opened: Project) -> None:
    with opened.transaction():
        source = opened.documents.add_source(
            opened.path, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        rows = [(n, text, "", "") for n, (text, _) in enumerate(texts(40, seed=5), start=2)]
        opened.documents.add_rows(source, rows)
        opened.documents.finish_source(source)


@pytest.mark.parametrize("method", ["features", "fusion", "contrastive"])
def test_heads_that_are_fitted_on_the_mean_take_no_maximum(tmp_path: Path, folder: Path, method: str) -> None:
    with project(tmp_path / "p", 48, 16, 16) as opened:
        options: dict[str, OptionValue] = {"window_pooling": "max"}
        with pytest.raises(KnownError) as caught:
            finish(train(opened, Train(method=method, source=str(folder), options=options), Control()))
        assert caught.value.kind is ErrorKind.OPTION_VALUE
        assert caught.value.values["valid"] == "mean"
        assert opened.runs.all() == []


def test_a_run_that_took_the_maximum_still_does(tmp_path: Path, folder: Path) -> None:
    with project(tmp_path / "p", 48, 16, 16) as opened:
        wanted = Train(method="features", source=str(folder), options={"max_tokens": 8})
        run = finish(train(opened, wanted, Control())).run
        card = opened.run_folder(run) / "model" / CARD
        card.write_text(card.read_text().replace('"pooling": "mean"', '"pooling": "max"'))
        model = load_run(opened, run)
        assert isinstance(model, TorchModel)
        windows = [model.tokenizer.batch([w], model.device) for w in model.tokenizer.encode_windows(LONG)]
        parts = [model.module(**batch).detach().numpy()[0] for batch in windows]
        assert np.allclose(model.logits([LONG])[0], np.max(parts, axis=0), atol=1e-5)


def test_cleaned_texts_keep_their_places(folder: Path) -> None:
    tokenizer = TextTokenizer(load_tokenizer(folder), 32, cleaning=("html", "links"))
    text = "<b>good</b> film &amp; http://example.org/x food"
    (encoded,) = tokenizer.encode([text])
    words = [text[a:b] for a, b in encoded.offsets if b > a]
    assert "good" in words
    assert words[-1] == "food"
    assert not any("<" in word for word in words)
