"""The shell over what a self-training run labelled: listed, taken back, and let count again."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.api.project import Project
from engine.cli import run
from tests.engine.task_projects import task_project
from tests.engine.test_cli_tasks import said
from tests.engine.tiny import project as tiny_project

RUN = "pseudo-label-1"


@pytest.fixture
def project(tmp_path: Path) -> str:
    """A run that has labelled texts 1 to 12, the later the less sure, in two rounds."""
    with tiny_project(tmp_path / "p", train=20, validation=0, test=0) as opened, opened.transaction():
        assert opened.runs.add("pseudo-label", "", {"base": "bag-of-words"}) == RUN
        opened.runs.finish(RUN, 1.0, 0.0, "rounds")
        given = [(number, "up", 1 - number / 100, 1 + number // 7) for number in range(1, 13)]
        opened.runs.put_pseudo_labels(RUN, given)
    return str(tmp_path / "p")


def test_labels_are_listed_the_least_sure_of_each_round_first(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = said(capsys, "pseudo-labels", project, RUN)
    assert (found["run"], found["given"], found["rejected"]) == (RUN, 12, 0)
    assert [each["document"] for each in found["labels"]] == [6, 5, 4, 3, 2, 1, 12, 11, 10, 9, 8, 7]
    first = found["labels"][0]
    assert (first["label"], first["probability"], first["round"]) == ("up", pytest.approx(0.94), 1)
    assert first["rejected"] is False
    with Project.open(Path(project)) as opened:
        assert first["text"] == opened.documents.get(6).text
    some = said(capsys, "pseudo-labels", project, RUN, "--most", "2")
    assert (some["given"], len(some["labels"])) == (12, 2)


def test_labels_are_taken_back_and_let_count_again(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, "pseudo-labels", project, RUN, "--reject", "5", "--reject", "12")
    assert found["rejected"] == 2
    assert {each["document"] for each in found["labels"] if each["rejected"]} == {5, 12}
    with Project.open(Path(project)) as opened:
        assert opened.runs.rejected_pseudo_labels() == {(5, "up"), (12, "up")}
    found = said(capsys, "pseudo-labels", project, RUN, "--allow", "12", "--reject", "1")
    assert {each["document"] for each in found["labels"] if each["rejected"]} == {5, 1}
    assert run(["pseudo-labels", project, RUN]) == 0
    words = capsys.readouterr().out
    assert words.startswith(f"{RUN} labelled 12 texts itself, 2 of them taken back")
    assert words.count("taken back") == 3


def test_a_wrong_id_changes_nothing(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pseudo-labels", project, RUN, "--reject", "5", "--reject", "13"]) == 2
    message = capsys.readouterr().err
    assert "13" in message
    assert "6, 5, 4, 3, 2, 1, 12, 11, 10, 9, …" in message
    assert said(capsys, "pseudo-labels", project, RUN)["rejected"] == 0


def test_other_runs_have_labelled_nothing(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    assert said(capsys, "pseudo-labels", project, other)["labels"] == []
    assert run(["pseudo-labels", project, other, "--allow", "5"]) == 2
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("task", "label", "shown", "figures"),
    [
        ("tagging", '[[0,3,"PER"],[4,8,"LOC"]]', "{0} (PER), {1} (LOC)", (0.5, None)),
        ("tagging", "[]", "no entity", (0.5, None)),
        ("score", "2.5", "spread 0.500  2.5", (None, 0.5)),
    ],
)
def test_entities_and_scores_are_told_as_they_are_read(
    tmp_path: Path,
    task: str,
    label: str,
    shown: str,
    figures: tuple[float | None, float | None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with task_project(tmp_path / "p", task, 4, 0, 0) as opened, opened.transaction():
        opened.runs.add("pseudo-label", "", {})
        opened.runs.put_pseudo_labels(RUN, [(1, label, 0.5, 1), (2, label, 0.25, 1)])
        text = opened.documents.get(1).text
    found = said(capsys, "pseudo-labels", str(tmp_path / "p"), RUN)["labels"]
    assert [each["document"] for each in found] == ([1, 2] if task == "score" else [2, 1])
    first = next(each for each in found if each["document"] == 1)
    assert (first["probability"], first["spread"], first["label"]) == (*figures, label)
    assert run(["pseudo-labels", str(tmp_path / "p"), RUN]) == 0
    assert shown.format(text[:3], text[4:8]) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["pseudo-labels", "P", "nobody"], "nobody"),
        (["pseudo-labels", "P", RUN, "--reject", "five"], "--reject"),
        (["pseudo-labels", "P", RUN, "--most", "0"], "--most"),
        (["pseudo-labels", "NOWHERE", RUN], "NOWHERE"),
    ],
)
def test_wrong_input_ends_with_two_and_one_message(
    project: str, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([{"P": project}.get(argument, argument) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert word in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
