"""Changed texts: pure functions of text and seed that change as much as was asked, and keep tags on their words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Entity
from engine.data.perturbing import augmented, perturb, perturb_tagged
from engine.models.neighbours import nearest_words
from engine.models.ngrams import words
from engine.models.source import load_tokenizer
from engine.models.word_vectors import word_vectors
from tests.engine.tiny import bert_folder

_TEXT = "I would love to see this film again, because the actors were really wonderful; don't miss it!"
_KINDS = ("typos", "case", "swaps", "deletion")


@pytest.mark.parametrize("kind", _KINDS)
def test_a_change_is_a_function_of_text_and_seed(kind: str) -> None:
    found = [perturb(_TEXT, kind, 0.3, seed) for seed in range(20)]
    assert found == [perturb(_TEXT, kind, 0.3, seed) for seed in range(20)]
    assert all(text != _TEXT for text in found)
    assert len(set(found)) > 2
    assert perturb("", kind, 0.3, 1) == ""
    assert perturb(" ... ", kind, 0.3, 1) == " ... "


def test_typos_change_letters_of_so_many_words() -> None:
    before = [_TEXT[a:b] for a, b in words(_TEXT)]
    for seed in range(40):
        changed = perturb(_TEXT, "typos", 0.2, seed)
        after = [changed[a:b] for a, b in words(changed)]
        others = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
        assert len(others) == round(0.2 * len(before))
        for one, other in others:
            assert len(one) >= 3
            assert other[0] == one[0]
            assert abs(len(other) - len(one)) <= 1


def test_swaps_and_deletion_keep_the_words() -> None:
    before = [_TEXT[a:b] for a, b in words(_TEXT)]
    swapped = perturb(_TEXT, "swaps", 0.25, 3)
    assert sorted(swapped[a:b] for a, b in words(swapped)) == sorted(before)
    deleted = perturb(_TEXT, "deletion", 0.25, 3)
    left = [deleted[a:b] for a, b in words(deleted)]
    assert len(left) == len(before) - round(0.25 * len(before))
    remaining = iter(before)
    assert all(word in remaining for word in left)  # the same order
    assert perturb("one", "deletion", 1.0, 1) == "one"
    assert len(words(perturb(_TEXT, "deletion", 1.0, 1))) == 1


def test_case_leaves_the_letters() -> None:
    found = {perturb(_TEXT, "case", 1.0, seed) for seed in range(20)}
    assert {text.lower() for text in found} == {_TEXT.lower()}
    assert _TEXT.upper() in found
    assert perturb("房间很干净", "case", 1.0, 1) == "房间很干净"


def test_chinese_characters_change_places() -> None:
    text = "房间很干净，服务态度也非常好。"
    found = {perturb(text, "typos", 0.1, seed) for seed in range(20)}
    assert text not in found
    assert any(sorted(each) == sorted(text) for each in found)
    assert all(set(each) == set(text) for each in found)


def test_synonyms_keep_the_words_form() -> None:
    table = {"film": ("movie",), "wonderful": ("great",), "love": ()}
    assert perturb("Film FILM film wonderful", "synonyms", 1.0, 1, table) == "Movie MOVIE movie great"
    assert perturb("I love it", "synonyms", 1.0, 1, table) == "I love it"
    assert perturb("a film", "synonyms", 0.5, 1) == "a film"


def test_augmentation_draws_one_kind() -> None:
    found = {augmented(_TEXT, ("deletion", "swap"), 0.2, seed) for seed in range(30)}
    lengths = {len(words(text)) for text in found}
    assert lengths == {len(words(_TEXT)), len(words(_TEXT)) - round(0.2 * len(words(_TEXT)))}


def test_an_unknown_change_is_refused() -> None:
    with pytest.raises(ValueError, match="sparkle"):
        perturb("a", "sparkle", 0.1, 1)


@pytest.mark.parametrize("kind", _KINDS)
def test_tags_stay_on_their_words(kind: str) -> None:
    text = "Maria Rossi Bianchi flew from New York to Rome, with three friends"
    spans = words(text)
    entities = [Entity(0, 19, "PER"), Entity(30, 38, "LOC"), Entity(42, 46, "LOC")]
    for seed in range(40):
        changed, moved, kept = perturb_tagged(text, spans, entities, kind, 0.4, seed)
        assert [changed[a:b] for a, b in moved] == [changed[a:b] for a, b in words(changed)]
        starts, ends = {a for a, _ in moved}, {b for _, b in moved}
        assert all(e.start in starts and e.end in ends for e in kept)
        assert len(moved) == len(spans) or kind == "deletion"
        people = [changed[e.start : e.end] for e in kept if e.label == "PER"]
        if kind in ("swaps", "deletion") and people:
            assert set(people[0].split()) <= {"Maria", "Rossi", "Bianchi"}
        if kind in ("typos", "case"):
            assert [e.label for e in kept] == ["PER", "LOC", "LOC"]


def test_an_entity_without_words_is_gone() -> None:
    text, spans, kept = perturb_tagged(
        "Rome is old", [(0, 4), (5, 7), (8, 11)], [Entity(0, 4, "LOC")], "deletion", 0.7, 0
    )
    assert len(spans) == 1
    assert (kept == []) == (text != "Rome")


def test_neighbours_are_the_nearest_words(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "m")
    tokenizer = load_tokenizer(folder)
    vocabulary = tokenizer.get_vocab()
    random = np.random.default_rng(0)
    matrix = random.normal(size=(len(vocabulary), 16)).astype(np.float32)
    matrix[vocabulary["great"]] = 2 * matrix[vocabulary["good"]] + 0.01
    matrix[vocabulary["fine"]] = matrix[vocabulary["good"]] + 0.5 * random.normal(size=16)
    save_file({"embeddings.word_embeddings.weight": matrix}, folder / "model.safetensors")
    with word_vectors(folder, tokenizer) as vectors:
        found = nearest_words(vectors, ["Good", "food", "missing", "a"], least=0.6)
        everything = nearest_words(vectors, ["food"], count=3, least=-1.0)["food"]
        other = nearest_words(vectors, ["Good"], least=0.6, alike=lambda word, near: near != "great")
    assert found["good"][:2] == ("great", "fine")
    assert "missing" not in found
    assert "a" not in found
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    assert other["good"][0] == "fine"
    cosines = [float(unit[vocabulary[word]] @ unit[vocabulary["food"]]) for word in everything]
    assert cosines == sorted(cosines, reverse=True)
    assert "food" not in everything


def test_a_model_without_word_embeddings_is_said(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "m")
    save_file({"head.weight": np.zeros((2, 2), np.float32)}, folder / "model.safetensors")
    with pytest.raises(KnownError) as caught, word_vectors(folder, load_tokenizer(folder)):
        pass
    assert caught.value.kind is ErrorKind.MODEL_DAMAGED
