"""The project database: how it is opened, and one small function for each step of its version."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from engine.api.errors import ErrorKind, KnownError
from engine.api.store.search import index_text

BUSY_TIMEOUT_SECONDS = 15.0


def connect(path: Path) -> sqlite3.Connection:
    """Open the database in WAL mode with foreign keys on. Transactions are explicit (autocommit otherwise)."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.create_function("index_text", 1, index_text, deterministic=True)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # safe in WAL: a power cut loses no consistency
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -16000")  # 16 MB: a bound, not a wish
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the database to the newest version, a transaction a step. Raises PROJECT_NEWER."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise KnownError(ErrorKind.PROJECT_NEWER, path=str(path), version=version, known=len(MIGRATIONS))
    for step in range(version, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # another process may have taken this step while we waited for the lock
            if int(connection.execute("PRAGMA user_version").fetchone()[0]) == step:
                MIGRATIONS[step](connection)
                connection.execute(f"PRAGMA user_version = {step + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _first_tables(connection: sqlite3.Connection) -> None:
    for statement in _FIRST_TABLES:
        connection.execute(statement)


_FIRST_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # state: importing (rows may be partial) or ready
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL,
        encoding TEXT NOT NULL, delimiter TEXT NOT NULL, mapping TEXT NOT NULL, size_bytes INTEGER NOT NULL,
        imported_at TEXT NOT NULL, state TEXT NOT NULL, rows INTEGER NOT NULL DEFAULT 0,
        unreadable INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0)""",
    "CREATE TABLE labels (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    # split: 0 none, 1 train, 2 validation, 3 test; deleted is a flag so that deletion can be undone
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES sources(id), line INTEGER NOT NULL,
        text TEXT NOT NULL, label_id INTEGER REFERENCES labels(id), split INTEGER NOT NULL DEFAULT 0,
        deleted INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX documents_by_group ON documents (deleted, split, label_id, source_id)",
    # columnsize=0: the words of each text are only counted for ranking, which is not used
    """CREATE VIRTUAL TABLE documents_fts USING
        fts5(text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')""",
    # larger and rarer merges: a third less time to index a million texts, searches as fast
    "INSERT INTO documents_fts (documents_fts, rank) VALUES ('automerge', 8)",
    "INSERT INTO documents_fts (documents_fts, rank) VALUES ('crisismerge', 32)",
    "INSERT INTO documents_fts (documents_fts, rank) VALUES ('hashsize', 16000000)",
    """CREATE TABLE unreadable (
        id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES sources(id), line INTEGER NOT NULL,
        reason TEXT NOT NULL, raw TEXT NOT NULL)""",
    "CREATE INDEX unreadable_by_source ON unreadable (source_id, line)",
    "CREATE TABLE previews (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)",
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, method TEXT NOT NULL, source TEXT NOT NULL,
        options TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
        starred INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0,
        tokens_per_second REAL NOT NULL DEFAULT 0, stopped_by TEXT NOT NULL DEFAULT '',
        error TEXT NOT NULL DEFAULT '', deleted INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE evaluations (
        run TEXT NOT NULL REFERENCES runs(id), split TEXT NOT NULL, payload TEXT NOT NULL,
        PRIMARY KEY (run, split)) WITHOUT ROWID""",
    """CREATE TABLE predictions (
        run TEXT NOT NULL REFERENCES runs(id), document INTEGER NOT NULL REFERENCES documents(id),
        label TEXT NOT NULL, probability REAL NOT NULL, margin REAL NOT NULL, probabilities BLOB NOT NULL,
        PRIMARY KEY (run, document)) WITHOUT ROWID""",
    """CREATE TABLE faithfulness (
        run TEXT NOT NULL REFERENCES runs(id), method TEXT NOT NULL, payload TEXT NOT NULL,
        PRIMARY KEY (run, method)) WITHOUT ROWID""",
    """CREATE TABLE attributions (
        id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs(id), document INTEGER, method TEXT NOT NULL,
        created_at TEXT NOT NULL, payload TEXT NOT NULL)""",
    "CREATE INDEX attributions_by_document ON attributions (run, document, method)",
    """CREATE TABLE jobs (
        id INTEGER PRIMARY KEY, request TEXT NOT NULL, state TEXT NOT NULL, run TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL, ended_at TEXT, result TEXT, error TEXT)""",
    """CREATE TABLE edits (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0)""",
    # what an edit changed: a field of a row, before and after; the log is its own undo
    """CREATE TABLE edit_changes (
        edit INTEGER NOT NULL REFERENCES edits(id) ON DELETE CASCADE, target TEXT NOT NULL, row ANY NOT NULL,
        before ANY, after ANY, PRIMARY KEY (edit, target, row)) WITHOUT ROWID""",
)


def _tasks_and_comparisons(connection: sqlite3.Connection) -> None:
    """Tagged words, what runs are compared by, and figures by name in stored evaluations."""
    for statement in _SECOND_TABLES:
        connection.execute(statement)
    rows = connection.execute("SELECT run, split, payload FROM evaluations").fetchall()
    for run, split, payload in rows:
        evaluation = json.loads(payload)
        if "figures" not in evaluation:
            evaluation["figures"] = {name: evaluation.pop(name) for name in ("accuracy", "macro_f1")}
            connection.execute(
                "UPDATE evaluations SET payload = ? WHERE run = ? AND split = ?",
                (json.dumps(evaluation, ensure_ascii=False), run, split),
            )


_SECOND_TABLES = (
    # tags: [[start, end, "PER"], ...] in code points, NULL = not tagged; words: [start, end, start, end, ...]
    "ALTER TABLE documents ADD COLUMN tags TEXT",
    "ALTER TABLE documents ADD COLUMN words TEXT",
    # partial: a project without tags pays nothing for it
    "CREATE INDEX documents_tagged ON documents (deleted, split, source_id) WHERE tags IS NOT NULL",
    "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN race TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN model_hash TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN milliseconds_per_text REAL NOT NULL DEFAULT 0",
    "CREATE TABLE robustness (run TEXT PRIMARY KEY REFERENCES runs(id), payload TEXT NOT NULL) WITHOUT ROWID",
    # texts that a run has labelled itself to learn from, by round
    """CREATE TABLE pseudo_labels (
        run TEXT NOT NULL REFERENCES runs(id), document INTEGER NOT NULL REFERENCES documents(id),
        label TEXT NOT NULL, probability REAL NOT NULL, round INTEGER NOT NULL,
        rejected INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run, document)) WITHOUT ROWID""",
)


def _explaining(connection: sqlite3.Connection) -> None:
    """What is known of a run's decisions beyond single explanations."""
    for statement in _THIRD_TABLES:
        connection.execute(statement)


_THIRD_TABLES = (
    """CREATE TABLE seals (
        explanation INTEGER PRIMARY KEY REFERENCES attributions(id) ON DELETE CASCADE, payload TEXT NOT NULL)""",
    # kind: the name of the class of what was found
    """CREATE TABLE findings (
        run TEXT NOT NULL REFERENCES runs(id), kind TEXT NOT NULL, payload TEXT NOT NULL,
        PRIMARY KEY (run, kind)) WITHOUT ROWID""",
    # kind: strike (must not count) or mark (should count); start and end in code points
    """CREATE TABLE rationales (
        document INTEGER NOT NULL REFERENCES documents(id), start INTEGER NOT NULL, end INTEGER NOT NULL,
        kind TEXT NOT NULL, PRIMARY KEY (document, start, end)) WITHOUT ROWID""",
)


def _corpora(connection: sqlite3.Connection) -> None:
    """Explanations of all documents, and their words turned round: from a word to its documents."""
    for statement in _FOURTH_TABLES:
        connection.execute(statement)


_FOURTH_TABLES = (
    """CREATE TABLE corpora (
        id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs(id), method TEXT NOT NULL,
        model_hash TEXT NOT NULL, UNIQUE (run, method))""",
    # words and names of labels, each once
    "CREATE TABLE corpus_terms (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE)",
    # fingerprint: of the text that was explained; scores: triples (start, end, score); label NULL: nothing to explain
    """CREATE TABLE corpus_documents (
        corpus INTEGER NOT NULL REFERENCES corpora(id), document INTEGER NOT NULL, label INTEGER,
        fingerprint INTEGER NOT NULL, scores BLOB NOT NULL, PRIMARY KEY (corpus, document))""",
    # a word's occurrences in a document, its score their sum
    """CREATE TABLE corpus_words (
        corpus INTEGER NOT NULL, word INTEGER NOT NULL, label INTEGER NOT NULL, document INTEGER NOT NULL,
        score REAL NOT NULL, occurrences INTEGER NOT NULL,
        PRIMARY KEY (corpus, word, label, document)) WITHOUT ROWID""",
)

MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first_tables,
    _tasks_and_comparisons,
    _explaining,
    _corpora,
)
