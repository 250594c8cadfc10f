"""Every explainer on models whose right answer is known, and on every family."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from engine.api.catalog import EXPLAINERS, explainer_of, method
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Explanation
from engine.explain.attribution import Scores
from engine.explain.coalitions import MOST_PLAYERS, Game
from engine.explain.contrast import Contrast
from engine.explain.embedded import Embedded
from engine.explain.explaining import compute, explain
from engine.explain.method import no_rule
from engine.explain.methods import attention, gradient_shap, integrated_gradients, lrp, lrp_gradients
from engine.models.frozen import frozen
from engine.models.text_tokens import TextTokenizer
from tests.engine.explain_toys import bert_tokenizer, tiny_bert, tiny_features, tiny_roberta, word_values
from tests.engine.test_explain import linear_model
from tests.engine.test_explain_tasks import tagging

TORCH = method("fine-tune").explainers
REMOVING = tuple(each.id for each in EXPLAINERS if each.reads == "any")
FIRST = Contrast(label=0, target=0, rival=1)
TEXT = "the film was not very good"


def explained(model: Any, id: str, text: str = TEXT, transfer: str = "fine-tune") -> Explanation:
    return explain(model, run="run-1", method_id=id, transfer_method=transfer, text=text)


def values(found: Scores | Explanation) -> np.ndarray:
    return np.array([word.score for word in found.words])


def _numpy_state() -> np.ndarray:
    state: Any = np.random.get_state()  # noqa: NPY002
    return np.asarray(state[1])


def test_every_row_has_a_file() -> None:
    offered = {id for each in ("bag-of-words", "features", "fine-tune") for id in method(each).explainers}
    assert offered == {each.id for each in EXPLAINERS}


def test_the_mean_of_two_methods_counts_both_in_equal_parts() -> None:
    model = tiny_bert()
    parts = [
        values(lrp.explain(model, TEXT, FIRST)),
        values(lrp_gradients.guess(model, TEXT, FIRST)),
    ]
    both = values(compute(model, "lrp-gradients", TEXT, FIRST))
    expected = sum(part / np.abs(part).sum() for part in parts)
    assert both / np.abs(both).sum() == pytest.approx(expected / np.abs(expected).sum())


def test_two_points_are_those_of_integrated_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Captum's, with as many steps; also in a batch beside a longer text."""
    monkeypatch.setattr(integrated_gradients, "FIRST_STEPS", 2)
    for model in (tiny_bert(), tiny_roberta(), tiny_features()):
        theirs = integrated_gradients.explain(model, TEXT, FIRST, most_steps=2)
        ours = lrp_gradients.guess(model, TEXT, FIRST)
        assert values(ours) == pytest.approx(values(theirs), abs=1e-5)
        windows = model.tokenizer.encode([TEXT, f"{TEXT} {TEXT}"])
        weights = [FIRST.weights(model.outputs)] * 2
        batch = model.tokenizer.batch(windows)
        found = lrp_gradients.two_points(model, batch, windows, weights)
        alone = lrp_gradients.two_points(model, model.tokenizer.batch(windows[:1]), windows[:1], weights[:1])
        length = len(windows[0].ids)
        assert found[0, :length].tolist() == pytest.approx(alone[0].tolist(), abs=1e-5)
        assert not found[0, length:].any()


def test_few_readings_come_near_the_shapley_values() -> None:
    """Nearer than the guess that they correct, on a model whose words do not just add up."""
    model = tiny_features()
    text = " ".join([TEXT, "a bad film", "the good day was not bad"])
    exact = values(compute(model, "shapley", text, FIRST))
    guess = values(compute(model, "lrp-gradients", text, FIRST))
    found = values(compute(model, "guided-shap", text, FIRST))

    def off(scores: np.ndarray) -> float:
        return float(np.abs(scores * (exact.sum() / scores.sum()) - exact).sum())

    assert off(found) < off(guess)


