"""Comprehensiveness between what erasing can do to a text at all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.explain.drops import drops_by
from engine.explain.erasure_bounds import normalised
from engine.explain.faithfulness import measure, questions_of
from engine.models.text_model import TorchModel
from engine.progress import finish
from tests.engine.explain_toys import word_values
from tests.engine.test_faithfulness import random_texts, steps_of

TEXT = "good bad very film not"


def weak_and_strong() -> tuple[TorchModel, TorchModel]:
    """Two models of the same reasons, one of which decides by far less."""
    values = {"good": 2.0, "bad": -2.0, "very": 0.5}
    return word_values({word: value / 8 for word, value in values.items()}), word_values(values)


def test_the_best_and_the_worst_order_are_the_ends() -> None:
    _, model = weak_and_strong()
    (asked,) = (asked for _, asked in questions_of(model, [TEXT], ()))
    orders = [np.array(order) for order in itertools.permutations(range(5))]
    drops = finish(drops_by(model, [TEXT], [orders], [asked]))[0, :, 0]
    for wanted, place in ((1.0, drops.argmax()), (0.0, drops.argmin())):
        scores = np.empty(5)
        scores[orders[place]] = np.arange(5.0, 0.0, -1.0)
        found = finish(normalised(model, [TEXT], [scores], [asked], drops[[place]]))
        assert found == pytest.approx([wanted], abs=1e-9)
    between = finish(normalised(model, [TEXT], [np.zeros(5)], [asked], np.array([np.median(drops)])))
    assert 0.0 < between[0] < 1.0


def test_models_that_differ_in_strength_alone_come_out_alike() -> None:
    texts = random_texts(20)
    weak, strong = (
        steps_of(measure(model, "run-1", "lrp", "fine-tune", texts, seed=5, bounds=20))[1]
        for model in weak_and_strong()
    )
    assert weak.scores.comprehensiveness < 0.5 * strong.scores.comprehensiveness
    assert weak.normalised_comprehensiveness is not None
    assert strong.normalised_comprehensiveness is not None
    assert weak.normalised_comprehensiveness.value == pytest.approx(
        strong.normalised_comprehensiveness.value, abs=0.05
    )


def test_a_text_that_nothing_moves_is_left_out() -> None:
    model = word_values({})
    _, found = steps_of(measure(model, "run-1", "lrp", "fine-tune", ["the film was", "a film"], bounds=20))
    assert found.normalised_comprehensiveness is None
