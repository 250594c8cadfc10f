"""The map from the shell: a table of places, with what is known of each document."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from engine.api.explaining.corpus import MapPoint
from engine.api.project import Project
from engine.cli import run as cli
from engine.explain.corpus import mapping
from engine.explain.corpus.map_table import MAP_COLUMNS, map_table
from tests.engine.test_cli_tasks import said
from tests.engine.tiny import project as tiny_project
from tests.engine.tiny_tasks import table_project


def rows_of(table: str) -> list[dict[str, str]]:
    assert table.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))


def test_a_map_is_written_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_project(tmp_path / "p").close()
    project, out = str(tmp_path / "p"), tmp_path / "map.csv"
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    found = said(capsys, "map", project, name, "--out", str(out))
    rows = rows_of(out.read_text("utf-8"))
    assert tuple(rows[0]) == MAP_COLUMNS
    assert found["documents"] == len(rows) == 160
    assert (found["out"], found["method"]) == (str(out), "pca")
    assert 0 < found["explained"] <= 1
    with Project.open(tmp_path / "p") as opened:
        for row in rows:
            assert row["label"] == opened.documents.get(int(row["document"])).label
            assert row["error"] == str(int(row["label"] != row["predicted"]))
            assert 0.5 <= float(row["confidence"]) <= 1
    assert len({(row["x"], row["y"]) for row in rows}) > 10
    assert said(capsys, "map", project, name, "--out", str(out), "--most", "20")["documents"] == 20
    assert cli(["map", project, name, "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out


def test_a_score_has_a_distance_and_no_confidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table_project(tmp_path / "p", "score", 60).close()
    project, out = str(tmp_path / "p"), tmp_path / "map.csv"
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    said(capsys, "map", project, name, "--out", str(out))
    for row in rows_of(out.read_text("utf-8")):
        assert row["confidence"] == ""
        assert float(row["error"]) == pytest.approx(float(row["predicted"]) - float(row["label"]), abs=1e-4)


def test_what_is_unknown_is_empty_and_formulas_are_disarmed() -> None:
    points = (MapPoint(1, -0.5, 2.0, "=up", "", 0.75), MapPoint(2, 0.0, 0.0, "up", "=down", 0.25))
    first, second = rows_of(map_table(points, "single"))
    assert (first["x"], first["label"], first["error"], first["predicted"]) == ("-0.5", "", "", "'=up")
    assert (second["label"], second["error"], second["confidence"]) == ("'=down", "1", "0.25")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["bag-of-words-1", "--method", "umap"], "umap-learn"),
        (["bag-of-words-1", "--method", "tsne"], "pca, umap"),
        (["nobody"], "nobody"),
    ],
)
def test_what_cannot_be_drawn_writes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    word: str,
) -> None:
    monkeypatch.setattr(mapping, "find_spec", lambda _: None)
    tiny_project(tmp_path / "p").close()
    project, out = str(tmp_path / "p"), tmp_path / "map.csv"
    said(capsys, "train", project, "--method", "bag-of-words")
    assert cli(["map", project, *arguments, "--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert word in printed.err
    assert "Traceback" not in printed.err
    assert not out.exists()
