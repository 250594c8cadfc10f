"""The shell on every task: evaluate, predict and explain say what the task has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.api.tasks import MAIN_FIGURES, SHOWN_FIGURES
from engine.cli import run
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import table_project, tagging_project


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The JSON object that a command prints last."""
    capsys.readouterr()
    assert run([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.mark.parametrize("task", ["multi", "score", "tagging"])
def test_the_way_through_a_task(tmp_path: Path, capsys: pytest.CaptureFixture[str], task: str) -> None:
    folder = tmp_path / "p"
    made = tagging_project(folder, 120) if task == "tagging" else table_project(folder, task, 120)
    made.close()
    project = str(folder)
    method = ["--method", "bag-of-words"]
    if task == "tagging":
        source = str(bert_folder(tmp_path / "source", dropout=0.0))
        options = ["--option", "epochs=12", "--option", "learning_rate=5e-3"]
        method = ["--method", "fine-tune", "--source", source, *options]
    trained = said(capsys, "train", project, *method)
    figures = said(capsys, "evaluate", project, trained["run"])
    assert figures["task"] == task
    assert set(figures["figures"]) >= {id for id in SHOWN_FIGURES[task] if id != "ece"}
    assert figures[MAIN_FIGURES[task]] == figures["figures"][MAIN_FIGURES[task]]
    assert trained["test"]["figures"] == figures["figures"]
    assert len(figures["thresholds"]) == (2 if task == "multi" else 0)
    listed = said(capsys, "runs", project)["runs"]
    assert listed[0]["test"]["figures"] == figures["figures"]
    text = "a good film and food"
    found = said(capsys, "explain", project, trained["run"], "--text", text)
    assert found["task"] == task
    assert found["rival"] == ("O" if task == "tagging" else "")
    if task == "tagging":
        span = f"{text.index('food')}:{text.index('food') + 4}"
        found = said(capsys, "explain", project, trained["run"], "--text", text, "--span", span)
        assert (found["span"], found["target"]) == ([16, 20], "DISH")
        assert run(["explain", project, trained["run"], "--text", text, "--span", "5"]) == 2
        assert run(["explain", project, trained["run"], "--text", text, "--span", "900:910"]) == 2
    file = tmp_path / "new.csv"
    file.write_text(f"text\n{text}\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    assert said(capsys, "predict", project, trained["run"], str(file), "--out", str(out))["rows"] == 1
    assert (
        out.read_text("utf-8").splitlines()[0]
        == {
            "multi": "text,label,probability,margin",
            "score": "text,score",
            "tagging": "text,entities,probability,margin",
        }[task]
    )
    # in words too
    assert run(["evaluate", project, trained["run"]]) == 0
    assert run(["explain", project, trained["run"], "--text", text]) == 0


def test_the_shell_trains_and_hands_over_a_bag_of_words_that_tags(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "p"
    tagging_project(folder, 120).close()
    project, text = str(folder), "a good film and food"
    trained = said(capsys, "train", project, "--method", "bag-of-words")
    assert trained["test"]["figures"]["entity_f1"]["value"] > 0.9
    found = said(capsys, "explain", project, trained["run"], "--text", text, "--span", "16:20")
    assert (found["method"], found["target"], found["rival"]) == ("linear", "DISH", "O")
    file, out = tmp_path / "new.conll", tmp_path / "out.conll"
    file.write_text("a\tO\ngood\tO\nfilm\tO\n\n", encoding="utf-8")
    assert said(capsys, "predict", project, trained["run"], str(file), "--out", str(out))["rows"] == 1
    assert out.read_text("utf-8").splitlines()[2] == "film\tO\tB-WORK"
    export = ["export", project, trained["run"], "--out", str(tmp_path / "handed")]
    assert run([*export, "--format", "onnx"]) == 2
    assert "bag-of-words" in capsys.readouterr().err
    assert said(capsys, *export, "--format", "runner")["agreement"] == 1.0
