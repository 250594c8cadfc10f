"""Explaining one text: the explanation's facts, its errors, bag-of-words, and the bundled model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from transformers import AutoModel

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Explanation
from engine.explain.explaining import TOLERANCE, explain
from engine.models.linear_model import LinearModel
from engine.models.modules import FeatureModule
from engine.models.ngrams import keys
from engine.models.text_model import TorchModel, softmax
from tests.engine.explain_toys import (
    MINILM,
    minilm_tokenizer,
    tiny_bert,
    tiny_features,
    tiny_roberta,
    torch_model,
    word_values,
)

TEXT = "The film was not  very GOOD, 我爱 unlovable!"


def linear_model() -> LinearModel:
    """Weights drawn once over the n-grams of a small text."""
    vocabulary = {
        key: i for i, key in enumerate(dict.fromkeys(keys("the film was not very good bad 我 爱", 2)))
    }
    random = np.random.default_rng(2)
    return LinearModel(
        labels=("no", "yes", "maybe"),
        vocabulary=vocabulary,
        idf=random.uniform(1, 3, len(vocabulary)),
        weights=random.normal(size=(3, len(vocabulary))),
        intercept=random.normal(size=3),
        longest_ngram=2,
        model_hash="1" * 64,
    )


def explained(model: Any, method: str = "", text: str = TEXT, **choices: Any) -> Explanation:
    transfer = "bag-of-words" if isinstance(model, LinearModel) else "fine-tune"
    return explain(model, run="run-1", method_id=method, transfer_method=transfer, text=text, **choices)


def surfaces(found: Explanation) -> list[str]:
    return [found.word(i) for i in range(len(found.words))]


@pytest.mark.parametrize("method", ["lrp", "integrated-gradients"])
@pytest.mark.parametrize("make", [tiny_bert, tiny_features, tiny_roberta])
def test_an_explanation_holds_what_is_needed_to_compute_it_again(make: Any, method: str) -> None:
    model = make()
    logits = model.logits([TEXT])
    order = np.argsort(-logits[0])
    found = explained(model, method, document=7)
    assert (found.run, found.document, found.text, found.method) == ("run-1", 7, TEXT, method)
    assert found.label == found.target == model.labels[order[0]]
    assert found.rival == model.labels[order[1]]
    assert found.probabilities == pytest.approx(softmax(logits)[0], abs=TOLERANCE)
    assert found.margin == pytest.approx(logits[0, order[0]] - logits[0, order[1]], abs=1e-5)
    assert found.read_to == len(TEXT)
    assert found.model_hash == model.model_hash
    assert found.seconds > 0
    assert found.signed
    if method == "lrp":
        assert (found.baseline, found.steps, found.relative_delta) == ("", 0, None)
        assert 0 < found.special_share < 1
    else:
        assert (found.baseline, found.special_share) == ("mask", 0.0)
        assert found.steps >= 20
        assert found.relative_delta is not None
        assert found.relative_delta < 0.02


@pytest.mark.parametrize("method", ["lrp", "integrated-gradients"])
def test_two_calls_are_identical_and_words_are_the_texts_own(method: str) -> None:
    model = tiny_bert()
    first, second = explained(model, method), explained(model, method)
    assert first.words == second.words
    assert surfaces(first) == ["The", "film", "was", "not", "very", "GOOD", ",", "我", "爱", "unlovable", "!"]


@pytest.mark.parametrize("method", ["lrp", "integrated-gradients"])
def test_target_and_rival_turned_round_turn_the_signs(method: str) -> None:
    model = tiny_bert()
    one = explained(model, method, target="negative", rival="neutral")
    other = explained(model, method, target="neutral", rival="negative")
    assert one.label == other.label
    assert one.margin == pytest.approx(-other.margin)
    assert [w.score for w in one.words] == pytest.approx([-w.score for w in other.words], rel=1e-3, abs=1e-5)


def test_another_rival_is_another_explanation() -> None:
    model = linear_model()
    rivals = [label for label in model.labels if label != explained(model).label]
    first, second = (explained(model, rival=rival) for rival in rivals)
    assert first.words != second.words
    assert first.margin != second.margin


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_text_is_refused(text: str) -> None:
    for model in (tiny_bert(), linear_model()):
        with pytest.raises(KnownError) as refused:
            explained(model, text=text)
        assert refused.value.kind is ErrorKind.TEXT_EMPTY


def test_a_text_without_a_readable_word_is_refused() -> None:
    with pytest.raises(KnownError) as refused:
        explained(tiny_bert(), text="\x00\x00")
    assert refused.value.kind is ErrorKind.TEXT_EMPTY


def test_wrong_choices_are_refused() -> None:
    model = tiny_bert()
    for choices, kind in (
        ({"target": "x"}, ErrorKind.LABEL_UNKNOWN),
        ({"rival": "x"}, ErrorKind.LABEL_UNKNOWN),
        ({"target": "neutral", "rival": "neutral"}, ErrorKind.RIVAL_IS_TARGET),
        ({"method": "linear"}, ErrorKind.EXPLAINER_UNKNOWN),
    ):
        with pytest.raises(KnownError) as refused:
            explained(model, **choices)
        assert refused.value.kind is kind


def test_a_cut_text_says_where_reading_stopped() -> None:
    model = tiny_bert()
    text = "good bad " * 100
    found = explained(model, text=text)
    assert found.read_to == found.words[-1].end < len(text)
    assert len(found.words) == model.tokenizer.max_tokens - 2


def test_another_input_than_the_predicted_one_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as wrong token types in the explainer's own batch: nothing is drawn then."""
    model = tiny_bert()
    batch = model.tokenizer.batch

    def wrong(*arguments: Any) -> dict[str, torch.Tensor]:
        tensors = batch(*arguments)
        return tensors | {"token_type_ids": torch.ones_like(tensors["input_ids"])}

    monkeypatch.setattr(model.tokenizer, "batch", wrong)
    with pytest.raises(AssertionError, match="probability"):
        explained(model, "lrp")


