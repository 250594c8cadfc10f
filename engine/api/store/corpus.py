"""Explanations of all documents: the word scores of each, written as a job goes on and read back.

A document's scores belong to a model (its hash) and to a text (its fingerprint): where either has changed they count
as missing, whatever changed it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from engine.api.results import WordScore
from engine.api.store.corpus_words import (
    FRESH,
    VISIBLE,
    CorpusWordStore,
    WordFilter,
    WordHit,
    fold,
    pack_scores,
    unpack_scores,
    word_condition,
)
from engine.api.store.tags import unpack_words

__all__ = [
    "CorpusStore",
    "DocumentScores",
    "ExplainedCorpus",
    "Waiting",
    "WordFilter",
    "WordHit",
    "fingerprint",
    "fold",
    "word_condition",
]


@dataclass(frozen=True)
class Waiting:
    """A document without scores; ``words`` are its own where its file brought them."""

    document: int
    text: str
    words: list[tuple[int, int]] | None
    fingerprint: int


@dataclass(frozen=True)
class ExplainedCorpus:
    """A run whose texts have scores by a method; ``title`` is the run's, ``labels`` those that were answered."""

    run: str
    title: str
    method: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class DocumentScores:
    """The words of a document with their scores for the predicted ``label``; '' and none: nothing to explain."""

    document: int
    text: str
    label: str
    words: tuple[WordScore, ...]
    fingerprint: int


def fingerprint(text: str, words: str | None) -> int:
    """64 bits of a document's text and its own packed words (signed, as SQLite keeps them)."""
    content = f"{text}\0{words or ''}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big", signed=True)


