"""The project store: migrations, transactions, search (Chinese too), undo, and damaged projects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping
from engine.api.project import DATABASE, Project
from engine.api.store import schema
from engine.api.store.documents import DocumentFilter

TEXTS = [
    ("我要退款，东西坏了", "refund", "train"),
    ("The parcel never arrived", "delivery", "train"),
    ("Please refund the naïve customer", "refund", "test"),
    ("退货和换货", "", ""),
    ('quotes " AND brackets ( NEAR', "delivery", ""),
]


def add(project: Project, texts: list[tuple[str, str, str]]) -> int:
    with project.transaction():
        source = project.documents.add_source(Path("f.csv"), "csv", "utf-8", ",", ColumnMapping(text="text"))
        project.documents.add_rows(source, [(line, *row) for line, row in enumerate(texts, start=2)])
        project.documents.finish_source(source)
    return source


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "store") as opened:
        add(opened, TEXTS)
        yield opened


def search(project: Project, text: str, label: str | None = None, split: str | None = None) -> list[int]:
    which = DocumentFilter(search=text, label=label, split=split)
    found = [id for block in project.documents.ids(which) for id in block]
    assert project.documents.count(which) == len(found)
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("退款", [1]),
        ("退", [1, 4]),
        ("我要退款", [1]),
        ("货", [4]),
        ("要坏", []),
        ("refund", [3]),
        ("REF", [3]),
        ("naive", [3]),
        ("parcel the", [2]),
        ("parcel refund", []),
        ('" AND (', [5]),
        ("brackets NEAR", [5]),
        ("*", [1, 2, 3, 4, 5]),
    ],
)
def test_search(project: Project, query: str, expected: list[int]) -> None:
    assert search(project, query) == expected


def test_search_with_filters(project: Project) -> None:
    assert search(project, "the", label="delivery") == [2]
    assert search(project, "the", split="test") == [3]
    assert search(project, "", label="") == [4]
    assert search(project, "", split="") == [4, 5]


def test_undo_and_redo(project: Project) -> None:
    documents = project.documents
    with project.transaction():
        documents.set_label([1, 4], "delivery")
    with project.transaction():
        documents.rename_label("delivery", "refund")
    with project.transaction():
        documents.delete([2])
    assert documents.count() == 4
    assert search(project, "parcel") == []
    kinds = [edit.kind for _ in range(3) if (edit := project.undo())]
    assert kinds == ["delete", "rename-label", "label"]
    assert [d.label for d in documents.page([1, 2, 3, 4])] == ["refund", "delivery", "refund", ""]
    assert search(project, "parcel") == [2]
    kinds = [edit.kind for _ in range(4) if (edit := project.redo())]
    assert kinds == ["label", "rename-label", "delete"]
    assert documents.labels() == ["refund"]
    project.undo()
    with project.transaction():
        documents.set_label([1], "new")
    assert project.redo() is None


def test_a_deleted_source_can_be_had_back(project: Project) -> None:
    source = add(project, [("another parcel", "late", "validation")])
    with project.transaction():
        project.documents.delete_source(source)
    assert search(project, "parcel") == [2]
    assert project.documents.labels() == ["delivery", "refund"]
    assert list(project.documents.labelled("validation")) == []
    assert sum(group.count for group in project.documents.groups()) == 5
    project.undo()
    assert search(project, "parcel") == [2, 6]
    assert list(project.documents.labelled("validation")) == [(6, "another parcel", "late")]


def test_a_failed_transaction_leaves_nothing(project: Project) -> None:
    def half() -> None:
        with project.transaction():
            project.documents.set_label([1], "never")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        half()
    assert project.documents.labels() == ["delivery", "refund"]
    with project.transaction():  # the label's id was forgotten with it
        project.documents.set_label([1], "never")
    assert project.documents.get(1).label == "never"


def test_another_process_sees_what_is_committed(project: Project) -> None:
    with Project.open(project.path) as other:
        before = other.data_version()
        with project.transaction():
            project.documents.set_label([1], "seen")
            assert other.documents.get(1).label == "refund"
        assert other.documents.get(1).label == "seen"
        assert other.data_version() != before


def test_missing_document_and_label(project: Project) -> None:
    with pytest.raises(KnownError) as missing:
        project.documents.get(99)
    assert missing.value.kind is ErrorKind.DOCUMENT_MISSING
    with pytest.raises(KnownError) as unknown, project.transaction():
        project.documents.rename_label("none", "x")
    assert unknown.value.kind is ErrorKind.LABEL_UNKNOWN


# --- projects that are not as they should be ---------------------------------------------------------------


def refused(path: Path) -> ErrorKind:
    with pytest.raises(KnownError) as error:
        Project.open(path)
    return error.value.kind


def test_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "none") is ErrorKind.PROJECT_MISSING


def test_damaged(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        path = project.path
    (path / DATABASE).write_bytes(b"this is no database " * 500)
    assert refused(path) is ErrorKind.PROJECT_DAMAGED
    assert (path / DATABASE).read_bytes().startswith(b"this is no")


def test_newer(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        path = project.path
    database = sqlite3.connect(path / DATABASE)
    database.execute("PRAGMA user_version = 99")
    database.close()
    assert refused(path) is ErrorKind.PROJECT_NEWER


def test_without_write_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Project.create(tmp_path / "p") as project:
        path = project.path
    # root may write everywhere, so the system's answer is given here
    monkeypatch.setattr("engine.api.project.os.access", lambda *_: False)
    assert refused(path) is ErrorKind.NOT_WRITABLE


def test_full_disk_keeps_what_is_stored(project: Project) -> None:
    database = project._db
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(KnownError) as full:
        add(project, [("word " * 10_000, "x", "")])
    assert full.value.kind is ErrorKind.DISK_FULL
    assert full.value.values["path"] == str(project.path)
    database.execute("PRAGMA max_page_count = 100000")
    assert project.documents.count() == len(TEXTS)
    add(project, [("more", "x", "")])
    assert project.documents.count() == len(TEXTS) + 1


def test_locked_by_another_program(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_TIMEOUT_SECONDS", 0.0)
    with Project.open(project.path) as other, project.transaction():
        with pytest.raises(KnownError) as busy, other.transaction():
            pass
        assert busy.value.kind is ErrorKind.PROJECT_BUSY


def test_a_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Project.create(tmp_path / "p") as project:
        path = project.path
        add(project, TEXTS)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE documents ADD COLUMN extra TEXT")
        raise sqlite3.OperationalError("database or disk is full")

    known = schema.MIGRATIONS
    monkeypatch.setattr(schema, "MIGRATIONS", (*known, half))
    assert refused(path) is ErrorKind.DISK_FULL
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*known, lambda c: c.execute("ALTER TABLE documents ADD COLUMN extra"))
    )
    with Project.open(path) as project:
        assert project.documents.count() == len(TEXTS)
    monkeypatch.setattr(schema, "MIGRATIONS", known)
    assert refused(path) is ErrorKind.PROJECT_NEWER
