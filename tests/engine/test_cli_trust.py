"""The shell on trust: the catalog of explainers, a run's ranking, the scramble check, a seal beside an explanation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.catalog import EXPLAINERS, method
from engine.api.explaining.trust import SEAL_REASONS
from engine.api.messages import Train
from engine.api.project import Project
from engine.cli import run
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine import tiny
from tests.engine.test_cli_tasks import said


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with tiny.project(tmp_path / "p") as opened:
        finish(train(opened, Train(method="bag-of-words"), Control()))
        yield opened


@pytest.fixture
def network(project: Project, tmp_path: Path) -> str:
    """A run that reads with an encoder, features being the fastest to train."""
    source = str(tiny.bert_folder(tmp_path / "source"))
    return finish(train(project, Train(method="features", source=source), Control())).run


def test_the_catalog_needs_no_project(capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, "explainers")["explainers"]
    assert [each["id"] for each in found] == [row.id for row in EXPLAINERS]
    by_id = {each["id"]: each for each in found}
    assert by_id["attention"]["view"]
    assert not by_id["attention"]["signed"]
    assert by_id["kernel-shap"]["seeded"]
    assert not by_id["kernel-shap"]["deterministic"]
    assert (
        by_id["lrp"] | {"cost": 1, "signed": True, "complete": False, "deterministic": True} == by_id["lrp"]
    )
    assert all(each["name"] and each["what"] for each in found)
    assert run(["explainers"]) == 0
    assert "kernel-shap" in capsys.readouterr().out


def test_a_runs_explainers_are_measured_when_asked(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (trained,) = project.runs.all()
    arguments = ("explainers", str(project.path), trained.id)
    before = said(capsys, *arguments)
    assert before["ranking"] is None
    assert [each["id"] for each in before["explainers"]] == list(method("bag-of-words").explainers)
    measured = said(capsys, *arguments, "--measure", "--texts", "12", "--seconds", "5")["ranking"]
    assert measured["instant"] == "linear"
    assert {each["method"] for each in measured["ranks"]} == set(method("bag-of-words").explainers)
    first = measured["ranks"][0]
    for figure in ("gain", "comprehensiveness", "sufficiency"):
        assert first[figure]["low"] <= first[figure]["value"] <= first[figure]["high"]
    assert set(measured["random"]) == {"comprehensiveness", "sufficiency"}
    assert said(capsys, *arguments)["ranking"] == measured
    assert run([*arguments]) == 0
    shown = capsys.readouterr().out
    assert measured["sentence"] in shown
    assert "random" in shown
    for each in before["explainers"]:
        row = next(line for line in shown.splitlines() if line.startswith(f"{each['id']} "))
        assert f"cost {each['cost']}" in row
        assert ("deterministic" if each["deterministic"] else "seeded") in row
        assert each["what"] in shown


def test_an_explanation_can_bring_its_seal(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (trained,) = project.runs.all()
    text = "a good film and a very nice day we had at the place"
    arguments = ["explain", str(project.path), trained.id, "--text", text]
    assert "seal" not in said(capsys, *arguments)
    seal = said(capsys, *arguments, "--seal")["seal"]
    assert seal["colour"] in ("green", "amber", "red")
    assert set(seal["reasons"]) <= set(SEAL_REASONS)
    assert seal["sentence"] in seal["words"]
    assert seal["removal"]["draws"] > 1
    assert seal["methods"] == ["occlusion", "kernel-shap"]
    assert "explanation" not in seal
    assert run([*arguments, "--seal"]) == 0
    assert seal["words"] in capsys.readouterr().out


def test_the_scramble_check(project: Project, network: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, "scramble", str(project.path), network, "--texts", "5")
    assert found["method"] == "lrp"
    assert [step["layers"] for step in found["steps"]] == [1, 2, 3]
    assert isinstance(found["passed"], bool)
    assert run(["scramble", str(project.path), network, "--texts", "5", "--method", "occlusion"]) == 0
    assert "random" in capsys.readouterr().out


def test_wrong_input_ends_with_2_and_one_message(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (trained,) = project.runs.all()
    folder = str(project.path)
    for arguments in (
        ["scramble", folder, trained.id],
        ["explainers", folder],
        ["explainers", "--measure"],
        ["explainers", folder, "nonsense"],
    ):
        capsys.readouterr()
        assert run(arguments) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
