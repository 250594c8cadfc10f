"""Bag-of-words of tagged words: what it reads, learns, answers and gives as its reasons, from training to hand-over."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api.catalog import complete_options, explainers_for, export_formats, method
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.argue import Argue
from engine.api.explaining.change import FindSmallestChange
from engine.api.explaining.corpus import CorpusExplained, DocumentsMapped, ExplainCorpus, MapDocuments
from engine.api.explaining.reasons import CompareReasons
from engine.api.explaining.trust import RankExplainers, ScrambleWeights, Sealed, SealExplanation
from engine.api.messages import (
    Evaluate,
    Explain,
    Explained,
    ForecastTraining,
    MeasureFaithfulness,
    Request,
    Resume,
    Train,
)
from engine.api.messages_transfer import MeasureRobustness, TrainAgain
from engine.api.option_tasks import options_for
from engine.api.project import Project
from engine.dispatch import work_for
from engine.explain.erasing import NOTHING, Erasing, erased_outputs, read_words
from engine.explain.explaining import explain
from engine.explain.tag_contrast import entity_question
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.loaded import Models
from engine.models.store import load_run
from engine.models.tagging_model import tag_names
from engine.models.word_features import readings, shape
from engine.progress import Control, finish
from engine.transfer import tag_bag_of_words
from engine.transfer.evaluating import evaluate_run
from engine.transfer.forecasting import forecast
from engine.transfer.retraining import train_again
from engine.transfer.training import resume, train
from tests.engine.export_models import export
from tests.engine.tiny_tasks import imported, tagging_project

TEXT = "the film was good and the food was bad"
CJK = "我在北京大学学习中文"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with tagging_project(tmp_path / "p") as made:
        yield made


def trained(opened: Project, **options: Any) -> str:
    return finish(train(opened, Train(method="bag-of-words", options=options), Control())).run


def tagger(opened: Project, run: str) -> LinearTaggingModel:
    model = load_run(opened, run)
    assert isinstance(model, LinearTaggingModel)
    return model


def spans(text: str) -> list[tuple[int, int]]:
    ends = np.cumsum([len(word) + 1 for word in text.split()])
    return [(int(end) - len(word) - 1, int(end) - 1) for word, end in zip(text.split(), ends, strict=True)]


def keys(words: list[str], at: int, longest: int = 2) -> set[str]:
    return {key for reading in readings(words, at, longest) for key in reading.keys}


# --- what is read ---------------------------------------------------------------------------------------------


def test_a_word_is_read_whole_in_parts_and_by_its_shape() -> None:
    found = keys(["iPhone-12"], 0)
    assert {"0w iPhone-12", "0l iphone-12", "0b i", "0b ipho", "0e 2", "0e e-12", "0s xXxxxx-dd"} <= found
    assert {"first", "last"} <= found
    assert not {"0b iphon", "0e ne-12"} & found, "four characters are the most"


def test_what_stands_beside_it_is_read_by_where_it_stands() -> None:
    words = ["Anna", "lives", "in", "Oslo", "now", "."]
    found = keys(words, 2)
    assert {"-1l lives", "-1b li", "1w Oslo", "1s Xxxx", "-2l anna", "2l now"} <= found
    assert {"-1n lives in", "0n in oslo", "-2n anna lives", "1n oslo now"} <= found
    assert not {"first", "last", "-2b an", "-2w Anna"} & found
    assert not any("." in key for key in found), "two words away is the furthest"


def test_each_feature_is_told_by_the_words_it_reads() -> None:
    words = ["Anna", "lives", "in", "Oslo"]
    for longest in (1, 2, 3):
        for reading in readings(words, 1, longest):
            read = words[reading.first : reading.end]
            assert len(read) <= longest
            for key in reading.keys:
                if "n " in key[:4]:
                    assert key.split("n ", 1)[1] == " ".join(read).lower()


def test_characters_are_the_words_of_chinese_and_runs_of_them_its_ngrams() -> None:
    found = keys(list(CJK), 2, longest=3)
    assert {"0l 北", "0n 北 京", "0n 北 京 大", "-1n 在 北 京", "0s x"} <= found
    assert not {key for key in found if key[1] in "be"}, "a character has no beginning of its own"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Oslo", "Xxxx"), ("OSLOANS", "XXXX"), ("1,250", "d,ddd"), ("@you", "@xxx"), ("", "")],
)
def test_a_shape_tells_capitals_letters_and_digits(word: str, expected: str) -> None:
    assert shape(word) == expected


# --- learning -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"class_weights": "balanced", "regularisation": 4.0},
        {"longest_ngram": 1},
        {"cleaning": "lowercase"},
    ],
)
def test_it_learns_and_what_is_saved_is_what_was_fitted(opened: Project, options: dict[str, Any]) -> None:
    found = finish(train(opened, Train(method="bag-of-words", options=options), Control()))
    assert found.test is not None
    assert found.test.main.value > 0.95
    model = tagger(opened, found.run)
    assert model.tags == tag_names(("DISH", "SPOT", "WORK"))
    assert model.weights.shape == (len(model.vocabulary), len(model.tags))
    assert opened.runs.get(found.run).model_hash == model.model_hash != ""
    again = finish(evaluate_run(opened, Evaluate(run=found.run), model))
    assert again.evaluation == found.test


def test_trained_again_from_its_record_it_is_the_same(opened: Project) -> None:
    assert finish(train_again(opened, TrainAgain(trained(opened)), Control())).same


def test_a_training_that_was_stopped_ends_as_one_that_was_not(opened: Project) -> None:
    whole = opened.runs.get(trained(opened)).model_hash
    with closing(train(opened, Train(method="bag-of-words"), Control())) as work:
        next(step for step in work if getattr(step, "stage", "") == "fit")
    stopped = opened.runs.all()[-1]
    finish(resume(opened, Resume(run=stopped.id), Control()))
    assert opened.runs.get(stopped.id).model_hash == whole


def test_what_one_text_has_is_left_out_unless_it_is_asked_for(opened: Project) -> None:
    assert complete_options("bag-of-words", {}, "tagging")["min_documents"] == 2
    assert complete_options("bag-of-words", {}, "single")["min_documents"] == 1
    all_of_them, usual = (tagger(opened, trained(opened, **o)).vocabulary for o in ({"min_documents": 1}, {}))
    assert set(usual) < set(all_of_them)


def test_of_too_many_features_the_most_frequent_are_kept(
    opened: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = tagger(opened, trained(opened)).vocabulary
    monkeypatch.setattr(tag_bag_of_words, "_MOST_WEIGHTS", 7 * 30)
    kept = tagger(opened, trained(opened)).vocabulary
    assert len(kept) == 30
    assert set(kept) < set(every)
    assert list(kept) == sorted(kept)


def test_all_outside_is_refused_as_by_the_others(tmp_path: Path) -> None:
    file = tmp_path / "all-o.conll"
    file.write_text("the\tO\nfilm\tO\n\n" * 40, encoding="utf-8")
    with imported(tmp_path / "p", file, "tagging") as made:
        with pytest.raises(KnownError) as caught:
            trained(made)
        assert caught.value.kind is ErrorKind.NO_ENTITIES


def test_words_that_cleaning_takes_away_are_outside_and_their_neighbours_stay(opened: Project) -> None:
    model = tagger(opened, trained(opened, cleaning="emoji"))
    text = "the film \U0001f600 was good"
    words = spans(text)
    (logits,) = model.logits([text], [words])
    assert [model.tags[k] for k in logits.argmax(1)] == ["O", "B-WORK", "O", "O", "O"]
    assert logits[2].tolist() == [1.0] + [0.0] * 6
    assert model.words_read(text, words) == {0, 1, 3, 4}
    asked = entity_question(model, text, words, logits).contrast
    ((whole,),) = finish(erased_outputs(model, [Erasing(text, asked, [NOTHING])]))
    assert np.allclose(whole, logits[1], atol=1e-5)


# --- reasons --------------------------------------------------------------------------------------------------


def test_shares_and_intercept_are_the_logits(opened: Project) -> None:
    model = tagger(opened, trained(opened))
    words = spans(TEXT)
    (logits,) = model.logits([TEXT], [words])
    for row, (shares, alone) in enumerate(model.contributions(TEXT, words, range(len(words)))):
        assert np.allclose(sum(share for _, share in shares) + alone, logits[row], atol=1e-5)


def test_the_terms_of_the_words_add_up_to_the_margin(opened: Project) -> None:
    run = trained(opened)
    model = tagger(opened, run)
    found = explain(
        model, run=run, method_id="", transfer_method="bag-of-words", text=TEXT, words=spans(TEXT)
    )
    assert (found.method, found.baseline) == ("linear", "empty")
    assert found.relative_delta is not None
    assert found.relative_delta < 1e-9
    assert found.span is not None
    assert (TEXT[slice(*found.span)], found.label) in (("film", "WORK"), ("food", "DISH"))
    tags = [model.tags.index(f"B-{found.target}"), model.tags.index("O")]
    without = float(model.intercept[tags[0]] - model.intercept[tags[1]])
    assert sum(word.score for word in found.words) + without == pytest.approx(found.margin, abs=1e-5)
    strongest = max(range(len(found.words)), key=lambda i: found.words[i].score)
    assert (found.words[strongest].start, found.words[strongest].end) == found.span
    far = [
        word
        for word in found.words
        if abs(TEXT[: word.start].count(" ") - TEXT[: found.span[0]].count(" ")) > 2
    ]
    assert far
    assert all(word.score == 0 for word in far), "words three away are not read"


def test_a_word_in_pieces_shares_its_terms_among_them(opened: Project) -> None:
    run = trained(opened)
    model = tagger(opened, run)
    text = "the-film was good"
    found = explain(
        model,
        run=run,
        method_id="linear",
        transfer_method="bag-of-words",
        text=text,
        words=[(0, 8), (9, 12), (13, 17)],
        span=(0, 8),
    )
    assert [text[word.start : word.end] for word in found.words] == ["the", "-", "film", "was", "good"]
    assert len({round(word.score, 12) for word in found.words[:3]}) == 1


def test_an_erased_word_takes_every_feature_with_it_that_reads_it(opened: Project) -> None:
    model = tagger(opened, trained(opened))
    words = spans(TEXT)
    (logits,) = model.logits([TEXT], [words])
    asked = entity_question(model, TEXT, words, logits, (4, 8)).contrast
    assert read_words(model, TEXT) == words
    film, everything = np.array([1]), np.arange(len(words))
    ((whole, without, blank),) = finish(
        erased_outputs(model, [Erasing(TEXT, asked, [NOTHING, film, everything])])
    )
    assert np.allclose(whole, logits[1], atol=1e-5)
    assert np.allclose(blank, model.intercept, atol=1e-6)
    ((shares, alone),) = model.contributions(TEXT, words, [1])
    kept = sum((share for read, share in shares if 1 not in read), alone)
    assert np.allclose(without, kept, atol=1e-5)
    assert asked.margin(without) < asked.margin(whole)


def test_every_explainer_of_the_task_explains_what_was_predicted(opened: Project) -> None:
    run = trained(opened)
    model = tagger(opened, run)
    offered = explainers_for("bag-of-words", "tagging")
    assert offered == ("linear", "occlusion", "kernel-shap", "lime", "shapley")
    strongest = set()
    for id in offered:
        found = explain(
            model, run=run, method_id=id, transfer_method="bag-of-words", text=TEXT, words=spans(TEXT)
        )
        strongest.add(max(range(len(found.words)), key=lambda i: found.words[i].score))
        if id in ("kernel-shap", "shapley"):
            assert found.relative_delta is not None
            assert found.relative_delta < 1e-3
    assert len(strongest) == 1


def test_a_document_is_explained_sealed_summed_up_and_mapped(opened: Project) -> None:
    run = trained(opened)
    models = Models()
    document, text, _, _ = next(row for row in opened.documents.tagged("test") if row[3])
    result = finish(work_for(opened, Explain(run=run, document=document), Control(), models))
    assert isinstance(result, Explained)
    found = opened.runs.explanation(result.explanation)
    strongest = max(range(len(found.words)), key=lambda i: found.words[i].score)
    assert found.span is not None
    assert found.word(strongest) == text[slice(*found.span)]
    sealed = finish(work_for(opened, SealExplanation(result.explanation), Control(), models))
    assert isinstance(sealed, Sealed)
    assert sealed.seal.removal is not None
    assert sealed.seal.removal.drop > sealed.seal.removal.random_drop
    assert sealed.seal.methods == ("occlusion", "kernel-shap")
    summed = finish(work_for(opened, ExplainCorpus(run=run, split="test"), Control(), models))
    assert isinstance(summed, CorpusExplained)
    assert {word.word for word in summed.summary.words} >= {"film", "food", "place"}
    mapped = finish(work_for(opened, MapDocuments(run=run), Control(), models))
    assert isinstance(mapped, DocumentsMapped)
    assert len(mapped.points) == 160


def test_all_that_asks_about_a_run_answers_or_says_why_not(opened: Project, tmp_path: Path) -> None:
    first, second = trained(opened), trained(opened, longest_ngram=1)
    models = Models()

    def answer(request: Request) -> Any:
        return finish(work_for(opened, request, Control(), models))

    ranking = answer(RankExplainers(run=first, texts=6, seconds=20)).ranking
    assert ranking.instant == "linear"
    change = answer(FindSmallestChange(run=first, text=TEXT, span=(4, 8))).change
    assert change.removal is not None
    assert [TEXT[slice(*change.words[word])] for word in change.removal.words] == ["film"]
    assert change.removal.verified
    faithful = answer(MeasureFaithfulness(run=first, method="linear", texts=10)).faithfulness
    assert faithful.scores.comprehensiveness > faithful.random.comprehensiveness
    assert answer(MeasureRobustness(run=first))
    assert answer(CompareReasons(run=first, second=second)).comparison
    refusals: dict[ErrorKind, Request] = {
        ErrorKind.NOTHING_TO_SCRAMBLE: ScrambleWeights(run=first),
        ErrorKind.CANNOT_ARGUE: Argue(run=first, strike=("film",)),
    }
    for kind, request in refusals.items():
        with pytest.raises(KnownError) as caught:
            answer(request)
        assert caught.value.kind is kind


# --- what is offered ------------------------------------------------------------------------------------------


def test_tagging_is_offered_what_means_something_to_it() -> None:
    offered = {option.id for option in options_for(method("bag-of-words"), "tagging")}
    assert {"longest_ngram", "min_documents", "regularisation", "class_weights", "cleaning"} <= offered
    assert not {"strike", "mark"} & offered


def test_the_pre_flight_check_measures_it(opened: Project) -> None:
    found = finish(forecast(opened, ForecastTraining(method="bag-of-words"))).forecast
    assert 0 < found.seconds < 60
    assert found.max_tokens == 0


# --- handed over ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cleaning", ["", "lowercase,emoji"])
@pytest.mark.parametrize("format", ["runner", "huggingface"])
def test_a_run_is_handed_over(opened: Project, tmp_path: Path, format: str, cleaning: str) -> None:
    run = trained(opened, cleaning=cleaning)
    found = export(opened, run, tagger(opened, run), format, tmp_path / "out")
    assert found.agreement == 1.0
    assert found.largest_difference < 1e-4
    assert ("cleaning.py" in found.files) == bool(cleaning)


def test_the_folder_scores_by_itself(opened: Project, tmp_path: Path) -> None:
    run = trained(opened, cleaning="emoji")
    model = tagger(opened, run)
    export(opened, run, model, "runner", tmp_path / "out")
    assert (tmp_path / "out" / "requirements.txt").read_text().split("==")[0] == "numpy"
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    text = "the film \U0001f600 and the food"
    source.write_text(f"text\n{text}\n", encoding="utf-8")
    told = alone(tmp_path / "out", str(source), str(out), "--column", "text")
    assert told.returncode == 0, told.stderr
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert json.loads(row["entities"]) == [[4, 8, "WORK"], [19, 23, "DISH"]]
    assert alone(tmp_path / "out", "--self-check").returncode == 0


def alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the folder's script where nothing of ours can be imported."""
    command = [sys.executable, "-I", "-c", _ALONE, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


_ALONE = """
import runpy, sys
sys.path.insert(0, ".")
sys.modules["engine"] = sys.modules["torch"] = None
runpy.run_path("score.py", run_name="__main__")
"""


def test_the_example_of_the_folder_computes_what_the_run_says(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(opened)
    model = tagger(opened, run)
    export(opened, run, model, "huggingface", tmp_path / "out")
    monkeypatch.chdir(tmp_path / "out")
    monkeypatch.syspath_prepend(str(tmp_path / "out"))
    example = Path("README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(example, names)
    (expected,) = model.logits(["a text"], [[(0, 1), (2, 6)]])
    assert np.allclose(names["logits"], expected, atol=1e-5)


def test_a_format_that_cannot_hold_it_is_refused(opened: Project, tmp_path: Path) -> None:
    run = trained(opened)
    assert export_formats("bag-of-words", "tagging") == ("runner", "huggingface")
    assert "onnx" in export_formats("bag-of-words")
    with pytest.raises(KnownError) as caught:
        export(opened, run, tagger(opened, run), "onnx", tmp_path / "out")
    assert caught.value.kind is ErrorKind.EXPORT_UNSUITABLE