class CorpusStore(CorpusWordStore):
    """A view of the project's connection; write inside ``project.transaction()``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        connection.create_function("fingerprint", 2, fingerprint, deterministic=True)

    # --- explaining --------------------------------------------------------------------------------------

    def begin(self, run: str, method: str, model_hash: str) -> int:
        """The id of the run's corpus; scores of another model, and of texts that have changed, are dropped."""
        row = self._db.execute(
            "SELECT id, model_hash FROM corpora WHERE run = ? AND method = ?", (run, method)
        ).fetchone()
        if row is not None and row["model_hash"] == model_hash:
            self._drop_changed(int(row["id"]))
            return int(row["id"])
        if row is not None:
            self.forget(run, method)
        cursor = self._db.execute(
            "INSERT INTO corpora (run, method, model_hash) VALUES (?, ?, ?)", (run, method, model_hash)
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _drop_changed(self, corpus: int) -> None:
        changed = [
            row[0]
            for row in self._db.execute(
                "SELECT s.document FROM corpus_documents AS s LEFT JOIN documents AS d ON d.id = s.document"
                f" WHERE s.corpus = ? AND (d.id IS NULL OR NOT {FRESH})",
                (corpus,),
            )
        ]
        if changed:
            self._drop(corpus, changed)

    def _drop(self, corpus: int, documents: Sequence[int]) -> None:
        ids = msgspec.json.encode(documents).decode()
        for table in ("corpus_words", "corpus_documents"):
            self._db.execute(
                f"DELETE FROM {table} WHERE corpus = ? AND document IN (SELECT value FROM json_each(?))",
                (corpus, ids),
            )

    def forget_split(self, run: str, method: str, split: int) -> None:
        """Drop a method's scores of the documents of a split (its code)."""
        for table in ("corpus_words", "corpus_documents"):
            self._db.execute(
                f"DELETE FROM {table} WHERE corpus IN (SELECT id FROM corpora WHERE run = ? AND method = ?)"
                " AND document IN (SELECT id FROM documents WHERE split = ?)",
                (run, method, split),
            )

    def forget(self, run: str, method: str) -> None:
        """Drop all scores of a method."""
        found = self._db.execute("SELECT id FROM corpora WHERE run = ? AND method = ?", (run, method))
        for (corpus,) in found.fetchall():
            for table in ("corpus_words", "corpus_documents"):
                self._db.execute(f"DELETE FROM {table} WHERE corpus = ?", (corpus,))
            self._db.execute("DELETE FROM corpora WHERE id = ?", (corpus,))

    def progress(self, corpus: int, split: int | None) -> tuple[int, int]:
        """(documents with scores, all documents) of a split (its code; None: all)."""
        row = self._db.execute(
            "SELECT count(s.document), count(*) FROM documents AS d LEFT JOIN corpus_documents AS s"
            f" ON s.corpus = ? AND s.document = d.id WHERE {VISIBLE} AND (? IS NULL OR d.split = ?)",
            (corpus, split, split),
        ).fetchone()
        return int(row[0]), int(row[1])

    def waiting(
        self, corpus: int, split: int | None, after: int, most: int, characters: int
    ) -> list[Waiting]:
        """The next documents without scores, by id: at most so many, and about so many characters."""
        cursor = self._db.execute(
            f"SELECT d.id, d.text, d.words FROM documents AS d WHERE {VISIBLE} AND d.id > ?"
            " AND (? IS NULL OR d.split = ?) AND NOT EXISTS"
            " (SELECT 1 FROM corpus_documents AS s WHERE s.corpus = ? AND s.document = d.id)"
            " ORDER BY d.id LIMIT ?",
            (after, split, split, corpus, most),
        )
        found: list[Waiting] = []
        for document, text, words in cursor:
            own = unpack_words(words) if words else None
            found.append(Waiting(document, text, own, fingerprint(text, words)))
            characters -= len(text)
            if characters <= 0:
                cursor.close()
                break
        return found

    def put(self, corpus: int, scored: Iterable[DocumentScores]) -> None:
        """Keep the scores of documents, and turn their words round."""
        for each in scored:
            label = None if not each.label else self._term(each.label)
            self._db.execute(
                "INSERT OR REPLACE INTO corpus_documents (corpus, document, label, fingerprint, scores)"
                " VALUES (?, ?, ?, ?, ?)",
                (corpus, each.document, label, each.fingerprint, pack_scores(each.words)),
            )
            sums: dict[str, tuple[float, int]] = {}
            for word in each.words:
                surface = fold(each.text[word.start : word.end])
                total, times = sums.get(surface, (0.0, 0))
                sums[surface] = (total + word.score, times + 1)
            self._db.executemany(
                "INSERT OR IGNORE INTO corpus_terms (term) VALUES (?)", ((word,) for word in sums)
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO corpus_words SELECT ?, id, ?, ?, ?, ? FROM corpus_terms WHERE term = ?",
                ((corpus, label, each.document, *values, word) for word, values in sums.items()),
            )

    def _term(self, term: str) -> int:
        self._db.execute("INSERT OR IGNORE INTO corpus_terms (term) VALUES (?)", (term,))
        return int(self._db.execute("SELECT id FROM corpus_terms WHERE term = ?", (term,)).fetchone()[0])

    # --- reading -----------------------------------------------------------------------------------------

    def methods(self, run: str) -> list[str]:
        """The methods by which documents of a run were explained."""
        rows = self._db.execute("SELECT method FROM corpora WHERE run = ? ORDER BY id", (run,))
        return [row[0] for row in rows]

    def labels(self, run: str, method: str) -> tuple[str, ...]:
        """The labels that explained documents were answered with, sorted; () where none is explained."""
        rows = self._db.execute(
            "SELECT term FROM corpus_terms WHERE id IN (SELECT label FROM corpus_documents WHERE corpus = ?)",
            (self.corpus(run, method),),
        )
        return tuple(sorted(row[0] for row in rows))

    def strong_score(self, run: str, method: str, label: str, model_hash: str) -> float | None:
        """The |score| that 1 in 100 words of the texts answered with a label exceeds; None where none is explained.

        Found on at most 2,000 of them: fingerprints are hashes, so that their order is a draw.
        """
        rows = self._db.execute(
            "SELECT scores FROM corpus_documents WHERE corpus = (SELECT id FROM corpora WHERE run = ? AND method = ?"
            " AND model_hash = ?) AND document IN (SELECT s.document FROM corpus_documents AS s"
            " JOIN corpora AS c ON c.id = s.corpus JOIN corpus_terms AS t ON t.id = s.label"
            " WHERE c.run = ? AND c.method = ? AND t.term = ? ORDER BY s.fingerprint LIMIT 2000)",
            (run, method, model_hash, run, method, label),
        )
        scores = sorted(abs(word.score) for (packed,) in rows for word in unpack_scores(packed))
        strong = scores[int(0.99 * len(scores))] if scores else 0.0
        return strong or None

    def scored_documents(self, run: str, method: str) -> set[int]:
        """The ids of the documents whose words have scores, or that have no word to score."""
        rows = self._db.execute(
            "SELECT s.document FROM corpus_documents AS s JOIN documents AS d ON d.id = s.document"
            f" WHERE s.corpus = ? AND {FRESH}",
            (self.corpus(run, method),),
        )
        return {row[0] for row in rows}

    def scores(self, run: str, method: str, split: int | None = None) -> Iterator[DocumentScores]:
        """Of the visible documents of a split (its code; None: all) as they stand, in their order."""
        rows = self._db.execute(
            "SELECT s.document, d.text, coalesce(t.term, ''), s.scores, s.fingerprint FROM corpus_documents AS s"
            " JOIN documents AS d ON d.id = s.document LEFT JOIN corpus_terms AS t ON t.id = s.label"
            f" WHERE s.corpus = ? AND {VISIBLE} AND {FRESH} AND (? IS NULL OR d.split = ?) ORDER BY s.document",
            (self.corpus(run, method), split, split),
        )
        for document, text, label, packed, of_text in rows:
            yield DocumentScores(document, text, label, unpack_scores(packed), of_text)

    def document(self, run: str, method: str, document: int) -> DocumentScores | None:
        """The scores of one document as it stands."""
        row = self._db.execute(
            "SELECT d.text, coalesce(t.term, ''), s.scores, s.fingerprint FROM corpus_documents AS s"
            " JOIN documents AS d ON d.id = s.document LEFT JOIN corpus_terms AS t ON t.id = s.label"
            f" WHERE s.corpus = ? AND s.document = ? AND {FRESH}",
            (self.corpus(run, method), document),
        ).fetchone()
        if row is None:
            return None
        return DocumentScores(document, row[0], row[1], unpack_scores(row[2]), row[3])
