"""Training texts behind an entity: TracIn's closed form word by word, the words that are named, the cache of words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import FindInfluences, Influences, InfluencesFound
from engine.api.messages import Train
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.words import words_of
from engine.dispatch import work_for
from engine.explain.evidence import word_cache
from engine.explain.evidence.influence import Space
from engine.explain.evidence.word_cache import WordCache
from engine.explain.evidence.word_influence import AskedWords, states_of, word_pushes
from engine.models.loaded import Models
from engine.models.tagging_model import TaggingModel, word_table
from engine.models.trajectory import as_it_was, kept_states
from engine.models.word_states import read_word_states
from engine.progress import Control, finish
from engine.transfer import tag_features
from engine.transfer.training import train
from tests.engine.test_explain_tasks import tagging
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import tagging_project

TEXTS = ["the film was good", "very bad film", "not a good film , a bad film !"]
ASKED = "the film was very good"
WORDS = [words_of(text) for text in TEXTS]


def word_losses(model: TaggingModel, text: str, tags: list[int]) -> torch.Tensor:
    """The cross-entropy (W,) of each word's tag, with its graph."""
    table = word_table(model.tokenizer, [text], [words_of(text)])
    batch = model.tokenizer.table_batch(table.table, np.arange(1), model.device)
    logits = model.module(**batch)[0][np.flatnonzero(table.words >= 0)]
    return functional.cross_entropy(logits, torch.tensor(tags), reduction="none")


def gradient(loss: torch.Tensor, model: TaggingModel) -> torch.Tensor:
    """By the last layer's weights and biases, in one row."""
    last = model.module.last_linear
    parts = torch.autograd.grad(loss, [last.weight, last.bias], retain_graph=True)
    return torch.cat([part.flatten() for part in parts])


def asked_words(model: TaggingModel, rows: tuple[int, ...]) -> AskedWords:
    (logits,) = model.logits([ASKED], [words_of(ASKED)])
    return AskedWords(ASKED, words_of(ASKED), rows, logits[list(rows)].argmax(1))


def test_the_closed_form_is_the_product_of_the_gradients_of_words(tmp_path: Path) -> None:
    model = tagging()
    model.module.eval()
    targets = np.arange(sum(len(spans) for spans in WORDS)) % model.outputs
    asked = asked_words(model, (1, 3))
    cache = WordCache(tmp_path, model)
    rows = finish(cache.fill(TEXTS, WORDS))
    found = word_pushes(cache, rows, targets, asked, finish(states_of(model, asked)), Space())
    (every,) = model.logits([ASKED], [words_of(ASKED)])
    losses = word_losses(model, ASKED, every.argmax(1).tolist())
    own = gradient(losses[1] + losses[3], model)
    expected: list[float] = []
    for text, spans in zip(TEXTS, WORDS, strict=True):
        tags = targets[len(expected) : len(expected) + len(spans)].tolist()
        expected += [float(gradient(loss, model) @ own) for loss in word_losses(model, text, tags)]
    assert found == pytest.approx(expected, rel=5e-3, abs=1e-4)


def test_more_words_than_are_held_at_once_have_the_same_pushes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tagging()
    targets = np.arange(sum(len(spans) for spans in WORDS)) % model.outputs
    asked = asked_words(model, (0, 1, 2, 3, 4))
    found = []
    for number in range(2):
        cache = WordCache(tmp_path / str(number), model)
        rows = finish(cache.fill(TEXTS, WORDS))
        found.append(word_pushes(cache, rows, targets, asked, finish(states_of(model, asked)), Space()))
        assert len(cache._parts) == (1, 3)[number]
        monkeypatch.setattr("engine.explain.evidence.word_influence._AT_ONCE", 2)
        monkeypatch.setattr("engine.explain.evidence.word_influence._BLOCK", 4)
        monkeypatch.setattr(word_cache, "AT_ONCE", 3)
    assert found[0] == pytest.approx(found[1], rel=1e-3, abs=1e-6)


