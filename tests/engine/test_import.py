"""Import: all of a file or nothing of it, every row accounted for, what goes wrong named."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, Imported, ImportFile, ReadOptions
from engine.api.project import Project
from engine.api.store.documents import DocumentFilter
from engine.data import importing
from engine.data.importing import import_file
from engine.data.splits import ensure_splits
from engine.progress import Noticed, Step, finish

TEXT_AND_LABEL = ColumnMapping(text="text", label="label")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "project") as opened:
        yield opened


def request(
    folder: Path, text: str | bytes, mapping: ColumnMapping = TEXT_AND_LABEL, **rest: object
) -> ImportFile:
    path = folder / "file.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return ImportFile(path=str(path), mapping=mapping, **rest)  # type: ignore[arg-type]


def run(project: Project, what: ImportFile) -> tuple[Imported, list[Step]]:
    steps: list[Step] = []
    work = import_file(project, what)
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            return stop.value, steps


def refusal(project: Project, what: ImportFile) -> KnownError:
    with pytest.raises(KnownError) as refused:
        finish(import_file(project, what))
    return refused.value


def is_clean(project: Project) -> bool:
    database = sqlite3.connect(project.path / "project.sqlite")
    try:
        counts = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("sources", "documents", "unreadable")
        ]
    finally:
        database.close()
    return counts == [0, 0, 0]


def test_every_row_is_there_or_listed(project: Project, tmp_path: Path) -> None:
    body = "text,label,part\ngood,a,train\n  ,b,train\nodd,a,elsewhere\nfine, b ,DEV\nlast,a,\nshort\n"
    result, _ = run(project, request(tmp_path, body, ColumnMapping(text="text", label="label", split="part")))
    assert (result.rows, result.unreadable) == (3, 3)
    assert [(u.line, u.reason) for u in project.documents.unreadable(result.source)] == [
        (3, "empty"),
        (4, "split"),
        (7, "columns"),
    ]
    documents = project.documents.page([1, 2, 3])
    assert [(d.line, d.text, d.label, d.split) for d in documents] == [
        (2, "good", "a", "train"),
        (5, "fine", "b", "validation"),
        (6, "last", "a", ""),
    ]
    assert project.documents.sources()[0].rows == 3


def test_as_split_and_undo(project: Project, tmp_path: Path) -> None:
    run(project, request(tmp_path, "text,label\none,a\ntwo,b\n", as_split="test"))
    assert project.documents.count(DocumentFilter(split="test")) == 2
    project.undo()
    assert project.documents.count() == 0
    assert project.documents.labels() == []
    assert project.documents.count(DocumentFilter(search="one")) == 0
    assert project.documents.id_range() is None
    project.redo()
    assert project.documents.count(DocumentFilter(search="one")) == 1
    assert project.documents.id_range() == (1, 2)


def test_labels_that_look_alike_are_named(project: Project, tmp_path: Path) -> None:
    _, steps = run(project, request(tmp_path, "text,label\none,Good\ntwo,good\nthree,go od\nfour,bad\n"))
    assert Noticed("labels-look-alike", {"names": "Good, go od, good"}) in steps


@pytest.mark.parametrize(
    ("text", "mapping", "kind"),
    [
        ("text\none\ntwo\n", TEXT_AND_LABEL, ErrorKind.ONE_COLUMN),
        ("text,label\none,a\n", ColumnMapping(text="body"), ErrorKind.COLUMN_MISSING),
        ("text,label\n", TEXT_AND_LABEL, ErrorKind.NO_ROWS),
        ("text,label\n,a\n ,b\n", TEXT_AND_LABEL, ErrorKind.NO_ROWS),
        ("", TEXT_AND_LABEL, ErrorKind.FILE_EMPTY),
    ],
)
def test_refusals_leave_nothing(
    project: Project, tmp_path: Path, text: str, mapping: ColumnMapping, kind: ErrorKind
) -> None:
    assert refusal(project, request(tmp_path, text, mapping)).kind is kind
    assert is_clean(project)


def test_missing_column_names_the_valid_ones(project: Project, tmp_path: Path) -> None:
    error = refusal(project, request(tmp_path, "text,label\none,a\n", ColumnMapping(text="body")))
    assert error.values == {"column": "body", "valid": "text, label"}


def test_encoding_chosen_by_hand(project: Project, tmp_path: Path) -> None:
    body = "text,label\n" + "".join(f"很好吃{i},好\n" for i in range(20))
    right = request(tmp_path, body.encode("gb18030"), read=ReadOptions(encoding="gb18030"))
    assert run(project, right)[0].rows == 20
    wrong = request(
        tmp_path, body.encode("gb18030"), read=ReadOptions(encoding="utf-8", delimiter=",", has_header=True)
    )
    error = refusal(project, wrong)
    assert error.kind is ErrorKind.ENCODING_WRONG
    assert error.values["line"] == 2
    assert project.documents.count() == 20


@pytest.mark.parametrize("harm", ["append", "truncate", "delete"])
def test_a_file_that_changes_while_it_is_read(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    monkeypatch.setattr(importing, "_BATCH_ROWS", 10)
    what = request(tmp_path, "text,label\n" + "".join(f"text {i},a\n" for i in range(100)))
    work = import_file(project, what)
    for _ in range(3):
        next(work)
    if harm == "delete":
        os.remove(what.path)
    elif harm == "truncate":
        os.truncate(what.path, 100)
    else:
        with open(what.path, "a", encoding="utf-8") as file:
            file.write("more,b\n")
    with pytest.raises(KnownError) as refused:
        finish(work)
    assert refused.value.kind is ErrorKind.FILE_CHANGED
    assert is_clean(project)


def test_cancel_leaves_nothing_and_shows_nothing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(project, request(tmp_path, "text,label\nkept,a\n"))
    monkeypatch.setattr(importing, "_BATCH_ROWS", 10)
    what = request(tmp_path, "text,label\n" + "".join(f"dropped {i},b\n" for i in range(100)))
    work = import_file(project, what)
    for _ in range(5):
        next(work)
    assert project.documents.count() == 1
    assert project.documents.labels() == ["a"]
    assert project.documents.count(DocumentFilter(search="dropped")) == 0
    work.close()
    assert [source.rows for source in project.documents.sources()] == [1]
    # ids are not used again, so the words that the index keeps lead to no other text
    run(project, request(tmp_path, "text,label\nnew,c\n"))
    assert project.documents.count(DocumentFilter(search="dropped")) == 0
    assert [
        d.text
        for ids in project.documents.ids(DocumentFilter(search="new"))
        for d in project.documents.page(ids)
    ] == ["new"]


def test_a_crash_is_cleaned_by_the_next_import(project: Project, tmp_path: Path) -> None:
    with project.transaction():
        source = project.documents.add_source(tmp_path / "lost.csv", "csv", "utf-8", ",", TEXT_AND_LABEL)
        project.documents.add_rows(source, [(i, f"lost {i}", "a", "") for i in range(30)])
    assert project.documents.count() == 0
    run(project, request(tmp_path, "text,label\nfound,a\n"))
    assert project.documents.count() == 1
    assert project.documents.id_range() == (1, 1)
    assert project.documents.count(DocumentFilter(search="lost")) == 0


def test_two_imports_at_once_are_refused(project: Project, tmp_path: Path) -> None:
    what = request(tmp_path, "text,label\none,a\n")
    work = import_file(project, what)
    next(work)
    with Project.open(project.path) as other:
        assert refusal(other, what).kind is ErrorKind.PROJECT_BUSY
    assert finish(work).rows == 1


def test_other_writers_get_their_turn(project: Project, tmp_path: Path) -> None:
    body = "text,label\n" + "".join(
        f"a text of some words that is number {i},label {i % 5}\n" for i in range(30_000)
    )
    work = import_file(project, request(tmp_path, body))
    longest = 0.0
    with Project.open(project.path) as other:
        for _ in work:
            started = time.perf_counter()
            with other.transaction():
                other.set_meta("seen", "yes")
            longest = max(longest, time.perf_counter() - started)
    assert longest < 1.0  # never behind a transaction that is left open between two steps
    assert project.documents.count() == 30_000


def test_a_full_disk(project: Project, tmp_path: Path) -> None:
    run(project, request(tmp_path, "text,label\nkept,a\n"))
    database = project._db
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages + 50}")
    body = "text,label\n" + "".join(f"text {i} {'word ' * 50},a\n" for i in range(5_000))
    assert refusal(project, request(tmp_path, body)).kind is ErrorKind.DISK_FULL
    assert [d.text for d in project.documents.page([1])] == ["kept"]
    assert project.documents.count() == 1
    database.execute("PRAGMA max_page_count = 1000000")
    assert run(project, request(tmp_path, "text,label\nmore,b\n"))[0].rows == 1
    assert project.documents.count() == 2


# --- splits --------------------------------------------------------------------------------------------


def fill(project: Project, tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    body = "text,label,split\n" + "".join(f"{text},{label},{split}\n" for text, label, split in rows)
    run(project, request(tmp_path, body, ColumnMapping(text="text", label="label", split="split")))


def splits(project: Project) -> dict[str, str]:
    return {
        document.text: document.split
        for ids in project.documents.ids(DocumentFilter())
        for document in project.documents.page(ids)
    }


def test_automatic_split_is_stratified_and_repeatable(project: Project, tmp_path: Path) -> None:
    fill(project, tmp_path, [(f"text {i}", "ab"[i % 4 == 0], "") for i in range(400)] + [("alone", "c", "")])
    made = ensure_splits(project, 13, 0.15)
    assert made == {"train": 281, "validation": 60, "test": 60}
    counts = {(g.label, g.split): g.count for g in project.documents.groups()}
    assert counts["b", "validation"] == counts["b", "test"] == 15
    assert counts["c", "train"] == 1
    first = splits(project)
    assert ensure_splits(project, 13, 0.15) is None
    assert project.edits.last(1)[0].kind == "split-made"
    project.undo()
    assert set(splits(project).values()) == {""}
    ensure_splits(project, 13, 0.15)
    assert splits(project) == first


def test_the_same_text_stays_on_one_side(project: Project, tmp_path: Path) -> None:
    fill(
        project,
        tmp_path,
        [(("Text  %d" if i % 2 else "text %d ") % (i // 4), "ab"[i // 4 % 2], "") for i in range(400)],
    )
    ensure_splits(project, 1, 0.2)
    sides: dict[str, set[str]] = {}
    for text, split in splits(project).items():
        sides.setdefault(" ".join(text.split()).casefold(), set()).add(split)
    assert all(len(side) == 1 for side in sides.values())
    assert {side for found in sides.values() for side in found} == {"train", "validation", "test"}


def test_validation_is_taken_from_train_and_test_is_left(project: Project, tmp_path: Path) -> None:
    rows = [(f"train {i}", "ab"[i % 2], "train") for i in range(100)]
    rows += [(f"test {i}", "ab"[i % 2], "test") for i in range(20)] + [("new", "a", "")]
    fill(project, tmp_path, rows)
    assert ensure_splits(project, 13, 0.2) == {"train": 81, "validation": 20, "test": 20}
    assert all(split == "test" for text, split in splits(project).items() if text.startswith("test"))


def test_nothing_to_split(project: Project, tmp_path: Path) -> None:
    fill(project, tmp_path, [("a", "", "")])
    assert ensure_splits(project, 13, 0.15) is None
