"""The folder that scores by itself: in a process that has neither torch nor us, with the same answers as ours."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine import predict
from engine.api.messages import PredictFile
from engine.models.run_model import RunModel
from engine.predict import predict_file
from engine.progress import finish
from tests.engine.export_models import (
    export,
    finished_run,
    fusion_model,
    tagging_model,
    words_model,
)
from tests.engine.task_projects import task_project
from tests.engine.tiny import project, texts

Case = tuple[RunModel, Path]

# what an export must not need; the hook comes before anything else is imported
_BLOCKED = ("torch", "transformers", "safetensors", "sklearn", "scipy", "onnx", "msgspec", "engine")
_START = f"""
import runpy, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {_BLOCKED}:
            raise ImportError(f"{{name}} is blocked")
sys.meta_path.insert(0, Blocked())
sys.argv = sys.argv[1:]
sys.path[0] = sys.argv[0].rpartition("/")[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module", params=["words", "words-multi", "words-score", "fusion", "tagging"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A model and the folder that was written of it."""
    folder = tmp_path_factory.mktemp("runner")
    kind, _, task = request.param.partition("-")
    task = "tagging" if kind == "tagging" else task
    opened = task_project(folder / "p", task) if task else project(folder / "p")
    run: str
    model: RunModel
    with opened:
        if kind == "words":
            run, model = words_model(opened)
        elif kind == "fusion":
            run, model = finished_run(opened, "fusion"), fusion_model(folder / "source")
        else:
            run, model = finished_run(opened), tagging_model(folder / "source")
        found = export(opened, run, model, "runner", folder / "out")
    assert found.largest_difference < 1e-4
    assert found.agreement == 1.0
    return model, folder / "out"


def score(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", _START, str(folder / "score.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_answers_as_ours(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, folder = case
    rows = [[str(n), text] for n, (text, _) in enumerate(texts(60, seed=5))]
    rows[3][1] = "   "
    rows[4][1] = "=1+1 good"
    rows[5][1] = "a good  film " * 30 + "bad"
    rows[6][1] = "see https://example.org/x the @anna food\n was great, 这家酒店很好"
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["label", "text"], *rows])
    monkeypatch.setattr(predict, "scoring_precision", lambda _: "fp32")
    request = PredictFile(run="r", path=str(source), text_column="text", out=str(tmp_path / "ours.csv"))
    finish(predict_file(model, request))
    ran = score(folder, str(source), str(tmp_path / "theirs.csv"), "--column", "text")
    assert ran.returncode == 0, ran.stderr
    _same(tmp_path / "ours.csv", tmp_path / "theirs.csv", 60)
    assert not list(tmp_path.glob("*.part*"))


def test_pairs_have_the_same_answers_too(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short ones and long ones, which are read in windows, and one without a second text."""
    model, folder = case
    if model.task == "tagging":
        pytest.skip("tagged words are those of one text")
    firsts, seconds = texts(20, seed=5), texts(20, seed=6)
    rows = [[first, second] for (first, _), (second, _) in zip(firsts, seconds, strict=True)]
    rows[3][1] = " "
    rows[4][1] = "a good film " * 30 + "bad"
    rows[5][0] = "a good film " * 30 + "bad"
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text", "reply"], *rows])
    monkeypatch.setattr(predict, "scoring_precision", lambda _: "fp32")
    request = PredictFile(
        run="r", path=str(source), text_column="text", second_column="reply", out=str(tmp_path / "ours.csv")
    )
    finish(predict_file(model, request))
    ran = score(folder, str(source), str(tmp_path / "theirs.csv"), "--second", "reply")
    assert ran.returncode == 0, ran.stderr
    _same(tmp_path / "ours.csv", tmp_path / "theirs.csv", 20)
    alone = score(folder, str(source), str(tmp_path / "alone.csv"))
    assert alone.returncode == 0, alone.stderr
    assert read(tmp_path / "alone.csv") != read(tmp_path / "theirs.csv")


def _same(first: Path, second: Path, rows: int) -> None:
    """The same columns, the same answers, the same numbers but for rounding."""
    ours, theirs = read(first), read(second)
    assert list(ours[0]) == list(theirs[0])
    assert len(theirs) == rows
    for mine, other in zip(ours, theirs, strict=True):
        for column, value in mine.items():
            if column in ("probability", "margin", "score") and value:
                assert float(other[column]) == pytest.approx(float(value), abs=2e-5)
            else:
                assert other[column] == value


def test_the_self_check_passes_and_holds_no_text_of_the_user(case: Case) -> None:
    _, folder = case
    ran = score(folder, "--self-check")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("ok: ")
    expected = json.loads((folder / "selfcheck.json").read_text(encoding="utf-8"))
    own = [text for text, _ in texts(160)]
    assert not [each for each in expected if each["text"] in own]


def test_rows_that_cannot_be_read_keep_their_place(tmp_path: Path) -> None:
    with project(tmp_path / "p") as opened:
        run, model = words_model(opened)
        export(opened, run, model, "runner", tmp_path / "out")
    source = tmp_path / "in.tsv"
    source.write_bytes(
        b"\xef\xbb\xbfid\ttext\n1\ta good film\n2\tgood\tx\n\n3\tbad \xff day\n4\ta bad \x00 day\n5\tbad day\t\n"
    )
    ran = score(tmp_path / "out", str(source), str(tmp_path / "scored.csv"))
    assert ran.returncode == 0, ran.stderr
    lines = (tmp_path / "scored.csv").read_bytes().splitlines()
    assert [line.endswith(b",,,") for line in lines[1:]] == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["in.csv", "out.csv", "--column", "message"], "the columns are: text"),
        (["none.csv", "out.csv"], "none.csv"),
        (["in.csv", "in.csv"], "overwrite"),
        (["in.csv"], "--self-check"),
        (["in.csv", "out.csv", "--encoding", "klingon"], "klingon"),
        (["in.csv", "out.csv", "--delimiter", "long"], "delimiter"),
        (["--self-check"], "differ"),
    ],
)
def test_wrong_input_is_one_message(
    words_folder: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "in.csv").write_text("text\na good film\n", encoding="utf-8")
    ran = score(words_folder, *(str(tmp_path / a) if a.endswith(".csv") else a for a in arguments))
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "p.lexplain") == ["in.csv"]


@pytest.fixture(scope="module")
def words_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose self-check expects what no model says."""
    folder = tmp_path_factory.mktemp("words")
    with project(folder / "p") as opened:
        run, model = words_model(opened)
        export(opened, run, model, "runner", folder / "out")
    check = folder / "out" / "selfcheck.json"
    check.write_text(json.dumps([{"text": "a good film", "expected": [0.5, 0.5]}]), encoding="utf-8")
    return folder / "out"
