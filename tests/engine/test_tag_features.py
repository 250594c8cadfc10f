"""Features of tagged words: a frozen model's states of single words and a linear head, from training to hand-over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.api.catalog import complete_options, explainer_of, explainers_for, export_formats, method
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.corpus import CorpusExplained, ExplainCorpus
from engine.api.messages import Evaluate, Explain, Explained, ForecastTraining, Resume, Train
from engine.api.messages_transfer import TrainAgain
from engine.api.option_tasks import options_for
from engine.api.project import Project
from engine.devices import choose
from engine.dispatch import work_for
from engine.explain.explaining import TOLERANCE, explain
from engine.models.loaded import Models
from engine.models.modules import TagFeatureModule
from engine.models.source import find
from engine.models.store import load_run
from engine.models.tagging_model import Spans, TaggingModel, tag_names
from engine.models.text_model import softmax
from engine.progress import Control, Noticed, finish
from engine.transfer import tag_features
from engine.transfer.evaluating import evaluate_run
from engine.transfer.examples import Examples, TrainingData, gather
from engine.transfer.forecasting import forecast
from engine.transfer.method import Job
from engine.transfer.regression import FEW_JUDGED
from engine.transfer.retraining import train_again
from engine.transfer.tag_features import choose_layer, some_texts, train_tagged
from engine.transfer.training import resume, train
from engine.transfer.word_encoding import WordReader, word_reader
from tests.engine.export_models import export
from tests.engine.task_projects import task_project
from tests.engine.tiny import WORDS, bert_folder
from tests.engine.tiny_tasks import imported, tagging_project

LONG = " ".join(WORDS[i % len(WORDS)] for i in range(50))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with tagging_project(tmp_path / "p") as made:
        yield made


def trained(opened: Project, source: Path, **options: Any) -> str:
    wanted = Train(method="features", source=str(source), options=options)
    return finish(train(opened, wanted, Control())).run


def tagger(opened: Project, run: str) -> tuple[TaggingModel, TagFeatureModule]:
    model = load_run(opened, run)
    assert isinstance(model, TaggingModel)
    assert isinstance(model.module, TagFeatureModule)
    return model, model.module


def spans(text: str) -> list[tuple[int, int]]:
    ends = np.cumsum([len(word) + 1 for word in text.split()])
    return [(int(end) - len(word) - 1, int(end) - 1) for word, end in zip(text.split(), ends, strict=True)]


def job_of(opened: Project, source: Path, data: TrainingData, **options: Any) -> Job:
    complete = complete_options("features", options, "tagging")
    folder = opened.path
    return Job(opened, "r", data, complete, str(source), folder, opened.cache, choose(), Control())


# --- learning -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"layer": 1}, {"class_weights": "balanced", "regularisation": 1.0}])
def test_it_learns_and_what_is_saved_is_what_was_fitted(
    opened: Project, source: Path, options: dict[str, Any]
) -> None:
    wanted = Train(method="features", source=str(source), options=options)
    found = finish(train(opened, wanted, Control()))
    assert found.test is not None
    assert found.test.main.value > 0.95
    model, module = tagger(opened, found.run)
    assert model.tags == tag_names(("DISH", "SPOT", "WORK"))
    if "layer" in options:
        assert module.layers == (1,)
    again = finish(evaluate_run(opened, Evaluate(run=found.run), model))
    assert again.evaluation == found.test


def test_the_source_model_stays_as_it_was(opened: Project, source: Path) -> None:
    folder = opened.run_folder(trained(opened, source)) / "model"
    assert (folder / "model.safetensors").read_bytes() == (source / "model.safetensors").read_bytes()


def test_a_second_training_reads_nothing_and_ends_the_same(
    opened: Project, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trained(opened, source)
    monkeypatch.setattr(WordReader, "_encode", None)
    found = finish(train_again(opened, TrainAgain(first), Control()))
    assert found.same


def test_a_training_that_was_stopped_ends_as_one_that_was_not(opened: Project, source: Path) -> None:
    whole = opened.runs.get(trained(opened, source)).model_hash
    for file in (opened.cache / "features").iterdir():
        file.unlink()
    with closing(train(opened, Train(method="features", source=str(source)), Control())) as work:
        next(step for step in work if getattr(step, "stage", "") == "fit")
    stopped = opened.runs.all()[-1]
    finish(resume(opened, Resume(run=stopped.id), Control()))
    assert opened.runs.get(stopped.id).model_hash == whole != ""


def test_a_layer_beyond_the_last_is_the_last(opened: Project, source: Path) -> None:
    assert tagger(opened, trained(opened, source, layer=99))[1].layers == (2,)


def test_validation_chooses_the_layer(tmp_path: Path) -> None:
    """Only the embeddings tell words apart where the layers say the same of every word."""
    folder = bert_folder(tmp_path / "blind")
    blind(folder)
    with tagging_project(tmp_path / "p", 480) as opened:
        data = gather(opened, 13, 0.15)
        assert len(data.validation) >= FEW_JUDGED
        job = job_of(opened, folder, data)
        reader = finish(word_reader(job, find(str(folder))))
        assert finish(choose_layer(job, reader)) == 0


def blind(folder: Path) -> None:
    """Let every layer of a model say nothing: its last norm has no weight."""
    tensors = load_file(folder / "model.safetensors")
    for name, tensor in tensors.items():
        if ".output.LayerNorm.weight" in name and "attention" not in name:
            tensors[name] = torch.zeros_like(tensor)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def test_all_outside_is_refused_as_by_fine_tuning(tmp_path: Path, source: Path) -> None:
    file = tmp_path / "all-o.conll"
    file.write_text("the\tO\nfilm\tO\n\n" * 40, encoding="utf-8")
    with imported(tmp_path / "p", file, "tagging") as made:
        with pytest.raises(KnownError) as caught:
            trained(made, source)
        assert caught.value.kind is ErrorKind.NO_ENTITIES
        assert made.runs.all() == []


# --- bounds ---------------------------------------------------------------------------------------------------


def test_of_too_many_words_some_texts_are_drawn_and_no_tag_is_lost() -> None:
    counts = np.array([5, 0, 7, 3, 6, 4, 8])
    targets = np.zeros(counts.sum(), np.int64)
    targets[[13, 27]] = 1, 2  # in texts 3 and 6
    words: list[Spans] = [[(i, i + 1) for i in range(count)] for count in counts]
    examples = Examples(list(range(7)), [str(i) for i in range(7)], targets, words)
    assert some_texts(examples, 33, 13) is examples
    found = some_texts(examples, 9, 13)
    assert {"3", "6"} <= set(found.texts)
    assert found.texts == sorted(found.texts)
    assert len(found.targets) <= 9 + 3 + 8 + 5
    assert set(found.targets) == {0, 1, 2}
    assert some_texts(examples, 9, 13).texts == found.texts


def test_the_head_learns_from_no_more_than_its_bound(
    opened: Project, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of the states that were kept, layer by layer."""
    monkeypatch.setattr(tag_features, "MOST_NUMBERS", 32 * 100)
    trained(opened, source, layer=1)
    kept = [np.load(file, mmap_mode="r") for file in (opened.cache / "features").glob("*.npy")]
    assert len(kept) == 2
    assert max(len(states) for states in kept) <= 100 + 4 * 12
    assert {states.shape[1] for states in kept} == {32}


