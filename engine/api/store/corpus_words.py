"""From a word to the documents of an explained corpus that hold it: counts, contexts, a filter.

Words are their surface in the text, case-folded; a phrase is two words with nothing but white space between.
"""

from __future__ import annotations

import sqlite3
import struct
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from engine.api.results import WordScore
from engine.api.store.tags import unpack_entities
from engine.api.tasks import split_labels

_WORD = struct.Struct("<IIf")  # start, end, score
VISIBLE = "d.deleted = 0 AND d.source_id NOT IN (SELECT id FROM sources WHERE deleted = 1)"
# s: the scores of a document d that are of its text as it stands
FRESH = "s.fingerprint = fingerprint(d.text, d.words)"


class WordFilter(msgspec.Struct, frozen=True):
    """Documents that hold ``word`` and were answered with ``label`` (None: any), by the word's score in them.

    From ``low`` to below ``high``; None: no limit.
    """

    run: str
    method: str
    word: str
    label: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class TermCount:
    """A word in the documents answered with a label: ``total`` is the sum of its scores there."""

    word: str
    label: str
    documents: int
    occurrences: int
    total: float


class WordHit(msgspec.Struct, frozen=True):
    """A word in its context: of a document its strongest occurrence, ``score`` the sum over all of them there.

    ``start`` and ``end`` are code points of the document's text; ``before`` and ``after`` stand around them.
    """

    document: int
    label: str
    score: float
    occurrences: int
    start: int
    end: int
    before: str
    word: str
    after: str


def fold(surface: str) -> str:
    """The form in which words are counted."""
    return unicodedata.normalize("NFC", surface.casefold())


def word_condition(which: WordFilter) -> tuple[str, tuple[object, ...]]:
    """An SQL condition on ``documents``."""
    conditions = [
        "w.corpus = (SELECT id FROM corpora WHERE run = ? AND method = ?)",
        "w.word = (SELECT id FROM corpus_terms WHERE term = ?)",
        FRESH,
    ]
    arguments: list[object] = [which.run, which.method, fold(which.word)]
    if which.label is not None:
        conditions.append("w.label = (SELECT id FROM corpus_terms WHERE term = ?)")
        arguments.append(which.label)
    for limit, sign in ((which.low, ">="), (which.high, "<")):
        if limit is not None:
            conditions.append(f"w.score {sign} ?")
            arguments.append(limit)
    return (
        # nothing in it is of the outer row, so that it is answered once
        "documents.id IN (SELECT w.document FROM corpus_words AS w JOIN documents AS d ON d.id = w.document"
        " JOIN corpus_documents AS s ON s.corpus = w.corpus AND s.document = w.document"
        f" WHERE {' AND '.join(conditions)})",
        tuple(arguments),
    )


