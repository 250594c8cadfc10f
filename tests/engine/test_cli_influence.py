"""The shell's `doubts` and `explain --influences`: one JSON object, or words in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import run
from tests.engine.test_cli_tasks import said
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import table_project, tagging_project


@pytest.mark.parametrize("task", ["multi", "score"])
def test_doubts_and_influences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    folder = tmp_path / "p"
    table_project(folder, task, 120).close()
    project = str(folder)
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    found = said(capsys, "doubts", project, name, "--most", "4")
    assert found.keys() == {"run", "texts", "expected", "doubts"}
    assert found["texts"] == 120
    assert len(found["doubts"]) <= 4
    for doubt in found["doubts"]:
        assert doubt.keys() == {"document", "text", "label", "suggested", "chance", "neighbours", "doubt"}

    asked = ["explain", project, name, "--text", "a good film"]
    assert "influences" not in said(capsys, *asked)
    explained = said(capsys, *asked, "--influences", "2")
    pushed = explained["influences"]
    assert {
        "label",
        "pushes",
        "neighbours",
        "checkpoints",
        "training_texts",
        "seconds",
        "edited",
    } == pushed.keys()
    assert pushed["label"] == explained["label"]
    assert [i["push"] > 0 for i in pushed["pushes"]] == [True, True, False, False]
    assert pushed["pushes"][0].keys() == {"document", "text", "label", "push", "likeness", "doubt"}
    assert len(pushed["neighbours"]) == 2

    for language, word in (("en", "pushed most for"), ("zh_CN", "训练文本")):
        monkeypatch.setenv("LEXPLAIN_LANGUAGE", language)
        assert run([*asked, "--influences", "2"]) == 0
        assert word in capsys.readouterr().out
        assert run(["doubts", project, name]) == 0
        assert "120" in capsys.readouterr().out.splitlines()[0]


def test_the_words_behind_an_entity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    tagging_project(folder, 120).close()
    project, source = str(folder), str(bert_folder(tmp_path / "source"))
    name = said(capsys, "train", project, "--method", "features", "--source", source)["run"]
    asked = ["explain", project, name, "--text", "a good film , bad food", "--span", "18:22"]
    pushed = said(capsys, *asked, "--influences", "2")["influences"]
    assert (pushed["label"], pushed["span"]) == ("DISH", [18, 22])
    first = pushed["pushes"][0]
    (word, *_) = first["words"]
    assert word.keys() == {"start", "end", "label", "push"}
    assert (first["text"][word["start"] : word["end"]], word["label"]) == ("food", "DISH")
    assert run([*asked, "--influences", "2"]) == 0
    assert "  food (DISH)" in capsys.readouterr().out


def test_wrong_input_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    tagging_project(folder, 20).close()
    assert run(["doubts", str(folder), "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
    assert run(["doubts", str(folder), "nobody", "--most", "0"]) == 2
    assert run(["explain", str(folder), "nobody", "--text", "good", "--influences", "-1"]) == 2
    assert "greater than or equal to 0" in capsys.readouterr().err
