"""The real engine behind the queue: look at a file, import it, train on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
from gui.__main__ import ENGINE_ENTRY
from tests.process.conftest import Bench

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "customer_messages.csv"
WAIT = 120_000


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
