"""Figures against scikit-learn, and on cases whose answer can be counted on fingers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from engine.evaluate import calibration, metrics
from engine.evaluate.evaluating import evaluation


def _random_case(seed: int, rows: int = 400, classes: int = 5) -> tuple[metrics.Integers, metrics.Floats]:
    random = np.random.default_rng(seed)
    true = random.integers(0, classes, rows)
    logits = random.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[true]
    odds = np.exp(logits)
    return true, odds / odds.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_figures_equal_scikit_learn(seed: int) -> None:
    true, probabilities = _random_case(seed)
    predicted = probabilities.argmax(axis=1)
    labels = ("a", "b", "c", "d", "e")
    found = evaluation("test", labels, true, probabilities)
    assert found.rows == 400
    assert found.accuracy.value == pytest.approx(reference.accuracy_score(true, predicted))
    assert found.macro_f1.value == pytest.approx(reference.f1_score(true, predicted, average="macro"))
    assert found.loss == pytest.approx(reference.log_loss(true, probabilities))
    assert found.confusion == tuple(tuple(r) for r in reference.confusion_matrix(true, predicted).tolist())
    precision, recall, f1, support = reference.precision_recall_fscore_support(true, predicted)
    assert [c.precision for c in found.per_class] == pytest.approx(list(precision))
    assert [c.recall for c in found.per_class] == pytest.approx(list(recall))
    assert [c.f1 for c in found.per_class] == pytest.approx(list(f1))
    assert [c.support for c in found.per_class] == list(support)
    assert found.accuracy.low < found.accuracy.value < found.accuracy.high
    assert found.macro_f1.low < found.macro_f1.value < found.macro_f1.high


def test_macro_f1_leaves_out_classes_that_occur_nowhere() -> None:
    true, predicted = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0])
    confusion = metrics.confusion_matrix(true, predicted, 4)
    wanted = reference.f1_score(true, predicted, average="macro", zero_division=0)
    assert metrics.macro_f1(metrics.counts(confusion)) == pytest.approx(wanted)
    # a class that is only ever predicted, wrongly, does count
    predicted[0] = 3
    confusion = metrics.confusion_matrix(true, predicted, 4)
    wanted = reference.f1_score(true, predicted, average="macro", zero_division=0)
    assert metrics.macro_f1(metrics.counts(confusion)) == pytest.approx(wanted)


def test_many_matrices_at_once_equal_one_by_one() -> None:
    random = np.random.default_rng(0)
    many = random.integers(0, 9, size=(7, 3, 3))
    together = metrics.macro_f1(metrics.counts(many))
    assert together == pytest.approx([float(metrics.macro_f1(metrics.counts(one))) for one in many])


def test_texts_of_an_unseen_class_are_errors_without_a_loss() -> None:
    true = np.array([0, 1, 2])
    probabilities = np.array([[0.75, 0.25], [0.25, 0.75], [0.25, 0.75]])
    found = evaluation("test", ("a", "b", "unseen"), true, probabilities)
    assert found.accuracy.value == pytest.approx(2 / 3)
    assert found.confusion == ((1, 0, 0), (0, 1, 0), (0, 1, 0))
    assert found.per_class[2].recall == 0
    assert found.per_class[2].support == 1
    assert found.loss == pytest.approx(-np.log(0.75))


def test_a_hopeless_probability_keeps_the_loss_finite() -> None:
    assert np.isfinite(metrics.log_loss(np.array([1]), np.array([[1.0, 0.0]])))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="for 2 texts and 2 labels"):
        evaluation("test", ("a", "b"), np.array([0, 1]), np.array([[1.0, 0.0]]))
    with pytest.raises(ValueError, match="outside 0 to 1"):
        evaluation("test", ("a", "b"), np.array([0, 2]), np.array([[1.0, 0.0], [1.0, 0.0]]))


def test_ece_counted_by_hand() -> None:
    # bin of 0.9: two texts, one right; bin of 0.7: one text, right
    confidence, correct = np.array([0.9, 0.9, 0.7]), np.array([1.0, 0.0, 1.0])
    assert calibration.ece(confidence, correct) == pytest.approx((2 * 0.4 + 1 * 0.3) / 3)
    low, high = calibration.reliability(confidence, correct)
    assert (low.count, low.accuracy) == (1, 1.0)
    assert low.confidence == pytest.approx(0.7)
    assert (high.count, high.accuracy) == (2, 0.5)
    assert high.confidence == pytest.approx(0.9)
    assert high.low <= 0.9 < high.high


def test_full_confidence_lies_in_the_last_bin() -> None:
    (only,) = calibration.reliability(np.array([1.0]), np.array([1.0]))
    assert only.high == 1.0
    assert calibration.ece(np.array([1.0]), np.array([1.0])) == 0.0


def test_bins_hold_every_text_once() -> None:
    true, probabilities = _random_case(3)
    found = evaluation("test", ("a", "b", "c", "d", "e"), true, probabilities)
    assert sum(each.count for each in found.reliability) == found.rows
    weighted = sum(each.count * abs(each.accuracy - each.confidence) for each in found.reliability)
    assert weighted / found.rows == pytest.approx(found.ece)
