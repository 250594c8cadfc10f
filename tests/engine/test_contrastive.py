"""Contrastive tuning: pairs from labels, what is learnt, resuming to the bit, few validation texts, label names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.catalog import complete_options
from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping, Evaluate, ForecastTraining, Resume, Train
from engine.api.project import Project
from engine.devices import choose
from engine.models.modules import FeatureModule
from engine.models.source import find
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.progress import Control, Noticed, PointReached, Progressed, finish
from engine.transfer.checkpoint import hash_of
from engine.transfer.contrastive import PairObjective, prepare_pairs, texts_of
from engine.transfer.evaluating import evaluate_run
from engine.transfer.examples import gather
from engine.transfer.forecasting import forecast
from engine.transfer.label_names import WORD, agreement, as_text, with_names
from engine.transfer.method import Job
from engine.transfer.objective import Moment
from engine.transfer.pairs import Partners, cosine_loss, likeness
from engine.transfer.training import resume, train
from tests.engine.tiny import bert_folder, project, texts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p", train=24, validation=8, test=32) as made:
        yield made


def options(**given: OptionValue) -> dict[str, OptionValue]:
    return {"precision": "fp32", "learning_rate": 2e-3, "pairs_per_text": 4, **given}


def job_for(opened: Project, folder: Path, **given: OptionValue) -> Job:
    return Job(
        project=opened,
        run="r",
        data=gather(opened, 13, 0.15),
        options=complete_options("contrastive", options(**given)),
        source=str(folder),
        folder=folder,
        cache=opened.cache,
        device=choose(),
        control=Control(),
    )


def weights_of(opened: Project, run: str) -> str:
    model = load_run(opened, run)
    assert isinstance(model, TorchModel)
    return hash_of(dict(model.module.state_dict()))


# --- pairs -------------------------------------------------------------------------------------------------


def test_partners_are_balanced_and_never_the_row_itself() -> None:
    classes = np.array([0] * 96 + [1] * 3 + [2])
    partners = Partners(classes)
    rows = np.repeat(np.arange(100), 40)
    drawn = partners.draw(rows, np.random.default_rng(0))
    same = classes[drawn] == classes[rows]
    assert 0.45 < same.mean() < 0.55
    assert not (drawn == rows)[classes[rows] != 2].any()
    assert (drawn == rows)[(classes[rows] == 2) & same].all()  # alone in its class
    others = Counter(classes[drawn[(classes[rows] == 0) & ~same]].tolist())
    assert 0.8 < others[1] / others[2] < 1.25  # the rarest class as often as the other


def test_partners_reach_every_text() -> None:
    partners = Partners(np.array([0, 1, 0, 1, 1]))
    random = np.random.default_rng(1)
    met = {(row, int(other)) for row in range(5) for other in partners.draw(np.full(200, row), random)}
    assert met == {(a, b) for a in range(5) for b in range(5) if a != b}


def test_labels_are_alike_by_what_they_share() -> None:
    assert likeness(np.array([0, 1, 0])).tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    sets = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]], np.float32)
    found = likeness(sets)
    assert found[0].tolist() == [1, 0.5, 0, 0]
    assert found[2].tolist() == [0, 0, 1, 1]


def test_loss_weighs_both_kinds_of_pairs_alike_and_leaves_a_text_with_itself_out() -> None:
    states = torch.tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0], [0.0, 1.0]])
    wanted = torch.tensor(likeness(np.array([0, 0, 1, 1])))
    itself = torch.eye(4, dtype=torch.bool)
    assert float(cosine_loss(states, wanted, itself)) == pytest.approx(0.0)
    # all of one direction: pairs that are alike are right, all others wrong by 1
    assert float(cosine_loss(states[[0, 0, 0, 0]], wanted, itself)) == pytest.approx(0.5)
    alone = cosine_loss(states[:1], torch.ones(1, 1), torch.ones(1, 1, dtype=torch.bool))
    assert float(alone) == 0.0


def test_the_same_moment_draws_the_same_pairs_and_another_others(opened: Project, folder: Path) -> None:
    job = job_for(opened, folder)
    objective = finish(prepare_pairs(job, find(str(folder)), None)).objective
    assert isinstance(objective, PairObjective)
    objective.module.eval()
    rows = np.arange(8)
    losses = [float(objective.loss(rows, Moment(13, 0, step, 0), "fp32").detach()) for step in (5, 5, 6)]
    assert losses[0] == losses[1] != losses[2]
    assert len(objective.lengths) == 4 * 24  # every text with each of its partners, none listed


def test_texts_of_a_table_with_windows(opened: Project, folder: Path) -> None:
    job = job_for(opened, folder, max_tokens=8)
    objective = finish(prepare_pairs(job, find(str(folder)), 8)).objective
    assert isinstance(objective, PairObjective)
    table = objective.data.train
    assert table.owners is not None
    some = texts_of(table, np.array([3, 7]))
    assert some.texts == 2
    assert some.ids(0).tolist() == table.ids(int(np.flatnonzero(table.owners == 3)[0])).tolist()


# --- label names -------------------------------------------------------------------------------------------


def test_agreement_is_against_chance_of_answers_as_frequent() -> None:
    targets = np.array([0, 0, 0, 1])
    assert agreement(np.array([0, 0, 0, 0]), targets, 2) == (3, 0.75, 4)
    several = np.array([[1, 1, 0], [0, 0, 0]], np.float32)
    assert agreement(np.array([1, 2]), several, 3) == (1, 0.25, 2)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("very_negative", "very negative"),
        ("Sci/Tech", "Sci Tech"),
        ("PaymentIssue", "Payment Issue"),
        ("-", "-"),
    ],
)
def test_labels_as_texts(label: str, text: str) -> None:
    assert as_text(label) == text


@pytest.mark.parametrize(
    ("labels", "taken"), [("ab", False), (("K3", "K4"), False), (("名称", "标签"), True)]
)
def test_codes_are_no_names(labels: Sequence[str], taken: bool) -> None:
    assert all(WORD.search(label) for label in labels) is taken


def test_names_that_sort_worse_than_chance_are_left_out(tmp_path: Path, folder: Path) -> None:
    """Every text lies nearest the other label's name."""
    with named(tmp_path, ("bad poor", "good fine")) as opened:
        job = job_for(opened, folder)
        assert finish(with_names(job, find(str(folder)))) is job.data


