"""The edit log: every change a user makes to labels, splits, mappings and deletions, with its own undo.

An edit is a list of field changes (before, after); undo writes the befores back, redo the afters. Editing
after an undo drops what could have been redone, as everywhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from engine.api.errors import Value

# the only fields an edit may touch: target word -> (table, column, key)
_TARGETS = {
    "label": ("documents", "label_id", "id"),
    "tags": ("documents", "tags", "id"),
    "words": ("documents", "words", "id"),
    "split": ("documents", "split", "id"),
    "deleted": ("documents", "deleted", "id"),
    "source-deleted": ("sources", "deleted", "id"),
    "label-name": ("labels", "name", "id"),
    "task": ("meta", "value", "key"),
    "run-deleted": ("runs", "deleted", "id"),
    "run-name": ("runs", "name", "id"),
    "run-starred": ("runs", "starred", "id"),
    "run-note": ("runs", "note", "id"),
}


class Edit(msgspec.Struct, frozen=True):
    """A line of the log. ``kind`` is a word (label, split, delete, import, ...), ``detail`` its facts."""

    id: int
    at: str
    kind: str
    detail: dict[str, Value]
    undone: bool


class EditLog:
    """Works inside the caller's transaction; ``Project.transaction`` opens one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def record(self, kind: str, **detail: Value) -> int:
        """Open an edit; ``change`` then fills it. What had been undone can no longer be redone."""
        self._db.execute("DELETE FROM edits WHERE undone = 1")
        cursor = self._db.execute(
            "INSERT INTO edits (at, kind, detail) VALUES (?, ?, ?)",
            (datetime.now(UTC).isoformat(timespec="seconds"), kind, json.dumps(detail)),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def change(self, edit: int, target: str, rows: Iterable[int | str], after: object) -> None:
        """Set one field of many rows to ``after`` and log what it was."""
        self.change_each(edit, target, ((row, after) for row in rows))

    def change_each(self, edit: int, target: str, changes: Iterable[tuple[int | str, object]]) -> None:
        """Set one field of (row, value) pairs and log what it was."""
        table, column, key = _TARGETS[target]
        self._db.executemany(
            f"INSERT INTO edit_changes SELECT ?, ?, {key}, {column}, ? FROM {table} WHERE {key} = ?",
            ((edit, target, after, row) for row, after in changes),
        )
        self._apply(edit, target, "after")

    def change_where(
        self, edit: int, target: str, condition: str, arguments: tuple[object, ...], after: object
    ) -> None:
        """Set one field of all rows that meet an SQL condition (ours, never a user's text)."""
        table, column, key = _TARGETS[target]
        self._db.execute(
            f"INSERT INTO edit_changes SELECT ?, ?, {key}, {column}, ? FROM {table} WHERE {condition}",
            (edit, target, after, *arguments),
        )
        self._apply(edit, target, "after")

    def _apply(self, edit: int, target: str, side: str) -> None:
        table, column, key = _TARGETS[target]
        self._db.execute(
            f"UPDATE {table} SET {column} = c.{side} FROM edit_changes AS c"
            f" WHERE c.edit = ? AND c.target = ? AND {table}.{key} = c.row",
            (edit, target),
        )

    def undo(self) -> Edit | None:
        """Take the last edit back; None where there is none."""
        return self._step("SELECT max(id) FROM edits WHERE undone = 0", "before", 1)

    def redo(self) -> Edit | None:
        """Do the last undone edit again; None where there is none."""
        return self._step("SELECT min(id) FROM edits WHERE undone = 1", "after", 0)

    def _step(self, which: str, side: str, undone: int) -> Edit | None:
        edit = self._db.execute(which).fetchone()[0]
        if edit is None:
            return None
        targets = self._db.execute(
            "SELECT DISTINCT target FROM edit_changes WHERE edit = ?", (edit,)
        ).fetchall()
        for (target,) in targets:
            self._apply(edit, target, side)
        self._db.execute("UPDATE edits SET undone = ? WHERE id = ?", (undone, edit))
        return self._edit(edit)

    def _edit(self, edit: int) -> Edit:
        row = self._db.execute("SELECT * FROM edits WHERE id = ?", (edit,)).fetchone()
        return Edit(row["id"], row["at"], row["kind"], json.loads(row["detail"]), bool(row["undone"]))

    def last(self, count: int = 50) -> list[Edit]:
        """The newest edits first."""
        rows = self._db.execute("SELECT id FROM edits ORDER BY id DESC LIMIT ?", (count,)).fetchall()
        return [self._edit(row["id"]) for row in rows]