def test_words_are_known_by_their_text_and_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tagging()
    rows = finish(WordCache(tmp_path, model).fill(TEXTS, WORDS))
    read: list[str] = []

    def note(of: TaggingModel, texts: list[str], words: Any) -> Any:
        read.extend(texts)
        return read_word_states(of, texts, words)

    monkeypatch.setattr(word_cache, "read_word_states", note)
    cache = WordCache(tmp_path, model)
    twice = finish(cache.fill([TEXTS[1], ASKED, TEXTS[1]], [WORDS[1], words_of(ASKED), WORDS[1]]))
    assert read == [ASKED]
    assert twice[:3].tolist() == twice[-3:].tolist()
    states = cache._parts[0].states
    assert isinstance(states, np.memmap)
    assert states.dtype == np.float16
    exact = finish(read_word_states(model, TEXTS, WORDS))
    assert cache.states(rows) == pytest.approx(exact.states, rel=1e-3, abs=1e-3)
    (logits,) = model.logits(TEXTS[:1], WORDS[:1])
    assert exact.logits[: len(WORDS[0])] == pytest.approx(logits, abs=1e-6)


def test_words_that_are_not_read_teach_nothing(tmp_path: Path) -> None:
    model = tagging()
    text, spans = "film \u200b good", [(0, 4), (5, 6), (7, 11)]
    cache = WordCache(tmp_path, model)
    rows = finish(cache.fill([text], [spans]))
    assert cache.read(rows).tolist() == [True, False, True]
    asked = asked_words(model, (1,))
    found = word_pushes(cache, rows, np.array([1, 1, 1]), asked, finish(states_of(model, asked)), Space())
    assert (found != 0).tolist() == [True, False, True]


def test_long_texts_have_the_mean_of_their_windows() -> None:
    model = tagging(max_tokens=8)
    text = "the film was good " * 6
    found = finish(read_word_states(model, [text], [words_of(text)]))
    last = model.module.last_linear
    logits = torch.from_numpy(np.asarray(found.states)) @ last.weight.T + last.bias
    assert found.logits == pytest.approx(logits.detach().numpy(), abs=1e-4)


# --- runs of a project -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["features", "fine-tune"])
def trained(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Project, str]]:
    folder = tmp_path_factory.mktemp("words")
    options: dict[str, Any] = {"epochs": 12, "learning_rate": 3e-3, "precision": "fp32"}
    with tagging_project(folder / "p") as project:
        wanted = Train(
            method=request.param,
            source=str(bert_folder(folder / "source")),
            options=options if request.param == "fine-tune" else {},
        )
        yield project, finish(train(project, wanted, Control())).run


def ask(project: Project, run: str, **question: Any) -> Influences:
    request = FindInfluences(run=run, **({"text": "good food"} | question))
    found = finish(work_for(project, request, Control(), Models()))
    assert isinstance(found, InfluencesFound)
    return found.influences


def test_an_entity_is_pushed_by_words_of_its_type(trained: tuple[Project, str]) -> None:
    project, run = trained
    found = ask(project, run, count=4)
    assert (found.label, found.span) == ("DISH", (5, 9))
    forth = [each for each in found.pushes if each.push > 0]
    assert len(forth) == 4
    for each in forth:
        first = each.words[0]
        assert each.text[first.start : first.end] == "food"
        assert each.label == first.label == "DISH"
        assert all(word.push > 0 for word in each.words)
    assert len(found.neighbours) == 4
    for each in found.neighbours:
        (nearest,) = each.words
        assert each.text[nearest.start : nearest.end] == "food"
        assert each.likeness > 0.5
    every = ask(project, run, count=500)
    assert sum(abs(each.push) for each in every.pushes) == pytest.approx(1)
    assert every.training_texts == len(list(project.documents.tagged("train")))
    kept, _ = kept_states(project.run_folder(run))
    assert found.checkpoints == 1 + len(kept) == (3 if project.runs.get(run).method == "fine-tune" else 1)


