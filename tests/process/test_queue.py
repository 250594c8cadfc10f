"""The queue with a real child: every way a job and its process can end."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.messages import Evaluate, ForecastTraining, JobState, Lane, PredictText, Resume, Train
from engine.api.project import Project
from gui.jobs import Job
from tests.process.conftest import FAKE, Bench

WAIT = 20_000


def _states(bench: Bench) -> list[tuple[str, JobState]]:
    """(run, state) of the jobs in the store, oldest first, once the writer has written all."""
    assert bench.session.path is not None
    bench.session.writer.close()
    bench.session.writer.open(bench.session.path)
    with Project.open(bench.session.path) as project:
        return [(getattr(each.request, "run", ""), each.state) for each in reversed(project.jobs.last())]


def test_jobs_run_in_order_and_end_once(bench: Bench, qtbot: QtBot) -> None:
    first, second = bench.submit("normal"), bench.submit("normal")
    order: list[str] = []
    first.ended.connect(lambda: order.append("first"))
    second.ended.connect(lambda: order.append("second"))
    signals = [first.started, first.progressed, first.finished, first.ended, second.started, second.ended]
    with qtbot.waitSignals(signals, timeout=WAIT):
        assert bench.queue.jobs == [first, second]
    assert order == ["first", "second"]
    assert first.progress is not None
    assert first.progress.total == 3
    assert first.state is second.state is JobState.DONE
    assert first.result == second.result, "both ran in the same process"
    assert bench.queue.jobs == []
    assert [state for _, state in _states(bench)] == [JobState.DONE, JobState.DONE]


def test_a_known_error_fails_the_job(bench: Bench, qtbot: QtBot) -> None:
    job = bench.submit("failing")
    with qtbot.waitSignals([job.failed, job.ended], timeout=WAIT, order="strict"):
        pass
    assert job.error is not None
    assert job.error.kind is ErrorKind.FILE_MISSING
    assert _states(bench) == [("failing", JobState.FAILED)]


def test_cancel_is_asked_first(bench: Bench, qtbot: QtBot) -> None:
    job = bench.submit("until-cancelled")
    with qtbot.waitSignal(job.progressed, timeout=WAIT):
        pass
    pids = bench.queue.pids()
    with qtbot.waitSignals([job.cancelled, job.ended], timeout=WAIT, order="strict"):
        job.cancel()
        assert job.cancelling
    assert bench.queue.pids() == pids, "no process was ended"


def test_a_stubborn_job_is_killed_and_the_queue_goes_on(bench: Bench, qtbot: QtBot) -> None:
    job, after = bench.submit("stubborn"), bench.submit("normal")
    deaths: list[object] = []
    bench.queue.engine_died.connect(lambda *what: deaths.append(what))
    with qtbot.waitSignal(job.progressed, timeout=WAIT):
        pass
    with qtbot.waitSignals([job.cancelled, job.ended, after.finished], timeout=WAIT):
        job.cancel()
    assert deaths == [], "a death that was asked for is no news"
    assert [state for _, state in _states(bench)] == [JobState.CANCELLED, JobState.DONE]


@pytest.mark.parametrize(
    ("behaviour", "outcome"), [("segfault", "SIGSEGV"), ("exit", "exit code 3"), ("kill", "SIGKILL")]
)
def test_a_crash_interrupts_the_job_and_the_queue_goes_on(
    bench: Bench, qtbot: QtBot, behaviour: str, outcome: str
) -> None:
    job, after = bench.submit(behaviour), bench.submit("normal")
    with qtbot.waitSignals(
        [bench.queue.engine_died, job.interrupted, job.ended, after.finished], timeout=WAIT, order="strict"
    ):
        pass
    assert job.error is not None
    assert (job.error.kind, job.error.values) == (ErrorKind.ENGINE_DIED, {"outcome": outcome})
    assert _states(bench) == [(behaviour, JobState.INTERRUPTED), ("normal", JobState.DONE)]
    assert bench.session.project is not None
    log = (bench.session.project.logs / "engine-heavy.log").read_text()
    assert ("Segmentation fault" in log) == (behaviour == "segfault")


def test_nonsense_on_the_pipe_ends_the_engine(bench: Bench, qtbot: QtBot) -> None:
    job, after = bench.submit("nonsense"), bench.submit("normal")
    with qtbot.waitSignals([job.interrupted, after.finished], timeout=WAIT, order="strict"):
        pass
    assert "no event" in (bench.logs / "engine-heavy.log").read_text()


def test_pause_and_go_on(bench: Bench, qtbot: QtBot) -> None:
    job = bench.submit("until-cancelled")
    with qtbot.waitSignal(job.progressed, timeout=WAIT):
        pass
    with qtbot.waitSignal(job.paused, timeout=WAIT):
        job.pause()
    assert job.state is JobState.PAUSED
    with qtbot.waitSignal(job.continued, timeout=WAIT):
        job.resume()
    with qtbot.waitSignals([job.finished, job.ended], timeout=WAIT, order="strict"):
        job.stop_and_keep_best()


def test_a_waiting_job_is_cancelled_without_the_engine(bench: Bench, qtbot: QtBot) -> None:
    running, waiting = bench.submit("until-cancelled"), bench.submit("normal")
    with qtbot.waitSignal(running.progressed, timeout=WAIT):
        pass
    with qtbot.waitSignals([waiting.cancelled, waiting.ended], order="strict"):
        waiting.cancel()
    assert bench.queue.jobs == [running]


def test_only_the_latest_question_is_answered(bench: Bench, qtbot: QtBot) -> None:
    said: list[str] = []

    def ask(run: str, text: str) -> Job:
        job = bench.queue.submit(PredictText(run=run, text=text), Lane.INTERACTIVE, key="predict")
        job.ended.connect(lambda: said.append(text))
        return job

    running = ask("until-cancelled", "running")
    with qtbot.waitSignal(running.progressed, timeout=WAIT):
        pass
    ask("x", "replaced")
    last = ask("x", "last")
    other = bench.queue.submit(PredictText(run="x", text="other"), Lane.INTERACTIVE, key="other")
    with qtbot.waitSignals([last.finished, other.finished], timeout=WAIT):
        pass
    assert said == ["last"]


def test_a_dropped_question_falls_silent_and_makes_room(bench: Bench, qtbot: QtBot) -> None:
    said: list[str] = []
    questions = [
        bench.queue.submit(PredictText(run=run, text=run), Lane.INTERACTIVE, key=run)
        for run in ("until-cancelled", "waiting")
    ]
    for question in questions:
        question.ended.connect(lambda: said.append("ended"))
    with qtbot.waitSignal(questions[0].progressed, timeout=WAIT):
        pass
    pids = bench.queue.pids()
    after = bench.queue.submit(PredictText(run="x", text="after"), Lane.INTERACTIVE, key="after")
    with qtbot.waitSignal(after.finished, timeout=WAIT):
        for question in questions:
            question.drop()
    assert said == []
    assert bench.queue.pids() == pids, "no process was ended"


def test_a_patient_job_makes_room_for_an_urgent_one_and_is_begun_anew(bench: Bench, qtbot: QtBot) -> None:
    patient = bench.queue.submit(
        ForecastTraining(method="m", source="until-cancelled"), Lane.INTERACTIVE, key="forecast"
    )
    ended: list[str] = []
    patient.ended.connect(lambda: ended.append("patient"))
    with qtbot.waitSignal(patient.progressed, timeout=WAIT):
        pass
    pids = bench.queue.pids()
    urgent = bench.queue.submit(PredictText(run="x", text="now"), Lane.INTERACTIVE, key="predict")
    with qtbot.waitSignals([urgent.finished, patient.progressed], timeout=WAIT, order="strict"):
        pass
    assert ended == []
    assert patient.state is JobState.RUNNING
    assert bench.queue.pids() == pids, "no process was ended"
    with qtbot.waitSignals([patient.cancelled, patient.ended], timeout=WAIT, order="strict"):
        patient.cancel()


def test_a_spare_job_makes_room_for_what_is_asked_and_leaves_no_trace(bench: Bench, qtbot: QtBot) -> None:
    spare = bench.queue.submit(Evaluate(run="until-cancelled"), spare=True)
    ended: list[str] = []
    spare.ended.connect(lambda: ended.append("spare"))
    with qtbot.waitSignal(spare.progressed, timeout=WAIT):
        pass
    first, second = bench.submit("normal"), bench.submit("normal")
    signals = [first.finished, second.finished, spare.progressed]
    with qtbot.waitSignals(signals, timeout=WAIT, order="strict"):
        pass
    assert ended == []
    assert spare.state is JobState.RUNNING
    assert [state for _, state in _states(bench)] == [JobState.DONE, JobState.DONE]
    with qtbot.waitSignals([spare.cancelled, spare.ended], timeout=WAIT, order="strict"):
        spare.cancel()


def test_a_stubborn_patient_job_does_not_hold_up_an_urgent_one(bench: Bench, qtbot: QtBot) -> None:
    """Its process is ended after the grace, and it waits for the next one."""
    patient = bench.queue.submit(
        ForecastTraining(method="m", source="stubborn"), Lane.INTERACTIVE, key="forecast"
    )
    with qtbot.waitSignal(patient.progressed, timeout=WAIT):
        pass
    urgent = bench.queue.submit(PredictText(run="x", text="now"), Lane.INTERACTIVE, key="predict")
    with qtbot.waitSignals([urgent.finished, patient.progressed], timeout=WAIT, order="strict"):
        pass
    assert patient.error is None


def test_jobs_wait_for_a_slow_start(
    bench_with: Callable[[str], Bench], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEXPLAIN_TEST_GATE", str(tmp_path / "gate"))
    bench = bench_with("tests.process.fake_engine:serve_slow_start")
    job = bench.submit("normal")
    with qtbot.assertNotEmitted(job.started, wait=300):
        pass
    assert job.state is JobState.WAITING
    with qtbot.waitSignal(job.finished, timeout=WAIT):
        (tmp_path / "gate").touch()


def test_an_engine_that_cannot_start_is_given_up(bench_with: Callable[[str], Bench], qtbot: QtBot) -> None:
    bench = bench_with("tests.process.fake_engine:serve_broken")
    question = bench.queue.submit(PredictText(run="x", text="x"), Lane.INTERACTIVE, key="predict")
    with qtbot.waitSignals([bench.queue.engine_gave_up, question.failed], timeout=60_000):
        pass
    assert question.error is not None
    assert question.error.kind is ErrorKind.ENGINE_NOT_STARTED
    assert "not installed" in (bench.logs / "engine-interactive.log").read_text()


def test_a_training_that_died_can_be_resumed(bench: Bench, qtbot: QtBot) -> None:
    job = bench.queue.submit(Train(method="fine-tune", source="kill"))
    with qtbot.waitSignal(job.interrupted, timeout=WAIT):
        pass
    assert job.run == "fine-tune-1"
    _states(bench)
    assert bench.session.project is not None
    assert bench.session.project.runs.get(job.run).state is JobState.INTERRUPTED
    again = bench.queue.submit(Resume(run=job.run))
    with qtbot.waitSignal(again.finished, timeout=WAIT):
        pass


def test_leaving_keeps_what_waits_and_offers_it_again(bench: Bench, qtbot: QtBot) -> None:
    running, waiting = bench.submit("until-cancelled"), bench.submit("normal")
    with qtbot.waitSignal(running.progressed, timeout=WAIT):
        pass
    path = bench.session.path
    assert path is not None
    bench.queue.leave_project()
    bench.session.close()
    assert running.state is JobState.INTERRUPTED
    with qtbot.waitSignal(bench.queue.recovered, timeout=WAIT) as recovered:
        bench.session.open(path)
    left, interrupted = recovered.args
    assert [each.request for each in left] == [waiting.request]
    assert interrupted == [], "it was called interrupted when the project was left"
    job = bench.queue.adopt(left[0])
    with qtbot.waitSignal(job.finished, timeout=WAIT):
        pass
    assert [state for _, state in _states(bench)] == [JobState.INTERRUPTED, JobState.DONE]


def test_what_ran_when_the_power_went_is_interrupted(
    bench_with: Callable[[str], Bench], qtbot: QtBot, tmp_path: Path
) -> None:
    with Project.create(tmp_path / "project") as project, project.transaction():
        row = project.jobs.add(Evaluate(run="normal"))
        project.jobs.set_state(row, JobState.RUNNING)
        project.jobs.add(Evaluate(run="second"))
    bench = bench_with(FAKE)
    with qtbot.waitSignal(bench.queue.recovered, timeout=WAIT) as recovered:
        pass
    waiting, interrupted = recovered.args
    assert [each.request.run for each in waiting] == ["second"]
    assert [each.request.run for each in interrupted] == ["normal"]
    bench.queue.discard(waiting)
    assert _states(bench) == [("normal", JobState.INTERRUPTED), ("second", JobState.CANCELLED)]


def test_a_busy_store_does_not_stop_the_queue(bench: Bench, qtbot: QtBot) -> None:
    assert bench.session.path is not None
    other = sqlite3.connect(bench.session.path / "project.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    job = bench.submit("normal")
    with qtbot.waitSignal(job.finished, timeout=5000):
        pass
    other.execute("ROLLBACK")
    other.close()
    assert _states(bench) == [("normal", JobState.DONE)]


def test_stopping_leaves_no_process(bench: Bench) -> None:
    children = psutil.Process(os.getpid()).children(recursive=True)
    engines = [child for child in children if child.pid in bench.queue.pids()]
    assert len(engines) == 2
    bench.close()
    assert psutil.wait_procs(engines, timeout=5)[1] == []
