"""The shell's contract: one JSON object on the last line, exit code 2 and one message for wrong input."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from engine.api.explaining.trust import ExplainerRanking
from engine.api.project import Project
from engine.cli import run
from tests.engine.tiny import bert_folder, texts


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text", "label"), *texts(120)])
    return path


@pytest.fixture
def project(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    folder = str(tmp_path / "p.lexplain")
    assert run(["import", folder, str(file), "--text", "text", "--label", "label", "--json"]) == 0
    assert last(capsys)["rows"] == 120
    return folder


def last(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_the_way_through(
    project: str, tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(bert_folder(tmp_path / "source"))
    arguments = ["train", project, "--method", "fine-tune", "--source", source]
    assert run([*arguments, "--option", "epochs=12", "--option", "learning_rate=0.003", "--json"]) == 0
    trained = last(capsys)
    assert {"run", "method", "seconds", "tokens_per_second", "validation", "test"} <= trained.keys()
    assert trained["tokens_per_second"] > 0
    name = trained["run"]

    assert run(["evaluate", project, name, "--split", "test", "--json"]) == 0
    figures = last(capsys)
    assert figures["confusion"] == trained["test"]["confusion"]
    # the loaded weights lie elsewhere in memory, which moves the last digit
    assert figures["ece"] == pytest.approx(trained["test"]["ece"], abs=1e-6)
    assert {"accuracy", "macro_f1", "per_class", "confusion", "ece"} <= figures.keys()
    assert figures["accuracy"]["low"] <= figures["accuracy"]["value"] <= figures["accuracy"]["high"]
    assert sum(map(sum, figures["confusion"])) == figures["rows"]

    out = tmp_path / "out.csv"
    assert run(["predict", project, name, str(file), "--text", "text", "--out", str(out), "--json"]) == 0
    assert last(capsys)["rows"] == 120
    assert len(out.read_text().splitlines()) == 121

    assert run(["explain", project, name, "--text", "a good film", "--json"]) == 0
    explained = last(capsys)
    assert {
        "label",
        "probability",
        "target",
        "rival",
        "method",
        "relative_delta",
        "words",
    } <= explained.keys()
    assert [word["text"] for word in explained["words"]] == ["a", "good", "film"]
    assert explained["method"] == "lrp"
    arguments = [
        "explain",
        project,
        name,
        "--text",
        "a good film",
        "--method",
        "integrated-gradients",
        "--json",
    ]
    assert run(arguments) == 0
    assert last(capsys)["relative_delta"] < 0.05

    assert run(["faithfulness", project, name, "--method", "lrp", "--texts", "5", "--json"]) == 0
    measured = last(capsys)
    assert isinstance(measured["comprehensiveness"], float)
    assert {"comprehensiveness", "sufficiency"} <= measured["random"].keys()
    assert measured["milliseconds_per_text"] > 0

    report = tmp_path / "report.html"
    assert run(["report", project, name, "--out", str(report)]) == 0
    assert "<html" in report.read_text(encoding="utf-8")

    capsys.readouterr()
    assert run(["runs", project, "--json"]) == 0
    assert [(r["run"], r["method"], r["state"]) for r in last(capsys)["runs"]] == [
        (name, "fine-tune", "done")
    ]

    assert run(["resume", project, name]) == 2
    assert name in capsys.readouterr().err


def test_several_seeds_give_a_mean_and_a_deviation(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", project, "--method", "bag-of-words", "--seeds", "2", "--option", "seed=5"]
    assert run([*arguments, "--json"]) == 0
    found = last(capsys)
    assert len(found["runs"]) == 2
    with Project.open(Path(project)) as opened:
        runs = [opened.runs.get(id) for id in found["runs"]]
    assert [each.options["seed"] for each in runs] == [5, 6]
    figures = [each.test.macro_f1.value for each in runs if each.test is not None]
    assert found["test"]["mean"] == pytest.approx(sum(figures) / 2)
    assert found["figure"] == "macro_f1"
    assert run(arguments) == 0
    assert "over 2 seeds" in capsys.readouterr().out


def test_a_training_may_rank_its_explainers(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(bert_folder(tmp_path / "source"))
    arguments = ["train", project, "--method", "features", "--source", source, "--rank-explainers", "--json"]
    assert run(arguments) == 0
    found = last(capsys)
    with Project.open(Path(project)) as opened:
        ranking = opened.explaining.finding(found["run"], ExplainerRanking)
    assert ranking is not None
    assert found["explainers"]["instant"] == ranking.instant
    assert {each["method"] for each in found["explainers"]["ranks"]} >= {"lrp", "gradient-norm"}


def test_bag_of_words_is_explained_exactly(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", project, "--method", "bag-of-words", "--json"]) == 0
    name = last(capsys)["run"]
    assert run(["explain", project, name, "--text", "a good film", "--json"]) == 0
    explained = last(capsys)
    assert explained["method"] == "linear"
    assert explained["relative_delta"] < 1e-6


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["train", "P", "--method", "magic"], "bag-of-words"),
        (["train", "P", "--method", "fine-tune", "--option", "epoch=3"], "epochs"),
        (["train", "P", "--method", "fine-tune", "--option", "epochs=many"], "many"),
        (["train", "P", "--method", "fine-tune", "--option", "epochs"], "key=value"),
        (["train", "P", "--method", "fine-tune", "--source", "no/model"], "minilm"),
        (["evaluate", "P", "nobody"], "nobody"),
        (["evaluate", "P", "nobody", "--split", "exam"], "validation"),
        (["explain", "P", "nobody"], "--text"),
        (["import", "P", "missing.csv"], "missing.csv"),
        (["import", "P", "F", "--text", "nope"], "text, label"),
        (["import", "P", "F", "--as", "exam"], "validation"),
        (["train", "NOWHERE", "--method", "bag-of-words"], "NOWHERE"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_wrong_input_ends_with_two_and_one_message(
    project: str, file: Path, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [{"P": project, "F": str(file)}.get(argument, argument) for argument in arguments]
    assert run(filled) == 2
    printed = capsys.readouterr()
    assert word in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_messages_speak_the_users_language(
    project: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEXPLAIN_LANGUAGE", "zh_CN")
    assert run(["evaluate", project, "nobody"]) == 2
    assert any("\u4e00" <= character <= "\u9fff" for character in capsys.readouterr().err)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "empty"), (b"just one column\na\nb\n", "column"), (b"text,label\n", "")],
)
def test_poor_files_are_said(
    tmp_path: Path, content: bytes, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "poor.csv"
    path.write_bytes(content)
    assert run(["import", str(tmp_path / "q"), str(path), "--label", "label"]) == 2
    message = capsys.readouterr().err
    assert kind in message.lower()
    assert "Traceback" not in message


def test_a_damaged_project_is_said(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    (Path(project) / "project.sqlite").write_bytes(b"not a database" * 1000)
    assert run(["runs", project]) == 2
    assert project in capsys.readouterr().err