def test_a_guided_method_needs_no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where LRP has none for a family, gradients alone are the guess."""

    def refuse(*_: Any, **__: Any) -> None:
        raise no_rule(torch.nn.Linear(1, 1), "sin")

    monkeypatch.setattr(lrp, "explain", refuse)
    found = explained(tiny_bert(), "guided-shap")
    assert found.relative_delta is not None
    assert found.relative_delta < 1e-6
    with pytest.raises(KnownError):
        explained(tiny_bert(), "lrp-gradients")


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_a_linear_heads_terms_add_up_exactly(pooling: str) -> None:
    """Also of a text in windows: the terms are what the head adds up, over the masked text."""
    whole = tiny_features()
    short = TextTokenizer(whole.tokenizer.tokenizer, 8, overlap=0.25)
    model = replace(whole, tokenizer=short, pooling=pooling)
    for text in (TEXT, " ".join([TEXT] * 4)):
        found = explained(model, "head-terms", text, transfer="features")
        assert found.relative_delta is not None
        assert found.relative_delta < 1e-5
        assert np.abs(values(found)).max() > 1e-3
    terms = compute(whole, "head-terms", TEXT, FIRST)
    back = compute(whole, "head-terms", TEXT, replace(FIRST, target=1, rival=0))
    assert values(back) == pytest.approx(-values(terms))


def test_a_head_of_another_shape_has_no_exact_terms() -> None:
    with pytest.raises(KnownError) as caught:
        compute(tiny_bert(), "head-terms", TEXT, FIRST)
    assert caught.value.kind is ErrorKind.EXPLAINER_NO_RULE


@pytest.mark.parametrize(
    "id", ["occlusion", "kernel-shap", "guided-shap", "shapley", "gradient-shap", "integrated-gradients"]
)
def test_a_sum_of_words_gets_its_terms(id: str) -> None:
    """Each word is worth so many logits and the mask a quarter of one: the scores can be written down."""
    model = word_values({"good": 3.0, "very": 1.0, "not": -2.0, "[MASK]": 0.25})
    found = compute(model, id, TEXT, FIRST)
    if id == "gradient-shap":  # its baselines are others too: the order of the words is what is known
        assert np.argsort(-values(found))[0] == 5
        assert values(found)[3] < 0
        return
    near = 0.1 if id == "guided-shap" else 1e-3  # a prior that is off is never quite forgotten
    assert values(found) == pytest.approx([-0.25, -0.25, -0.25, -2.25, 0.75, 2.75], abs=near)


def test_lime_orders_the_terms_of_a_sum_and_says_how_well_it_fits() -> None:
    model = word_values({"good": 3.0, "very": 1.0, "not": -2.0, "[MASK]": 0.25})
    found = compute(model, "lime", TEXT, FIRST)
    # ridge regression draws the weights towards zero, and the more so the fewer texts are near
    assert values(found) == pytest.approx([-0.25, -0.25, -0.25, -2.25, 0.75, 2.75], abs=0.35)
    assert found.fit is not None
    assert found.fit > 0.95


@pytest.mark.parametrize("id", REMOVING)
def test_removal_explains_bag_of_words_as_its_exact_terms_do(id: str) -> None:
    model = linear_model()
    exact = explained(model, "linear", transfer="bag-of-words")
    found = explained(model, id, transfer="bag-of-words")
    assert [(word.start, word.end) for word in found.words] == [(w.start, w.end) for w in exact.words]
    strongest = int(np.argmax(np.abs(values(exact))))
    assert int(np.argmax(np.abs(values(found)))) == strongest


@pytest.mark.parametrize("id", TORCH)
@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta, tiny_features])
def test_twice_the_same_and_no_trace_in_the_generators(id: str, make: Any) -> None:
    model = make()
    training = model.module.training
    torch.manual_seed(1)
    np.random.seed(1)  # noqa: NPY002
    random.seed(1)
    before = torch.random.get_rng_state(), _numpy_state().copy(), random.getstate()
    first, second = (compute(model, id, TEXT, FIRST) for _ in range(2))
    assert np.array_equal(values(first), values(second))
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert np.array_equal(_numpy_state(), before[1])
    assert random.getstate() == before[2]
    assert model.module.training == training
    assert all(parameter.requires_grad for parameter in model.module.parameters())


@pytest.mark.parametrize("id", TORCH)
def test_unsigned_methods_are_never_negative(id: str) -> None:
    found = values(compute(tiny_bert(), id, TEXT, FIRST))
    assert explainer_of(id).signed == bool((found < 0).any())


@pytest.mark.parametrize("id", [id for id in TORCH if explainer_of(id).complete])
@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta])
def test_complete_methods_add_up(id: str, make: Any) -> None:
    found = explained(make(), id)
    assert found.relative_delta is not None
    assert found.relative_delta < 0.02
    assert (found.seed > 0) == explainer_of(id).seeded


def test_expected_gradients_add_up_in_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_bert()
    few = explained(model, "gradient-shap").relative_delta
    monkeypatch.setattr(gradient_shap, "SAMPLES", 3000)
    many = explained(model, "gradient-shap").relative_delta
    assert few is not None
    assert many is not None
    assert many < 0.1


@pytest.mark.parametrize("id", TORCH)
def test_entities_are_explained_by_every_method(id: str) -> None:
    found = explained(tagging(), id, "the film was good")
    assert len(found.words) == 4
    assert np.isfinite(values(found)).all()
    assert found.span is not None


@pytest.mark.parametrize("id", TORCH)
@pytest.mark.parametrize("text", ["good", "😂", "<b>good</b> film", "我爱 film", "good " * 150])
def test_odd_texts(id: str, text: str) -> None:
    found = explained(tiny_bert(), id, text)
    assert all(text[word.start : word.end].strip() for word in found.words)
    assert np.isfinite(values(found)).all()


def test_a_long_text_plays_in_groups() -> None:
    text = "good film " * (MOST_PLAYERS + 10)
    model = replace(tiny_bert(), tokenizer=TextTokenizer(bert_tokenizer(), 60, overlap=0.5))
    game = Game(model, text, FIRST)
    assert len(game.spans) == 2 * (MOST_PLAYERS + 10)
    assert game.players == MOST_PLAYERS
    assert len(game.scores(np.ones(game.players), steps=1).words) == len(game.spans)
    assert values(game.scores(np.ones(game.players), steps=1)).sum() == pytest.approx(game.players)


def test_coalitions_are_evaluated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_bert()
    game = Game(model, TEXT, FIRST)
    rows = np.array([[True, False, True, True, True, True]] * 3)
    first = game.margins(rows)
    monkeypatch.setattr(model, "module", None)  # nothing is left to ask
    assert np.array_equal(game.margins(rows), first)
    assert game.margins(np.ones((1, 6), bool))[0] == pytest.approx(game.whole)


def test_a_model_as_a_function_of_its_embeddings() -> None:
    model = tiny_roberta()
    (window,) = model.tokenizer.encode_windows(TEXT)
    batch = model.tokenizer.batch([window])
    on = Embedded(model.module, batch)
    with frozen(model.module), torch.inference_mode():
        assert torch.allclose(on(on.embeddings), model.module(**batch), atol=1e-6)
        twice = on(torch.cat([on.embeddings, on.embeddings * 0]))
        assert torch.allclose(twice[0], on(on.embeddings)[0], atol=1e-5)
    assert not torch.allclose(twice[0], twice[1])


def test_attention_says_where_a_family_gives_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "SOFTMAXES", ())
    with pytest.raises(KnownError) as caught:
        explained(tiny_bert(), "attention")
    assert caught.value.kind is ErrorKind.EXPLAINER_NO_RULE


def test_attention_leaves_the_implementation_as_it_was() -> None:
    model = tiny_bert()
    before = model.module.encoder.config._attn_implementation  # type: ignore[union-attr]
    found = explained(model, "attention")
    assert before == "sdpa"
    assert model.module.encoder.config._attn_implementation == before  # type: ignore[union-attr]
    shares = values(found).sum() / (1 - found.special_share)
    assert shares == pytest.approx(1.0, abs=1e-5)  # of what the first token looks at