def test_bag_of_words_scores_add_up_exactly() -> None:
    model = linear_model()
    found = explained(model)
    target, rival = model.labels.index(found.target), model.labels.index(found.rival)
    blank = model.blank_logits()
    difference = found.margin - float(blank[target] - blank[rival])
    assert sum(word.score for word in found.words) == pytest.approx(difference, abs=1e-6)
    assert found.relative_delta is not None
    assert found.relative_delta < 1e-9
    assert (found.baseline, found.special_share) == ("empty", 0.0)


def test_a_bigram_is_shared_by_its_words_and_unknown_words_have_none() -> None:
    weights = np.array([[0.0, 4.0], [0.0, 0.0]])
    model = LinearModel(("yes", "no"), {"good": 0, "not good": 1}, np.ones(2), weights, np.zeros(2), 2)
    found = explain(model, run="r", method_id="linear", transfer_method="bag-of-words", text="so Not good")
    assert surfaces(found) == ["so", "Not", "good"]
    share = 4.0 / np.sqrt(2) / 2
    assert [word.score for word in found.words] == pytest.approx([0.0, share, share])


def test_bag_of_words_explains_a_text_of_unknown_words_by_zeros() -> None:
    found = explained(linear_model(), text="qwerty zuiop")
    assert [word.score for word in found.words] == [0.0, 0.0]
    assert found.relative_delta == 0.0


def test_the_right_words_are_found_where_they_are_known() -> None:
    model = word_values({"good": 2.0, "bad": -3.0, "very": 0.5})
    for method in ("lrp", "integrated-gradients"):
        found = explained(model, method, text="very good, bad film", target="yes")
        assert [word.score for word in found.words] == pytest.approx([0.5, 2.0, 0.0, -3.0, 0.0])


@pytest.fixture(scope="module")
def minilm() -> TorchModel:
    torch.manual_seed(0)
    encoder = AutoModel.from_pretrained(MINILM, local_files_only=True)
    return torch_model(FeatureModule(encoder, (3, 6), nn.Linear(768, 3)), minilm_tokenizer())


@pytest.mark.parametrize("method", ["lrp", "integrated-gradients"])
def test_the_bundled_model_is_explained(minilm: TorchModel, method: str) -> None:
    text = "Not a 😂 movie I'd recommend — 太棒了, unbelievably dull."
    found = explained(minilm, method, text=text)
    again = explained(minilm, method, text=text)
    assert found.words == again.words
    assert found.probabilities == pytest.approx(softmax(minilm.logits([text]))[0], abs=TOLERANCE)
    assert "unbelievably" in surfaces(found)
    assert "😂" in surfaces(found)
    assert all(np.isfinite(word.score) for word in found.words)
    assert any(word.score for word in found.words)
    if method == "integrated-gradients":
        assert found.relative_delta is not None
        assert found.relative_delta < 0.02
