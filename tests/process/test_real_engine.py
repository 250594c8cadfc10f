"""The real engine behind the queue: look at a file, import it, train on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.api.messages import (
    ColumnMapping,
    FileInspected,
    Imported,
    ImportFile,
    InspectFile,
    Lane,
    Train,
    Trained,
)
from engine.api.messages_transfer import Entrant, Race, Raced
from gui.__main__ import ENGINE_ENTRY
from tests.process.conftest import Bench

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "customer_messages.csv"
WAIT = 120_000


def test_a_stop_ends_one_training_of_a_race(bench_with: Callable[[str], Bench], qtbot: QtBot) -> None:
    bench = bench_with(ENGINE_ENTRY)
    brought = bench.queue.submit(
        ImportFile(path=str(SAMPLE), mapping=ColumnMapping(text="text", label="label"))
    )
    entrants = tuple(
        Entrant("fine-tune", "bert-tiny", {"epochs": epochs, "precision": "fp32"}) for epochs in (100.0, 1.0)
    )
    raced = bench.queue.submit(Race(entrants=entrants, minutes=600.0))
    raced.moved.connect(lambda _point: raced.stop_and_keep_best(), Qt.ConnectionType.SingleShotConnection)
    with qtbot.waitSignals([brought.ended, raced.ended], timeout=WAIT, order="strict"):
        pass
    assert isinstance(raced.result, Raced), raced.error
    assert bench.session.project is not None
    first, second = bench.session.project.runs.all()
    assert (first.stopped_by, second.stopped_by) == ("user", "epochs"), "the stop meant the first alone"
    assert second.options["epochs"] == 1.0


def test_inspect_import_train(bench_with: Callable[[str], Bench], qtbot: QtBot) -> None:
    bench = bench_with(ENGINE_ENTRY)
    look = bench.queue.submit(InspectFile(path=str(SAMPLE)), Lane.INTERACTIVE, key="inspect")
    with qtbot.waitSignals([bench.queue.engine_ready, look.finished, look.ended], timeout=WAIT):
        pass
    assert isinstance(look.result, FileInspected)
    assert bench.session.project is not None
    assert bench.session.project.documents.preview(look.result.preview).columns == ("text", "label")
    mapping = ColumnMapping(text="text", label="label")
    brought = bench.queue.submit(ImportFile(path=str(SAMPLE), mapping=mapping))
    trained = bench.queue.submit(Train(method="bag-of-words"))
    with qtbot.waitSignals([brought.ended, trained.ended], timeout=WAIT, order="strict"):
        pass
    assert isinstance(brought.result, Imported), brought.error
    assert brought.result.rows >= 480
    assert isinstance(trained.result, Trained), trained.error
    assert trained.run == trained.result.run == "bag-of-words-1"
    assert trained.result.validation is not None
    assert trained.result.validation.macro_f1.value > 0.4
