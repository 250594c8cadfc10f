"""A killed engine costs nothing but time: the same weights, the same bytes of a scored file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.messages import FilePredicted, PredictFile, Request, Train, Trained
from engine.models.source import file_hash
from gui.__main__ import ENGINE_ENTRY
from gui.engine_link import EntryPoint
from gui.jobs import Job, JobQueue
from gui.session import Session
from tests.end2end.killing import Moment, Ordeal, trained_share
from tests.engine import tiny

WAIT = 120_000
ROWS = 12_000


@pytest.fixture
def queue(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """The window's queue on the real engine, with a small project."""
    monkeypatch.setenv("LEXPLAIN_CHECKPOINT_SECONDS", "0")
    monkeypatch.setenv("LEXPLAIN_DEVICE", "cpu")  # only there every sum is taken in the same order
    tiny.project(tmp_path / "project", train=480).close()
    session = Session()
    queue = JobQueue(session, EntryPoint(ENGINE_ENTRY), tmp_path / "logs")
    session.create(tmp_path / "project")
    yield queue
    queue.leave_project()
    session.close()
    queue.stop()
    session.writer.stop()


def play(qtbot: QtBot, queue: JobQueue, request: Request, *moments: Moment) -> Ordeal:
    ordeal = Ordeal(queue, request, moments)
    with qtbot.waitSignal(ordeal.over, timeout=WAIT):
        ordeal.start()
    assert ordeal.error is None
    assert ordeal.kills == len(moments)
    return ordeal


def test_kills_change_neither_weights_nor_bytes(queue: JobQueue, qtbot: QtBot, tmp_path: Path) -> None:
    source = str(tiny.bert_folder(tmp_path / "source"))
    train = Train(method="fine-tune", source=source, options={"epochs": 4.0, "precision": "fp32"})
    whole = play(qtbot, queue, train)
    killed = play(qtbot, queue, train, Moment(trained_share(0.3)), Moment(trained_share(0.7)))
    assert isinstance(whole.result, Trained)
    assert isinstance(killed.result, Trained)
    assert whole.run != killed.run
    first, second, third = killed.resumed_at
    assert first < second < third, "each went on from a checkpoint"
    runs = tmp_path / "project.lexplain" / "runs"
    hashes = {file_hash(runs / run / "model" / "model.safetensors") for run in (whole.run, killed.run)}
    assert len(hashes) == 1
    assert killed.result.test == whole.result.test

    texts = tiny.texts(ROWS)
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", "text"], *([str(n), text] for n, (text, _) in enumerate(texts))])

    def score(out: str) -> PredictFile:
        path = str(tmp_path / "in.csv")
        return PredictFile(run=whole.run, path=path, text_column="text", out=str(tmp_path / out))

    play(qtbot, queue, score("whole.csv"))
    part = tmp_path / "killed.csv.part.json"
    scored = play(qtbot, queue, score("killed.csv"), Moment(_heard(3, part)), Moment(_heard(3, part)))
    assert isinstance(scored.result, FilePredicted)
    assert scored.result.rows == ROWS
    assert (tmp_path / "killed.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not part.exists()


def _heard(times: int, part: Path) -> Callable[[Job], bool]:
    """Whether so many words of progress have come since an unfinished output was there to go on from."""
    numbers = count(1)
    return lambda job: job.progress is not None and part.exists() and next(numbers) >= times
