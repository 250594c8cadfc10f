"""Scoring a file: same order, every row, the same bytes after a kill."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine import predict
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import PredictFile, PredictText, ReadOptions, Train
from engine.data.exported import disarmed
from engine.models.run_model import RunModel
from engine.models.store import load_run
from engine.predict import predict_file, predict_text
from engine.progress import Control, Progressed, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder, project, texts


@pytest.fixture(params=["bag-of-words", "fine-tune"])
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunModel]:
    source = str(bert_folder(tmp_path / "source")) if request.param == "fine-tune" else ""
    with project(tmp_path / "p") as opened:
        run = finish(train(opened, Train(method=request.param, source=source), Control())).run
        yield load_run(opened, run)


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def ask(path: Path, out: Path, column: str = "text") -> PredictFile:
    return PredictFile(run="r", path=str(path), text_column=column, out=str(out))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_keep_their_order_and_get_columns(model: RunModel, tmp_path: Path) -> None:
    rows = [[str(n), text] for n, (text, _) in enumerate(texts(40))]
    rows[7][1] = "   "
    path = write(tmp_path / "in.csv", [["id", "text"], *rows])
    result = finish(predict_file(model, ask(path, tmp_path / "out.csv")))
    found = read(tmp_path / "out.csv")
    assert [row["id"] for row in found] == [str(n) for n in range(40)]
    assert list(found[0]) == ["id", "text", "label", "probability", "margin"]
    assert found[7]["label"] == ""
    assert result.rows == 40
    assert sum(result.label_counts.values()) == 39
    assert set(result.label_counts) <= {"up", "down"}
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("stop_after", [1, 2, 5])
def test_a_stopped_scoring_goes_on_to_the_same_bytes(
    model: RunModel, tmp_path: Path, stop_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict, "_BLOCK", 16)
    path = write(tmp_path / "in.csv", [["text"], *([text] for text, _ in texts(100))])
    finish(predict_file(model, ask(path, tmp_path / "whole.csv")))
    out = tmp_path / "out.csv"
    work = predict_file(model, ask(path, out))
    blocks = 0
    for step in work:
        blocks += isinstance(step, Progressed) and step.rate > 0
        if blocks == stop_after:
            break
    work.close()
    assert not out.exists()
    partial = tmp_path / "out.csv.part"
    partial.write_bytes(partial.read_bytes() + b"half a line that the kill l")
    result = finish(predict_file(model, ask(path, out)))
    assert result.rows == 100
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        {"second_column": "c"},
        {"second_column": ""},
        {"read": ReadOptions(encoding="latin-1")},
    ],
)
def test_a_scoring_that_is_asked_for_in_another_way_begins_anew(
    model: RunModel, tmp_path: Path, other: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict, "_BLOCK", 16)
    rows = [[text, f"{text} good é", f"awful {text}"] for text, _ in texts(60)]
    path = write(tmp_path / "in.csv", [["text", "b", "c"], *rows])
    first = msgspec.structs.replace(ask(path, tmp_path / "out.csv"), second_column="b")
    work = predict_file(model, first)
    for step in work:
        if isinstance(step, Progressed) and step.rate > 0:
            break
    work.close()
    then = msgspec.structs.replace(first, **other)
    finish(predict_file(model, then))
    finish(predict_file(model, msgspec.structs.replace(then, out=str(tmp_path / "whole.csv"))))
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_changed_file_is_said_and_the_partial_output_not_trusted(model: RunModel, tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", [["text"], *([text] for text, _ in texts(3000))])
    work = predict_file(model, ask(path, tmp_path / "out.csv"))
    for step in work:
        if isinstance(step, Progressed) and step.rate > 0:
            break
    write(path, [["text"], ["a good film"]])
    with pytest.raises(KnownError) as caught:
        finish(work)
    assert caught.value.kind is ErrorKind.FILE_CHANGED
    assert finish(predict_file(model, ask(path, tmp_path / "out.csv"))).rows == 1


def test_rows_that_cannot_be_read_keep_their_place(model: RunModel, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(b"text,n\na good film,1\na bad \x00 day,2\na good day,3\n")
    assert finish(predict_file(model, ask(path, tmp_path / "out.csv"))).rows == 3
    found = read(tmp_path / "out.csv")
    assert [row["label"] != "" for row in found] == [True, False, True]


def test_an_existing_label_column_stays(model: RunModel, tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", [["text", "label"], ["a good film", "mine"], ["a bad film", "mine"]])
    finish(predict_file(model, ask(path, tmp_path / "out.csv")))
    assert [row["label"] for row in read(tmp_path / "out.csv")] == ["mine", "mine"]
    assert "predicted_label" in read(tmp_path / "out.csv")[0]


def test_wrong_column_lists_the_columns(model: RunModel, tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", [["message", "n"], ["a good film", "1"]])
    with pytest.raises(KnownError) as caught:
        finish(predict_file(model, ask(path, tmp_path / "out.csv")))
    assert caught.value.kind is ErrorKind.COLUMN_MISSING
    assert "message" in str(caught.value.values["valid"])


def test_writing_over_the_input_is_refused(model: RunModel, tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", [["text", "n"], ["a good film", "1"]])
    with pytest.raises(KnownError):
        finish(predict_file(model, ask(path, path)))
    assert "good" in path.read_text()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("+cmd", "'+cmd"),
        ("-2.5", "-2.5"),
        ("plain", "plain"),
        ("-x", "'-x"),
    ],
)
def test_formulas_are_disarmed(cell: str, written: str) -> None:
    assert disarmed(cell) == written


def test_one_text(model: RunModel) -> None:
    found = predict_text(model, PredictText(run="r", text="a good film"))
    assert abs(sum(found.probabilities) - 1) < 1e-9
    assert found.read_to == len("a good film")
    with pytest.raises(KnownError) as caught:
        predict_text(model, PredictText(run="r", text=" \n"))
    assert caught.value.kind is ErrorKind.TEXT_EMPTY


def test_a_text_of_200000_characters_is_scored(model: RunModel) -> None:
    found = predict_text(model, PredictText(run="r", text="a good day " * 20_000))
    assert abs(sum(found.probabilities) - 1) < 1e-9


def test_a_run_deleted_by_hand_is_said(tmp_path: Path) -> None:
    import shutil

    with project(tmp_path / "p") as opened:
        run = finish(train(opened, Train(method="bag-of-words"), Control())).run
        shutil.rmtree(opened.run_folder(run))
        with pytest.raises(KnownError) as caught:
            load_run(opened, run)
        assert caught.value.kind is ErrorKind.RUN_FILES_MISSING
