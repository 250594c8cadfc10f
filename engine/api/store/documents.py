"""Sources, documents and labels: written in batches, read a page at a time, never loaded whole."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping
from engine.api.results import FilePreview, Unreadable
from engine.api.store.edits import EditLog
from engine.api.store.search import index_text, match_expression

SPLIT_CODES = {name: code for code, name in enumerate(("", *SPLITS))}
# meta key: the highest id of a dropped import
_DROPPED = "dropped-to"
_SPLIT_NAMES = ("", *SPLITS)


class Document(msgspec.Struct, frozen=True):
    """``line`` is the first line in the source file (1-based); '' = no label, no split."""

    id: int
    source: int
    line: int
    text: str
    label: str
    split: str


class Source(msgspec.Struct, frozen=True):
    id: int
    path: str
    name: str
    format: str
    encoding: str
    rows: int
    unreadable: int
    imported_at: str


class DocumentFilter(msgspec.Struct, frozen=True):
    """None: any. An empty string: texts without a label, without a split."""

    search: str = ""
    label: str | None = None
    split: str | None = None

    @property
    def is_empty(self) -> bool:
        return not match_expression(self.search) and self.label is None and self.split is None


class GroupCount(msgspec.Struct, frozen=True):
    label: str
    split: str
    count: int


class DocumentStore:
    """Edits go through the log; the caller opens the transaction."""

    def __init__(self, connection: sqlite3.Connection, edits: EditLog) -> None:
        self._db = connection
        self._edits = edits
        self._label_ids: dict[str, int] = {}

    # --- sources ---------------------------------------------------------------------------------------

    def add_source(
        self, path: Path, format: str, encoding: str, delimiter: str, mapping: ColumnMapping
    ) -> int:
        """Open a source in the state ``importing``; ``finish_source`` makes its rows count."""
        size = path.stat().st_size if path.is_file() else 0
        cursor = self._db.execute(
            "INSERT INTO sources (path, name, format, encoding, delimiter, mapping, size_bytes, imported_at,"
            " state, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'importing', 1)",
            (
                str(path),
                path.name,
                format,
                encoding,
                delimiter,
                msgspec.json.encode(mapping).decode(),
                size,
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def add_rows(self, source: int, rows: Iterable[tuple[int, str, str, str]]) -> int:
        """Add (line, text, label, split) rows and index their texts; invisible until ``finish_source``."""
        first = self._next_document()
        records = [
            (document, source, line, text, self.label_id(label), SPLIT_CODES[split])
            for document, (line, text, label, split) in enumerate(rows, start=first)
        ]
        self._db.executemany(
            "INSERT INTO documents (id, source_id, line, text, label_id, split) VALUES (?, ?, ?, ?, ?, ?)",
            records,
        )
        self._db.executemany(
            "INSERT INTO documents_fts (rowid, text) VALUES (?, ?)",
            ((record[0], index_text(record[3])) for record in records),
        )
        self._db.execute("UPDATE sources SET rows = rows + ? WHERE id = ?", (len(records), source))
        return len(records)

    def _next_document(self) -> int:
        # ids of a dropped import are not used again: the index may still hold their words
        used = self._db.execute("SELECT value FROM meta WHERE key = ?", (_DROPPED,)).fetchone()
        last = self._db.execute("SELECT coalesce(max(id), 0) FROM documents").fetchone()
        return max(int(last[0]), int(used[0]) if used else 0) + 1

    def add_unreadable(self, source: int, rows: Iterable[Unreadable]) -> None:
        self._db.executemany(
            "INSERT INTO unreadable (source_id, line, reason, raw) VALUES (?, ?, ?, ?)",
            ((source, row.line, row.reason, row.raw) for row in rows),
        )

    def finish_source(self, source: int) -> int:
        """Make an imported source count, as an edit that can be undone. Gives its number of rows."""
        self._db.execute(
            "UPDATE sources SET state = 'ready',"
            " unreadable = (SELECT count(*) FROM unreadable WHERE source_id = sources.id) WHERE id = ?",
            (source,),
        )
        row = self._db.execute("SELECT name, rows FROM sources WHERE id = ?", (source,)).fetchone()
        # a million single changes would double the project: the source's flag carries the edit
        edit = self._edits.record("import", name=row["name"], rows=row["rows"])
        self._edits.change(edit, "source-deleted", [source], 0)
        return int(row["rows"])

    def delete_source(self, source: int) -> None:
        name = self._db.execute("SELECT name FROM sources WHERE id = ?", (source,)).fetchone()["name"]
        edit = self._edits.record("delete-source", name=name)
        self._edits.change(edit, "source-deleted", [source], 1)

    def _visible(self) -> str:
        """The condition that leaves out deleted rows and rows of deleted or unfinished sources.

        The flag stays with the source, so that an import of a million rows appears, and is undone, at once.
        """
        hidden = ", ".join(
            str(row["id"]) for row in self._db.execute("SELECT id FROM sources WHERE deleted = 1")
        )
        return "documents.deleted = 0" + (f" AND documents.source_id NOT IN ({hidden})" if hidden else "")

    def drop_unfinished_sources(self, limit: int = 20_000) -> bool:
        """Remove up to ``limit`` rows of imports that never ended; true while there are more.

        A few rows a transaction, so that other writers need not wait. The index keeps the dropped words
        (taking them out would take as long as putting them in); they lead to no row.
        """
        source = self._db.execute("SELECT id FROM sources WHERE state = 'importing' LIMIT 1").fetchone()
        if source is None:
            return False
        highest = self._db.execute("SELECT max(id) FROM documents").fetchone()[0]
        if highest is not None:
            self._db.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET"
                " value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))",
                (_DROPPED, str(highest)),
            )
        # the rows of the last import lie at the end
        removed = self._db.execute(
            "DELETE FROM documents WHERE id IN"
            " (SELECT id FROM documents WHERE source_id = ? ORDER BY id DESC LIMIT ?)",
            (source["id"], limit),
        ).rowcount
        if removed < limit:
            self._db.execute("DELETE FROM unreadable WHERE source_id = ?", (source["id"],))
            self._db.execute("DELETE FROM sources WHERE id = ?", (source["id"],))
            if self._db.execute("SELECT 1 FROM documents LIMIT 1").fetchone() is None:
                self._db.execute("INSERT INTO documents_fts (documents_fts) VALUES ('delete-all')")
                self._db.execute("DELETE FROM meta WHERE key = ?", (_DROPPED,))
        return True

    def sources(self) -> list[Source]:
        rows = self._db.execute(
            "SELECT id, path, name, format, encoding, rows, unreadable, imported_at FROM sources"
            " WHERE deleted = 0 AND state = 'ready' ORDER BY id"
        )
        return [Source(*row) for row in rows]

    def unreadable(self, source: int, limit: int = 1000) -> list[Unreadable]:
        rows = self._db.execute(
            "SELECT line, reason, raw FROM unreadable WHERE source_id = ? ORDER BY line LIMIT ?",
            (source, limit),
        )
        return [Unreadable(*row) for row in rows]

    def add_preview(self, preview: FilePreview) -> int:
        """Keep a preview for the window to read; only the newest 20 are kept."""
        cursor = self._db.execute(
            "INSERT INTO previews (payload) VALUES (?)", (msgspec.json.encode(preview).decode(),)
        )
        assert cursor.lastrowid is not None
        self._db.execute("DELETE FROM previews WHERE id <= ?", (cursor.lastrowid - 20,))
        return cursor.lastrowid

    def preview(self, id: int) -> FilePreview:
        row = self._db.execute("SELECT payload FROM previews WHERE id = ?", (id,)).fetchone()
        return msgspec.json.decode(row["payload"], type=FilePreview)

    # --- labels ----------------------------------------------------------------------------------------

    def label_id(self, name: str) -> int | None:
        """The id of a label, made where it is new; None for no label."""
        if not name:
            return None
        found = self._label_ids.get(name)
        if found is None:
            self._db.execute("INSERT OR IGNORE INTO labels (name) VALUES (?)", (name,))
            found = int(self._db.execute("SELECT id FROM labels WHERE name = ?", (name,)).fetchone()["id"])
            self._label_ids[name] = found
        return found

    def labels(self) -> list[str]:
        """Labels that some document has, sorted."""
        rows = self._db.execute(
            "SELECT name FROM labels WHERE EXISTS"
            " (SELECT 1 FROM documents WHERE documents.split IN (0, 1, 2, 3)"
            f" AND documents.label_id = labels.id AND {self._visible()}) ORDER BY name"
        )
        return [row["name"] for row in rows]

    def rename_label(self, old: str, new: str) -> None:
        """Rename a label; where the new name exists the two are merged. An edit."""
        self.forget_labels()
        row = self._db.execute("SELECT id FROM labels WHERE name = ?", (old,)).fetchone()
        if row is None:
            raise KnownError(ErrorKind.LABEL_UNKNOWN, label=old, valid=", ".join(self.labels()))
        edit = self._edits.record("rename-label", old=old, new=new)
        self._edits.change_where(edit, "label", "label_id = ?", (row["id"],), self.label_id(new))

    def forget_labels(self) -> None:
        """Drop the cache of ids: after an undo or a rolled back transaction it may lie."""
        self._label_ids.clear()

    # --- edits -----------------------------------------------------------------------------------------

    def set_label(self, documents: Sequence[int], label: str) -> None:
        self.forget_labels()
        edit = self._edits.record("label", label=label, count=len(documents))
        self._edits.change(edit, "label", documents, self.label_id(label))

    def set_split(self, documents: Iterable[tuple[int, str]], kind: str = "split") -> None:
        """Put documents into splits, as one edit; ``kind`` is ``split-made`` for an automatic one."""
        groups: dict[str, list[int]] = {}
        for document, split in documents:
            groups.setdefault(split, []).append(document)
        counts = {name or "none": len(ids) for name, ids in groups.items()}
        edit = self._edits.record(kind, **counts)
        for split, ids in groups.items():
            self._edits.change(edit, "split", ids, SPLIT_CODES[split])

    def delete(self, documents: Sequence[int]) -> None:
        edit = self._edits.record("delete", count=len(documents))
        self._edits.change(edit, "deleted", documents, 2)

    # --- reading ---------------------------------------------------------------------------------------

    def count(self, which: DocumentFilter = DocumentFilter()) -> int:
        if which.label is None and which.split is None and which.search and self._all_indexed():
            # no row to look at: four times as fast for a word that is everywhere
            expression = match_expression(which.search)
            if expression:
                found = "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH ?"
                return int(self._db.execute(found, (expression,)).fetchone()[0])
        source, condition, arguments = self._where(which)
        row = self._db.execute(f"SELECT count(*) FROM {source} WHERE {condition}", arguments).fetchone()
        return int(row[0])

    def _all_indexed(self) -> bool:
        """Whether every text of the index is a visible document."""
        dropped = self._db.execute("SELECT 1 FROM meta WHERE key = ?", (_DROPPED,)).fetchone()
        return dropped is None and not self._any_hidden()

    def _any_hidden(self) -> bool:
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM documents WHERE deleted > 0)"
            " OR EXISTS (SELECT 1 FROM sources WHERE deleted = 1)"
        ).fetchone()
        return bool(row[0])

    def groups(self) -> list[GroupCount]:
        """How many documents each label has in each split; from the index alone."""
        rows = self._db.execute(
            "SELECT coalesce(labels.name, '') AS name, split, counted FROM"
            f" (SELECT label_id, split, count(*) AS counted FROM documents WHERE {self._visible()}"
            " GROUP BY split, label_id)"
            " LEFT JOIN labels ON labels.id = label_id ORDER BY name, split"
        )
        return [GroupCount(row["name"], _SPLIT_NAMES[row["split"]], row["counted"]) for row in rows]

    def id_range(self) -> tuple[int, int] | None:
        """(first, last) id where the documents' ids have no gap, so that a row number is an id; else None."""
        row = self._db.execute("SELECT min(id), max(id), count(*) FROM documents").fetchone()
        if row[0] is None or row[1] - row[0] + 1 != row[2]:
            return None
        return None if self._any_hidden() else (row[0], row[1])

    def ids(self, which: DocumentFilter, limit: int | None = None) -> Iterator[array[int]]:
        """The ids that meet a filter, in the files' order, in blocks of 10,000: 8 bytes a document."""
        source, condition, arguments = self._where(which)
        tail = "" if limit is None else f" LIMIT {int(limit)}"
        # the index gives its texts in the order of its own ids: ordering by those sorts nothing
        order = "documents_fts.rowid" if "documents_fts" in source else "documents.id"
        cursor = self._db.execute(
            f"SELECT documents.id FROM {source} WHERE {condition} ORDER BY {order}{tail}", arguments
        )
        cursor.row_factory = None
        while rows := cursor.fetchmany(10_000):
            yield array("q", (row[0] for row in rows))

    def get(self, id: int) -> Document:
        """Raises DOCUMENT_MISSING."""
        found = self.page([id])
        if not found:
            raise KnownError(ErrorKind.DOCUMENT_MISSING, document=id)
        return found[0]

    def page(self, ids: Sequence[int]) -> list[Document]:
        """The documents with these ids, in this order; those that do not exist are left out."""
        marks = ",".join("?" * len(ids))
        rows = self._db.execute(
            "SELECT documents.id, source_id, line, text, coalesce(labels.name, ''), split FROM documents"
            f" LEFT JOIN labels ON labels.id = label_id WHERE documents.id IN ({marks})",
            tuple(ids),
        )
        found = {
            row[0]: Document(row[0], row[1], row[2], row[3], row[4], _SPLIT_NAMES[row[5]]) for row in rows
        }
        return [found[id] for id in ids if id in found]

    def labelled(self, split: str) -> Iterator[tuple[int, str, str]]:
        """(id, text, label) of a split's labelled documents, by id: what a training reads."""
        cursor = self._db.execute(
            "SELECT documents.id, text, labels.name FROM documents JOIN labels ON labels.id = label_id"
            f" WHERE {self._visible()} AND split = ? ORDER BY documents.id",
            (SPLIT_CODES[split],),
        )
        for row in cursor:
            yield row[0], row[1], row[2]

    def _where(self, which: DocumentFilter) -> tuple[str, str, tuple[object, ...]]:
        source, conditions, arguments = "documents", [self._visible()], list[object]()
        expression = match_expression(which.search)
        if expression:
            # CROSS fixes the order: from the index to the rows, never the other way
            source = "documents_fts CROSS JOIN documents ON documents.id = documents_fts.rowid"
            conditions[0] = conditions[0].replace("documents.deleted", "+documents.deleted")
            conditions.append("documents_fts MATCH ?")
            arguments.append(expression)
        if which.label is not None:
            conditions.append("documents.label_id IS (SELECT id FROM labels WHERE name = ?)")
            arguments.append(which.label)
        if which.split is not None:
            conditions.append("documents.split = ?")
            arguments.append(SPLIT_CODES[which.split])
        return source, " AND ".join(conditions), tuple(arguments)
