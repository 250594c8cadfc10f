"""Texts written to a file and read back: the same documents, labels and splits, for every task."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, ImportFile
from engine.api.messages_data import DataExported, ExportData
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.store.documents import Document, DocumentFilter
from engine.api.store.tags import pack_entities, pack_words
from engine.api.words import whole_words, words_of
from engine.cli import run
from engine.data.exported import quoted, unquoted
from engine.data.exporting import export_data
from engine.data.importing import import_file
from engine.data.inspecting import inspect
from engine.progress import finish

# what a table could spoil: formulas, quotes of our own, delimiters, line ends, spaces, other scripts
TEXTS = (
    '=HYPERLINK("http://x","y")',
    "'=1+1",
    "''@both",
    "-5",
    "'-5",
    "@user, hello; you|there\tall",
    'he said "no", "never"',
    '"all quoted"',
    " leads and trails ",
    "two\nlines",
    "two\r\nlines",
    "old\rMac",
    "我要退款，谢谢",
    "😀 line\u2028separator",
    "plain",
    "the last one",
)
SPLITS = ("train", "", "validation", "test")
LABELS = {
    "single": ("=sum", "Billing", "", "'quoted", "[x]", "true", "1"),
    "multi": ("anger|joy", "∅", "", "joy", "a;b|c", '["x"]', "=x|y", "-1"),
    "score": ("1", "-2.5", "", "1e-09", "1e+20", "0"),
}


def make(path: Path, task: str) -> Project:
    """A project with every text, every label, every split."""
    opened = Project.create(path)
    with opened.transaction():
        source = opened.documents.add_source(
            Path("=mail.csv"), "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        splits = [SPLITS[n % 4] for n in range(len(TEXTS))]
        if task == "tagging":
            opened.documents.add_tagged_rows(
                source,
                [
                    (n, text, pack_words(words_of(text)), tags_of(n, text), split)
                    for n, (text, split) in enumerate(zip(TEXTS, splits, strict=True), 1)
                ],
            )
        else:
            labels = LABELS[task]
            opened.documents.add_rows(
                source,
                [
                    (n, text, labels[n % len(labels)], split)
                    for n, (text, split) in enumerate(zip(TEXTS, splits, strict=True), 1)
                ],
            )
        opened.documents.finish_source(source, task)
    return opened


def tags_of(n: int, text: str) -> str | None:
    """No tags, no entity, or the first word, by turns."""
    start, end = words_of(text)[0]
    return (None, "[]", pack_entities([Entity(start, end, "PER SON")]))[n % 3]


def all_of(project: Project) -> list[Document]:
    ids = [id for block in project.documents.ids(DocumentFilter()) for id in block]
    return project.documents.page(ids)


def facts(documents: list[Document]) -> list[tuple[object, ...]]:
    return [(each.text, each.label, each.split, each.entities) for each in documents]


def write(project: Project, out: Path, **asked: Any) -> DataExported:
    return finish(export_data(project, ExportData(out=str(out), **asked)))


def read(path: Path, file: Path, task: str, as_split: str | None = None, separator: str = "|") -> Project:
    """A new project of the file, by the columns that the preview guesses."""
    seen = inspect(file)
    assert seen.text_column is not None
    assert seen.label_column is not None
    split = seen.columns[seen.split_column] if seen.split_column is not None else None
    mapping = ColumnMapping(
        text=seen.columns[seen.text_column], label=seen.columns[seen.label_column], split=split
    )
    made = Project.create(path)
    request = ImportFile(path=str(file), mapping=mapping, task=task, as_split=as_split, separator=separator)
    assert finish(import_file(made, request)).unreadable == 0
    return made


@pytest.mark.parametrize(
    ("task", "format"),
    [
        ("single", "csv"),
        ("single", "jsonl"),
        ("multi", "csv"),
        ("multi", "jsonl"),
        ("score", "csv"),
        ("score", "jsonl"),
        ("tagging", "jsonl"),
    ],
)
def test_what_is_written_is_read_back(tmp_path: Path, task: str, format: str) -> None:
    out = tmp_path / f"out.{format}"
    with make(tmp_path / "a", task) as first:
        assert write(first, out) == DataExported(out=str(out), format=format, rows=len(TEXTS), left_out=0)
        before = facts(all_of(first))
    seen = inspect(out)
    assert (seen.task_guess, seen.text_column, seen.label_column, seen.split_column) == (task, 0, 1, 2)
    with read(tmp_path / "b", out, task) as second:
        assert facts(all_of(second)) == before
        # and once more, from what was read
        again = tmp_path / f"again.{format}"
        write(second, again)
    with read(tmp_path / "c", again, task) as third:
        assert facts(all_of(third)) == before
    assert sorted(each.name for each in tmp_path.glob("*.*")) == sorted(
        [f"again.{format}", f"out.{format}", "a.lexplain", "b.lexplain", "c.lexplain"]
    )


def test_labels_parted_by_another_sign(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with make(tmp_path / "a", "multi") as first:
        write(first, out, separator=";")
        before = facts(all_of(first))
    with out.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[1] for row in csv.reader(file)]
    assert {"anger;joy", "∅", "", '["a;b", "c"]'} <= set(cells)
    with read(tmp_path / "b", out, "multi", separator=";") as second:
        assert facts(all_of(second)) == before


@pytest.mark.parametrize("scheme", ["bio", "bioes"])
def test_a_split_of_tagged_sentences_as_conll(tmp_path: Path, scheme: str) -> None:
    file = tmp_path / "in.conll"
    file.write_text(
        "Anna\tB-PER\nLee\tI-PER\ndidn't\tO\n=go\tO\n.\tO\n\n# 1\tO\nOslo\tB-LOC\n\n我\tO\n", encoding="utf-8"
    )
    mapping = ColumnMapping(text="text", label="entities")
    with Project.create(tmp_path / "a") as first:
        finish(import_file(first, ImportFile(path=str(file), mapping=mapping, as_split="train")))
        out = tmp_path / "out.conll"
        assert write(first, out, split="train", tag_scheme=scheme).rows == 3
        before, words = facts(all_of(first)), [first.documents.words(each.id) for each in all_of(first)]
    with read(tmp_path / "b", out, "tagging", as_split="train") as second:
        assert facts(all_of(second)) == before
        assert [second.documents.words(each.id) for each in all_of(second)] == words


def test_conll_leaves_out_what_is_not_tagged(tmp_path: Path) -> None:
    with make(tmp_path / "a", "tagging") as project:
        found = write(project, tmp_path / "out.bio")
        assert (found.format, found.rows + found.left_out) == ("conll", len(TEXTS))
        assert found.left_out == sum(each.entities is None for each in all_of(project))
        with pytest.raises(KnownError) as caught:
            write(project, tmp_path / "none.conll", label="")
        assert caught.value.kind is ErrorKind.NOTHING_TO_EXPORT
        assert not list(tmp_path.glob("*none*"))


def test_no_spreadsheet_finds_a_formula(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with make(tmp_path / "a", "single") as project:
        write(project, out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")  # so that a spreadsheet reads Chinese
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["text", "label", "split", "file", "line"]
    assert {cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))} == {"-5"}
    assert rows[1] == ["'" + TEXTS[0], "Billing", "train", "'=mail.csv", "1"]


@pytest.mark.parametrize("cell", ["", "'", "''", "a", "=a", "'=a", "''=a", "-1", "'-1", "- 1", "it's", "'a"])
def test_every_cell_comes_back(cell: str) -> None:
    assert unquoted(quoted(cell)) == cell


def test_quotes_of_other_files_stay(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("text,label\n'=1,a\n'@x,b\n", encoding="utf-8")
    with read(tmp_path / "a", file, "single") as project:
        assert [each.text for each in all_of(project)] == ["'=1", "'@x"]


def test_a_part_of_the_texts(tmp_path: Path) -> None:
    with make(tmp_path / "a", "single") as project:
        out = tmp_path / "part.jsonl"
        assert write(project, out, split="test").rows == 4
        assert write(project, out, label="Billing").rows == 3
        assert write(project, out, search="lines").rows == 2
        ids = [each.id for each in all_of(project)]
        with project.transaction():
            project.documents.delete(ids[:1])
        assert write(project, out, ids=tuple(ids[:3])).rows == 2  # the deleted one stays out
        lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        assert [line["line"] for line in lines] == [2, 3]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"format": "conll"}, ErrorKind.OPTION_VALUE),
        ({"separator": "\n"}, ErrorKind.OPTION_VALUE),
        ({"tag_scheme": "x"}, ErrorKind.OPTION_VALUE),
        ({"search": "nowhere"}, ErrorKind.NOTHING_TO_EXPORT),
    ],
)
def test_wrong_wishes_leave_the_file_alone(tmp_path: Path, asked: dict[str, str], kind: ErrorKind) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine", encoding="utf-8")
    with make(tmp_path / "a", "single") as project:
        with pytest.raises(KnownError) as caught:
            write(project, out, **asked)
        assert caught.value.kind is kind
        with pytest.raises(KnownError) as caught:
            write(project, tmp_path)
        assert caught.value.kind is ErrorKind.NOT_WRITABLE
    assert out.read_text("utf-8") == "mine"


def test_a_cancelled_export_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out" / "texts.csv"
    with make(tmp_path / "a", "single") as project:
        work = export_data(project, ExportData(out=str(out)))
        assert [next(work).stage for _ in range(2)] == ["read", "write"]  # type: ignore[union-attr]
        work.close()
    assert not list(out.parent.iterdir())


def test_the_shell_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path / "a", "tagging").close()
    out = tmp_path / "out.jsonl"
    assert run(["data", str(tmp_path / "a"), "--out", str(out), "--split", "train", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said == {"out": str(out), "format": "jsonl", "rows": 4, "left_out": 0}
    assert run(["data", str(tmp_path / "a"), "--out", str(out.with_suffix(".conll"))]) == 0
    assert "5 left out: not tagged" in capsys.readouterr().out
    assert run(["data", str(tmp_path / "a"), "--out", str(out), "--split", "dev"]) == 2
    assert "train, validation, test" in capsys.readouterr().err
    assert run(["data", str(tmp_path / "a"), "--out", str(out), "--search", "nowhere"]) == 2


# --- edits of what is exported ---------------------------------------------------------------------------


def test_labels_of_many_texts_change_as_one_edit(tmp_path: Path) -> None:
    with make(tmp_path / "a", "multi") as project:
        documents = project.documents
        before = [each.label for each in all_of(project)]
        ids = [each.id for each in all_of(project)]
        assert documents.shared_labels(ids)["joy"] == sum("joy" in each.split("|") for each in before)
        with project.transaction():
            assert documents.change_labels(ids, add="new | one") == len(ids)
        assert documents.shared_labels(ids)["new ¦ one"] == len(ids)
        assert all_of(project)[1].label == "new ¦ one"  # it was not labelled
        with project.transaction():
            changed = documents.change_labels(ids, remove="joy")
        assert changed == sum("joy" in each.split("|") for each in before)
        assert "joy" not in documents.labels()
        with project.transaction():
            assert documents.change_labels(ids, remove="joy") == 0
            assert documents.change_labels(ids, add="∅") == 0
        assert [edit.kind for edit in project.edits.last()] == ["label", "label", "import"]
        project.undo()
        project.undo()
        assert [each.label for each in all_of(project)] == before
        project.redo()
        assert documents.shared_labels(ids)["new ¦ one"] == len(ids)


def test_the_last_label_taken_away_leaves_none_of_them(tmp_path: Path) -> None:
    with make(tmp_path / "a", "multi") as project:
        joyful = next(each for each in all_of(project) if each.label == "joy")
        unlabelled = next(each for each in all_of(project) if not each.label)
        with project.transaction():
            project.documents.change_labels([joyful.id, unlabelled.id], remove="joy")
        assert project.documents.get(joyful.id).label == "∅"
        assert project.documents.get(unlabelled.id).label == ""


def test_an_entity_is_set_changed_and_removed(tmp_path: Path) -> None:
    with make(tmp_path / "a", "tagging") as project:
        documents = project.documents
        (one,) = [each for each in all_of(project) if each.text == "the last one"]
        had = one.entities

        def tag(start: int, end: int, label: str) -> tuple[Entity, ...] | None:
            with project.transaction():
                documents.set_entity(one.id, start, end, label)
            return documents.get(one.id).entities

        assert tag(4, 8, "") == had  # nothing there: no edit
        assert tag(9, 12, "NUM") == (Entity(9, 12, "NUM"),)
        assert tag(4, 8, "ADJ") == (Entity(4, 8, "ADJ"), Entity(9, 12, "NUM"))
        assert tag(9, 12, "LAST") == (Entity(4, 8, "ADJ"), Entity(9, 12, "LAST"))
        with pytest.raises(KnownError) as caught:
            tag(0, 8, "ALL")
        assert caught.value.kind is ErrorKind.ENTITIES_OVERLAP
        assert caught.value.values == {"words": "the last", "other": "last", "label": "ADJ"}
        assert tag(4, 8, "") == (Entity(9, 12, "LAST"),)
        assert len(project.edits.last()) == 5
        for _ in range(4):
            project.undo()
        assert documents.get(one.id).entities == had
        with pytest.raises(KnownError) as caught:
            documents.set_entity(999, 0, 1, "X")
        assert caught.value.kind is ErrorKind.DOCUMENT_MISSING


def test_whole_words() -> None:
    words = words_of("Anna Lee, 我们")
    assert whole_words(words, 2, 6) == (0, 8)
    assert whole_words(words, 4, 5) is None
    assert whole_words(words, 5, 5) is None
    assert whole_words(words, 8, 11) == (8, 11)
    assert whole_words([], 0, 5) is None