def test_names_that_say_nothing_are_left_out(opened: Project, folder: Path) -> None:
    """``up`` and ``down`` are one unknown word to the tiny model."""
    source = find(str(folder))
    job = job_for(opened, folder)
    assert len(finish(with_names(job, source)).train) == 24
    always = job_for(opened, folder, label_names="always")
    taught = finish(with_names(always, source))
    assert taught.train.texts[24:] == ["down", "up"] * 3
    assert taught.train.targets[24:].tolist() == [0, 1] * 3
    assert len(taught.validation) == 8


def test_names_that_sort_the_texts_are_used_and_told(tmp_path: Path, folder: Path) -> None:
    with named(tmp_path, ("good fine", "bad poor")) as opened:
        work = with_names(job_for(opened, folder), find(str(folder)))
        kinds = [step.kind for step in work if isinstance(step, Noticed)]
    assert kinds == ["label-names-used"]


def named(folder: Path, labels: tuple[str, str]) -> Project:
    """Texts of good words, then bad ones, in turn."""
    moods = ("good great fine", "bad awful poor")
    rows = [(n, f"{moods[n % 2]} {n % 7 * 'film '}", labels[n % 2], "") for n in range(60)]
    opened = Project.create(folder / "named")
    with opened.transaction():
        source = opened.documents.add_source(folder, "csv", "utf-8", ",", ColumnMapping(text="t"))
        opened.documents.add_rows(source, rows)
        opened.documents.finish_source(source)
    return opened


# --- training ----------------------------------------------------------------------------------------------


def test_labels_are_learnt_and_what_is_saved_is_what_was_trained(tmp_path: Path, folder: Path) -> None:
    with project(tmp_path / "learnt", train=96, validation=8, test=32) as opened:
        _learn(opened, folder)


