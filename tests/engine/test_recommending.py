"""Which method: what is ranked for whom, by which source models, and what fits into a time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.api.catalog import methods_for
from engine.api.messages import JobState, Train
from engine.api.messages_transfer import Entrant, Race, Recommend
from engine.api.project import Project
from engine.api.race_rule import within
from engine.api.results import Interval
from engine.api.results_transfer import Ranked
from engine.models.source import find
from engine.progress import Control, Progressed, Work, finish
from engine.transfer import bag_of_words, experience, probing, racing
from engine.transfer.examples import gather
from engine.transfer.method import Job, Outcome
from engine.transfer.probing import Probe
from engine.transfer.recommending import recommend
from engine.transfer.tag_bag_of_words import train_tagged
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.test_distil import with_unlabelled
from tests.engine.tiny import bert_folder, project
from tests.engine.tiny_tasks import tagging_project

_LONG = 600.0


def ranked(opened: Project) -> dict[str, Ranked]:
    found = finish(recommend(opened, Recommend(seconds=_LONG))).recommendation
    return {each.method: each for each in found.ranking}


@pytest.fixture
def bag_of_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time for reading with source models."""
    monkeypatch.setattr(probing, "bundled", dict)
    monkeypatch.setattr(probing, "installed", dict)


@pytest.mark.usefixtures("bag_of_words_alone")
def test_much_text_without_labels_brings_the_methods_that_learn_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed: list[str] = []

    def times(self: Probe, methods: list[str]) -> Work[dict[str, float]]:
        timed[:] = methods
        yield Progressed("probe", 0, 1)
        return dict.fromkeys(methods, 60.0)

    monkeypatch.setattr(Probe, "times", times)
    with project(tmp_path / "p", train=24, validation=8, test=0) as opened:
        assert not {"distil", "pseudo-label"} & ranked(opened).keys()
        assert "fine-tune" in timed
        with_unlabelled(opened, 300)
        first = ranked(opened)
        assert "distil" not in first, "there is no run to learn from"
        assert "pseudo-label" in first
        teacher = finish(train(opened, Train(method="bag-of-words"), Control())).run
        second = ranked(opened)
        assert second["distil"].options == {"teacher": teacher}
        judged = opened.runs.get(teacher).validation
        assert judged is not None
        value = judged.main.value - experience.STUDENT_LOSS
        assert second["distil"].expected.value == pytest.approx(value)
        assert {id for id, each in second.items() if "unlabelled" in each.why} == {"distil", "pseudo-label"}


def test_the_probe_reads_with_the_users_own_models_where_there_is_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEXPLAIN_MODELS", str(tmp_path / "models"))
    own = find(str(bert_folder(tmp_path / "own", dropout=0.0))).id
    (tmp_path / "broken").mkdir()
    with project(tmp_path / "p") as opened:
        data = gather(opened, 1, 0.2)

        def read(reading_share: float) -> set[str]:
            monkeypatch.setattr(probing, "_READING_SHARE", reading_share)
            probe = Probe(opened, data, tmp_path, time.monotonic() + _LONG)
            return {curve.source for curve in finish(probe.curves()) if curve.method == "features"}

        assert own in read(0.9)
        assert own not in read(1e-9)
        (tmp_path / "own" / "model.safetensors").write_bytes(b"half")
        assert own not in read(0.9), "a damaged one is passed over"


def test_of_tagged_words_counting_is_measured_and_the_rest_is_a_guess_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times(self: Probe, methods: list[str]) -> Work[dict[str, float]]:
        yield Progressed("probe", 0, 1)
        return dict.fromkeys(methods, 60.0)

    monkeypatch.setattr(Probe, "times", times)
    with tagging_project(tmp_path / "p", 60) as opened:
        found = ranked(opened)
    assert set(found) == {method.id for method in methods_for("tagging")} - {"distil", "pseudo-label"}
    line = found.pop("bag-of-words")
    assert line.why == ("measured", "baseline")
    assert line.expected.value > 0.9
    assert next(iter(found)) == "contrastive", "with a few sentences"
    for method, each in found.items():
        assert "not-measured" in each.why
        assert "measured" not in each.why
        assert each.expected.value == pytest.approx(experience.tagged(method, 41, line.expected.value)[0])
        assert each.expected.value - each.expected.low == pytest.approx(0.3), "tagging sets lie far apart"


