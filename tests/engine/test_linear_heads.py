"""Linear heads give a logit for every class, also where a part of the training texts lacks some of them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.transfer.regression import Problem, fit

RANDOM = np.random.default_rng(13)
CENTRES = RANDOM.normal(size=(5, 4)) * 10


def _points(classes: list[int], each: int) -> tuple[np.ndarray, np.ndarray]:
    targets = np.repeat(classes, each)
    return (CENTRES[targets] + RANDOM.normal(size=(len(targets), 4))).astype(np.float32), targets


@pytest.mark.parametrize("present", [[0, 1], [1, 4], [0, 2, 3], [0, 1, 2, 3, 4]])
def test_classes_that_no_text_has_are_never_the_answer(present: list[int]) -> None:
    points, targets = _points(present, 20)
    weights, intercept = fit(points, targets, 1.0, Problem("single", 5))
    assert weights.shape == (5, 4)
    assert intercept.shape == (5,)
    answers = (points @ weights.T + intercept).argmax(1)
    assert (answers == targets).mean() > 0.9
    assert set(answers) <= set(present)


def test_one_class_alone_is_always_the_answer() -> None:
    points, targets = _points([3], 4)
    weights, intercept = fit(points, targets, 1.0, Problem("single", 5))
    assert ((points @ weights.T + intercept).argmax(1) == 3).all()


def test_many_classes_of_few_texts_are_no_warning() -> None:
    targets = np.arange(6).repeat([2, 1, 1, 1, 1, 1])
    weights, _ = fit(np.eye(7, dtype=np.float32), targets, 1.0, Problem("single", 6))
    assert weights.shape == (6, 7)
