"""Comparing answers: McNemar and the paired bootstrap against known values, figures against scikit-learn and scipy."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from scipy import stats
from seqeval.metrics import f1_score as seqeval_f1
from sklearn import metrics as sk

from engine.api.results import Interval
from engine.api.tasks import join_labels
from engine.evaluate import intervals, metrics
from engine.evaluate.answers import FIGURES, parts
from engine.evaluate.comparison import (
    Pairs,
    compare,
    main_interval,
    mcnemar,
    paired_bootstrap,
    right_alone,
    spread,
    texts_to_settle,
)


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (10, 10), (3, 12), (40, 61), (0, 9), (500, 431)])
def test_mcnemar_is_the_exact_binomial_test(b: int, c: int) -> None:
    expected = stats.binomtest(b, b + c, 0.5).pvalue if b + c else 1.0
    assert mcnemar(b, c) == pytest.approx(expected)


def test_mcnemar_of_a_textbook_table() -> None:
    # 10 discordant pairs, 1 against 9: 2 * (C(10,0) + C(10,1)) / 2^10
    assert mcnemar(1, 9) == pytest.approx(2 * 11 / 1024)


def _single(rows: int, right: tuple[float, float], seed: int = 0) -> Pairs:
    random = np.random.default_rng(seed)
    true = random.integers(0, 3, rows)
    answers = [np.where(random.uniform(size=rows) < share, true, (true + 1) % 3) for share in right]
    first, second = ([f"c{i}" for i in each] for each in answers)
    return Pairs([f"c{i}" for i in true], first, second)


def test_the_bootstrap_equals_resampled_rows() -> None:
    pairs = _single(400, (0.8, 0.85))
    found, better = paired_bootstrap("accuracy", "single", (), pairs)
    random = np.random.default_rng(1)
    first, second = (
        np.array([t == a for t, a in zip(pairs.true, each, strict=True)])
        for each in (pairs.first, pairs.second)
    )
    gain = second.astype(float) - first.astype(float)
    rows = gain[random.integers(0, 400, size=(4000, 400))].mean(axis=1)
    assert found.value == pytest.approx(gain.mean())
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(rows, (0.025, 0.975))), abs=0.008)
    assert better == pytest.approx((rows > 0).mean() + (rows == 0).mean() / 2, abs=0.02)


def test_the_bootstrap_equals_the_older_paired_difference() -> None:
    pairs = _single(300, (0.7, 0.8))
    number = {f"c{i}": i for i in range(3)}
    true, first, second = (
        np.array([number[x] for x in each]) for each in (pairs.true, pairs.first, pairs.second)
    )
    older = intervals.paired_difference(true, second, first, 3, metrics.macro_f1)
    found, _ = paired_bootstrap("macro_f1", "single", (), pairs)
    assert found.value == pytest.approx(older.value)
    assert (found.low, found.high) == pytest.approx((older.low, older.high), abs=0.02)


def test_the_interval_of_a_difference_covers_it() -> None:
    covered = 0
    for seed in range(100):
        found, _ = paired_bootstrap("accuracy", "single", (), _single(200, (0.75, 0.8), seed))
        covered += found.low <= 0.05 <= found.high
    assert covered >= 88


def test_a_clear_difference_is_settled_and_a_run_equals_itself() -> None:
    found = compare("a", "b", "test", "single", ("c0", "c1", "c2"), _single(500, (0.6, 0.9)))
    assert found.probability_better > 0.999
    assert found.mcnemar_p < 1e-6
    assert found.texts_to_settle is None
    pairs = _single(50, (0.6, 0.9))
    same = compare("a", "a", "test", "single", (), Pairs(pairs.true, pairs.first, pairs.first))
    assert same.difference == Interval(0.0, 0.0, 0.0)
    assert (same.probability_better, same.mcnemar_p, same.texts_to_settle) == (0.5, 1.0, None)
    assert [pair.figure for pair in same.pairs] == ["macro_f1", "accuracy"]


def test_more_texts_settle_a_small_difference() -> None:
    assert texts_to_settle(Interval(0.02, -0.02, 0.06), 100) == 300
    assert texts_to_settle(Interval(-0.02, -0.06, 0.01), 100) == 130  # (0.03 / 0.02) ** 2 * 100 - 100 = 125
    assert texts_to_settle(Interval(0.02, 0.01, 0.03), 100) is None
    assert texts_to_settle(Interval(0.0, -0.1, 0.1), 100) is None
    assert texts_to_settle(Interval(1e-5, -0.1, 0.1), 100) is None
    # and it does: with that many texts more, the interval leaves zero about half of the time
    settled = 0
    for seed in range(20):
        found, _ = paired_bootstrap("accuracy", "single", (), _single(150, (0.75, 0.80), seed))
        more = texts_to_settle(Interval(0.05, 0.05 - (found.high - found.low) / 2, 0.2), 150)
        assert more is not None
        again, _ = paired_bootstrap("accuracy", "single", (), _single(150 + more, (0.75, 0.80), 100 + seed))
        settled += again.low > 0
    assert 4 <= settled <= 16


# --- figures of every task --------------------------------------------------------------------------------


def _values(task: str, true: list[str], called: list[str], labels: tuple[str, ...]) -> dict[str, float]:
    return {name: parts(name, task, true, called, labels).value for name in FIGURES[task]}


def test_figures_of_one_label_are_scikit_learns() -> None:
    pairs = _single(300, (0.6, 0.7))
    found = _values("single", list(pairs.true), list(pairs.first), ())
    assert found["macro_f1"] == pytest.approx(sk.f1_score(pairs.true, pairs.first, average="macro"))
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(pairs.true, pairs.first))


def test_figures_of_several_labels_are_scikit_learns() -> None:
    random = np.random.default_rng(2)
    labels = ("a", "b", "c", "d")
    true, called = (random.uniform(size=(200, 4)) < 0.4 for _ in range(2))
    stored = [
        [join_labels(name for name, yes in zip(labels, row, strict=True) if yes) for row in side]
        for side in (true, called)
    ]
    found = _values("multi", stored[0], stored[1], labels)
    assert found["macro_f1"] == pytest.approx(sk.f1_score(true, called, average="macro"))
    assert found["micro_f1"] == pytest.approx(sk.f1_score(true, called, average="micro"))
    assert found["subset_accuracy"] == pytest.approx(sk.accuracy_score(true, called))
    assert right_alone("multi", labels, Pairs(stored[0], stored[0], stored[1])) == (
        int((true != called).any(1).sum()),
        0,
    )


def test_figures_of_entities_are_seqevals() -> None:
    random = np.random.default_rng(3)
    true: list[str] = []
    called: list[str] = []
    true_tags: list[list[str]] = []
    called_tags: list[list[str]] = []
    for _ in range(60):
        sides = []
        for _ in range(2):
            starts = np.flatnonzero(random.uniform(size=10) < 0.3)
            kinds = random.choice(["PER", "LOC"], size=len(starts))
            sides.append([(int(at), str(kind)) for at, kind in zip(starts, kinds, strict=True)])
        for side, stored, tags in zip(sides, (true, called), (true_tags, called_tags), strict=True):
            stored.append(json.dumps([[at * 2, at * 2 + 1, kind] for at, kind in side]))
            row = ["O"] * 10
            for at, kind in side:
                row[at] = f"B-{kind}"
            tags.append(row)
    found = _values("tagging", true, called, ("LOC", "PER"))
    assert found["entity_f1"] == pytest.approx(seqeval_f1(true_tags, called_tags))
    assert found["macro_f1"] == pytest.approx(seqeval_f1(true_tags, called_tags, average="macro"))
    difference, better = paired_bootstrap("entity_f1", "tagging", ("LOC", "PER"), Pairs(true, called, true))
    assert difference.value == pytest.approx(1 - found["entity_f1"])
    assert difference.low > 0
    assert better == 1.0


def test_figures_of_scores_are_scipys() -> None:
    random = np.random.default_rng(4)
    x = random.normal(size=150)
    y = x + random.normal(size=150)
    true, called = [f"{v:.6g}" for v in x], [f"{v:.6g}" for v in y]
    found = _values("score", true, called, ("score",))
    assert found["pearson"] == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-5)
    assert found["spearman"] == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-5)
    assert found["mae"] == pytest.approx(np.abs(x - y).mean(), abs=1e-5)
    better = [f"{v:.6g}" for v in x + (y - x) / 3]
    result = compare("a", "b", "test", "score", ("score",), Pairs(true, called, better))
    assert result.difference.low > 0
    assert (result.only_first_right, result.only_second_right, result.mcnemar_p) == (0, 0, 1.0)
    less, sure = paired_bootstrap("mae", "score", ("score",), Pairs(true, called, better))
    assert less.high < 0
    assert sure == 1.0


def test_no_texts_have_no_figures() -> None:
    for task, names in FIGURES.items():
        assert all(parts(name, task, [], [], ("a",)).value == 0.0 for name in names)
        assert main_interval(task, [], [], ("a",)) == Interval(0.0, 0.0, 0.0)
    assert paired_bootstrap("accuracy", "single", (), Pairs([], [], []))[1] == 0.5


def test_spread_over_seeds() -> None:
    mean, deviation = spread([0.70, 0.74, 0.78])
    assert mean == pytest.approx(0.74)
    assert deviation == pytest.approx(0.04)
    assert spread([0.7]) == (0.7, 0.0)


def test_a_hundred_thousand_texts_take_seconds() -> None:
    pairs = _single(100_000, (0.8, 0.81))
    began = time.perf_counter()
    compare("a", "b", "test", "single", ("c0", "c1", "c2"), pairs)
    assert time.perf_counter() - began < 10.0