def test_more_words_than_the_probe_has_time_for_are_drawn_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[int] = []

    def counted(job: Job) -> Work[Outcome]:
        learnt.append(int(job.data.train.firsts[-1]))
        return (yield from train_tagged(job))

    monkeypatch.setattr(bag_of_words, "train_tagged", counted)
    monkeypatch.setattr(Probe, "times", lambda *_: _nothing())
    with tagging_project(tmp_path / "p", 120) as opened:
        recommended = finish(recommend(opened, Recommend(seconds=_LONG))).recommendation
        whole = learnt[-1]
        assert [point.texts for point in recommended.curve][-1] == 2 * recommended.texts
        assert learnt == sorted(learnt)
        monkeypatch.setattr(probing, "_WORDS", whole // 2)
        ranked(opened)
    assert learnt[-1] < 0.7 * whole


def _nothing() -> Work[dict[str, float]]:
    yield Progressed("probe", 0, 1)
    return {}


def test_a_guess_starts_from_the_line_where_it_was_measured() -> None:
    assert experience.tagged("bag-of-words", 1000, 0.8)[0] == pytest.approx(0.8)
    better = experience.tagged("fine-tune", 7000, 0.8)[0]
    assert 0.8 < better < 1
    assert experience.tagged("fine-tune", 200, 0.8)[0] < 0.8
    assert experience.tagged("fine-tune", 200, 0.0)[0] == 0.0


def test_tagged_words_bring_self_training_where_much_is_untagged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times(self: Probe, methods: list[str]) -> Work[dict[str, float]]:
        yield Progressed("probe", 0, 1)
        return dict.fromkeys(methods, 60.0) | {"pseudo-label": 600.0}

    monkeypatch.setattr(Probe, "times", times)
    with tagging_project(tmp_path / "p", 60) as opened:
        with_unlabelled(opened, 300)
        found = ranked(opened)
    order = list(found)
    assert order.index("pseudo-label") > order.index("features"), "it promises no more and takes longer"
    assert "unlabelled" in found["pseudo-label"].why


@pytest.mark.parametrize(("texts", "best"), [(1, "features"), (900, "features"), (9000, "fine-tune")])
def test_many_tagged_texts_speak_for_fine_tuning(texts: int, best: str) -> None:
    found = {method: experience.tagged(method, texts) for method in ("features", "fine-tune")}
    assert max(found, key=lambda method: found[method][0]) == best
    assert experience.tagged("fine-tune", 1000)[0] == pytest.approx(0.50)


def test_contrastive_tuning_of_tagged_words_is_not_recommended_where_it_was_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times(self: Probe, methods: list[str]) -> Work[dict[str, float]]:
        yield Progressed("probe", 0, 1)
        return dict.fromkeys(methods, 60.0)

    monkeypatch.setattr(Probe, "times", times)
    with task_project(tmp_path / "p", "tagging", experience.FEW_SENTENCES + 1, 8, 8) as opened:
        assert "contrastive" not in ranked(opened)


def test_every_method_for_tagged_words_has_its_figures() -> None:
    # a student's is its teacher's
    assert set(experience.TAGGED) | {"distil"} == {method.id for method in methods_for("tagging")}


def test_what_takes_too_long_is_ranked_last_with_its_reason() -> None:
    figure = Interval(0.8, 0.7, 0.9)
    ranking = tuple(
        Ranked(method=method, source="", options={}, expected=figure, minutes=minutes, why=("measured",))
        for method, minutes in (("fine-tune", 30.0), ("features", 1.0), ("contrastive", 9.0))
    )
    assert within(ranking, None) == ranking
    found = within(ranking, 9.0)
    assert [each.method for each in found] == ["features", "contrastive", "fine-tune"]
    assert [each.why for each in found] == [("measured",), ("measured",), ("measured", "too-long")]


def test_a_method_may_race_twice_with_other_settings(tmp_path: Path) -> None:
    entrants = tuple(Entrant("bag-of-words", "", {"longest_ngram": n}) for n in (1, 2))
    with project(tmp_path / "p") as opened:
        first = finish(racing.race(opened, Race(entrants=entrants[:1], race="cup"), Control()))
        found = finish(racing.race(opened, Race(entrants=entrants, race="cup"), Control()))
        runs = opened.runs.all()
        assert [run.options["longest_ngram"] for run in runs] == [1, 2]
        assert [run.state for run in runs] == [JobState.DONE] * 2
        assert first.runs[0].run == runs[0].id
        assert {line.run for line in found.runs} == {run.id for run in runs}


@pytest.mark.parametrize("method", ["pseudo-label", "fine-tune"])
def test_a_training_that_keeps_no_budget_is_stopped_by_the_race(method: str) -> None:
    control = Control()
    asked: list[bool] = []

    def work() -> Work[str]:
        for step in range(3):
            asked.append(control.stop_and_keep_best)
            control.stop_and_keep_best = False  # as the engine's process does: it says what the user wants
            yield Progressed("train", step, 3)
        return "done"

    finish(racing._stopped(work(), Entrant(method), 0.0, control))  # type: ignore[arg-type]
    assert all(asked) == (method == "pseudo-label")
