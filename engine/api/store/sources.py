"""Sources: files that were imported, their rows and those that could not be read, previews of files to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine.api.messages import ColumnMapping
from engine.api.results import FilePreview, Unreadable
from engine.api.store.labels import SPLIT_CODES, LabelStore
from engine.api.store.search import index_text

# meta key: the highest id of a dropped import
DROPPED = "dropped-to"


class Source(msgspec.Struct, frozen=True):
    id: int
    path: str
    name: str
    format: str
    encoding: str
    rows: int
    unreadable: int
    imported_at: str


class SourceStore(LabelStore):
    """Rows go in by batches; they count when their source is finished."""

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
        self._index(source, [(record[0], record[3]) for record in records])
        return len(records)

    def add_tagged_rows(
        self, source: int, rows: Iterable[tuple[int, str, str | None, str | None, str]]
    ) -> int:
        """The same for (line, text, words, tags, split) rows, words and tags packed (``store.tags``)."""
        first = self._next_document()
        records = [
            (document, source, line, text, SPLIT_CODES[split], words, tags)
            for document, (line, text, words, tags, split) in enumerate(rows, start=first)
        ]
        self._db.executemany(
            "INSERT INTO documents (id, source_id, line, text, split, words, tags) VALUES (?, ?, ?, ?, ?, ?, ?)",
            records,
        )
        self._index(source, [(record[0], record[3]) for record in records])
        return len(records)

    def _index(self, source: int, texts: list[tuple[int, str]]) -> None:
        self._db.executemany(
            "INSERT INTO documents_fts (rowid, text) VALUES (?, ?)",
            ((document, index_text(text)) for document, text in texts),
        )
        self._db.execute("UPDATE sources SET rows = rows + ? WHERE id = ?", (len(texts), source))

    def _next_document(self) -> int:
        # ids of a dropped import are not used again: the index may still hold their words
        used = self._db.execute("SELECT value FROM meta WHERE key = ?", (DROPPED,)).fetchone()
        last = self._db.execute("SELECT coalesce(max(id), 0) FROM documents").fetchone()
        return max(int(last[0]), int(used[0]) if used else 0) + 1

    def add_unreadable(self, source: int, rows: Iterable[Unreadable]) -> None:
        self._db.executemany(
            "INSERT INTO unreadable (source_id, line, reason, raw) VALUES (?, ?, ?, ?)",
            ((source, row.line, row.reason, row.raw) for row in rows),
        )

    def finish_source(self, source: int, task: str = "") -> int:
        """Make an imported source count, as an edit that can be undone. Gives its number of rows.

        ``task`` becomes the project's; where it was another one, the undo brings that one back.
        """
        self._db.execute(
            "UPDATE sources SET state = 'ready',"
            " unreadable = (SELECT count(*) FROM unreadable WHERE source_id = sources.id) WHERE id = ?",
            (source,),
        )
        row = self._db.execute("SELECT name, rows FROM sources WHERE id = ?", (source,)).fetchone()
        # a million single changes would double the project: the source's flag carries the edit
        edit = self._edits.record("import", name=row["name"], rows=row["rows"])
        if task:
            # the first one stays through an undo: runs may stand on it
            self._db.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('task', ?)", (task,))
            if task != self.task():
                self._edits.change(edit, "task", ["task"], task)
        self._edits.change(edit, "source-deleted", [source], 0)
        return int(row["rows"])

    def delete_source(self, source: int) -> None:
        name = self._db.execute("SELECT name FROM sources WHERE id = ?", (source,)).fetchone()["name"]
        edit = self._edits.record("delete-source", name=name)
        self._edits.change(edit, "source-deleted", [source], 1)

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
                (DROPPED, str(highest)),
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
                self._db.execute("DELETE FROM meta WHERE key = ?", (DROPPED,))
        return True

    def sources(self) -> list[Source]:
        rows = self._db.execute(
            "SELECT id, path, name, format, encoding, rows, unreadable, imported_at FROM sources"
            " WHERE deleted = 0 AND state = 'ready' ORDER BY id"
        )
        return [Source(*row) for row in rows]

    def second_column(self) -> str:
        """The column of the second texts of the newest source whose texts are pairs; '' where none are."""
        rows = self._db.execute(
            "SELECT mapping FROM sources WHERE deleted = 0 AND state = 'ready' ORDER BY id DESC"
        )
        seconds = (msgspec.json.decode(row["mapping"], type=ColumnMapping).second for row in rows)
        return next((second for second in seconds if second), "")

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
