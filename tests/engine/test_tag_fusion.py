"""Fusion of tagged words: two frozen models, whose tokenizers differ, under one head; from training to hand-over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import pytest

from engine.api.catalog import explainer_of, explainers_for
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.argue import Argue
from engine.api.explaining.change import FindSmallestChange
from engine.api.explaining.corpus import CorpusExplained, ExplainCorpus, MapDocuments
from engine.api.explaining.trust import SealExplanation
from engine.api.messages import (
    Evaluate,
    Explain,
    Explained,
    ForecastTraining,
    MeasureFaithfulness,
    PredictFile,
    Request,
    Train,
)
from engine.api.messages_transfer import TrainAgain
from engine.api.project import Project
from engine.dispatch import work_for
from engine.explain.explaining import TOLERANCE, explain
from engine.models.loaded import Models
from engine.models.ngrams import words
from engine.models.store import CARD, load_run
from engine.models.tag_fusion_model import TagFusionModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import softmax
from engine.predict import predict_file
from engine.progress import Control, Noticed, Progressed, finish
from engine.transfer import fusion
from engine.transfer.evaluating import evaluate_run
from engine.transfer.forecasting import forecast
from engine.transfer.retraining import train_again
from engine.transfer.training import train
from engine.transfer.weighing import RECORD, FusionRecord
from tests.engine.export_models import export
from tests.engine.family_models import family_folder
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, blind_folder

TEXT = "a very good film and not bad"


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "reader")


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    """It sees where a word stands, and not which it is."""
    return blind_folder(tmp_path / "blind")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with task_project(tmp_path / "p", "tagging", validation=80) as made:
        yield made


def trained(opened: Project, first: Path, second: Path, **given: OptionValue) -> tuple[str, Noticed]:
    """(run, what was told of the second model)."""
    wanted = Train(method="fusion", source=str(first), options={"second_source": str(second), **given})
    told = [
        step
        for step in train(opened, wanted, Control())
        if isinstance(step, Noticed) and step.kind.startswith("second-source")
    ]
    (notice,) = told
    return opened.runs.all()[-1].id, notice


def fused(opened: Project, run: str) -> TagFusionModel:
    model = load_run(opened, run)
    assert isinstance(model, TagFusionModel)
    return model


@pytest.fixture
def kept(opened: Project, blind: Path, reader: Path) -> tuple[str, TagFusionModel]:
    run, notice = trained(opened, blind, reader)
    assert notice.kind == "second-source-kept"
    return run, fused(opened, run)


# --- learning -------------------------------------------------------------------------------------------------


def test_a_second_model_that_pays_stays_and_what_is_saved_is_what_was_fitted(
    opened: Project, kept: tuple[str, TagFusionModel]
) -> None:
    run, model = kept
    record = msgspec.json.decode((opened.run_folder(run) / RECORD).read_bytes(), type=FusionRecord)
    assert record.kept
    assert record.figure == "entity_f1"
    assert 0 < record.gain.low <= record.gain.value
    assert record.first_ms_per_text > 0
    assert record.both_ms_per_text > 0
    found = finish(evaluate_run(opened, Evaluate(run=run, split="test"), model)).evaluation
    assert found == opened.runs.get(run).test
    assert found.main.value > 0.7
    validation = opened.runs.get(run).validation
    assert validation is not None
    # the first model sees no words: alone it finds next to nothing, so the gain is what both reach
    assert record.gain.value == pytest.approx(validation.main.value, abs=0.1)
    assert model.model_hash.count("+") == 3
    assert opened.has_two_encoders(run)


def test_a_second_model_that_does_not_pay_is_left_out(opened: Project, blind: Path, reader: Path) -> None:
    run, notice = trained(opened, reader, blind)
    assert notice.kind == "second-source-left-out"
    assert float(str(notice.values["low"])) <= 0
    assert isinstance(load_run(opened, run), TaggingModel)
    alone = finish(train(opened, Train(method="features", source=str(reader)), Control()))
    assert opened.runs.get(run).test == alone.test
    assert not opened.has_two_encoders(run)


def test_trained_again_from_its_record_it_is_the_same(
    opened: Project, kept: tuple[str, TagFusionModel]
) -> None:
    assert finish(train_again(opened, TrainAgain(kept[0]), Control())).same


def test_the_pre_flight_check_measures_it(opened: Project, blind: Path, reader: Path) -> None:
    asked = ForecastTraining(method="fusion", source=str(blind), options={"second_source": str(reader)})
    found = finish(forecast(opened, asked)).forecast
    assert 0 < found.seconds < 60
    assert opened.runs.all() == []


def test_twice_the_same_model_is_refused(opened: Project, reader: Path) -> None:
    with pytest.raises(KnownError) as caught:
        trained(opened, reader, reader)
    assert caught.value.kind is ErrorKind.SECOND_SOURCE_SAME


def test_memory_is_asked_for_all_words_of_both_models(
    opened: Project, blind: Path, reader: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = psutil.virtual_memory()._replace(available=410 << 20)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: tight)
    trained(opened, blind, reader)
    monkeypatch.setattr(fusion, "_COPIES", 100)
    with pytest.raises(KnownError) as caught:
        trained(opened, blind, reader)
    assert caught.value.kind is ErrorKind.MODELS_TOO_LARGE


def test_a_half_that_tags_no_words_is_damage(opened: Project, kept: tuple[str, TagFusionModel]) -> None:
    card = opened.run_folder(kept[0]) / "model" / "second" / CARD
    said = card.read_text(encoding="utf-8").replace("tag-features", "features")
    card.unlink()
    card.write_text(said, encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        load_run(opened, kept[0])
    assert caught.value.kind is ErrorKind.MODEL_DAMAGED


# --- reading --------------------------------------------------------------------------------------------------


def test_a_word_has_the_sum_of_both_and_progress_runs_once(kept: tuple[str, TagFusionModel]) -> None:
    _, model = kept
    many = [TEXT, "", "the place was poor"]
    spans = [words(text) for text in many]
    found = model.logits(many, spans)
    halves = [part.logits(many, spans) for part in model.parts]
    assert [len(rows) for rows in found] == [7, 0, 4]
    for rows, first, second in zip(found, *halves, strict=True):
        assert np.allclose(rows, first + second, atol=1e-5)
    done = [step.done for step in model.score(many, spans) if isinstance(step, Progressed)]
    assert done == sorted(done)
    assert model.logits([], []) == []


def test_words_align_whatever_the_tokenizers_cut(opened: Project, blind: Path, tmp_path: Path) -> None:
    """A byte-level tokenizer beside a word-piece one."""
    other = family_folder(tmp_path / "roberta", "roberta")
    run, _ = trained(opened, blind, other)
    model = fused(opened, run)
    tokens = [part.tokenizer.encode_windows(TEXT)[0].ids for part in model.parts]
    assert len(tokens[0]) != len(tokens[1])
    found = finish(evaluate_run(opened, Evaluate(run=run, split="test"), model)).evaluation
    assert found.main.value > 0.5


def test_what_one_of_the_two_does_not_read_is_outside(opened: Project, blind: Path, reader: Path) -> None:
    run, _ = trained(opened, blind, reader, max_tokens=8, long_texts="cut")
    model = fused(opened, run)
    model.parts[0].tokenizer.max_tokens = 5  # it reads three words, the other one six
    (logits,) = model.logits([TEXT], [words(TEXT)])
    assert model.words_read(TEXT, words(TEXT)) == {0, 1, 2}
    assert model.read_to(TEXT) == words(TEXT)[2][1]
    assert (logits[3:] == np.eye(5, dtype=np.float32)[0]).all()
    assert (np.abs(logits[:3]) > 0).all()


# --- what follows a training ----------------------------------------------------------------------------------


def test_every_explainer_of_the_task_explains_what_was_predicted(kept: tuple[str, TagFusionModel]) -> None:
    run, model = kept
    (logits,) = model.logits([TEXT], [words(TEXT)])
    span = words(TEXT)[2]
    for id in explainers_for("fusion", "tagging"):
        found = explain(
            model, run=run, method_id=id, transfer_method="fusion", text=TEXT, words=words(TEXT), span=span
        )
        assert [TEXT[w.start : w.end] for w in found.words] == TEXT.split(), id
        assert found.span == span
        assert found.probabilities[0] == pytest.approx(float(softmax(logits)[2, 0]), abs=TOLERANCE), id
        if id != "attention" and explainer_of(id).signed:
            assert max(found.words, key=lambda word: abs(word.score)).start == span[0], id


def test_shares_of_both_encoders_add_up_to_the_margin(kept: tuple[str, TagFusionModel]) -> None:
    run, model = kept
    found = explain(
        model,
        run=run,
        method_id="shapley",
        transfer_method="fusion",
        text=TEXT,
        words=words(TEXT),
        span=words(TEXT)[2],
    )
    masked = "[MASK] [MASK] [MASK] [MASK] [MASK] [MASK] [MASK]"
    (blank,) = model.logits([masked], [words_of_masks(masked)])
    target, rival = (
        model.tags.index(name if name == "O" else f"B-{name}") for name in (found.target, found.rival)
    )
    expected = found.margin - float(blank[2, target] - blank[2, rival])
    assert sum(word.score for word in found.words) == pytest.approx(expected, abs=1e-3)


def words_of_masks(text: str) -> list[tuple[int, int]]:
    starts = [at for at in range(len(text)) if text[at] == "["]
    return [(at, at + 6) for at in starts]


def test_a_document_and_the_corpus_are_explained(opened: Project, kept: tuple[str, TagFusionModel]) -> None:
    run, _ = kept
    document = next(row for row in opened.documents.tagged("test") if row[3])[0]
    result = finish(work_for(opened, Explain(run=run, document=document), Control(), Models()))
    assert isinstance(result, Explained)
    assert opened.runs.explanation(result.explanation).span is not None
    summed = finish(work_for(opened, ExplainCorpus(run=run, split="test"), Control(), Models()))
    assert isinstance(summed, CorpusExplained)
    assert summed.summary.explained == opened.documents.labelled_counts()["test"]


def test_other_questions_to_a_run_are_answered_from_both_encoders(
    opened: Project, kept: tuple[str, TagFusionModel]
) -> None:
    run, _ = kept

    def answered(request: Request) -> Any:
        return finish(work_for(opened, request, Control(), Models()))

    change = answered(FindSmallestChange(run=run, text=TEXT, span=words(TEXT)[2])).change
    assert change.words[2] == words(TEXT)[2]
    assert change.removal.words == (2,)
    points = answered(MapDocuments(run=run)).points
    assert len(points) == opened.documents.count()
    erased = answered(MeasureFaithfulness(run=run, method="lrp", texts=12)).faithfulness
    assert erased.scores.comprehensiveness > erased.random.comprehensiveness
    explained = answered(Explain(run=run, text=TEXT, span=words(TEXT)[2])).explanation
    assert answered(SealExplanation(explained)).seal.removal.words == (2,)
    with pytest.raises(KnownError) as caught:
        answered(Argue(run=run, strike=("film",)))
    assert caught.value.kind is ErrorKind.CANNOT_ARGUE


def test_predicting_a_file(kept: tuple[str, TagFusionModel], tmp_path: Path) -> None:
    run, model = kept
    file, out = tmp_path / "new.csv", tmp_path / "scored.csv"
    file.write_text("message\na good film\n\nan awful day\n", encoding="utf-8")
    request = PredictFile(run=run, path=str(file), text_column="message", out=str(out))
    finish(predict_file(model, request))
    head, first, *_ = out.read_text(encoding="utf-8").splitlines()
    assert head == "message,entities,probability,margin"
    (logits,) = model.logits(["a good film"], [words("a good film")])
    assert ("UP" in first) == bool(logits.argmax(1).any())


@pytest.mark.parametrize("format", ["huggingface", "runner"])
def test_a_run_is_handed_over(
    opened: Project, kept: tuple[str, TagFusionModel], tmp_path: Path, format: str
) -> None:
    run, model = kept
    found = export(opened, run, model, format, tmp_path / "out")
    assert found.agreement == 1.0
    assert found.largest_difference < 1e-4
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert ("the logits of a\nword are the sum" in card) == (format == "huggingface")
