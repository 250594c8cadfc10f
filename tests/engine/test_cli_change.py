"""The shell: rules of a run, and the smallest change of an explained text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.api.project import Project
from engine.cli import run
from tests.engine import tiny
from tests.engine.task_projects import task_project


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The JSON object that a command prints last."""
    capsys.readouterr()
    assert run([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.fixture
def project(tmp_path: Path) -> str:
    tiny.project(tmp_path / "p.lexplain").close()
    return str(tmp_path / "p.lexplain")


def test_rules_of_a_run_are_printed_and_kept(
    project: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    found = said(capsys, "rules", project, name)
    assert {"run", "documents", "rules"} <= found.keys()
    assert found["documents"] == 160
    rules = {(" ".join(rule["phrase"]), rule["label"]): rule for rule in found["rules"]}
    assert rules.keys() & {("good", "up"), ("great", "up"), ("bad", "down"), ("awful", "down")}
    for rule in found["rules"]:
        assert {"precision", "base", "fixed", "examples", "exceptions"} <= rule.keys()
        assert rule["precision"]["low"] <= rule["precision"]["value"] <= rule["precision"]["high"]
        assert rule["precision"]["value"] >= 0.9
    up = said(capsys, "rules", project, name, "--label", "up")
    assert {rule["label"] for rule in up["rules"]} == {"up"}
    capsys.readouterr()
    assert run(["rules", project, name]) == 0
    assert "→ up" in capsys.readouterr().out
    monkeypatch.setenv("LEXPLAIN_LANGUAGE", "zh_CN")
    assert run(["rules", project, name]) == 0
    assert "条规则" in capsys.readouterr().out
    for arguments, word in (
        (["--label", "sideways"], "sideways"),
        (["--least-precision", "2"], "least_precision"),
    ):
        assert run(["rules", project, name, *arguments]) == 2
        printed = capsys.readouterr()
        assert word in printed.err
        assert "Traceback" not in printed.err
        assert printed.out == ""


def test_the_smallest_change_of_an_explained_text(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    arguments = ["explain", project, name, "--text", "a good film and food"]
    plain = said(capsys, *arguments)
    assert "smallest_change" not in plain
    found = said(capsys, *arguments, "--smallest-change")
    change = found["smallest_change"]
    assert change["label"] == plain["label"] == "up"
    assert "good" in [word["text"] for word in change["removal"]["words"]]
    assert change["removal"]["label"] == "down"
    assert change["smallest"] is True
    text = "a good film and food"
    for word in reversed(change["replacement"]["words"]):
        assert text[word["start"] : word["end"]] == word["text"]
        text = text[: word["start"]] + word["replacement"] + text[word["end"] :]
    assert change["replacement"]["text"] == text
    assert change["asked"] <= change["most_asked"]
    # the answer that is given is that of the new text
    again = said(capsys, "explain", project, name, "--text", change["replacement"]["text"])
    assert again["label"] == change["replacement"]["label"] == "down"
    assert again["probability"] == pytest.approx(change["replacement"]["probability"], abs=1e-5)
    # a target or a rival is what the answer is turned into, the predicted label is none
    for option in (["--target", "down"], ["--rival", "down"], ["--target", "down", "--rival", "up"]):
        assert said(capsys, *arguments, *option, "--smallest-change")["smallest_change"]["rival"] == "down"
    capsys.readouterr()
    assert run([*arguments, "--smallest-change"]) == 0
    printed = capsys.readouterr().out
    assert "Without “good”" in printed
    assert "the answer is down" in printed


@pytest.mark.parametrize("task", ["multi", "score"])
def test_the_other_tasks(tmp_path: Path, capsys: pytest.CaptureFixture[str], task: str) -> None:
    folder = tmp_path / "p.lexplain"
    task_project(folder, task).close()
    name = said(capsys, "train", str(folder), "--method", "bag-of-words")["run"]
    arguments = ["explain", str(folder), name, "--text", "a good film and a bad day"]
    change = said(capsys, *arguments, "--smallest-change")["smallest_change"]
    assert change["removal"]["label"] != change["label"]
    assert (change["amount"] > 0) == (task == "score")
    if task == "score":
        with Project.open(folder) as opened:
            evaluation = opened.runs.evaluation(name, "test")
            assert evaluation is not None
            assert change["amount"] == evaluation.figures["mae"].value
        assert abs(change["removal"]["probability"] - change["probability"]) > change["amount"]
    else:
        held = "film" in change["label"].split("|")
        asked = said(capsys, *arguments, "--target", "film", "--smallest-change")["smallest_change"]
        assert asked["rival"] == "film"
        assert ("film" in asked["removal"]["label"].split("|")) != held
    rules = said(capsys, "rules", str(folder), name)["rules"]
    assert rules
    assert all(rule["documents"] >= 5 for rule in rules)
    assert run([*arguments, "--smallest-change"]) == 0
