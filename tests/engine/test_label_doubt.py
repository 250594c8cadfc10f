"""Wrong labels: confident learning by hand, no text judges itself, planted flips are found in every task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import FindLabelDoubts, LabelDoubtsFound
from engine.api.messages import Train
from engine.api.project import Project
from engine.explain.evidence.confident_learning import confident_learning
from engine.explain.evidence.held_out import folds, held_out
from engine.explain.evidence.label_doubt import find_label_doubts
from engine.explain.evidence.nearest import agreement
from engine.models.store import load_run
from engine.models.tagging_model import TaggingModel
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder
from tests.engine.tiny import project as tiny_project

FLIPS = 6


def test_confident_learning_counts_as_the_paper_does() -> None:
    # thresholds: 0.67 of class 0 (0.9, 0.8, 0.3), 0.6 of class 1 (0.9, 0.8, 0.1)
    first = np.array([0.9, 0.8, 0.3, 0.1, 0.2, 0.9])
    found = confident_learning(np.stack([first, 1 - first], axis=1), np.array([0, 0, 0, 1, 1, 1]))
    # the third text reaches the threshold of class 1, the last that of class 0
    assert found.wrong.tolist() == [False, False, True, False, False, True]
    assert found.expected == pytest.approx(3 * (1 / 3) + 3 * (1 / 3))


def test_a_text_that_reaches_no_threshold_does_not_count() -> None:
    probabilities = np.array([[0.9, 0.05, 0.05], [0.4, 0.35, 0.25], [0.1, 0.8, 0.1], [0.0, 0.9, 0.1]])
    found = confident_learning(probabilities, np.array([0, 0, 1, 1]))
    assert not found.wrong.any()
    assert found.expected == 0


@pytest.mark.parametrize("sparse", [False, True])
def test_no_text_judges_itself(sparse: bool) -> None:
    """Each text is known by a word of its own: a head that has seen it would know its label by heart."""
    eye = np.eye(40, dtype=np.float32) * 100
    targets = np.arange(40) % 2
    states = csr_matrix(eye) if sparse else eye
    found = finish(held_out(states, targets, "single", 2, np.arange(40), seed=1))
    assert found == pytest.approx(0.5, abs=1e-3)
    # its double would tell too
    doubled = np.repeat(np.arange(20), 2)
    twice = eye[doubled]
    labels = doubled % 2
    found = finish(held_out(twice, labels, "single", 2, doubled, seed=1))
    assert found == pytest.approx(0.5, abs=1e-3)
    with_the_double = finish(held_out(twice, labels, "single", 2, np.arange(40), seed=1))
    assert np.abs(with_the_double - 0.5).max() > 0.01


def test_folds_are_even_within_every_class() -> None:
    classes = np.repeat([0, 1], [50, 10])
    dealt = folds(classes, np.arange(60), seed=3)
    for k, each in ((0, 10), (1, 2)):
        assert np.bincount(dealt[classes == k]).tolist() == [each] * 5


def test_a_class_that_a_fold_cannot_learn_has_no_chance() -> None:
    random = np.random.default_rng(0)
    targets = np.array([0] * 10 + [1] * 10 + [2])
    states = random.normal(size=(21, 4)).astype(np.float32)
    found = finish(held_out(states, targets, "single", 3, np.arange(21), seed=1))
    assert found[-1, 2] == 0
    assert found.sum(1) == pytest.approx(1)


def test_neighbours_agree_by_their_labels() -> None:
    states = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1], [0, 0]], np.float32)
    values = np.array([[0], [0], [1], [0], [1]])
    found = finish(agreement(states, values, 0.0, seed=1))[:, 0]
    assert found[0] > found[2]
    # of the others only one is like the first by more than a tenth, and it agrees
    assert found[0] > 0.9
    assert found[4] == 0.5  # a text without a direction has no neighbours
    assert finish(agreement(states[:1], values[:1], 0.0, seed=1)).tolist() == [[0.5]]


def doubts(project: Project, run: str, most: int = 200) -> LabelDoubtsFound:
    return finish(find_label_doubts(project, FindLabelDoubts(run=run, most=most), load_run(project, run)))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with tiny_project(tmp_path / "p.lexplain", 200, 40, 40) as project:
        yield project


def flipped(project: Project) -> dict[int, str]:
    """Turn some labels; gives the right ones. Texts with a good and a bad word are left alone."""
    good, bad = {"good", "great", "fine"}, {"bad", "awful", "poor"}
    rows = [r for split in ("train", "test") for r in project.documents.labelled(split)]
    clear = [r for r in rows if not (set(r[1].split()) & good and set(r[1].split()) & bad)]
    right = {id: label for id, _, label in clear[:: len(clear) // FLIPS][:FLIPS]}
    with project.transaction():
        for id, label in right.items():
            project.documents.set_label([id], "down" if label == "up" else "up")
    return right


@pytest.mark.parametrize("method", ["bag-of-words", "features"])
def test_planted_flips_are_found_and_put_right(opened: Project, tmp_path: Path, method: str) -> None:
    right = flipped(opened)
    source = str(bert_folder(tmp_path / "source")) if method == "features" else ""
    run = finish(train(opened, Train(method=method, source=source), Control())).run
    found = doubts(opened, run)
    assert found.texts == 280
    order = [d.document for d in found.doubts]
    assert [d.doubt for d in found.doubts] == sorted((d.doubt for d in found.doubts), reverse=True)
    if method == "bag-of-words":
        assert set(right) <= set(order[: FLIPS + 2])
    else:  # a random encoder knows less of the words than their counts
        assert len(set(right) & set(order[: 4 * FLIPS])) >= FLIPS - 1
    for doubt in found.doubts:
        if doubt.document in right:
            assert (doubt.suggested, doubt.chance < 0.5) == (right[doubt.document], True)
    assert found.expected > 0
    assert doubts(opened, run, most=3).doubts == found.doubts[:3]


def test_a_corrected_label_is_doubted_no_more(opened: Project) -> None:
    right = flipped(opened)
    run = finish(train(opened, Train(method="bag-of-words"), Control())).run
    assert set(right) <= {d.document for d in doubts(opened, run).doubts}
    with opened.transaction():
        for id, label in right.items():
            opened.documents.set_label([id], label)
        opened.documents.delete([row[0] for row in opened.documents.labelled("validation")][:5])
    after = doubts(opened, run)
    assert not set(right) & {d.document for d in after.doubts[:FLIPS]}
    assert after.texts == 275


def test_a_label_that_too_few_texts_have_is_not_judged(opened: Project) -> None:
    run = finish(train(opened, Train(method="bag-of-words"), Control())).run
    first, second, *others = [row[0] for row in opened.documents.labelled("train")]
    with opened.transaction():
        opened.documents.set_label([first, second], "rare")
    found = doubts(opened, run)
    assert found.texts == 278
    assert not {first, second} & {d.document for d in found.doubts}
    for ids, kind in (
        ([*others, first, second], ErrorKind.TOO_FEW_TEXTS),
        ([], ErrorKind.NO_LABELLED_TEXTS),
    ):
        every = [
            row[0] for split in ("train", "validation", "test") for row in opened.documents.labelled(split)
        ]
        with opened.transaction():
            opened.documents.set_label(every, "one" if ids else "")
        with pytest.raises(KnownError) as refused:
            doubts(opened, run)
        assert refused.value.kind is kind


def test_several_labels_are_judged_one_by_one(tmp_path: Path) -> None:
    with task_project(tmp_path / "p.lexplain", "multi", 300, 40, 40) as project:
        read = [r for r in project.documents.labelled("train") if len(r[1].split()) < 7]
        rows = [r for r in read if r[2] in ("film|up", "down|film")][:3]
        with project.transaction():
            for id, _, label in rows:
                project.documents.set_label([id], label.replace("film", "").strip("|"))
        run = finish(train(project, Train(method="bag-of-words"), Control())).run
        found = doubts(project, run)
        top = {d.document: d for d in found.doubts[:10]}
        assert {row[0] for row in rows} <= top.keys()
        assert [top[row[0]].suggested for row in rows] == [row[2] for row in rows]


def test_a_score_far_from_what_is_expected_is_doubted(tmp_path: Path) -> None:
    with task_project(tmp_path / "p.lexplain", "score", 200, 40, 40) as project:
        first, second = [row[0] for row in project.documents.labelled("train")][:2]
        with project.transaction():
            project.documents.set_label([first], "30")
            project.documents.set_label([second], "-30")
        run = finish(train(project, Train(method="bag-of-words"), Control())).run
        found = doubts(project, run)
        assert {d.document for d in found.doubts[:2]} == {first, second}
        assert all(abs(float(d.suggested)) < 10 and d.chance < 0.01 for d in found.doubts[:2])
        assert found.expected >= 1


def test_tagged_words_are_refused(opened: Project) -> None:
    tagging = TaggingModel(cast(Any, None), cast(Any, None), ("UP",), "", torch.device("cpu"))
    with pytest.raises(KnownError) as refused:
        finish(find_label_doubts(opened, FindLabelDoubts(run="r"), tagging))
    assert refused.value.kind is ErrorKind.EVIDENCE_TASK