# --- long texts -----------------------------------------------------------------------------------------------


def test_a_word_in_several_windows_is_read_as_it_is_scored(opened: Project, source: Path) -> None:
    """The head on the mean of a word's states gives the mean of the windows' logits."""
    model, module = tagger(opened, trained(opened, source, max_tokens=8, window_overlap=0.5))
    words = spans(LONG)
    job = job_of(opened, source, gather(opened, 13, 0.15), max_tokens=8, window_overlap=0.5)
    reader = finish(word_reader(job, find(str(source))))
    examples = Examples([1], [LONG], np.zeros(len(words), np.int64), [words])
    read = finish(reader.read(examples, module.layers))
    assert read.read.all()
    assert len(model.tokenizer.encode_windows(LONG)) > 10
    (logits,) = model.logits([LONG], [words])
    with torch.inference_mode():
        expected = module.head(torch.from_numpy(np.array(read.states))).numpy()
    assert np.allclose(logits, expected, atol=1e-5)


def test_what_is_cut_is_outside_and_nothing_is_learnt_from_it(opened: Project, source: Path) -> None:
    wanted = Train(method="features", source=str(source), options={"max_tokens": 8, "long_texts": "cut"})
    steps = list(train(opened, wanted, Control()))
    assert [step.kind for step in steps if isinstance(step, Noticed) and step.kind == "texts-cut"]
    model, _ = tagger(opened, opened.runs.all()[-1].id)
    (logits,) = model.logits([LONG], [spans(LONG)])
    assert (logits[6:].argmax(1) == 0).all()
    assert opened.runs.all()[-1].validation is not None
    read = [word in LONG.split()[:6] for word in ("film", "food", "place")]
    called = {model.tags[k] for k in logits[:6].argmax(1)}
    assert (called != {"O"}) == any(read)


def test_words_that_no_tokenizer_keeps_are_outside(opened: Project, source: Path) -> None:
    text, words = "\u200b \u200b", [(0, 1), (2, 3)]
    examples = Examples([1, 2], [text] * 2, np.array([1, 0, 1, 0]), [words, words])
    data = TrainingData(("WORK",), examples, examples, examples, (), "tagging")
    model = finish(train_tagged(job_of(opened, source, data))).model
    assert isinstance(model, TaggingModel)
    (logits,) = model.logits([text], [words])
    assert logits.argmax(1).tolist() == [0, 0]
    (logits,) = model.logits(["film"], [[(0, 4)]])
    assert np.isfinite(logits).all()


