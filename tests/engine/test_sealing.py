"""The trust seal on models whose answers are known: right explanations hold, planted wrong ones do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.trust import (
    SEAL_AMBER,
    SEAL_GREEN,
    SEAL_REASONS,
    SEAL_RED,
    Removal,
    Seal,
    Sealed,
    SealExplanation,
)
from engine.api.messages import Train
from engine.api.project import Project
from engine.api.results import Explanation, WordScore
from engine.api.wording_explaining import SEAL_WORDS, seal_sentences, seal_words
from engine.explain.explaining import explain
from engine.explain.trust.likeness import rank_correlation
from engine.explain.trust.opinions import Opinion, disputed_words, opinions
from engine.explain.trust.seal_rules import Evidence, reasons_of
from engine.explain.trust.sealing import asked_of, random_others, seal_explanation, seal_of, strongest_words
from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.loaded import Models
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine import tiny
from tests.engine.explain_toys import tiny_bert, tiny_features, word_values
from tests.engine.test_explain import linear_model
from tests.engine.test_explain_tasks import scoring, several, tagging

# each word is worth so many logits for "yes"; the strongest of the ten is "good"
VALUES = {
    "good": 4.0,
    "very": 0.8,
    "film": 0.4,
    "the": 0.1,
    "was": 0.2,
    "a": 0.05,
    "not": -0.9,
    "bad": -0.5,
    ",": 0.03,
    ".": -0.1,
}
TEN = "the film was very not good , bad a ."
EVIDENCE = Evidence(
    removal=Removal(
        words=(5,), drop=0.4, random_drop=0.05, beaten=1.0, flips=False, random_flips=0.0, draws=20
    ),
    scale=1.0,
    strongest=(5,),
    agreement=0.8,
    disputed=(),
    relative_delta=None,
    special_share=0.05,
    unread_share=0.0,
)


def explained(model: Any, method: str = "", text: str = TEN, **choices: Any) -> Explanation:
    transfer = "bag-of-words" if isinstance(model, LinearModel) else "fine-tune"
    return explain(model, run="run-1", method_id=method, transfer_method=transfer, text=text, **choices)


def sealed(model: Any, found: Explanation) -> Seal:
    asked = asked_of(model, found)
    heard = list(opinions(model, found.method, found.text, asked, len(found.words)))
    return finish(seal_of(model, 7, found, asked, heard))


def with_scores(found: Explanation, scores: Any) -> Explanation:
    words = tuple(WordScore(w.start, w.end, float(s)) for w, s in zip(found.words, scores, strict=True))
    return msgspec.structs.replace(found, words=words)


def same(first: Seal, second: Seal) -> bool:
    return msgspec.structs.replace(first, seconds=0.0) == msgspec.structs.replace(second, seconds=0.0)


# --- what is measured ---------------------------------------------------------------------------------------


def test_removal_is_what_can_be_written_down() -> None:
    """Without "good" the margin of 4.08 is 0.08; without another word it stays between 3.28 and 4.98."""
    model = word_values(VALUES)
    seal = sealed(model, explained(model, "occlusion"))

    def sure(margin: float) -> float:
        return float(1 / (1 + np.exp(-margin)))

    total = sum(VALUES.values())
    assert seal.removal is not None
    assert seal.removal.words == (5,)
    assert seal.removal.draws == 9  # every other word: fewer than twenty choices
    assert seal.removal.drop == pytest.approx(sure(total) - sure(total - 4.0), abs=1e-5)
    others = [sure(total) - sure(total - value) for word, value in VALUES.items() if word != "good"]
    assert seal.removal.random_drop == pytest.approx(np.mean(others), abs=1e-5)
    assert (seal.removal.beaten, seal.removal.flips, seal.removal.random_flips) == (1.0, False, 0.0)
    assert seal.colour == "green"
    assert seal.reasons == ("removal-strong", "methods-agree")


def test_an_answer_that_turns_is_told() -> None:
    model = word_values(VALUES | {"not": -1.2})
    seal = sealed(model, explained(model, "occlusion"))
    assert seal.removal is not None
    assert seal.removal.flips
    assert seal.reasons[0] == "removal-turns"
    assert seal_sentences(seal, "en")[0].startswith(
        "Without its strongest word the answer changes; without a random word it does not: 0."
    )


@pytest.mark.parametrize("kind", ["negated", "reversed", "flat"])
def test_wrong_scores_are_never_green(kind: str) -> None:
    model = word_values(VALUES)
    found = explained(model, "occlusion")
    scores = np.array([word.score for word in found.words])
    wrong = {
        "negated": -scores,
        "reversed": np.sort(scores)[np.argsort(np.argsort(-scores))],
        "flat": np.ones(10),
    }[kind]
    seal = sealed(model, with_scores(found, wrong))
    assert seal.colour == "red"
    # of equal scores the first word is the strongest, which by chance does more than most here
    assert ("removal-random" in seal.reasons) == (kind != "flat")
    assert "methods-contradict" in seal.reasons


def test_shuffled_scores_are_hardly_ever_green() -> None:
    model = word_values(VALUES)
    found = explained(model, "occlusion")
    asked = asked_of(model, found)
    heard = list(opinions(model, found.method, found.text, asked, 10))
    random = np.random.default_rng(3)
    scores = np.array([word.score for word in found.words])
    colours = [
        finish(seal_of(model, 0, with_scores(found, random.permutation(scores)), asked, heard)).colour
        for _ in range(60)
    ]
    assert colours.count("green") <= 3
    assert colours.count("red") >= 40


def test_twice_the_same_seal_and_an_untouched_model() -> None:
    model = tiny_bert()
    before = {name: value.clone() for name, value in model.module.state_dict().items()}
    generator = torch.random.get_rng_state()
    text = "the film was not very good , bad film ! a very very good film was not the bad film . unlovable"
    found = explained(model, text=text)
    first, second = sealed(model, found), sealed(model, found)
    assert same(first, second)
    assert first.removal is not None
    assert (len(first.removal.words), first.removal.draws) == (3, 20)
    assert torch.equal(torch.random.get_rng_state(), generator)
    assert all(torch.equal(value, before[name]) for name, value in model.module.state_dict().items())


@pytest.mark.parametrize(("words", "count"), [(1, 1), (2, 1), (10, 1), (11, 2), (30, 3), (100, 10)])
def test_a_tenth_of_the_words_is_removed(words: int, count: int) -> None:
    scores = np.linspace(1, 2, words)
    assert list(strongest_words(scores)) == list(range(words - 1, words - 1 - count, -1))
    assert len(strongest_words(-scores)) == 0


def test_random_words_are_others_and_drawn_by_the_seed() -> None:
    strongest = np.array([3, 17, 29])
    drawn = random_others(30, strongest, 5)
    assert len(drawn) == 20
    assert len({tuple(each) for each in drawn}) > 15
    assert all(len(set(each) - {3, 17, 29}) == 3 for each in drawn)
    assert np.array_equal(drawn, random_others(30, strongest, 5))
    assert not np.array_equal(drawn, random_others(30, strongest, 6))
    assert random_others(1, np.array([0]), 5) == []


def test_rank_correlation_shares_ranks_of_ties_and_needs_three_words() -> None:
    up = np.array([1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(up, np.exp(up)) == pytest.approx(1.0)
    assert rank_correlation(up, -up) == pytest.approx(-1.0)
    # ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4
    assert rank_correlation(np.array([0.0, 1.0, 1.0, 5.0]), up) == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    assert rank_correlation(up, np.ones(4)) == 0.0
    assert rank_correlation(up[:2], up[:2]) is None


def test_disputed_are_words_whose_sign_most_give_otherwise() -> None:
    def said(*scores: float) -> Opinion:
        return Opinion("other", np.array(scores))

    own = np.array([3.0, 2.0, -1.0, 0.01])
    heard = [said(3, -2, -1, -3), said(3, -2, 1, -3), said(3, 2, 0.0, -3)]
    # the third is disputed by one of the two that say anything of it; the fourth has no sign of its own
    assert disputed_words(own, heard) == (1,)
    assert disputed_words(own, []) == ()


# --- the rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "removal-strong"),
        ({"removal": None}, "nothing-to-remove"),
        ({"agreement": 0.05}, "methods-contradict"),
        ({"agreement": 0.3}, "methods-differ"),
        ({"agreement": None}, "no-other-method"),
        ({"disputed": (5,)}, "signs-contradict"),
        ({"disputed": (5,), "strongest": (5, 2)}, "signs-disputed"),
        ({"disputed": (4,)}, "removal-strong"),
        ({"relative_delta": 0.06}, "delta-large"),
        ({"relative_delta": 0.04}, "removal-strong"),
        ({"special_share": 0.6}, "markers"),
        ({"unread_share": 0.2}, "unread"),
        ({"view": True}, "view"),
        ({"scale": 10.0}, "removal-small"),
    ],
)
def test_each_rule_has_its_reason_and_the_first_gives_the_colour(changes: dict[str, Any], first: str) -> None:
    reasons = reasons_of(replace(EVIDENCE, **changes))
    assert reasons[0] == first
    assert list(reasons) == sorted(reasons, key=SEAL_REASONS.index)


@pytest.mark.parametrize(
    ("beaten", "drop", "first"),
    [
        (0.5, 0.4, "removal-random"),
        (0.55, 0.4, "removal-unclear"),
        (0.95, 0.4, "removal-strong"),
        (0.95, 0.09, "removal-small"),
    ],
)
def test_how_often_removal_must_win(beaten: float, drop: float, first: str) -> None:
    assert EVIDENCE.removal is not None
    removal = msgspec.structs.replace(EVIDENCE.removal, beaten=beaten, drop=drop)
    assert reasons_of(replace(EVIDENCE, removal=removal))[0] == first


def test_every_reason_has_a_colour_and_words_in_both_languages() -> None:
    assert set(SEAL_WORDS) == set(SEAL_REASONS)
    assert len(SEAL_REASONS) == len(set(SEAL_RED) | set(SEAL_AMBER) | set(SEAL_GREEN))
    for reason in SEAL_REASONS:
        seal = Seal(
            explanation=1,
            reasons=(reason,),
            removal=EVIDENCE.removal,
            relative_delta=0.1,
            agreement=0.2,
            disputed=(),
            methods=("cp-lrp",),
            special_share=0.6,
            unread_share=0.2,
            seconds=0.1,
        )
        for language in ("en", "zh_CN"):
            words = seal_words(seal, language)
            assert "{" not in words
            assert words.endswith(".") == (language == "en")
        assert seal.colour == ("red" if reason in SEAL_RED else "amber" if reason in SEAL_AMBER else "green")


# --- all that can be explained ------------------------------------------------------------------------------


def fused() -> FusionModel:
    return FusionModel((tiny_features(), replace(tiny_features(), model_hash="1" * 64)))


@pytest.mark.parametrize("make", [tiny_bert, tiny_features, fused, several, scoring, tagging, linear_model])
def test_every_task_and_kind_of_model_gets_a_seal(make: Any) -> None:
    model = make()
    found = explained(model)
    seal = sealed(model, found)
    assert set(seal.reasons) <= set(SEAL_REASONS)
    assert found.method not in seal.methods
    expected = 2 if make is linear_model else 4
    assert len(seal.methods) == expected
    assert seal.agreement is not None
    assert -1 <= seal.agreement <= 1
    assert seal.removal is not None
    if make is scoring:
        assert not seal.removal.flips  # a score has no answer to turn
    if make is linear_model:
        assert "methods-agree" in seal.reasons


def test_a_score_is_measured_in_its_own_unit() -> None:
    model = scoring()
    found = explained(model, "occlusion")
    seal = sealed(model, found)
    assert seal.removal is not None
    # occlusion's score of a word is what its removal takes away
    taken = max(word.score for word in found.words)
    assert seal.removal.drop == pytest.approx(taken, abs=1e-5)


def test_what_was_asked_is_asked_again() -> None:
    model = tiny_bert()
    for target, rival in (("neutral", "positive"), ("negative", None)):
        found = explained(model, target=target, rival=rival)
        (logits,) = model.logits([TEN])
        assert asked_of(model, found).margin(logits) == pytest.approx(found.margin, abs=1e-5)
    tagger = tagging()
    found = explained(tagger, span=(4, 8))
    again = asked_of(tagger, found)
    assert again.words == ((4, 8),)  # type: ignore[union-attr]


def test_one_word_has_nothing_to_compare_with() -> None:
    model = word_values(VALUES)
    seal = sealed(model, explained(model, text="good"))
    assert seal.removal is None
    assert seal.colour == "amber"
    assert {"nothing-to-remove", "no-other-method"} <= set(seal.reasons)


@pytest.mark.parametrize("text", ["😂", "😂😂 👍🏽 🎉", "<b>good</b>", "我爱 good"])
def test_odd_texts_get_a_seal(text: str) -> None:
    model = tiny_bert()
    seal = sealed(model, explained(model, text=text))
    assert seal.reasons
    assert "{" not in seal_words(seal, "zh_CN")


def test_unread_text_is_a_reason() -> None:
    model = replace(tiny_bert())
    model.tokenizer.max_tokens = 8
    seal = sealed(model, explained(model, text=TEN + " the film was good" * 10))
    assert seal.unread_share > 0.5
    assert "unread" in seal.reasons


def test_an_unsigned_view_is_never_green() -> None:
    model = tiny_bert()
    seal = sealed(model, explained(model, "attention"))
    assert "view" in seal.reasons
    assert seal.disputed == ()


def test_a_family_without_rules_is_sealed_by_the_other_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.explain.method import no_rule
    from engine.explain.methods import lrp

    def refuse(*_: Any, **__: Any) -> None:
        raise no_rule(torch.nn.Linear(1, 1), "sin")

    model = tiny_bert()
    found = explained(model, "integrated-gradients")
    monkeypatch.setattr(lrp, "explain", refuse)
    assert sealed(model, found).methods == ("integrated-gradients:pad", "occlusion")


# --- stored -------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with tiny.project(tmp_path / "p") as opened:
        yield opened


def test_a_stored_explanation_is_sealed_and_kept(project: Project) -> None:
    run = finish(train(project, Train(method="bag-of-words"), Control())).run
    models = Models()
    text = "a good film and a very nice day we had at the place"
    found = explain(
        models.get(project, run), run=run, method_id="", transfer_method="bag-of-words", text=text
    )
    with project.transaction():
        id = project.runs.put_explanation(found)
    assert project.explaining.seal(id) is None
    done = finish(seal_explanation(project, SealExplanation(id), models))
    assert isinstance(done, Sealed)
    assert done.seal.explanation == id
    assert project.explaining.seal(id) == done.seal
    assert done.seal.colour == "green"
    again = finish(seal_explanation(project, SealExplanation(id), models))
    assert same(again.seal, done.seal)


def test_an_explanation_that_is_not_kept_any_more_is_named(tmp_path: Path) -> None:
    with tiny.project(tmp_path / "p") as opened:
        with pytest.raises(KnownError) as caught:
            finish(seal_explanation(opened, SealExplanation(99), Models()))
        assert caught.value.kind is ErrorKind.EXPLANATION_MISSING


def test_a_prediction_that_does_not_fall_proves_nothing() -> None:
    assert EVIDENCE.removal is not None
    rising = msgspec.structs.replace(EVIDENCE.removal, beaten=1.0, flips=False, drop=-0.01, random_drop=-0.2)
    assert reasons_of(replace(EVIDENCE, removal=rising))[0] == "removal-small"
