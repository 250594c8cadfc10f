"""Words of the original text from tokens, shares, deltas, and what is explained."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from transformers import PreTrainedTokenizerBase

from engine.api.errors import ErrorKind, KnownError
from engine.explain.attribution import relative_delta, to_word_scores, word_spans
from engine.explain.contrast import resolve
from engine.models.text_tokens import EncodedText, TextTokenizer
from tests.engine.explain_toys import bert_tokenizer, minilm_tokenizer, roberta_tokenizer

TOKENIZERS = {"bert": bert_tokenizer, "roberta": roberta_tokenizer, "minilm": minilm_tokenizer}


def encode(text: str, tokenizer: PreTrainedTokenizerBase, max_tokens: int = 60) -> EncodedText:
    return TextTokenizer(tokenizer, max_tokens).encode([text])[0]


def surfaces(text: str, tokenizer: PreTrainedTokenizerBase) -> list[str]:
    return [text[word.start : word.end] for word in word_spans(encode(text, tokenizer))]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_subwords_are_joined_and_punctuation_stays_apart(name: str) -> None:
    text = "The film was UNLOVABLE, not  good!"
    assert surfaces(text, TOKENIZERS[name]()) == ["The", "film", "was", "UNLOVABLE", ",", "not", "good", "!"]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_cjk_characters_are_words_of_their_own(name: str) -> None:
    assert surfaces("我爱 film。", TOKENIZERS[name]()) == ["我", "爱", "film", "。"]


@pytest.mark.parametrize("name", TOKENIZERS)
@pytest.mark.parametrize("emoji", ["😂", "👩\u200d👩\u200d👧", "👍🏽"])
def test_an_emoji_keeps_its_span(name: str, emoji: str) -> None:
    assert surfaces(f"good {emoji} bad", TOKENIZERS[name]()) == ["good", emoji, "bad"]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_combining_marks_belong_to_their_letter(name: str) -> None:
    assert surfaces("cafe\u0301 nai\u0308ve", TOKENIZERS[name]()) == ["cafe\u0301", "nai\u0308ve"]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_every_token_but_markers_is_in_exactly_one_word(name: str) -> None:
    text = "good😂😂 don't stop; 我爱film — naïve\t3.5 %  "
    encoded = encode(text, TOKENIZERS[name]())
    words = word_spans(encoded)
    covered = sorted(token for word in words for token in word.tokens)
    assert covered == [i for i, special in enumerate(encoded.special) if not special]
    assert all(left.end <= right.start for left, right in pairwise(words))


def test_words_end_where_reading_stopped() -> None:
    encoded = encode("good bad " * 20, bert_tokenizer(), max_tokens=8)
    assert len(word_spans(encoded)) == 6
    assert encoded.read_to == word_spans(encoded)[-1].end


def test_a_word_sums_its_tokens_with_sign_and_markers_keep_their_share() -> None:
    encoded = encode("unlovable film", bert_tokenizer())  # [CLS] un ##lov ##able film [SEP]
    words, share = to_word_scores(encoded, np.array([0.5, 1.0, -3.0, 0.5, 2.0, -0.5]))
    assert [(w.start, w.end, w.score) for w in words] == [(0, 9, -1.5), (10, 14, 2.0)]
    assert share == pytest.approx(1.0 / 4.5)


def test_scores_of_nothing_have_no_share() -> None:
    assert to_word_scores(encode("good", bert_tokenizer()), np.zeros(3))[1] == 0.0


def test_relative_delta() -> None:
    assert relative_delta(1.1, 1.0) == pytest.approx(0.1)
    assert relative_delta(-1.0, 1.0) == pytest.approx(2.0)
    assert relative_delta(0.0, 0.0) == 0.0


def test_the_default_is_the_predicted_label_against_the_runner_up() -> None:
    contrast = resolve(("a", "b", "c"), np.array([1.0, 3.0, 2.0]))
    assert (contrast.label, contrast.target, contrast.rival) == (1, 1, 2)
    assert contrast.margin(np.array([1.0, 3.0, 2.0])) == 1.0


def test_target_and_rival_can_be_chosen() -> None:
    logits = np.array([1.0, 3.0, 2.0])
    chosen = resolve(("a", "b", "c"), logits, target="a")
    assert (chosen.label, chosen.target, chosen.rival) == (1, 0, 1)
    chosen = resolve(("a", "b", "c"), logits, target="c", rival="a")
    assert (chosen.target, chosen.rival) == (2, 0)


def test_wrong_labels_are_refused_with_the_valid_ones() -> None:
    with pytest.raises(KnownError) as unknown:
        resolve(("a", "b"), np.array([1.0, 0.0]), target="x")
    assert unknown.value.kind is ErrorKind.LABEL_UNKNOWN
    assert unknown.value.values == {"label": "x", "valid": "a, b"}
    with pytest.raises(KnownError) as same:
        resolve(("a", "b"), np.array([1.0, 0.0]), rival="a")
    assert same.value.kind is ErrorKind.RIVAL_IS_TARGET
