"""Intervals hold the truth about as often as they say, on simulated texts whose truth is known."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.evaluate import calibration, intervals, metrics


def test_the_same_interval_every_time() -> None:
    confusion = np.array([[40, 3], [5, 52]])
    first = intervals.figure_interval(confusion, metrics.macro_f1)
    assert first == intervals.figure_interval(confusion, metrics.macro_f1)
    assert first != intervals.figure_interval(confusion, metrics.macro_f1, seed=14)


def test_accuracy_interval_equals_resampled_rows() -> None:
    correct = np.array([1.0] * 170 + [0.0] * 30)
    random = np.random.default_rng(5)
    rows = correct[random.integers(0, 200, size=(4000, 200))].mean(axis=1)
    low, high = np.quantile(rows, (0.025, 0.975))
    found = intervals.figure_interval(np.array([[170, 30], [0, 0]]), metrics.accuracy)
    assert found.value == pytest.approx(0.85)
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)


@pytest.mark.parametrize("figure", [metrics.accuracy, metrics.macro_f1])
def test_figure_intervals_cover_the_truth(figure: intervals.Figure) -> None:
    # 95 % nominal; 200 trials have a standard error of 1.5 points, small samples cost some more
    joint = np.array([[0.35, 0.05, 0.02], [0.06, 0.25, 0.03], [0.02, 0.04, 0.18]])
    truth = float(figure(metrics.counts(joint)))
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        confusion = random.multinomial(300, joint.ravel()).reshape(3, 3)
        found = intervals.figure_interval(confusion, figure)
        covered += found.low <= truth <= found.high
    assert 0.90 <= covered / 200 <= 0.99


def test_ece_interval_covers_a_known_miscalibration() -> None:
    # every text 10 points too sure, so the true ECE is 0.10 however it is binned
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(100):
        confidence = random.uniform(0.7, 0.99, 600)
        correct = (random.uniform(size=600) < confidence - 0.1).astype(float)
        found = intervals.ece_interval(confidence, correct)
        assert found.low <= found.value <= found.high
        covered += found.low <= 0.1 <= found.high
    assert covered / 100 >= 0.88


def test_ece_interval_of_a_calibrated_model_reaches_to_zero() -> None:
    random = np.random.default_rng(3)
    confidence = random.uniform(0.5, 1.0, 2000)
    correct = (random.uniform(size=2000) < confidence).astype(float)
    found = intervals.ece_interval(confidence, correct)
    assert found.low < 0.005
    assert found.value == calibration.ece(confidence, correct)


def test_a_perfect_score_on_few_texts_is_not_certain() -> None:
    found = intervals.figure_interval(np.diag([10, 10]), metrics.accuracy)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025 ** (1 / 20))  # Clopper-Pearson for 20 of 20
    hopeless = intervals.figure_interval(np.array([[0, 10], [10, 0]]), metrics.accuracy)
    assert hopeless.high == pytest.approx(1 - 0.025 ** (1 / 20))


def test_pairing_sees_what_separate_intervals_cannot() -> None:
    random = np.random.default_rng(4)
    true = random.integers(0, 2, 1000)
    hard = random.uniform(size=1000) < 0.3
    theirs = np.where(hard, 1 - true, true)
    ours = theirs.copy()
    ours[np.flatnonzero(hard)[:40]] = true[np.flatnonzero(hard)[:40]]
    found = intervals.paired_difference(true, ours, theirs, 2, metrics.accuracy)
    assert found.value == pytest.approx(0.04)
    assert 0 < found.low < found.high < 0.06
    separate = [
        intervals.figure_interval(metrics.confusion_matrix(true, each, 2), metrics.accuracy)
        for each in (ours, theirs)
    ]
    assert separate[0].low < separate[1].high


def test_the_difference_of_a_run_to_itself_is_nothing() -> None:
    true = np.array([0, 1, 1, 0])
    found = intervals.paired_difference(true, true, true, 2, metrics.macro_f1)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_mean_interval_covers() -> None:
    random = np.random.default_rng(6)
    trials = [intervals.mean_interval(random.exponential(1.0, 150)) for _ in range(200)]
    assert 0.89 <= np.mean([t.low <= 1.0 <= t.high for t in trials]) <= 0.99


def test_nothing_has_an_interval_of_nothing() -> None:
    nothing = np.zeros(0)
    assert intervals.ece_interval(nothing, nothing).high == 0
    assert intervals.mean_interval(nothing).high == 0
    assert intervals.figure_interval(np.zeros((2, 2), dtype=np.int64), metrics.accuracy).high == 0


def test_a_million_texts_take_no_longer_than_a_thousand() -> None:
    random = np.random.default_rng(7)
    confidence = random.uniform(0.4, 1.0, 1_000_000)
    correct = (random.uniform(size=1_000_000) < confidence).astype(float)
    start = time.perf_counter()
    intervals.ece_interval(confidence, correct)
    intervals.figure_interval(random.multinomial(1_000_000, [0.01] * 100).reshape(10, 10), metrics.macro_f1)
    assert time.perf_counter() - start < 5.0
