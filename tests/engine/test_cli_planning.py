"""The shell before a training: what it would take, and what preparing would do to the texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.api.project import Project
from engine.cli import run
from tests.engine.test_cli_tasks import said
from tests.engine.tiny import bert_folder
from tests.engine.tiny import project as tiny_project


@pytest.fixture
def project(tmp_path: Path) -> str:
    tiny_project(tmp_path / "p").close()
    return str(tmp_path / "p")


def test_a_forecast_trains_no_run(project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(bert_folder(tmp_path / "source"))
    wanted = ["--method", "fine-tune", "--source", source, "--option", "precision=fp32"]
    short = said(capsys, "forecast", project, *wanted, "--option", "epochs=1")
    assert (short["train_texts"], short["validation_texts"], short["test_texts"]) == (96, 32, 32)
    assert (short["labels"], short["precision"], short["share_cut"]) == (2, "fp32", 0.0)
    assert short["max_tokens"] == 16
    assert short["memory_bytes"] > 0
    assert short["device"]
    long = said(capsys, "forecast", project, *wanted, "--option", "epochs=100")
    assert long["seconds"] > 2 * short["seconds"] > 0
    assert said(capsys, "runs", project)["runs"] == []
    assert run(["forecast", project, "--method", "bag-of-words"]) == 0
    words = capsys.readouterr().out
    assert "96 texts to learn from" in words
    assert "2 labels" in words


def test_a_preview_shows_texts_before_and_after(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "more.csv"
    file.write_text("text,label\n<b>good</b>  food,up\nGREAT day,up\n", encoding="utf-8")
    said(capsys, "import", project, str(file), "--label", "label", "--as", "train")
    asked = ["--option", "cleaning=html,lowercase", "--option", "augment=deletion"]
    found = said(capsys, "preview", project, *asked, "--texts", "9")["texts"]
    assert [(each["before"], each["after"]) for each in found if each["step"] == "html"] == [
        ("<b>good</b>  food", " good   food")
    ]
    assert ("GREAT day", "great day") in [(each["before"], each["after"]) for each in found]
    deleted = [each for each in found if each["step"] == "deletion"]
    assert len(deleted) == 3
    assert all(len(each["after"].split()) < len(each["before"].split()) for each in deleted)
    with Project.open(Path(project)) as opened:
        texts = [text for _, text, _ in opened.documents.labelled("train")]
    assert "<b>good</b>  food" in texts, "the project stays as it is"

    assert run(["preview", project, "--option", "cleaning=html"]) == 0
    assert capsys.readouterr().out.splitlines() == ["html", "- <b>good</b>  food", "+  good   food"]
    assert run(["preview", project, "--option", "cleaning=accents"]) == 0
    assert "nothing would change" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["forecast", "P", "--method", "magic"], "bag-of-words"),
        (["forecast", "P", "--method", "bag-of-words", "--option", "epoch=3"], "has no option"),
        (["forecast", "P", "--method", "fine-tune", "--option", "epochs=many"], "many"),
        (["forecast", "P", "--method", "fine-tune", "--source", "no/model"], "minilm"),
        (["forecast", "P", "--method", "pseudo-label"], "label"),
        (["forecast", "NOWHERE", "--method", "bag-of-words"], "NOWHERE"),
        (["preview", "P"], "cleaning"),
        (["preview", "P", "--option", "cleaning=sparkle"], "lowercase"),
        (["preview", "P", "--option", "clean=html"], "augment_share"),
        (["preview", "P", "--option", "augment=typos", "--option", "augment_share=7"], "augment_share"),
        (["preview", "P", "--option", "augment=synonyms", "--source", "no/model"], "minilm"),
        (["preview", "NOWHERE", "--option", "cleaning=html"], "NOWHERE"),
    ],
)
def test_wrong_input_ends_with_two_and_one_message(
    project: str, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run([{"P": project}.get(argument, argument) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert word in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
