"""Losses: what they weigh, for every task, beside values worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.api.errors import OptionValue
from engine.api.messages import Train
from engine.progress import Control, finish
from engine.transfer.criteria import IGNORED, OneLabel, Score, SeveralLabels, Tags, class_weights
from engine.transfer.training import train
from tests.engine.resuming import weights
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder

LOGITS = torch.tensor([[2.0, 0.0, -1.0], [0.5, 0.5, 0.5], [-3.0, 1.0, 2.0]])
TARGETS = torch.tensor([0, 1, 0])
GIVEN = LOGITS.softmax(-1).gather(-1, TARGETS[:, None])[:, 0]


def test_focal_looks_away_from_what_is_easy() -> None:
    assert torch.allclose(OneLabel("focal")(LOGITS, TARGETS), -((1 - GIVEN) ** 2) * GIVEN.log())


def test_smoothing_gives_a_share_to_every_class() -> None:
    spread = torch.full((3, 3), 0.1)
    spread[torch.arange(3), TARGETS] = 0.8
    wanted = -(spread * LOGITS.log_softmax(-1)).sum(-1)
    assert torch.allclose(OneLabel(smoothing=0.3)(LOGITS, TARGETS), wanted)


def test_balanced_weights_make_classes_equal_and_texts_one() -> None:
    targets = np.array([0] * 8 + [1] * 2)
    found = class_weights(targets, 2, "cross-entropy", "balanced")
    assert found is not None
    assert found[targets].mean() == pytest.approx(1.0)
    assert found[0] * 8 == pytest.approx(found[1] * 2)


def test_class_balanced_weights_follow_the_effective_number() -> None:
    targets = np.array([0] * 5000 + [1] * 50)
    found = class_weights(targets, 2, "class-balanced", "none")
    assert found is not None
    effective = [(1 - 0.999**n) / (1 - 0.999) for n in (5000, 50)]
    assert found[1] / found[0] == pytest.approx(effective[0] / effective[1], rel=1e-4)
    assert found[1] / found[0] < 5000 / 50, "weaker than the inverse of the counts"
    assert class_weights(targets, 2, "focal", "none") is None


def test_a_class_without_texts_does_not_break_the_weights() -> None:
    found = class_weights(np.array([0, 0, 2]), 3, "cross-entropy", "balanced")
    assert found is not None
    assert np.isfinite(found).all()


def test_weights_count_in_the_loss() -> None:
    weights = torch.tensor([2.0, 1.0, 0.5])
    assert torch.allclose(
        OneLabel(weights=weights)(LOGITS, TARGETS), -GIVEN.log() * torch.tensor([2.0, 1.0, 2.0])
    )


def test_several_labels_add_up_and_weigh_what_holds() -> None:
    targets = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    plain = functional.binary_cross_entropy_with_logits(LOGITS, targets, reduction="none")
    assert torch.allclose(SeveralLabels()(LOGITS, targets), plain.sum(-1))
    weights = torch.tensor([3.0, 1.0, 1.0])
    found = SeveralLabels(weights=weights)(LOGITS, targets)
    assert found[0] == pytest.approx(float(3 * plain[0, 0] + plain[0, 1:].sum()))
    assert found[1] == pytest.approx(float(plain[1].sum()))
    focal = SeveralLabels("focal")(LOGITS, targets)
    assert (focal < plain.sum(-1)).all()
    assert SeveralLabels(smoothing=0.2)(40 * LOGITS, targets)[0] > plain[0].sum()
    rare = class_weights(np.array([[1, 0], [1, 0], [1, 1]]), 2, "cross-entropy", "balanced")
    assert rare is not None
    assert rare[1] == pytest.approx(3 * rare[0])


def test_tags_read_the_first_token_of_words_alone() -> None:
    logits = torch.stack([LOGITS, LOGITS])
    targets = torch.tensor([[0, IGNORED, 2], [IGNORED, IGNORED, IGNORED]])
    found = Tags(2.0)(logits, targets)
    single = -LOGITS.log_softmax(-1)
    assert found[0] == pytest.approx(float(single[0, 0] + single[2, 2]) / 2)
    assert found[1] == 0.0


def test_a_score_is_squared() -> None:
    assert Score()(torch.tensor([[1.0], [3.0]]), torch.tensor([0.0, 1.0])).tolist() == [1.0, 4.0]


@pytest.mark.parametrize("task", ["single", "multi", "tagging"])
def test_every_choice_reaches_the_training(tmp_path: Path, task: str) -> None:
    """Each gives other weights than the plain loss, and a model that was judged."""
    folder = bert_folder(tmp_path / "source")
    chosen: list[dict[str, OptionValue]] = [
        {},
        {"loss": "focal"},
        {"loss": "class-balanced"},
        {"class_weights": "balanced"},
        {"label_smoothing": 0.2},
    ]
    with task_project(tmp_path / "p", task, train=61) as opened:
        hashes = set()
        for options in chosen:
            given: dict[str, OptionValue] = {"epochs": 0.5, "precision": "fp32", **options}
            wanted = Train(method="fine-tune", source=str(folder), options=given)
            result = finish(train(opened, wanted, Control()))
            assert result.validation is not None
            hashes.add(weights(opened, result.run))
        assert len(hashes) == len(chosen)
