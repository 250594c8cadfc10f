"""Which method: the probe's panel, the race's leaderboard, and what both ask of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import JobState, TrainingMoved
from engine.api.messages_transfer import Entrant, Race, Raced, Recommend, Recommended
from engine.api.results import Interval
from engine.api.results_transfer import CurvePoint, Ranked, Recommendation
from engine.api.store.runs import Run
from gui.context import Context
from gui.jobs import Job
from gui.pages.race.leaderboard import FIGURE, PARTS_ROLE, STATE
from gui.pages.race.race_panel import RacePanel
from gui.pages.race.standings import kept_of, standings
from gui.pages.train_page import TrainPage
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

SOURCE = "minilm"


def entrants(*methods: str) -> tuple[Entrant, ...]:
    return tuple(map(Entrant, methods))


def _ranked(method: str, value: float, minutes: float, *why: str, source: str = "") -> Ranked:
    expected = Interval(value, value - 0.03, value + 0.03)
    return Ranked(method=method, source=source, options={}, expected=expected, minutes=minutes, why=why)


FOUND = Recommendation(
    figure="macro_f1",
    texts=160,
    classes=4,
    unlabelled=0,
    ranking=(
        _ranked("fine-tune", 0.84, 6.0, "experience", "enough-data"),
        _ranked("features", 0.79, 0.3, "measured", "little-data", source=SOURCE),
        _ranked("contrastive", 0.78, 3.0, "experience", "little-data"),
        _ranked("bag-of-words", 0.71, 0.05, "measured", "baseline"),
    ),
    curve=(CurvePoint(40, 0.7), CurvePoint(80, 0.75), CurvePoint(160, 0.79), CurvePoint(320, 0.811)),
    more_texts=160,
    gain_of_more=0.021,
    seconds=38.0,
)


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _page(qtbot: QtBot, context: Context) -> TrainPage:
    page = TrainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    qtbot.waitUntil(lambda: page._overview is not None)
    return page


def _raced(context: Context, job: Job, method: str, right: float, size: int) -> str:
    """A finished run of the race that ``job`` is."""
    project = context.session.project
    assert project is not None
    assert isinstance(job.request, Race)
    run = figures_project.add_run(project, method, right, 4.0)
    with project.transaction():
        project.runs.set_race(run, job.request.race)
        project.runs.set_model(run, "hash", size, 1.5)
    return run


def _begun(context: Context, job: Job, method: str) -> str:
    project = context.session.project
    assert project is not None
    assert isinstance(job.request, Race)
    with project.transaction():
        run = project.runs.add(method, "minilm", {})
        project.runs.set_race(run, job.request.race)
    return run


# --- the probe -----------------------------------------------------------------------------------------


def test_the_probe_is_offered_on_a_project_without_runs_until_it_was_asked(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with figures_context(tmp_path, runs=False) as (context, queue):
        page = _page(qtbot, context)
        qtbot.waitUntil(page._banner.isVisible)
        qtbot.mouseClick(page._banner.button, Qt.MouseButton.LeftButton)
        assert not page._banner.isVisible()
        job = queue.last(Recommend)
        assert job.request == Recommend(seconds=60.0)
        page._ask_which()
        assert queue.count(Recommend) == 1  # it is at work
        queue.begin(job)
        queue.progress(job, "probe", 3, 8)
        assert page._advice._bar.value() == 3
        queue.cancel(job)
        assert page._advice.recommendation is None


def test_an_offer_that_was_closed_does_not_come_back(qtbot: QtBot, tmp_path: Path) -> None:
    with figures_context(tmp_path, runs=False) as (context, _queue):
        page = _page(qtbot, context)
        qtbot.waitUntil(page._banner.isVisible)
        qtbot.mouseClick(page._banner.close_button, Qt.MouseButton.LeftButton)
        page._say()
        assert not page._banner.isVisible()


def test_the_ranking_marks_its_best_and_puts_a_method_into_the_form(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    qtbot.mouseClick(page._which, Qt.MouseButton.LeftButton)
    queue.finish(queue.last(Recommend), Recommended(FOUND))
    advice = page._advice
    assert advice.recommendation == FOUND
    assert page._cards._recommended == "fine-tune"
    assert page._form().method.id == "fine-tune"  # nothing was set by hand
    assert "2.1 points" in advice._more.text()
    assert "320" in advice._more.text()
    assert [x for x, _ in advice._plot._data.points] == [40, 80, 160]  # type: ignore[union-attr]
    page._form().editor("epochs").set_value(7.0)
    advice.chosen.emit(FOUND.ranking[1])
    assert page._form().method.id == "features"
    page._show_method("fine-tune")
    assert page._form().given() == {"epochs": 7.0}
    page._ask_which()
    assert queue.count(Recommend) == 1  # what it said is shown again
    assert advice._pages.currentIndex() == 2


def test_what_takes_longer_than_the_user_has_is_ranked_last(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    qtbot.mouseClick(page._which, Qt.MouseButton.LeftButton)
    queue.finish(queue.last(Recommend), Recommended(FOUND))
    advice = page._advice
    assert advice.own_minutes.text() == "any"
    advice.own_minutes.setFocus()
    advice.own_minutes.selectAll()
    qtbot.keyClicks(advice.own_minutes, "2")
    ranking = advice.ranking
    assert [str(box.property("method")) for box in ranking._boxes] == [
        "features",
        "bag-of-words",
        "fine-tune",
        "contrastive",
    ]
    assert {entrant.method for entrant in ranking.racing()} == {"features", "bag-of-words"}
    assert page._cards._recommended == "features"
    qtbot.keyClick(advice.own_minutes, Qt.Key.Key_Down)
    qtbot.keyClick(advice.own_minutes, Qt.Key.Key_Down)
    assert ranking._boxes[0].property("method") == "fine-tune", "0 minutes mean any time"


def test_a_probe_that_failed_says_why_and_can_be_asked_again(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._ask_which()
    queue.fail(queue.last(Recommend), ErrorKind.ONE_CLASS, label="Billing", count=3)
    assert "Billing" in page._advice._empty.accessibleName()
    qtbot.mouseClick(page._advice._empty.button, Qt.MouseButton.LeftButton)
    assert queue.count(Recommend) == 2


def test_a_recommendation_says_when_the_texts_have_changed_since(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._ask_which()
    queue.finish(queue.last(Recommend), Recommended(FOUND))
    assert not page._advice._stale.isVisible()
    project = context.session.project
    assert project is not None
    ids = [id for id, _, _ in project.documents.labelled("train")][:3]
    with qtbot.waitSignal(context.session.documents_changed):
        context.operations.delete_documents(ids)
    qtbot.waitUntil(page._advice._stale.isVisible)


def test_the_ticked_methods_race_within_the_minutes_given(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._ask_which()
    queue.finish(queue.last(Recommend), Recommended(FOUND))
    advice = page._advice
    assert [each.method for each in advice.ranking.racing()] == ["fine-tune", "features", "contrastive"]
    assert advice.minutes.value() == 14  # half as much again as they are expected to take
    advice.ranking.box("contrastive").click()
    assert advice.minutes.value() == 10
    advice.minutes.setValue(7)
    advice.ranking.box("bag-of-words").click()
    assert advice.minutes.value() == 7  # given by hand
    assert advice.command.text().endswith(f"--methods fine-tune,features@{SOURCE},bag-of-words --minutes 7")
    for entrant in advice.ranking.racing():
        advice.ranking.box(entrant.method).click()
    assert not advice.start.isEnabled()
    assert "recommend" in advice.command.text()
    advice.ranking.box("features").click()
    qtbot.mouseClick(advice.start, Qt.MouseButton.LeftButton)
    request = queue.last(Race).request
    assert isinstance(request, Race)
    assert (request.entrants, request.minutes) == ((Entrant("features", SOURCE),), 7.0)
    assert request.race  # so that the queue's request can be taken up again


# --- the race ------------------------------------------------------------------------------------------


def _figures(right: float, size: int, run: str, method: str = "features") -> Run:
    evaluation = figures_project.evaluation(("a", "b"), "validation", right)
    return Run(
        id=run, method=method, source="", options={}, state=JobState.DONE, created_at="2026-01-01T00:00:00+00:00",
        name="", starred=False, seconds=1.0, tokens_per_second=1.0, stopped_by="", error="", validation=evaluation,
        test=None, race="cup", size_bytes=size,
    )  # fmt: skip


def test_standings_place_the_finished_first_and_keep_the_smallest_of_the_best() -> None:
    runs = [_figures(0.8, 90, "large"), _figures(0.795, 20, "small", "distil"), _figures(0.6, 1, "tiny", "x")]
    found = standings(
        ("features", "distil", "x", "fine-tune", "fusion"),
        runs,
        {},
        {"fusion": ErrorReport(ErrorKind.ONE_CLASS)},
    )
    assert [each.run for each in found] == ["large", "small", "tiny", "", ""]
    assert [each.kept for each in found[:3]] == [False, True, False]
    assert [each.method for each in found[3:]] == ["fine-tune", "fusion"]
    assert not any(each.kept for each in standings((), runs, {}, {}, over=False))
    assert kept_of([]) == ""


def test_a_method_that_races_twice_waits_twice() -> None:
    waiting = standings(["features", "features"], [], {}, {}, over=False)
    assert [each.method for each in waiting] == ["features", "features"]


def test_a_race_is_followed_run_by_run(qtbot: QtBot, surroundings: tuple[Context, FakeQueue]) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    job = context.operations.race(entrants("features", "fine-tune", "contrastive"), 5.0)
    panel = page._race
    assert page._tabs.currentIndex() == 3
    assert job.is_training
    first = _begun(context, job, "features")
    queue.begin(job, first)
    queue.progress(job, "encode", 1, 4)
    project = context.session.project
    assert project is not None
    labels = tuple(project.documents.labels())
    with project.transaction():
        project.runs.put_evaluation(first, figures_project.evaluation(labels, "validation", 0.7))
        project.runs.finish(first, 2.0, 1.0, "converged")
    second = _begun(context, job, "fine-tune")
    queue.begin(job, second)  # the job says that it has come to another run
    assert page._curves._run is not None
    assert page._curves._run.id == second
    assert page._curves.points == []
    assert page._curves._is_steered()
    for point in figures_project.points()[:10]:
        queue.move(job, point)
    assert len(page._curves.points) == 10
    late = TrainingMoved(job.id, first, figures_project.points()[20])
    page._curves._moved(late)
    assert len(page._curves.points) == 10  # of the run before
    rows = panel._board.rows()
    assert [each.method for each in rows] == ["features", "fine-tune", "contrastive"]
    assert rows[1].live == figures_project.points()[9].figure
    assert "so far" in str(panel._board.index(1, FIGURE).data())
    assert len(panel._board.index(0, FIGURE).data(PARTS_ROLE)) == 3
    queue.notice(job, "race-left-out", left_out="contrastive", why="one-class")
    assert "left out" in str(panel._board.index(2, STATE).data())
    assert not panel.keep.isEnabled()
    assert "Running" in panel._state.text()


def test_at_the_end_one_is_kept_and_the_others_are_deleted_in_one_edit(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    project = context.session.project
    assert project is not None
    before = [run.id for run in project.runs.all()]
    job = context.operations.race(entrants("bag-of-words", "features", "fine-tune"), 5.0)
    runs = [
        _raced(context, job, "bag-of-words", 0.6, 4_000),
        _raced(context, job, "features", 0.8, 90_000),
        _raced(context, job, "fine-tune", 0.805, 95_000),
    ]
    queue.begin(job, runs[2])
    assert isinstance(job.request, Race)
    queue.finish(job, Raced(race=job.request.race, runs=(), kept=runs[1]))
    panel = page._race
    assert context.session.run == runs[1]
    assert page._runs_panel.current() == runs[1]
    assert panel.table.current() is not None
    assert panel.table.current().run == runs[1]  # type: ignore[union-attr]
    assert "smallest within one point" in panel._verdict.text()
    assert "Finished" in panel._state.text()
    assert not panel.go_on.isVisibleTo(page)
    with qtbot.waitSignal(page.page_requested) as asked:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.args == ["evaluate"]
    with qtbot.waitSignal(context.session.runs_changed):
        qtbot.mouseClick(panel.keep, Qt.MouseButton.LeftButton)
    assert [run.id for run in project.runs.all()] == [*before, runs[1]]
    assert [each.run for each in panel._board.rows()] == [runs[1]]
    with qtbot.waitSignal(context.session.runs_changed):
        context.operations.undo()
    assert [run.id for run in project.runs.all()] == [*before, *runs]


def test_an_interrupted_race_goes_on_under_its_name(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    job = context.operations.race(entrants("features", "fine-tune"), 9.0)
    queue.begin(job, _raced(context, job, "features", 0.7, 90_000))
    queue.interrupt(job)
    panel = page._race
    assert "Interrupted: 1 of 2" in panel._state.text()
    assert panel.command.text().endswith(f"--race {panel.race}")
    qtbot.mouseClick(panel.go_on, Qt.MouseButton.LeftButton)
    assert queue.last(Race).request == job.request
    assert queue.count(Race) == 2
    assert not panel.go_on.isVisibleTo(page)


def test_races_of_earlier_sessions_are_shown_as_the_store_knows_them(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    project = context.session.project
    assert project is not None
    cups = [
        Race(entrants=entrants("features", "fine-tune"), minutes=3.0, race=name) for name in ("old", "new")
    ]
    for cup, state in zip(cups, (JobState.DONE, JobState.INTERRUPTED), strict=True):
        with project.transaction():
            row = project.jobs.add(cup)
            project.jobs.set_state(row, state)
        run = figures_project.add_run(project, "features", 0.7, 4.0)
        with project.transaction():
            project.runs.set_race(run, cup.race)
    panel = RacePanel(context)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.race == "new"
    assert panel.choice.isVisible()
    assert panel.go_on.isVisible()
    panel.choice.setCurrentIndex(1)
    assert panel.race == "old"
    assert not panel.go_on.isVisible()
    assert [each.method for each in panel._board.rows()] == [
        "features"
    ]  # the other one was left out or deleted


def test_without_a_race_the_panel_leads_to_the_probe(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    panel = RacePanel(surroundings[0])
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(panel.advice_requested):
        qtbot.mouseClick(panel._empty.button, Qt.MouseButton.LeftButton)