class CorpusWordStore:
    """Reads alone; ``corpus`` is the id of a run's corpus."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def corpus(self, run: str, method: str) -> int | None:
        """The id of a run's corpus."""
        row = self._db.execute(
            "SELECT id FROM corpora WHERE run = ? AND method = ?", (run, method)
        ).fetchone()
        return None if row is None else int(row[0])

    def terms(self, corpus: int, split: int | None = None) -> Iterator[TermCount]:
        """Every word with every label that documents holding it were answered with, in no known order."""
        rows = self._db.execute(
            "SELECT t.term, l.term, found.documents, found.occurrences, found.total FROM"
            " (SELECT word, label, count(*) AS documents, sum(occurrences) AS occurrences, sum(score) AS total"
            "  FROM corpus_words WHERE corpus = ? AND document IN"
            f" (SELECT d.id FROM documents AS d WHERE {VISIBLE} AND (? IS NULL OR d.split = ?))"
            "  GROUP BY word, label) AS found"
            " JOIN corpus_terms AS t ON t.id = found.word JOIN corpus_terms AS l ON l.id = found.label",
            (corpus, split, split),
        )
        for row in rows:
            yield TermCount(*row)

    def documents_with(self, corpus: int, word: str, label: str) -> list[int]:
        """The visible documents with a word that were answered with a label, those it speaks most for first."""
        rows = self._db.execute(
            "SELECT w.document FROM corpus_words AS w JOIN documents AS d ON d.id = w.document"
            " WHERE w.corpus = ? AND w.word = (SELECT id FROM corpus_terms WHERE term = ?)"
            f" AND w.label = (SELECT id FROM corpus_terms WHERE term = ?) AND {VISIBLE}"
            " ORDER BY w.score DESC, w.document",
            (corpus, word, label),
        )
        return [row[0] for row in rows]

    def ties(
        self, corpus: int, word: str | None, training: int, task: str
    ) -> tuple[dict[int, int], dict[str, int]]:
        """How many explained documents with a word (None: all) come from each source, and how many of its training
        texts (``training``: the split's code) have each label.

        A text with several labels, or entities of several types, counts for each of them; scores are no labels.
        """
        if word is None:
            among, arguments = "SELECT document FROM corpus_documents WHERE corpus = ?", [corpus]
        else:
            among = (
                "SELECT document FROM corpus_words WHERE corpus = ?"
                " AND word = (SELECT id FROM corpus_terms WHERE term = ?)"
            )
            arguments = [corpus, word]  # type: ignore[list-item]
        sources = self._db.execute(
            f"SELECT d.source_id, count(*) FROM documents AS d WHERE {VISIBLE} AND d.id IN ({among})"
            " GROUP BY d.source_id",
            arguments,
        )
        labelled = self._db.execute(
            "SELECT CASE WHEN ? THEN d.tags ELSE labels.name END AS given, count(*) FROM documents AS d"
            f" LEFT JOIN labels ON labels.id = d.label_id WHERE {VISIBLE} AND d.split = ? AND d.id IN ({among})"
            " AND given IS NOT NULL GROUP BY given",
            (task == "tagging", training, *arguments),
        )
        counts: dict[str, int] = {}
        for given, count in labelled if task != "score" else ():
            for label in _given_labels(given, task):
                counts[label] = counts.get(label, 0) + count
        return dict(tuple(row) for row in sources), counts

    def hits(
        self,
        run: str,
        method: str,
        word: str,
        label: str | None = None,
        *,
        offset: int = 0,
        limit: int = 200,
        context: int = 60,
    ) -> list[WordHit]:
        """The documents with a word (or a phrase of two), those where it speaks most for the label first.

        ``context`` code points stand before and after it, cut at white space where there is some.
        """
        corpus = self.corpus(run, method)
        parts = self._parts(word)
        if corpus is None or not parts:
            return []
        one = len(parts) == 1
        second = (
            "JOIN corpus_words AS v ON v.corpus = w.corpus AND v.word = ? AND v.label = w.label"
            " AND v.document = w.document"
        )
        # of a phrase the order is known only when both words were found side by side
        order = "ORDER BY w.score DESC, w.document LIMIT ? OFFSET ?" if one else ""
        rows = self._db.execute(
            f"SELECT w.document, d.text, l.term, s.scores FROM corpus_words AS w {'' if one else second}"
            " JOIN documents AS d ON d.id = w.document"
            " JOIN corpus_documents AS s ON s.corpus = w.corpus AND s.document = w.document"
            " JOIN corpus_terms AS l ON l.id = w.label"
            f" WHERE w.corpus = ? AND w.word = ? AND (? IS NULL OR l.term = ?) AND {VISIBLE} AND {FRESH} {order}",
            (
                *(() if one else (parts[1][1],)),
                *(corpus, parts[0][1], label, label),
                *((limit, offset) if one else ()),
            ),
        )
        wanted = tuple(term for term, _ in parts)
        hits = (_hit(id, text, name, packed, wanted, context) for id, text, name, packed in rows)
        found = [hit for hit in hits if hit is not None]
        if one:
            return found
        found.sort(key=lambda hit: (-hit.score, hit.document))
        return found[offset : offset + limit]

    def by_label(self, task: str) -> dict[str, array[int]]:
        """The ids of the visible documents with a text, by label as it is stored ('' = none), 8 bytes a document.

        A score's label is its quarter of all scores; tagged words: '' without tags, else the number of entities up to
        three.
        """
        given = {
            "score": "CASE WHEN labels.name IS NULL THEN ''"
            " ELSE CAST(ntile(4) OVER (ORDER BY CAST(labels.name AS REAL)) AS TEXT) END",
            "tagging": "CASE WHEN d.tags IS NULL THEN '' ELSE CAST(min(3, json_array_length(d.tags)) AS TEXT) END",
        }.get(task, "coalesce(labels.name, '')")
        rows = self._db.execute(
            f"SELECT {given}, d.id FROM documents AS d LEFT JOIN labels ON labels.id = d.label_id"
            f" WHERE {VISIBLE} AND trim(d.text, ' \n\t\r') != '' ORDER BY d.id"
        )
        found: dict[str, array[int]] = {}
        for label, document in rows:
            found.setdefault(label, array("q")).append(document)
        return found

    def _parts(self, word: str) -> tuple[tuple[str, int], ...]:
        """A known word, or the two known words of a phrase, with their ids; () where there is none."""
        for cut in _cuts(fold(word.strip())):
            rows = [
                self._db.execute("SELECT term, id FROM corpus_terms WHERE term = ?", (part,)).fetchone()
                for part in cut
            ]
            if all(row is not None for row in rows):
                return tuple((str(row[0]), int(row[1])) for row in rows)
        return ()


