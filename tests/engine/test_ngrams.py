"""What a bag of words reads: whole words with their marks, and of an older model what it was trained on."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.api.words import words_of
from engine.explain.explaining import explain
from engine.export.files import write_parts
from engine.export.onnx_words import write_onnx_words
from engine.export.settings import settings_of
from engine.models.linear_model import LinearModel
from engine.models.ngrams import keys, ngrams, words
from engine.models.store import CARD, load_model, save
from engine.progress import finish

HINDI, ARABIC, CAFE = "फ़िल्म बहुत अच्छी", "كِتَابٌ جَمِيل", "cafe\u0301 noir"
MARKED = (HINDI, ARABIC, CAFE)


def shown(text: str, rule: int = 2) -> list[str]:
    return [text[start:end] for start, end in words(text, rule)]


@pytest.mark.parametrize("text", MARKED)
def test_marks_are_parts_of_their_words(text: str) -> None:
    assert shown(text) == text.split()
    assert words(text) == words_of(text)
    assert keys(text, 2) == [*text.split(), *map(" ".join, pairwise(text.split()))]
    assert [key for key, _ in ngrams(text, 2)] == keys(text, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't STOP!! it’s 3.5", ["Don't", "STOP", "!!", "it’s", "3", "5"]),
        ("snake_case 我爱 film😀!?", ["snake", "case", "我", "爱", "film", "😀", "!?"]),
        ("e\u0301te\u0301's", ["e\u0301te\u0301's"]),
    ],
)
def test_what_counts_as_a_word(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize("text", ["Don't STOP!! it’s 3.5", "snake_case 我爱 film😀!?", "Straße naïve Жизнь"])
def test_without_marks_both_rules_cut_alike(text: str) -> None:
    assert words(text, 1) == words(text, 2)


def older_model() -> LinearModel:
    """As trained when marks cut words."""
    vocabulary = {key: column for column, key in enumerate(dict.fromkeys(keys(" ".join(MARKED), 2, 1)))}
    random = np.random.default_rng(3)
    return LinearModel(
        labels=("no", "yes"),
        vocabulary=vocabulary,
        idf=random.uniform(1, 3, len(vocabulary)),
        weights=random.normal(size=(2, len(vocabulary))),
        intercept=random.normal(size=2),
        longest_ngram=2,
        word_rule=1,
    )


def test_an_older_model_reads_as_it_was_trained(tmp_path: Path) -> None:
    model, folder = older_model(), tmp_path / "model"
    save(model, folder, None)
    card = json.loads((folder / CARD).read_text())
    assert card.pop("word_rule") == 1
    (folder / CARD).write_text(json.dumps(card))  # as it was written before there were two rules
    loaded = load_model(folder, "bag-of-words-1")
    assert isinstance(loaded, LinearModel)
    assert loaded.word_rule == 1
    assert np.array_equal(loaded.logits(MARKED), model.logits(MARKED))
    assert np.abs(loaded.logits(MARKED) - model.intercept).min() > 0
    found = explain(
        loaded, run="bag-of-words-1", method_id="linear", transfer_method="bag-of-words", text=HINDI
    )
    assert [found.word(at) for at in range(len(found.words))] == shown(HINDI, 1)
    assert found.relative_delta is not None
    assert found.relative_delta < 1e-6


def newer_model() -> LinearModel:
    vocabulary = {key: column for column, key in enumerate(dict.fromkeys(keys(" ".join(MARKED), 2)))}
    random = np.random.default_rng(4)
    return LinearModel(
        labels=("no", "yes"),
        vocabulary=vocabulary,
        idf=random.uniform(1, 3, len(vocabulary)),
        weights=random.normal(size=(2, len(vocabulary))),
        intercept=random.normal(size=2),
        longest_ngram=2,
    )


def test_a_new_model_keeps_its_rule(tmp_path: Path) -> None:
    model, folder = newer_model(), tmp_path / "model"
    save(model, folder, None)
    loaded = load_model(folder, "bag-of-words-1")
    assert isinstance(loaded, LinearModel)
    assert loaded.word_rule == 2
    assert np.array_equal(loaded.logits(MARKED), model.logits(MARKED))


@pytest.mark.parametrize("make", [older_model, newer_model])
def test_exports_read_by_the_model_s_rule(tmp_path: Path, make: Callable[[], LinearModel]) -> None:
    model = make()
    assert settings_of(model).word_rule == model.word_rule
    score = finish(write_onnx_words(model, tmp_path, "onnx"))
    assert np.allclose(finish(score(MARKED)), model.logits(MARKED), atol=1e-5)
    write_parts(model, tmp_path)
    assert "engine" not in (tmp_path / "ngrams.py").read_text("utf-8")
    assert (tmp_path / "words.py").is_file()
