"""Fusion: the second model stays only where it pays, is told with its price, and what is saved is what was fitted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.argue import Argue
from engine.api.messages import ColumnMapping, Evaluate, PredictFile, Train
from engine.api.project import Project
from engine.api.results import WordScore
from engine.dispatch import work_for
from engine.explain.attribution import Scores
from engine.explain.explaining import explain
from engine.explain.faithfulness import measure
from engine.explain.fused import explain_fused, joined
from engine.models import source as sources
from engine.models.fusion_model import FusionModel
from engine.models.loaded import Models
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.predict import predict_file
from engine.progress import Control, Noticed, Progressed, Step, finish
from engine.transfer.evaluating import evaluate_run
from engine.transfer.regression import Fit, Head
from engine.transfer.training import train
from tests.engine.tiny import bert_folder, blind_folder, project, texts


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "reader")


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    return blind_folder(tmp_path / "blind")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p", train=96, validation=64, test=32) as made:
        yield made


def trained(opened: Project, first: Path, second: Path | str, **given: OptionValue) -> tuple[str, Noticed]:
    """(run, what was told of the second model)."""
    wanted = Train(method="fusion", source=str(first), options={"second_source": str(second), **given})
    told: list[Noticed] = []
    work = train(opened, wanted, Control())
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            (notice,) = told
            return stop.value.run, notice
        if isinstance(step, Noticed) and step.kind.startswith("second-source"):
            told.append(step)


@pytest.fixture
def kept(opened: Project, blind: Path, reader: Path) -> FusionModel:
    run, notice = trained(opened, blind, reader)
    assert notice.kind == "second-source-kept"
    model = load_run(opened, run)
    assert isinstance(model, FusionModel)
    return model


def test_a_second_model_that_pays_stays_and_what_is_saved_is_what_was_fitted(
    opened: Project, blind: Path, reader: Path
) -> None:
    run, notice = trained(opened, blind, reader)
    assert notice.kind == "second-source-kept"
    assert 0 < float(str(notice.values["low"])) <= float(str(notice.values["gain"]))
    assert float(str(notice.values["first_ms"])) > 0
    model = load_run(opened, run)
    assert isinstance(model, FusionModel)
    found = finish(evaluate_run(opened, Evaluate(run=run, split="test"), model)).evaluation
    assert found == opened.runs.get(run).test
    assert found.accuracy.value > 0.7
    assert model.model_hash.count("+") == 3  # the encoders' and the heads' of both parts
    assert opened.has_two_encoders(run)


def test_two_encoders_are_not_argued_with_and_nothing_is_measured_first(
    opened: Project, blind: Path, reader: Path
) -> None:
    run, _ = trained(opened, blind, reader)
    steps: list[Step] = []
    with pytest.raises(KnownError) as caught:
        steps.extend(work_for(opened, Argue(run=run, strike=("film",)), Control(), Models()))
    assert caught.value.kind is ErrorKind.CANNOT_ARGUE
    assert steps == []


def test_a_second_model_that_does_not_pay_is_left_out(opened: Project, blind: Path, reader: Path) -> None:
    run, notice = trained(opened, reader, blind)
    assert notice.kind == "second-source-left-out"
    assert float(str(notice.values["low"])) <= 0
    model = load_run(opened, run)
    assert isinstance(model, TorchModel)
    alone = finish(train(opened, Train(method="features", source=str(reader)), Control()))
    assert opened.runs.get(run).test == alone.test
    assert not opened.has_two_encoders(run)


@pytest.mark.parametrize("task", ["multi", "score"])
def test_other_tasks(tmp_path: Path, blind: Path, reader: Path, task: str) -> None:
    with Project.create(tmp_path / task) as opened:
        opened.set_task(task)
        named = {"up": ("up|film", "2.5"), "down": ("∅", "-1")}
        rows = [(n, text, named[label][task == "score"], "") for n, (text, label) in enumerate(texts(160))]
        with opened.transaction():
            source = opened.documents.add_source(tmp_path, "csv", "utf-8", ",", ColumnMapping(text="t"))
            opened.documents.add_rows(source, rows)
            opened.documents.finish_source(source)
        run, _ = trained(opened, blind, reader, validation_share=0.3)
        model = load_run(opened, run)
        found = finish(evaluate_run(opened, Evaluate(run=run, split="test"), model)).evaluation
        assert found == opened.runs.get(run).test
        assert isinstance(model, TorchModel | FusionModel)
        assert len(model.thresholds) == (2 if task == "multi" else 0)


def test_a_head_cut_in_two_adds_up() -> None:
    random = np.random.default_rng(0)
    fit = Fit(random.normal(size=(3, 7)), random.normal(size=3), 0.1, 0.5, 1.0)
    mean, scale = random.normal(size=7).astype(np.float32), random.random(7).astype(np.float32) + 0.5
    head = Head(fit, mean, scale)
    left, right = head.split(4)
    features = torch.from_numpy(random.normal(size=(5, 7)).astype(np.float32))
    together = left.linear()(features[:, :4]) + right.linear()(features[:, 4:])
    assert torch.allclose(together, head.linear()(features), atol=1e-5)


# --- reading, explaining -----------------------------------------------------------------------------------


def test_logits_are_the_sum_of_the_parts_and_progress_runs_once(kept: FusionModel) -> None:
    many = [text for text, _ in texts(20, seed=3)]
    total = sum(part.logits(many) for part in kept.parts)
    assert np.allclose(kept.logits(many), total, atol=1e-6)
    steps = [s for s in kept.score(many) if isinstance(s, Progressed)]
    assert steps[-1].done == steps[-1].total == 40
    assert [s.done for s in steps] == sorted(s.done for s in steps)
    assert kept.logits([]).shape == (0, 2)


@pytest.mark.parametrize("method", ["lrp", "integrated-gradients"])
def test_explanations_are_of_both_encoders(kept: FusionModel, method: str) -> None:
    text = "a very good film and not bad"
    found = explain(kept, run="r", method_id=method, transfer_method="fusion", text=text)
    assert [text[w.start : w.end] for w in found.words] == text.split()
    second = explain(
        kept.parts[1], run="r", method_id=method, transfer_method="features", text=text, target=found.target
    )
    scores, seen = ([w.score for w in each.words] for each in (found, second))
    assert np.corrcoef(scores, seen)[0, 1] > 0.9  # the first part sees no words
    if method == "integrated-gradients":
        assert found.relative_delta is not None


def test_scores_of_words_that_tokenizers_cut_differently_are_added() -> None:
    def part(*words: tuple[int, int, float]) -> Scores:
        found = tuple(WordScore(*word) for word in words)
        return Scores(found, np.ones(2, np.float32), "mask", 20, 0.01, 0.5)

    readings = iter(
        [part((0, 4, 1.0), (5, 9, 2.0)), part((0, 2, 0.5), (2, 4, 0.25), (5, 9, -1.0), (10, 12, 3.0))]
    )
    model = FusionModel.__new__(FusionModel)
    model.parts = (None, None)  # type: ignore[assignment]
    found = explain_fused(lambda *_: next(readings), model, "x" * 12, None)  # type: ignore[arg-type]
    assert [(w.start, w.end, w.score) for w in found.words] == [(0, 4, 1.75), (5, 9, 1.0), (10, 12, 3.0)]
    assert found.logits.tolist() == [2.0, 2.0]
    assert found.special_share == pytest.approx((3 + 4.75) / (3 + 4.75 + 5.75))
    # errors of at most 0.01 / 0.99 of 3 and of 2.75
    assert found.relative_delta == pytest.approx((5.75 / 99) / (5.75 - 5.75 / 99))


def test_words_that_overlap_are_one() -> None:
    assert joined([[(0, 3), (4, 6)], [(0, 1), (1, 3), (5, 8)]]) == [(0, 3), (4, 8)]


def test_faithfulness_erases_in_both_encoders(kept: FusionModel) -> None:
    some = [text for text, _ in texts(12, seed=5)]
    found = finish(measure(kept, "r", "lrp", "fusion", some))
    assert found.texts == 12
    assert found.scores.comprehensiveness > found.random.comprehensiveness


def test_predicting_a_file(opened: Project, blind: Path, reader: Path, tmp_path: Path) -> None:
    run, _ = trained(opened, blind, reader)
    file = tmp_path / "new.csv"
    file.write_text("message\na good film\n\nan awful day\n", encoding="utf-8")
    out = tmp_path / "scored.csv"
    request = PredictFile(run=run, path=str(file), text_column="message", out=str(out))
    finish(predict_file(load_run(opened, run), request))
    assert out.read_text(encoding="utf-8").splitlines()[0] == "message,label,probability,margin"


# --- what is wrong -----------------------------------------------------------------------------------------


def refused(opened: Project, first: Path | str, second: Path | str) -> KnownError:
    with pytest.raises(KnownError) as caught:
        trained(opened, Path(first), second)
    return caught.value


def test_the_usual_second_model_that_is_not_installed(
    opened: Project, reader: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "bundled", dict)
    error = refused(opened, reader, "bert-tiny")
    assert error.kind is ErrorKind.SECOND_SOURCE_MISSING


def test_a_second_model_that_is_not_there(opened: Project, reader: Path) -> None:
    assert refused(opened, reader, "no-such-model").kind is ErrorKind.SOURCE_UNKNOWN


def test_twice_the_same_model(opened: Project, reader: Path) -> None:
    assert refused(opened, reader, reader).kind is ErrorKind.SECOND_SOURCE_SAME


def test_models_that_do_not_fit_the_memory_are_not_loaded(
    opened: Project, reader: Path, blind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = psutil.virtual_memory()._replace(available=100_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: tight)
    error = refused(opened, reader, blind)
    assert error.kind is ErrorKind.MODELS_TOO_LARGE
    assert error.values["available"] == "0.1"


def test_half_of_a_saved_fusion_is_told(opened: Project, blind: Path, reader: Path) -> None:
    run, _ = trained(opened, blind, reader)
    shutil.rmtree(opened.run_folder(run) / "model" / "second")
    with pytest.raises(KnownError) as caught:
        load_run(opened, run)
    assert caught.value.kind is ErrorKind.RUN_FILES_MISSING
