"""Self-training: what is chosen, what decides, that rounds resume to the same result and labels can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.api.errors import ErrorKind, KnownError, OptionValue, report
from engine.api.messages import ColumnMapping, ForecastTraining, JobState, Resume, Train, Trained
from engine.api.messages_transfer import TrainAgain
from engine.api.project import Project
from engine.api.wording import error_words
from engine.evaluate.calibration import log_losses, temperature
from engine.models.source import file_hash
from engine.progress import Control, Noticed, PointReached, Progressed, Step, finish
from engine.transfer import pseudo_learners
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.forecasting import forecast
from engine.transfer.pseudo_rounds import ENOUGH, Record, Verdict, best_round, paths_of
from engine.transfer.pseudo_selection import Rule, opinion_of, select
from engine.transfer.retraining import train_again
from engine.transfer.training import CURVES, read_points, resume, train
from tests.engine.tiny import bert_folder, texts

EVEN = np.array([0.5, 0.5])


@pytest.fixture(autouse=True)
def every_step_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEXPLAIN_CHECKPOINT_SECONDS", "0")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    """12 labelled texts to learn from, 6 to validate, 30 to test, and 80 without a label."""
    with Project.create(tmp_path / "p") as project:
        splits = ["train"] * 12 + ["validation"] * 6 + ["test"] * 30
        labelled = list(zip(texts(len(splits)), splits, strict=True))
        add(project, [(text, label, split) for (text, label), split in labelled])
        add(project, [(text, "", "") for text, _ in texts(80, seed=5)])
        yield project


def add(project: Project, rows: list[tuple[str, str, str]]) -> None:
    with project.transaction():
        source = project.documents.add_source(
            project.path, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        project.documents.add_rows(source, [(line, *row) for line, row in enumerate(rows, start=2)])
        project.documents.finish_source(source)


def request(base: str = "bag-of-words", source: str = "", **options: OptionValue) -> Train:
    # a given strength saves three fits of four
    given: dict[str, OptionValue] = {"base": base, "rounds": 2, "regularisation": 4.0, "precision": "fp32"}
    return Train(method="pseudo-label", source=source, options=given | options)


def trained(opened: Project, wanted: Train, control: Control | None = None) -> tuple[Trained, list[Step]]:
    steps: list[Step] = []
    work = train(opened, wanted, control or Control())
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            return stop.value, steps


def notices(steps: list[Step], kind: str) -> list[Noticed]:
    return [step for step in steps if isinstance(step, Noticed) and step.kind == kind]


def weights(opened: Project, run: str) -> list[str]:
    return [file_hash(file) for file in sorted((opened.run_folder(run) / "model").glob("*.safetensors"))]


def judged_steps(opened: Project, run: str) -> list[int]:
    points = read_points(opened.run_folder(run) / CURVES)
    return [point.step for point in points if point.validation_loss is not None]


def test_rounds_are_told_and_everything_labelled_is_kept(opened: Project) -> None:
    found, steps = trained(opened, request())
    rounds = notices(steps, "round-done")
    assert [notice.values["round"] for notice in rounds] == list(range(len(rounds)))
    assert rounds[0].values["count"] == 0
    assert rounds[0].values["texts"] == 6 + 12  # validation, and the training texts cross-checked
    assert len(rounds) >= 2
    given = opened.runs.pseudo_labels(found.run)
    assert max(label.round for label in given) == len(rounds) - 1
    assert {label.label for label in given} == {"up", "down"}
    assert len(given) >= int(rounds[-1].values["count"])
    verdicts = notices(steps, "gain-from-unlabelled") + notices(steps, "no-gain-from-unlabelled")
    assert len(verdicts) == 1
    assert not (opened.run_folder(found.run) / "rounds").exists()


def test_progress_goes_on_through_the_rounds(opened: Project) -> None:
    _, steps = trained(opened, request())
    shares = [
        step.done / step.total for step in steps if isinstance(step, Progressed) and step.stage == "fit"
    ]
    assert shares == sorted(shares)
    assert shares[-1] <= 1


def test_the_kept_round_is_never_worse_on_validation(opened: Project) -> None:
    alone = finish(train(opened, Train(method="bag-of-words", options={"regularisation": 4.0}), Control()))
    helped, _ = trained(opened, request(growth=1.0, class_shares="predicted"))
    assert helped.validation is not None
    assert alone.validation is not None
    assert helped.validation.main.value >= alone.validation.main.value


def test_without_a_gain_the_base_alone_is_kept_and_said(
    opened: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.transfer.pseudo_label.best_round", lambda verdicts, few: 0)
    alone = finish(train(opened, Train(method="bag-of-words", options={"regularisation": 4.0}), Control()))
    helped, steps = trained(opened, request(rounds=9))
    assert weights(opened, helped.run) == weights(opened, alone.run)
    assert helped.stopped_by == "patience"
    assert len(notices(steps, "round-done")) == 3  # two rounds without a gain are enough
    assert (
        notices(steps, "no-gain-from-unlabelled")[0].values["before"]
        == notices(steps, "round-done")[0].values["figure"]
    )


@pytest.mark.parametrize("base", ["bag-of-words", "features", "contrastive"])
def test_a_killed_run_ends_as_one_that_was_not(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    usual = pseudo_learners.base_options
    quick = {"epochs": 0.1} if base == "contrastive" else {}
    monkeypatch.setattr(pseudo_learners, "base_options", lambda job: usual(job) | quick)
    wanted = request(base, str(bert_folder(tmp_path / "source")))
    whole, _ = trained(opened, wanted)
    work = train(opened, wanted, Control())
    told = 0
    for step in work:
        told += isinstance(step, Noticed) and step.kind == "round-done"
        if told == 2 and isinstance(step, Progressed):
            break
    work.close()
    run = opened.runs.all()[-1]
    assert run.state is JobState.CANCELLED
    finish(resume(opened, Resume(run=run.id), Control()))
    assert weights(opened, run.id) == weights(opened, whole.run)
    assert opened.runs.pseudo_labels(run.id) == opened.runs.pseudo_labels(whole.run)


def test_a_fine_tuned_base_is_killed_inside_a_round(opened: Project, tmp_path: Path) -> None:
    wanted = request("fine-tune", str(bert_folder(tmp_path / "source")), rounds=1)
    whole, steps = trained(opened, wanted)
    points = [step.point.step for step in steps if isinstance(step, PointReached)]
    assert points == sorted(points)  # the curve of a round begins where the one before ended
    work = train(opened, wanted, Control())
    trains = 0
    for step in work:
        trains += isinstance(step, Progressed) and step.stage == "train"
        if trains == 5:  # inside round 1: round 0 has three steps
            break
    work.close()
    run = opened.runs.all()[-1].id
    finish(resume(opened, Resume(run=run), Control()))
    assert weights(opened, run) == weights(opened, whole.run)


def test_labels_taken_back_are_not_given_again(opened: Project) -> None:
    first, _ = trained(opened, request(growth=0.5))
    given = opened.runs.pseudo_labels(first.run)
    refused = {(label.document, label.label) for label in given[:10]}
    with opened.transaction():
        for document, _ in refused:
            opened.runs.reject_pseudo_label(first.run, document)
    second, _ = trained(opened, request(growth=0.5))
    again = {(label.document, label.label) for label in opened.runs.pseudo_labels(second.run)}
    assert again
    assert not again & refused


def test_labels_taken_back_since_are_why_it_cannot_be_trained_again(opened: Project) -> None:
    alone = finish(train(opened, Train(method="bag-of-words"), Control())).run
    first, _ = trained(opened, request(growth=0.5))
    document = opened.runs.pseudo_labels(first.run)[0].document
    with opened.transaction():
        opened.runs.reject_pseudo_label(first.run, document)
    with pytest.raises(KnownError) as caught:
        finish(train_again(opened, TrainAgain(first.run), Control()))
    assert caught.value.kind is ErrorKind.CANNOT_RETRAIN
    assert "have been taken back" in error_words(report(caught.value), "en")[0]
    assert finish(train_again(opened, TrainAgain(alone), Control())).same  # it gave none
    with opened.transaction():
        opened.runs.reject_pseudo_label(first.run, document, rejected=False)
    assert finish(train_again(opened, TrainAgain(first.run), Control())).same


def test_stopped_between_rounds_it_keeps_the_best(opened: Project) -> None:
    control = Control()
    work = train(opened, request(rounds=9), control)
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            found: Trained = stop.value
            break
        if isinstance(step, Noticed) and step.kind == "round-done":
            control.stop_and_keep_best = True
    assert found.stopped_by == "user"
    assert found.test is not None


@pytest.mark.parametrize(
    ("base", "told", "times"),
    [
        ("bag-of-words", "round-done", 2),
        ("features", "round-done", 2),
        ("fine-tune", "round-done", 2),
        ("fine-tune", "train", 5),  # in round 1: round 0 has three steps
        ("contrastive", "train", 2),
    ],
)
def test_trained_again_it_stops_where_the_user_stopped_it(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str, told: str, times: int
) -> None:
    quick = {"pairs_per_text": 3} if base == "contrastive" else {}
    usual = pseudo_learners.base_options
    monkeypatch.setattr(pseudo_learners, "base_options", lambda job: usual(job) | quick)
    monkeypatch.setattr("engine.transfer.pseudo_label.best_round", lambda verdicts, few: len(verdicts) - 1)
    wanted = request(base, str(bert_folder(tmp_path / "source")), rounds=3)
    control = Control()
    work = train(opened, wanted, control)
    found = 0
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            first: Trained = stop.value
            break
        found += told in (getattr(step, "kind", ""), getattr(step, "stage", ""))
        control.stop_and_keep_best = found >= times
    assert first.stopped_by == "user"
    again = finish(train_again(opened, TrainAgain(first.run), Control()))
    assert again.same
    assert judged_steps(opened, again.run) == judged_steps(opened, first.run)
    assert opened.runs.get(again.run).stopped_by == "user"
    assert finish(train_again(opened, TrainAgain(again.run), Control())).same
    assert weights(opened, first.run) != weights(opened, trained(opened, wanted)[0].run)


def test_without_unlabelled_texts_it_is_refused(opened: Project) -> None:
    with opened.transaction():
        opened.documents.delete([document for document, _ in opened.documents.unlabelled()])
    with pytest.raises(KnownError) as caught:
        trained(opened, request())
    assert caught.value.kind is ErrorKind.NO_UNLABELLED_TEXTS


def test_a_bar_that_no_text_reaches_ends_it(opened: Project) -> None:
    found, steps = trained(opened, request(least_probability=1.0))
    assert notices(steps, "no-gain-from-unlabelled")
    assert opened.runs.pseudo_labels(found.run) == []


def test_several_labels(tmp_path: Path) -> None:
    with Project.create(tmp_path / "several") as project:
        with project.transaction():
            project.set_task("multi")
        rows = []
        for number, (text, label) in enumerate(texts(40)):
            split = ("train", "train", "validation", "test")[number % 4]
            both = f"food|{label}" if "food" in text else label
            rows.append((text, both, split))
        add(project, rows)
        add(project, [(text, "", "") for text, _ in texts(40, seed=5)])
        found, _ = trained(project, request(rounds=1))
        assert found.test is not None
        given = {label.label for label in project.runs.pseudo_labels(found.run)}
        assert given
        assert given <= {"down", "up", "food", "∅", "food|up", "down|food", "down|up", "down|food|up"}


def asked(wanted: Train) -> ForecastTraining:
    return ForecastTraining(method=wanted.method, source=wanted.source, options=wanted.options)


@pytest.mark.parametrize("base", ["bag-of-words", "fine-tune"])
def test_a_forecast_counts_the_rounds_and_stores_nothing(opened: Project, tmp_path: Path, base: str) -> None:
    folder = str(bert_folder(tmp_path / "source"))
    wanted = request(base, folder, rounds=20)  # so many that no noise makes up for them
    found = finish(forecast(opened, asked(wanted))).forecast
    alone = finish(forecast(opened, asked(Train(method=base, source=folder)))).forecast
    assert found.seconds > 2 * alone.seconds
    assert opened.runs.all() == []


# --- what is chosen -----------------------------------------------------------------------------------------


def test_every_class_gets_its_share_of_the_surest() -> None:
    first = np.array([0.9, 0.8, 0.7, 0.6, 0.45, 0.3])
    said = opinion_of("single", np.log(np.stack([first, 1 - first], 1)).astype(np.float32), 1.0)
    everything = np.ones(6, np.bool_)
    chosen = select(said, everything, 2 / 3, Rule("labels", 0.0, EVEN))
    assert chosen.rows.tolist() == [0, 1, 4, 5]
    assert chosen.targets.tolist() == [0, 0, 1, 1]
    assert chosen.thresholds == pytest.approx([0.8, 0.55])
    predicted = select(said, everything, 0.5, Rule("predicted", 0.0, EVEN))
    assert predicted.targets.tolist() == [0, 0, 1]
    sure = select(said, everything, 1.0, Rule("labels", 0.65, EVEN))
    assert sure.rows.tolist() == [0, 1, 2, 5]
    allowed = everything.copy()
    allowed[0] = False
    assert 0 not in select(said, allowed, 1.0, Rule("labels", 0.0, EVEN)).rows


def test_between_lies_between_labels_and_predictions() -> None:
    logits = np.tile(np.array([[2.0, 0.0]], np.float32), (90, 1))
    logits = np.concatenate([logits, np.tile(np.array([[0.0, 2.0]], np.float32), (10, 1))])
    said = opinion_of("single", logits, 1.0)
    everything = np.ones(100, np.bool_)
    firsts = [
        int((select(said, everything, 0.2, Rule(name, 0.0, EVEN)).targets == 0).sum())
        for name in ("labels", "between", "predicted")
    ]
    assert firsts == [10, 15, 18]


def test_nothing_predicted_and_nothing_allowed_is_nothing_chosen() -> None:
    said = opinion_of("single", np.zeros((3, 2), np.float32), 1.0)
    assert not len(select(said, np.zeros(3, np.bool_), 1.0, Rule("between", 0.0, EVEN)).rows)


def test_several_labels_are_as_sure_as_the_least_sure() -> None:
    logits = np.array([[3.0, -3.0], [-2.0, -0.1], [3.0, 0.2]], np.float32)
    said = opinion_of("multi", logits, 1.0, (0.5, 0.5))
    assert said.targets.tolist() == [[1, 0], [0, 0], [1, 1]]
    assert said.groups.tolist() == [0, 2, 0]
    assert said.sure == pytest.approx(1 / (1 + np.exp([-3.0, -0.1, -0.2])))


# --- what decides -------------------------------------------------------------------------------------------


def test_a_temperature_undoes_a_scaling() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 3))
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    targets = np.array([random.choice(3, p=p) for p in chances])
    assert temperature(logits * 4, targets) == pytest.approx(4.0, rel=0.1)
    several = (random.random((4000, 3)) < 1 / (1 + np.exp(-logits))).astype(np.float64)
    assert temperature(logits / 2, several) == pytest.approx(0.5, rel=0.1)
    assert temperature(np.zeros((0, 3)), np.zeros(0, np.int64)) == 1.0
    assert log_losses(np.zeros((2, 4)), np.array([0, 3])) == pytest.approx(np.log([4.0, 4.0]))


def made(losses: list[float], validation: float = 0.5) -> Verdict:
    return Verdict(np.asarray(losses), validation, 0.0, 1.0)


def test_with_few_texts_the_likelihood_decides_clearly() -> None:
    first = made([1.0, 1.0, 1.0, 1.0])
    better = made([0.6, 0.7, 0.6, 0.7])
    best = made([0.3, 0.3, 0.4, 0.3])
    by_chance = made([0.0, 1.9, 1.9, 0.1])
    assert best_round([first], True) == 0
    assert best_round([first, better, best], True) == 2
    assert best_round([first, best, better], True) == 1
    assert best_round([first, by_chance], True) == 0
    assert best_round([first, made([0.1] * 4, validation=0.4)], True) == 0  # worse on validation


def test_with_enough_texts_the_main_figure_decides() -> None:
    first = made([1.0, 1.0], 0.5)
    assert best_round([first, made([2.0, 2.0], 0.6), made([0.5, 0.5], 0.5)], False) == 1
    assert best_round([first, made([0.9, 0.9], 0.5)], False) == 1
    assert best_round([first, made([1.0, 1.0], 0.5)], False) == 0  # nothing is gained


def data(targets: list[int], validation: int) -> TrainingData:
    def examples(values: list[int]) -> Examples:
        return Examples(list(range(len(values))), [""] * len(values), np.asarray(values, np.int64))

    held = [i % 2 for i in range(validation)]
    return TrainingData(("a", "b", "c"), examples(targets), examples(held), examples([]), ())


def test_cross_checks_leave_every_text_out_once_but_the_last_of_a_class() -> None:
    targets = [0] * 8 + [1] * 3 + [2]
    paths = paths_of(data(targets, 6), cheap=True)
    assert paths[0].tolist() == list(range(12))
    left_out = [sorted(set(range(12)) - set(path.tolist())) for path in paths[1:]]
    assert sorted(row for rows in left_out for row in rows) == list(range(11))
    for path in paths[1:]:
        assert {targets[i] for i in path} == {0, 1, 2}
    assert len(paths_of(data(targets, ENOUGH), cheap=True)) == 1
    assert len(paths_of(data(targets, 6), cheap=False)) == 1


def test_a_record_is_read_as_written_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    validation, left_out, pool = (np.full((count, 2), count, np.float32) for count in (2, 1, 3))
    record = Record(validation, left_out, pool, (0.5,), 1.5, 7, 3)
    path = tmp_path / "0.npz"
    assert Record.read(path) is None
    record.write(path)
    back = Record.read(path)
    assert back is not None
    assert (back.limits, back.seconds, back.tokens, back.steps) == ((0.5,), 1.5, 7, 3)
    assert np.array_equal(back.pool, record.pool)
    path.write_bytes(path.read_bytes()[:100])
    assert Record.read(path) is None