def _learn(opened: Project, folder: Path) -> None:
    wanted = Train(method="contrastive", source=str(folder), options=options(pairs_per_text=5))
    steps = train(opened, wanted, Control())
    points = []
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            result = stop.value
            break
        if isinstance(step, PointReached) and step.point.figure is not None:
            points.append(step.point)
    assert len(points) == 1  # eight validation texts cannot choose between moments
    frozen = finish(train(opened, Train(method="features", source=str(folder)), Control()))
    assert result.test is not None
    assert result.test.accuracy.value > 0.85
    model = load_run(opened, result.run)
    assert isinstance(model, TorchModel)
    assert isinstance(model.module, FeatureModule)
    assert (
        finish(evaluate_run(opened, Evaluate(run=result.run, split="test"), model)).evaluation == result.test
    )
    assert weights_of(opened, result.run) != weights_of(opened, frozen.run)


def test_killed_and_resumed_it_ends_with_the_same_weights(opened: Project, folder: Path) -> None:
    wanted = Train(method="contrastive", source=str(folder), options=options())
    whole = finish(train(opened, wanted, Control()))
    with closing(train(opened, wanted, Control())) as work:
        for step in work:
            if isinstance(step, Progressed) and step.stage == "train" and step.done == 3:
                break
    (run,) = (each.id for each in opened.runs.all() if each.id != whole.run)
    again = finish(resume(opened, Resume(run=run), Control()))
    assert again.run == run
    assert weights_of(opened, run) == weights_of(opened, whole.run)


def test_stopped_by_hand_it_keeps_what_it_has(opened: Project, folder: Path) -> None:
    control = Control()
    wanted = Train(method="contrastive", source=str(folder), options=options())
    work = train(opened, wanted, control)
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            result = stop.value
            break
        if isinstance(step, Progressed) and step.stage == "train" and step.done == 2:
            control.stop_and_keep_best = True
    assert result.stopped_by == "user"
    assert result.test is not None


def test_several_labels_with_long_texts_in_windows(tmp_path: Path, folder: Path) -> None:
    with Project.create(tmp_path / "several") as opened:
        opened.set_task("multi")
        rows = [
            (n, f"{text} {'the ' * (n % 9)}", ("up|film", "∅", label)[n % 3], "")
            for n, (text, label) in enumerate(texts(60))
        ]
        with opened.transaction():
            source = opened.documents.add_source(tmp_path, "csv", "utf-8", ",", ColumnMapping(text="t"))
            opened.documents.add_rows(source, rows)
            opened.documents.finish_source(source)
        given = options(max_tokens=10, pairs_per_text=1, label_names="always")
        result = finish(
            train(opened, Train(method="contrastive", source=str(folder), options=given), Control())
        )
        model = load_run(opened, result.run)
        assert isinstance(model, TorchModel)
        assert len(model.thresholds) == len(model.labels) == 3


def test_enough_validation_texts_choose_the_moment(tmp_path: Path, folder: Path) -> None:
    with project(tmp_path / "large", train=40, validation=200, test=8) as opened:
        given = options(epochs=2.0, pairs_per_text=1)
        work = train(opened, Train(method="contrastive", source=str(folder), options=given), Control())
        points = [s.point for s in work if isinstance(s, PointReached) and s.point.figure is not None]
        assert [point.epoch for point in points] == [1.0, 2.0]
        assert any(point.best for point in points)


def test_memory_is_of_the_texts_and_not_of_their_pairs() -> None:
    classes = np.random.default_rng(0).integers(0, 4, 200_000)
    partners = Partners(classes)
    drawn = partners.draw(np.arange(0, 200_000, 1000), np.random.default_rng(0))
    assert len(drawn) == 200
    held = sum(v.nbytes for v in vars(partners).values() if isinstance(v, np.ndarray))
    assert held < 200_000 * 8 * 4


def test_forecast_measures_and_leaves_nothing(opened: Project, folder: Path) -> None:
    wanted = ForecastTraining(method="contrastive", source=str(folder), options=options())
    found = finish(forecast(opened, wanted)).forecast
    assert 0 < found.seconds < 60
    assert opened.runs.all() == []
