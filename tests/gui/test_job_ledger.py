"""Runs that no process trains any more are interrupted, at opening and after an engine's death."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from engine.api.messages import JobState
from engine.api.run_lock import RunLock
from engine.api.store.runs import Run
from gui.job_ledger import JobLedger
from gui.session import Session
from tests.gui.page_context import page_context


def _running(session: Session) -> str:
    project = session.project
    assert project is not None
    with project.transaction():
        run = project.runs.add("fine-tune", "minilm", {})
        project.runs.set_state(run, JobState.RUNNING)
    return run


def _run(session: Session, id: str) -> Run:
    assert session.project is not None
    return session.project.runs.get(id)


def test_opening_mends_what_is_dead_and_leaves_what_lives(qtbot: QtBot, tmp_path: Path) -> None:
    with page_context(tmp_path) as (context, _queue):
        session = context.session
        dead, alive = _running(session), _running(session)
        assert session.project is not None
        with RunLock(session.project.run_folder(alive)) as lock:
            assert lock.acquire()
            ledger = JobLedger(session)
            with qtbot.waitSignal(session.runs_changed):
                ledger.recover()
            assert _run(session, dead).state is JobState.INTERRUPTED
            assert _run(session, alive).state is JobState.RUNNING


def test_a_death_before_the_run_was_told_of_mends_it_too(qtbot: QtBot, tmp_path: Path) -> None:
    with page_context(tmp_path) as (context, _queue):
        session = context.session
        run = _running(session)
        ledger = JobLedger(session)
        with qtbot.waitSignal(session.runs_changed):
            ledger.close_run("", JobState.INTERRUPTED)
        assert _run(session, run).state is JobState.INTERRUPTED
