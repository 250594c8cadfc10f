"""Documents: found by words, labels and splits, read a page at a time, never loaded whole."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Entity
from engine.api.store.corpus import WordFilter, word_condition
from engine.api.store.labels import SPLIT_CODES, SPLIT_NAMES, GroupCount
from engine.api.store.search import match_expression
from engine.api.store.sources import DROPPED, Source, SourceStore
from engine.api.store.tags import unpack_entities, unpack_words
from engine.api.words import words_of

__all__ = ["SPLIT_CODES", "Document", "DocumentFilter", "DocumentStore", "GroupCount", "Source"]


class Document(msgspec.Struct, frozen=True):
    """``line`` is the first line in the source file (1-based); '' = no label, no split; None = not tagged."""

    id: int
    source: int
    line: int
    text: str
    label: str
    split: str
    entities: tuple[Entity, ...] | None = None


class DocumentFilter(msgspec.Struct, frozen=True):
    """None: any. An empty string: texts without a label (or tags), without a split.

    ``label``: texts that have it among their labels, or hold an entity of this type; ``tasks.NO_LABEL``: none of
    them. ``scores``: from the first number to below the second. ``word``: by a word's score in them.
    """

    search: str = ""
    label: str | None = None
    split: str | None = None
    scores: tuple[float, float] | None = None
    word: WordFilter | None = None

    @property
    def is_empty(self) -> bool:
        return not match_expression(self.search) and self.by_group is None

    @property
    def by_group(self) -> tuple[object, ...] | None:
        """What else than the search is asked for; None for nothing."""
        wanted = (self.label, self.split, self.scores, self.word)
        return None if wanted == (None, None, None, None) else wanted


class DocumentStore(SourceStore):
    """Edits go through the log; the caller opens the transaction."""

    # --- edits -----------------------------------------------------------------------------------------

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
        if which.by_group is None and which.search and self._all_indexed():
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
        dropped = self._db.execute("SELECT 1 FROM meta WHERE key = ?", (DROPPED,)).fetchone()
        return dropped is None and not self._any_hidden()

    def _any_hidden(self) -> bool:
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM documents WHERE deleted > 0)"
            " OR EXISTS (SELECT 1 FROM sources WHERE deleted = 1)"
        ).fetchone()
        return bool(row[0])

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
            "SELECT documents.id, source_id, line, text, coalesce(labels.name, ''), split, tags FROM documents"
            f" LEFT JOIN labels ON labels.id = label_id WHERE documents.id IN ({marks})",
            tuple(ids),
        )
        found = {
            row[0]: Document(
                *(row[0], row[1], row[2], row[3], row[4], SPLIT_NAMES[row[5]]),
                None if row[6] is None else tuple(unpack_entities(row[6])),
            )
            for row in rows
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

    def tagged(self, split: str) -> Iterator[tuple[int, str, list[tuple[int, int]], list[Entity]]]:
        """(id, text, words, entities) of a split's tagged documents, by id; words as spans of code points."""
        cursor = self._db.execute(
            f"SELECT id, text, words, tags FROM documents WHERE {self._visible()} AND split = ?"
            " AND tags IS NOT NULL ORDER BY id",
            (SPLIT_CODES[split],),
        )
        for row in cursor:
            words = unpack_words(row[2]) if row[2] else words_of(row[1])
            yield row[0], row[1], words, unpack_entities(row[3])

    def words(self, id: int) -> list[tuple[int, int]]:
        """The words of a document, as spans of code points: the file's own, else those of the text.

        Raises DOCUMENT_MISSING.
        """
        row = self._db.execute("SELECT text, words FROM documents WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise KnownError(ErrorKind.DOCUMENT_MISSING, document=id)
        return unpack_words(row["words"]) if row["words"] else words_of(row["text"])

    def unlabelled(self) -> Iterator[tuple[int, str]]:
        """(id, text) of documents with neither label nor tags, by id."""
        cursor = self._db.execute(
            f"SELECT id, text FROM documents WHERE {self._visible()} AND label_id IS NULL AND tags IS NULL"
            " ORDER BY id"
        )
        for row in cursor:
            yield row[0], row[1]

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
            condition, values = self.label_condition(which.label)
            conditions.append(condition)
            arguments += values
        if which.scores is not None:
            number = "CAST(name AS REAL)"
            conditions.append(
                f"documents.label_id IN (SELECT id FROM labels WHERE {number} >= ? AND {number} < ?)"
            )
            arguments += which.scores
        if which.split is not None:
            conditions.append("documents.split = ?")
            arguments.append(SPLIT_CODES[which.split])
        if which.word is not None:
            condition, values = word_condition(which.word)
            conditions.append(condition)
            arguments += values
        return source, " AND ".join(conditions), tuple(arguments)