# --- what follows a training ----------------------------------------------------------------------------------


def test_every_explainer_of_the_task_explains_what_was_predicted(opened: Project, source: Path) -> None:
    run = trained(opened, source)
    model, _ = tagger(opened, run)
    text = "the film was good and the food was bad"
    offered = explainers_for("features", "tagging")
    assert "head-terms" not in offered
    assert "lrp" in offered
    for id in offered:
        found = explain(
            model, run=run, method_id=id, transfer_method="features", text=text, words=spans(text)
        )
        (logits,) = model.logits([text], [spans(text)])
        assert found.span is not None
        at = spans(text).index(found.span)
        assert text[slice(*found.span)] in ("film", "food")
        assert max(found.probabilities) == pytest.approx(
            sum(p for p, tag in zip(softmax(logits)[at], model.tags, strict=True) if tag[2:] == found.label),
            abs=TOLERANCE,
        )
        if explainer_of(id).complete:
            assert found.relative_delta is not None
            assert found.relative_delta < 0.02


def test_the_scores_of_all_words_add_up_to_the_margin(opened: Project, source: Path) -> None:
    run = trained(opened, source)
    model, _ = tagger(opened, run)
    text = "the film was good"
    masked = "[MASK] [MASK] [MASK] [MASK]"
    found = explain(
        model,
        run=run,
        method_id="integrated-gradients",
        transfer_method="features",
        text=text,
        words=spans(text),
    )
    assert found.span == (4, 8)
    (logits,), (blank,) = model.logits([text], [spans(text)]), model.logits([masked], [spans(masked)])
    target, rival = (
        model.tags.index(name if name == "O" else f"B-{name}") for name in (found.target, found.rival)
    )
    margins = [float(each[1, target] - each[1, rival]) for each in (logits, blank)]
    assert found.margin == pytest.approx(margins[0], abs=1e-4)
    total = sum(word.score for word in found.words)
    assert total == pytest.approx(margins[0] - margins[1], rel=0.05)


def test_head_terms_are_refused_with_what_there_is(opened: Project, source: Path) -> None:
    run = trained(opened, source)
    with pytest.raises(KnownError) as caught:
        finish(work_for(opened, Explain(run=run, text="a film", method="head-terms"), Control(), Models()))
    assert caught.value.kind is ErrorKind.EXPLAINER_UNKNOWN
    assert "lrp" in str(caught.value.values["valid"])
    assert "head-terms" in method("features").explainers, "whole texts have them"


def test_a_document_and_the_corpus_are_explained(opened: Project, source: Path) -> None:
    run = trained(opened, source)
    document, text, _, _ = next(row for row in opened.documents.tagged("test") if row[3])
    result = finish(work_for(opened, Explain(run=run, document=document), Control(), Models()))
    assert isinstance(result, Explained)
    found = opened.runs.explanation(result.explanation)
    strongest = max(range(len(found.words)), key=lambda i: found.words[i].score)
    assert found.span is not None
    assert found.word(strongest) == text[slice(*found.span)]
    summed = finish(work_for(opened, ExplainCorpus(run=run, split="test"), Control(), Models()))
    assert isinstance(summed, CorpusExplained)
    assert summed.summary.explained == opened.documents.labelled_counts()["test"]


@pytest.mark.parametrize("format", ["huggingface", "onnx", "torchscript", "runner"])
def test_a_run_is_handed_over(opened: Project, source: Path, tmp_path: Path, format: str) -> None:
    run = trained(opened, source, long_texts="cut")
    model, _ = tagger(opened, run)
    assert format in export_formats(opened.runs.get(run).model_method)
    found = export(opened, run, model, format, tmp_path / "out")
    assert found.agreement == 1.0
    assert found.largest_difference < 1e-4


def test_the_example_of_the_folder_computes_what_the_run_says(
    opened: Project, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(opened, source)
    model, _ = tagger(opened, run)
    export(opened, run, model, "huggingface", tmp_path / "out")
    monkeypatch.chdir(tmp_path / "out")
    example = Path("README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(example, names)
    (expected,) = model.logits(["a text"], [[(0, 1), (2, 6)]])
    assert np.allclose(names["logits"][0, 1:3].numpy(), expected, atol=1e-5)


# --- what is offered ------------------------------------------------------------------------------------------


def test_tagging_is_offered_what_means_something_to_it() -> None:
    offered = {option.id for option in options_for(method("features"), "tagging")}
    assert {"layer", "regularisation", "class_weights", "max_tokens", "long_texts", "adapt_epochs"} <= offered
    assert "window_pooling" not in offered


def test_the_pre_flight_check_measures_it(tmp_path: Path, source: Path) -> None:
    with task_project(tmp_path / "t", "tagging") as opened:
        found = finish(forecast(opened, ForecastTraining(method="features", source=str(source)))).forecast
        assert 0 < found.seconds < 60
        assert found.labels == 2
        assert opened.runs.all() == []
