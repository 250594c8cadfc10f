"""Several labels a text, and scores: cells, separators, what cannot be read, splits, edits, one task a project."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, Imported, ImportFile
from engine.api.project import DATABASE, Project
from engine.api.results import Interval
from engine.api.store import schema
from engine.api.store.documents import DocumentFilter
from engine.api.tasks import split_labels
from engine.cli import run
from engine.data.importing import import_file
from engine.data.inspecting import inspect
from engine.data.splits import ensure_splits
from engine.progress import Noticed
from tests.shared_data import shared

MAPPED = ColumnMapping(text="text", label="label")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "project") as opened:
        yield opened


def load(
    project: Project,
    folder: Path,
    cells: list[str],
    task: str,
    separator: str = "|",
    mapping: ColumnMapping = MAPPED,
) -> tuple[Imported, dict[str, dict[str, object]]]:
    """A text for each label cell; the result, and the notices by kind."""
    path = folder / "file.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *((f"text {i}", c) for i, c in enumerate(cells, 1))])
    notices: dict[str, dict[str, object]] = {}
    request = ImportFile(path=str(path), mapping=mapping, task=task, separator=separator)
    work = import_file(project, request)
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value, notices
        if isinstance(step, Noticed):
            notices[step.kind] = dict(step.values)


def labels(project: Project) -> list[str]:
    return [each.label for each in project.documents.page(range(1, 100))]


def ids(project: Project, **which: object) -> list[int]:
    asked = DocumentFilter(**which)  # type: ignore[arg-type]
    found = [id for block in project.documents.ids(asked) for id in block]
    assert project.documents.count(asked) == len(found)
    return found


# --- several labels -------------------------------------------------------------------------------------


def test_sets_of_labels(project: Project, tmp_path: Path) -> None:
    cells = ["joy|anger", " anger | joy |joy", "", "∅", '["sad  one", "joy"]', "||"]
    result, notices = load(project, tmp_path, cells, "multi")
    assert labels(project) == ["anger|joy", "anger|joy", "∅", "∅", "joy|sad one", "∅"]
    assert (result.unreadable, notices, project.task) == (0, {}, "multi")
    documents = project.documents
    assert documents.labels() == ["anger", "joy", "sad one"]
    assert documents.label_counts() == {"joy": 3, "∅": 3, "anger": 2, "sad one": 1}
    assert ids(project, label="joy") == [1, 2, 5]
    assert ids(project, label="sad") == []
    assert ids(project, label="∅") == [3, 4, 6]
    assert documents.labelled_counts() == {"": 6, "train": 0, "validation": 0, "test": 0}


def test_a_bar_inside_a_label(project: Project, tmp_path: Path) -> None:
    _, notices = load(project, tmp_path, ["a|b; c", "c"], "multi", ";")
    assert labels(project) == ["a¦b|c", "c"]
    assert notices == {"bar-replaced": {"names": "a|b"}}


def test_separators(project: Project, tmp_path: Path) -> None:
    _, notices = load(project, tmp_path, ["a;b", "b"], "multi")
    assert notices == {"separator-unseen": {"separator": "|"}}
    _, notices = load(project, tmp_path, ["a / b", "b"], "multi", " / ")
    assert (notices, labels(project)[-2:]) == ({}, ["a|b", "b"])
    with pytest.raises(KnownError) as refused:
        load(project, tmp_path, ["a"], "multi", "")
    assert refused.value.kind is ErrorKind.OPTION_VALUE


def test_without_a_label_column_nothing_is_labelled(project: Project, tmp_path: Path) -> None:
    load(project, tmp_path, ["a", ""], "multi", mapping=ColumnMapping(text="text"))
    assert labels(project) == ["", ""]
    assert [text for _, text in project.documents.unlabelled()] == ["text 1", "text 2"]


def test_labels_of_a_set_that_look_alike(project: Project, tmp_path: Path) -> None:
    _, notices = load(project, tmp_path, ["Joy|a", "joy|b"], "multi")
    assert notices == {"labels-look-alike": {"names": "Joy, joy"}}
    with project.transaction():
        project.documents.rename_label("Joy", "joy")
    assert labels(project) == ["a|joy", "b|joy"]
    with project.transaction():
        project.documents.rename_label("a", "b|c")
    assert labels(project) == ["b¦c|joy", "b|joy"]
    project.undo()
    project.undo()
    assert labels(project) == ["Joy|a", "b|joy"]
    with pytest.raises(KnownError) as refused, project.transaction():
        project.documents.rename_label("Joy|a", "x")
    assert refused.value.values["valid"] == "Joy, a, b, joy"


def test_every_label_is_in_train(project: Project, tmp_path: Path) -> None:
    cells = ["a|b", "a|c", "b", "c"] * 2 + ["x|y", "x|z", "y|w", "z|w"] + ["once"] + ["a"] * 40 + ["∅"] * 20
    load(project, tmp_path, cells, "multi")
    made = ensure_splits(project, 3, 0.2)
    assert made is not None
    counts = {
        split: Counter(
            part for _, _, label in project.documents.labelled(split) for part in split_labels(label)
        )
        for split in made
    }
    assert set(counts["train"]) == {"a", "b", "c", "x", "y", "z", "w", "once"}
    assert 8 <= counts["validation"]["a"] <= 10
    assert 8 <= counts["test"]["a"] <= 10
    assert sum(made.values()) == len(cells)
    assert ensure_splits(project, 3, 0.2) is None


# --- scores ---------------------------------------------------------------------------------------------


def test_scores(project: Project, tmp_path: Path) -> None:
    cells = [
        "3.50",
        "3,5",
        " -0.0 ",
        "1e3",
        "n/a",
        "",
        "inf",
        "nan",
        "1_000",
        "1.234,5",
        "−2",
        "1e999",
        "0.1",
    ]
    result, notices = load(project, tmp_path, cells, "score")
    assert labels(project) == ["3.5", "3.5", "0", "1000", "", "-2", "0.1"]
    bad = [(row.line, row.reason) for row in project.documents.unreadable(result.source)]
    assert bad == [(line, "number") for line in (6, 8, 9, 10, 11, 13)]
    assert notices == {"decimal-comma": {"count": 1, "example": "3,5 = 3.5"}}
    assert (project.documents.labels(), project.documents.labelled_counts()[""]) == ([], 6)
    assert ids(project, scores=(0.0, 3.5)) == [3, 7]
    assert ids(project, label="3.5") == [1, 2]
    assert ids(project, label="") == [5]


def test_scores_are_split_by_quantiles(project: Project, tmp_path: Path) -> None:
    load(project, tmp_path, [str(i / 7) for i in range(100)] + [""] * 5, "score")
    assert ensure_splits(project, 0, 0.1) == {"train": 80, "validation": 10, "test": 10}
    for split in ("validation", "test"):
        tenths = sorted(
            int(float(label) * 7 + 0.5) // 10 for _, _, label in project.documents.labelled(split)
        )
        assert tenths == list(range(10))
    assert len(list(project.documents.unlabelled())) == 5
    assert ids(project, split="") == list(range(101, 106))


# --- one task a project ---------------------------------------------------------------------------------


def test_one_task_a_project(project: Project, tmp_path: Path) -> None:
    assert (project.task, project.task_fixed) == ("single", False)
    load(project, tmp_path, ["1", "2"], "score")
    assert (project.task, project.task_fixed) == ("score", True)
    for wanted in ("single", "multi", "tagging"):
        with pytest.raises(KnownError) as refused:
            load(project, tmp_path, ["1"], wanted)
        assert refused.value.kind is ErrorKind.TASK_DIFFERS
        assert refused.value.values == {"task": "score", "wanted": wanted}
    with pytest.raises(KnownError) as refused:
        load(project, tmp_path, ["1"], "guess")
    assert refused.value.kind is ErrorKind.OPTION_VALUE
    load(project, tmp_path, ["3"], "")
    assert project.documents.count() == 3


def test_an_undone_import_frees_the_task(project: Project, tmp_path: Path) -> None:
    load(project, tmp_path, ["1", "2"], "score")
    with project.transaction():
        project.documents.delete_source(1)
    load(project, tmp_path, ["a|b"], "multi")
    assert project.task == "multi"
    project.undo()
    project.undo()
    assert (project.task, project.documents.count()) == ("score", 2)
    project.set_task("score")
    with pytest.raises(KnownError):
        project.set_task("single")


# --- guesses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "guess", "separator"),
    [
        (["Sci/Tech", "World", "Sports"] * 5, "single", "|"),
        (["a;b", "b", "a;c", "c"] * 3, "multi", ";"),
        (["a, b", "b, c", "c", "a"] * 3, "multi", ","),
        (["New York, NY", "Austin, TX"] * 5, "single", "|"),
        (['["a"]', '["a", "b"]', "[]"], "multi", "|"),
        (["1", "2", "3", "4", "5"] * 5, "single", "|"),
        (["1.5", "2", "3"], "score", "|"),
        ([str(i) for i in range(20)], "score", "|"),
        (["1.5", "2", "n/a"], "single", "|"),
        (["", ""], "single", "|"),
    ],
)
def test_the_task_is_guessed(tmp_path: Path, cells: list[str], guess: str, separator: str) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [(f"a text of some words {i}", cell) for i, cell in enumerate(cells)]
        csv.writer(file).writerows([("text", "label"), *rows])
    preview = inspect(path)
    assert (preview.task_guess, preview.separator_guess) == (guess, separator)


def test_goemotions(project: Project) -> None:
    path = shared("goemotions") / "dev.csv"
    assert inspect(path).task_guess == "multi"
    list(import_file(project, ImportFile(path=str(path), mapping=MAPPED, task="multi")))
    with path.open(encoding="utf-8", newline="") as file:
        counts = Counter(part for row in csv.DictReader(file) for part in row["label"].split("|"))
    assert project.documents.label_counts() == counts
    assert len(project.documents.labels()) == 28


# --- older projects -------------------------------------------------------------------------------------


def test_a_project_of_the_first_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        Project.create(tmp_path / "old").close()
    figure = {"value": 0.5, "low": 0.4, "high": 0.6}
    evaluation = {
        "split": "test", "rows": 2, "labels": ["a", "b"], "accuracy": figure,
        "macro_f1": figure | {"value": 0.55}, "ece": 0.1, "ece_interval": figure, "loss": 0.3, "per_class": [],
        "confusion": [[1, 0], [0, 1]], "reliability": [],
    }  # fmt: skip
    with sqlite3.connect(tmp_path / "old.lexplain" / DATABASE) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        database.execute(
            "INSERT INTO runs (id, number, method, source, options, state, created_at)"
            " VALUES ('bag-of-words-1', 1, 'bag-of-words', '', '{}', 'done', '2024-01-01')"
        )
        database.execute(
            "INSERT INTO evaluations VALUES ('bag-of-words-1', 'test', ?)", (json.dumps(evaluation),)
        )
        database.execute(
            "INSERT INTO sources (path, name, format, encoding, delimiter, mapping, size_bytes, imported_at,"
            " state) VALUES ('f', 'f', 'csv', 'utf-8', ',', '{}', 1, '2024-01-01', 'ready')"
        )
        database.execute("INSERT INTO labels VALUES (1, 'a|b')")
        database.execute("INSERT INTO documents VALUES (1, 1, 2, 'old text', 1, 1, 0)")
    database.close()
    with Project.open(tmp_path / "old") as project:
        found = project.runs.evaluation("bag-of-words-1", "test")
        assert found is not None
        assert found.figures == {"accuracy": Interval(0.5, 0.4, 0.6), "macro_f1": Interval(0.55, 0.4, 0.6)}
        assert (found.task, project.task, project.task_fixed) == ("single", "single", True)
        # one label a text: a bar in a label is a sign like any other
        assert (project.documents.labels(), ids(project, label="a|b")) == (["a|b"], [1])
        assert ids(project, label="a") == []
        assert project.documents.page([1])[0].entities is None


# --- the shell ------------------------------------------------------------------------------------------


def test_the_shell_says_the_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, sentences = tmp_path / "x.csv", tmp_path / "x.conll"
    table.write_text("text,label\none,a;b\ntwo,\n", encoding="utf-8")
    sentences.write_text("Anna\tB-PER\nsaw\tO\n", encoding="utf-8")
    several = ["--label", "label", "--task", "multi", "--separator", ";", "--json"]
    assert run(["import", str(tmp_path / "m"), str(table), *several]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["rows"], found["task"]) == (2, "multi")
    # a CoNLL file needs no options
    assert run(["import", str(tmp_path / "t"), str(sentences), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["task"] == "tagging"
    with Project.open(tmp_path / "t") as opened:
        assert opened.documents.labels() == ["PER"]
    assert run(["import", str(tmp_path / "m"), str(sentences)]) == 2
    assert "several labels a text" in capsys.readouterr().err
    assert run(["import", str(tmp_path / "n"), str(table), "--task", "guess"]) == 2
    assert "single, multi, tagging, score" in capsys.readouterr().err
    assert not (tmp_path / "n.lexplain").exists()
