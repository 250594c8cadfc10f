"""A queue on an engine process that does as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.messages import Evaluate, Lane
from gui.engine_link import EntryPoint
from gui.jobs import Job, JobQueue
from gui.session import Session

FAKE = "tests.process.fake_engine:serve"


@dataclass
class Bench:
    session: Session
    queue: JobQueue
    logs: Path

    def submit(self, behaviour: str) -> Job:
        """A heavy job that behaves so."""
        return self.queue.submit(Evaluate(run=behaviour))

    def close(self) -> None:
        self.queue.leave_project()
        self.session.close()
        self.queue.stop()
        self.session.writer.stop()


@pytest.fixture
def bench_with(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[str], Bench]]:
    """Makes a queue on the engine named; its project is empty."""
    made: list[Bench] = []

    def make(entry: str = FAKE) -> Bench:
        session = Session()
        queue = JobQueue(session, EntryPoint(entry), tmp_path / "logs")
        session.create(tmp_path / "project")
        made.append(Bench(session, queue, tmp_path / "logs"))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(bench_with: Callable[[str], Bench], qtbot: QtBot) -> Bench:
    """A queue whose heavy engine is ready."""
    bench = bench_with(FAKE)
    with qtbot.waitSignals([bench.queue.engine_ready, bench.queue.engine_ready], timeout=20_000):
        bench.queue.start()
    assert bench.queue.ready(Lane.HEAVY) is not None
    return bench
