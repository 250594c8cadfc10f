"""The shell over a whole corpus: explained, gone on with, and searched for shortcuts."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.api.explaining.corpus import SHORTCUT_REASONS
from engine.cli import run
from tests.engine.test_cli_tasks import said
from tests.engine.tiny import project as tiny_project
from tests.engine.tiny_tasks import table_project


def test_a_corpus_is_explained_gone_on_with_and_explained_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_project(tmp_path / "p").close()
    project = str(tmp_path / "p")
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    test = said(capsys, "corpus", project, name, "--split", "test")
    assert (test["documents"], test["explained"]) == (32, 32)
    found = said(capsys, "corpus", project, name)
    assert (found["documents"], found["explained"], found["skipped"]) == (160, 128, 0)
    assert found["method"] == "linear"
    assert found["seconds"] > 0
    assert set(found["per_class"]) == set(found["phrases"]) == {"up", "down"}
    word = found["per_class"]["up"][0]
    assert {"word", "mean_score", "documents"} <= word.keys()
    assert word["word"] in ("good", "great", "fine")
    assert word["mean_score"] > 0
    again = said(capsys, "corpus", project, name, "--resume")
    assert again["explained"] == 0
    assert again["per_class"] == found["per_class"]
    assert said(capsys, "corpus", project, name, "--anew")["explained"] == 160
    assert said(capsys, "corpus", project, name, "--split", "test", "--anew")["explained"] == 32
    assert said(capsys, "corpus", project, name)["explained"] == 0, "the other splits were left alone"
    assert run(["corpus", project, name]) == 0
    assert word["word"] in capsys.readouterr().out


def test_shortcuts_name_words_with_their_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_project(tmp_path / "p").close()
    project = str(tmp_path / "p")
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    found = said(capsys, "shortcuts", project, name, "--most", "5")
    assert 0 < len(found["suspects"]) <= 5
    for suspect in found["suspects"]:
        assert {"word", "label", "reason", "flips", "documents"} <= suspect.keys()
        assert suspect["reason"] in SHORTCUT_REASONS
        assert suspect["flips"] <= suspect["tested"] <= suspect["documents"]
    assert run(["shortcuts", project, name]) == 0
    assert repr(found["suspects"][0]["word"]) in capsys.readouterr().out


@pytest.mark.parametrize("task", ["multi", "score"])
def test_other_tasks(tmp_path: Path, capsys: pytest.CaptureFixture[str], task: str) -> None:
    table_project(tmp_path / "p", task, 120).close()
    project = str(tmp_path / "p")
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    found = said(capsys, "corpus", project, name)
    assert set(found["per_class"]) == ({"good", "things"} if task == "multi" else {"score"})
    assert all(found["per_class"].values())
    assert isinstance(said(capsys, "shortcuts", project, name)["suspects"], list)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["corpus", "P", "nobody"], "nobody"),
        (["corpus", "P", "bag-of-words-1", "--method", "lrp"], "linear"),
        (["corpus", "P", "bag-of-words-1", "--split", "exam"], "validation"),
        (["corpus", "NOWHERE", "bag-of-words-1"], "NOWHERE"),
        (["shortcuts", "P", "bag-of-words-1", "--method", "magic"], "linear"),
        (["shortcuts", "P", "nobody"], "nobody"),
    ],
)
def test_wrong_input_ends_with_two_and_one_message(
    tmp_path: Path, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_project(tmp_path / "p").close()
    project = str(tmp_path / "p")
    said(capsys, "train", project, "--method", "bag-of-words")
    assert run([{"P": project}.get(argument, argument) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert word in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