def test_the_span_chooses_the_words(trained: tuple[Project, str]) -> None:
    project, run = trained
    text = "good food and a good place"
    found = ask(project, run, text=text, span=(21, 26), count=2)
    assert (found.label, found.span) == ("SPOT", (21, 26))
    assert {each.label for each in found.pushes if each.push > 0} == {"SPOT"}
    with pytest.raises(KnownError) as caught:
        ask(project, run, text=text, span=(4, 5))
    assert caught.value.kind is ErrorKind.SPAN_WITHOUT_WORDS
    with pytest.raises(KnownError) as caught:
        ask(project, run, text=" ")
    assert caught.value.kind is ErrorKind.TEXT_EMPTY


def test_a_document_is_no_evidence_for_itself_and_edits_are_told(trained: tuple[Project, str]) -> None:
    project, run = trained
    document, text, _, entities = next(row for row in project.documents.tagged("train") if row[3])
    found = ask(project, run, text=None, document=document, count=500)
    assert found.text == text
    assert document not in {each.document for each in (*found.pushes, *found.neighbours)}
    assert not found.edited
    with project.transaction():
        project.documents.set_tags(document, [Entity(e.start, e.end, "SPOT") for e in entities])
    assert ask(project, run).edited
    with project.transaction():
        project.documents.set_tags(document, entities)


def test_the_states_of_the_training_are_summed(trained: tuple[Project, str], tmp_path: Path) -> None:
    project, run = trained
    model = Models().get(project, run)
    assert isinstance(model, TaggingModel)
    states, last = kept_states(project.run_folder(run))
    if not states:
        pytest.skip("a head on frozen states keeps none")
    rows = list(project.documents.tagged("train"))
    targets = np.array(
        [
            1 + 2 * model.labels.index(kinds[word]) if word in kinds else 0
            for _, _, words, entities in rows
            for kinds in [{(e.start, e.end): e.label for e in entities}]
            for word in words
        ]
    )
    (logits,) = model.logits(["good food"], [words_of("good food")])
    asked = AskedWords("good food", words_of("good food"), (1,), logits[[1]].argmax(1))
    total = np.zeros(len(targets))
    passed = [as_it_was(model_of(project, run), state) for state in states]
    for each, rates in zip([*passed, model], [*(s.passage.rates for s in states), last], strict=True):
        cache = WordCache(tmp_path, each)
        places = finish(cache.fill([row[1] for row in rows], [row[2] for row in rows]))
        total += rates * word_pushes(cache, places, targets, asked, finish(states_of(each, asked)), Space())
    owners = np.repeat(np.arange(len(rows)), [len(row[2]) for row in rows])
    texts = np.bincount(owners, total)
    expected = dict(zip((row[0] for row in rows), texts / np.abs(texts).sum(), strict=True))
    found = ask(project, run, count=500)
    assert {each.document: each.push for each in found.pushes} == pytest.approx(expected, abs=1e-5)


def model_of(project: Project, run: str) -> TaggingModel:
    found = Models().get(project, run)
    assert isinstance(found, TaggingModel)
    return found


def test_a_head_that_learnt_from_some_texts_is_asked_about_those(
    trained: tuple[Project, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = trained
    monkeypatch.setattr(tag_features, "MOST_NUMBERS", 32 * 50)
    found = ask(project, run, count=1)
    features = project.runs.get(run).method == "features"
    assert (found.training_texts < 20) == features


@pytest.mark.parametrize("text", ["😂😂", "<script>alert(1)</script>", "zzz qqq", "good " * 500])
def test_odd_texts_have_an_answer(trained: tuple[Project, str], text: str) -> None:
    found = ask(*trained, text=text)
    assert np.isfinite([i.push for i in found.pushes] + [i.likeness for i in found.neighbours]).all()
    assert len(found.neighbours) == 10