def _cuts(word: str) -> Iterator[tuple[str, ...]]:
    """The word itself, cut at its space, then anywhere: phrases of unspaced scripts have none."""
    yield (word,)
    for at in sorted(range(1, len(word)), key=lambda at: not word[at].isspace()):
        yield word[:at].strip(), word[at:].strip()


def _given_labels(given: str, task: str) -> tuple[str, ...]:
    """The labels in the stored form of a task."""
    if task == "tagging":
        return tuple({entity.label for entity in unpack_entities(given)})
    return split_labels(given) if task == "multi" else (given,)


def _hit(
    document: int, text: str, label: str, packed: bytes, wanted: tuple[str, ...], context: int
) -> WordHit | None:
    words = unpack_scores(packed)
    places = list(occurrences(text, words, wanted))
    if not places:
        return None
    best = max(places, key=lambda place: place[2])
    start, end = best[0], best[1]
    return WordHit(
        document,
        label,
        sum(score for _, _, score in places),
        len(places),
        start,
        end,
        _cut_left(text[max(0, start - context) : start], start > context),
        text[start:end],
        _cut_right(text[end : end + context], end + context < len(text)),
    )


def occurrences(
    text: str, words: Sequence[WordScore], wanted: tuple[str, ...]
) -> Iterator[tuple[int, int, float]]:
    """(start, end, score) where folded words stand one after the other with nothing but white space between."""
    folded = [fold(text[word.start : word.end]) for word in words]
    for at in range(len(words) - len(wanted) + 1):
        part = words[at : at + len(wanted)]
        if tuple(folded[at : at + len(wanted)]) == wanted and all(
            not text[a.end : b.start].strip() for a, b in pairwise(part)
        ):
            yield part[0].start, part[-1].end, sum(word.score for word in part)


def _cut_left(piece: str, cut: bool) -> str:
    _, space, rest = piece.partition(" ")
    return f"…{rest if space else piece}" if cut else piece


def _cut_right(piece: str, cut: bool) -> str:
    rest, space, _ = piece.rpartition(" ")
    return f"{rest if space else piece}…" if cut else piece


def pack_scores(words: Iterable[WordScore]) -> bytes:
    return b"".join(_WORD.pack(word.start, word.end, word.score) for word in words)


def unpack_scores(packed: bytes) -> tuple[WordScore, ...]:
    return tuple(WordScore(*triple) for triple in _WORD.iter_unpack(packed))
