"""Runs and what is known of them: evaluations, predictions, explanations, erasure tests."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState, OptionValue
from engine.api.results import Evaluation, Explanation, Faithfulness
from engine.api.store.edits import EditLog

_KEPT_EXPLANATIONS = 2000  # of typed texts; explanations of documents are all kept


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A training and its outcome. ``id`` is readable and unique: ``fine-tune-2``."""

    id: str
    method: str
    source: str
    options: dict[str, OptionValue]
    state: JobState
    created_at: str
    name: str
    starred: bool
    seconds: float
    tokens_per_second: float
    stopped_by: str
    error: str
    validation: Evaluation | None
    test: Evaluation | None

    @property
    def title(self) -> str:
        return self.name or self.id


class Prediction(msgspec.Struct, frozen=True):
    """``probabilities`` follow the order of the run's labels; margin = top probability - second."""

    document: int
    label: str
    probability: float
    margin: float
    probabilities: tuple[float, ...]


class Judged(msgspec.Struct, frozen=True):
    """A labelled document beside its prediction."""

    document: int
    text: str
    true_label: str
    label: str
    probability: float


class RunStore:
    def __init__(self, connection: sqlite3.Connection, edits: EditLog) -> None:
        self._db = connection
        self._edits = edits

    def add(self, method: str, source: str, options: dict[str, OptionValue]) -> str:
        """Make a run in the state ``running`` and give its id."""
        number = int(self._db.execute("SELECT coalesce(max(number), 0) + 1 FROM runs").fetchone()[0])
        id = f"{method}-{number}"
        self._db.execute(
            "INSERT INTO runs (id, number, method, source, options, state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                id,
                number,
                method,
                source,
                json.dumps(options),
                JobState.RUNNING,
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )
        return id

    def set_state(self, id: str, state: JobState, error: str = "") -> None:
        self._db.execute("UPDATE runs SET state = ?, error = ? WHERE id = ?", (state, error, id))

    def finish(self, id: str, seconds: float, tokens_per_second: float, stopped_by: str) -> None:
        self._db.execute(
            "UPDATE runs SET state = ?, seconds = ?, tokens_per_second = ?, stopped_by = ?, error = '' WHERE id = ?",
            (JobState.DONE, seconds, tokens_per_second, stopped_by, id),
        )

    def get(self, id: str) -> Run:
        """Raises RUN_UNKNOWN that lists the runs there are."""
        row = self._db.execute("SELECT * FROM runs WHERE id = ? AND deleted = 0", (id,)).fetchone()
        if row is None:
            valid = ", ".join(run.id for run in self.all()) or "-"
            raise KnownError(ErrorKind.RUN_UNKNOWN, run=id, valid=valid)
        return self._run(row)

    def all(self) -> list[Run]:
        """Oldest first."""
        return [
            self._run(r) for r in self._db.execute("SELECT * FROM runs WHERE deleted = 0 ORDER BY number")
        ]

    def _run(self, row: sqlite3.Row) -> Run:
        return Run(
            id=row["id"],
            method=row["method"],
            source=row["source"],
            options=json.loads(row["options"]),
            state=JobState(row["state"]),
            created_at=row["created_at"],
            name=row["name"],
            starred=bool(row["starred"]),
            seconds=row["seconds"],
            tokens_per_second=row["tokens_per_second"],
            stopped_by=row["stopped_by"],
            error=row["error"],
            validation=self.evaluation(row["id"], "validation"),
            test=self.evaluation(row["id"], "test"),
        )

    # --- edits (undoable) --------------------------------------------------------------------------------

    def delete(self, id: str) -> None:
        """Hide a run; its files stay until the project is compacted, so that this can be undone."""
        self._edits.change(self._edits.record("delete-run", run=id), "run-deleted", [id], 1)

    def rename(self, id: str, name: str) -> None:
        self._edits.change(self._edits.record("rename-run", run=id, name=name), "run-name", [id], name)

    def star(self, id: str, starred: bool) -> None:
        self._edits.change(self._edits.record("star-run", run=id), "run-starred", [id], int(starred))

    # --- what is known of a run --------------------------------------------------------------------------

    def put_evaluation(self, id: str, evaluation: Evaluation) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO evaluations (run, split, payload) VALUES (?, ?, ?)",
            (id, evaluation.split, msgspec.json.encode(evaluation).decode()),
        )

    def evaluation(self, id: str, split: str) -> Evaluation | None:
        row = self._db.execute(
            "SELECT payload FROM evaluations WHERE run = ? AND split = ?", (id, split)
        ).fetchone()
        return None if row is None else msgspec.json.decode(row["payload"], type=Evaluation)

    def put_predictions(self, id: str, predictions: Iterable[Prediction]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO predictions (run, document, label, probability, margin, probabilities)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                (id, p.document, p.label, p.probability, p.margin, array("f", p.probabilities).tobytes())
                for p in predictions
            ),
        )

    def prediction(self, id: str, document: int) -> Prediction | None:
        row = self._db.execute(
            "SELECT label, probability, margin, probabilities FROM predictions WHERE run = ? AND document = ?",
            (id, document),
        ).fetchone()
        if row is None:
            return None
        probabilities = array("f")
        probabilities.frombytes(row["probabilities"])
        return Prediction(document, row["label"], row["probability"], row["margin"], tuple(probabilities))

    def judged(
        self,
        id: str,
        split: str,
        *,
        true_label: str | None = None,
        label: str | None = None,
        errors_only: bool = False,
        limit: int = 500,
    ) -> list[Judged]:
        """Predicted documents of a split, most confident first; a cell of the confusion matrix by its labels."""
        from engine.api.store.documents import SPLIT_CODES

        hidden = "d.source_id NOT IN (SELECT id FROM sources WHERE deleted = 1)"
        conditions = ["p.run = ?", "d.split = ?", "d.deleted = 0", hidden]
        arguments: list[object] = [id, SPLIT_CODES[split]]
        if true_label is not None:
            conditions.append("labels.name = ?")
            arguments.append(true_label)
        if label is not None:
            conditions.append("p.label = ?")
            arguments.append(label)
        if errors_only:
            conditions.append("labels.name != p.label")
        rows = self._db.execute(
            "SELECT p.document, d.text, labels.name, p.label, p.probability FROM predictions AS p"
            " JOIN documents AS d ON d.id = p.document JOIN labels ON labels.id = d.label_id"
            f" WHERE {' AND '.join(conditions)} ORDER BY p.probability DESC, p.document LIMIT ?",
            (*arguments, limit),
        )
        return [Judged(*row) for row in rows]

    def put_explanation(self, explanation: Explanation) -> int:
        cursor = self._db.execute(
            "INSERT INTO attributions (run, document, method, created_at, payload) VALUES (?, ?, ?, ?, ?)",
            (
                explanation.run,
                explanation.document,
                explanation.method,
                datetime.now(UTC).isoformat(timespec="seconds"),
                msgspec.json.encode(explanation).decode(),
            ),
        )
        assert cursor.lastrowid is not None
        self._db.execute(
            "DELETE FROM attributions WHERE document IS NULL AND id <= ?",
            (cursor.lastrowid - _KEPT_EXPLANATIONS,),
        )
        return cursor.lastrowid

    def explanation(self, id: int) -> Explanation:
        row = self._db.execute("SELECT payload FROM attributions WHERE id = ?", (id,)).fetchone()
        return msgspec.json.decode(row["payload"], type=Explanation)

    def explanations(self, run: str, limit: int = 20) -> list[Explanation]:
        """The newest explanations of documents, one a document: examples for a report."""
        rows = self._db.execute(
            "SELECT payload, max(id) AS newest FROM attributions WHERE run = ? AND document IS NOT NULL"
            " GROUP BY document ORDER BY newest DESC LIMIT ?",
            (run, limit),
        )
        return [msgspec.json.decode(row["payload"], type=Explanation) for row in rows]

    def put_faithfulness(self, result: Faithfulness) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO faithfulness (run, method, payload) VALUES (?, ?, ?)",
            (result.run, result.method, msgspec.json.encode(result).decode()),
        )

    def faithfulness(self, run: str) -> list[Faithfulness]:
        rows = self._db.execute("SELECT payload FROM faithfulness WHERE run = ? ORDER BY method", (run,))
        return [msgspec.json.decode(row["payload"], type=Faithfulness) for row in rows]
