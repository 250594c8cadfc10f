"""Runs and what is known of them: evaluations, predictions, explanations, erasure tests."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import JobState
from engine.api.results import Evaluation, Explanation, Faithfulness
from engine.api.results_transfer import Robustness, RobustnessLine
from engine.api.store.edits import EditLog

_KEPT_EVALUATIONS = 64  # decoded
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
    note: str = ""
    race: str = ""  # the race it was trained in
    model_hash: str = ""  # of the finished model's weights
    size_bytes: int = 0  # of the finished model's folder
    milliseconds_per_text: float = 0.0  # to score, measured at the end of the training

    @property
    def title(self) -> str:
        return self.name or self.id

    @property
    def model_method(self) -> str:
        """The method whose kind of model this run has: a student, or what trains itself, may be a bag of words."""
        kinds = (self.options.get("student"), self.options.get("base"))
        return "bag-of-words" if "bag-of-words" in kinds else self.method


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


class Answered(msgspec.Struct, frozen=True):
    """What a run said of a labelled document, in the stored form of the task (entities as JSON)."""

    document: int
    true_label: str
    label: str


class Flip(msgspec.Struct, frozen=True):
    """A document of which two runs say different things."""

    document: int
    text: str
    true_label: str
    first: str
    second: str


class PseudoLabel(msgspec.Struct, frozen=True):
    """A label that a run gave a text itself to learn from; ``rejected``: the user has taken it back.

    A score has no ``probability`` but a ``spread``: the standard deviation of what several models predicted.
    """

    document: int
    text: str
    label: str
    probability: float | None
    round: int
    rejected: bool
    spread: float | None = None


# labelled or tagged, and not hidden; p: a prediction, d: its document
_JUDGED = (
    "JOIN documents AS d ON d.id = p.document LEFT JOIN labels ON labels.id = d.label_id"
    " WHERE coalesce(d.tags, labels.name) IS NOT NULL AND d.split = ? AND d.deleted = 0"
    " AND d.source_id NOT IN (SELECT id FROM sources WHERE deleted = 1)"
)


class RunStore:
    def __init__(self, connection: sqlite3.Connection, edits: EditLog) -> None:
        self._db = connection
        self._edits = edits
        self._evaluations: dict[tuple[str, str], tuple[str, Evaluation]] = {}  # as stored and decoded

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

    def set_model(self, id: str, model_hash: str, size_bytes: int, milliseconds_per_text: float) -> None:
        """What is known of the finished model."""
        self._db.execute(
            "UPDATE runs SET model_hash = ?, size_bytes = ?, milliseconds_per_text = ? WHERE id = ?",
            (model_hash, size_bytes, milliseconds_per_text, id),
        )

    def set_race(self, id: str, race: str) -> None:
        """Let a run belong to a race."""
        self._db.execute("UPDATE runs SET race = ? WHERE id = ?", (race, id))

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
            note=row["note"],
            race=row["race"],
            model_hash=row["model_hash"],
            size_bytes=row["size_bytes"],
            milliseconds_per_text=row["milliseconds_per_text"],
        )

    # --- edits (undoable) --------------------------------------------------------------------------------

    def delete(self, *ids: str) -> None:
        """Hide runs, as one edit; their files stay until the project is compacted, so that it can be undone."""
        self._edits.change(self._edits.record("delete-run", run=", ".join(ids)), "run-deleted", ids, 1)

    def rename(self, id: str, name: str) -> None:
        self._edits.change(self._edits.record("rename-run", run=id, name=name), "run-name", [id], name)

    def set_note(self, id: str, note: str) -> None:
        self._edits.change(self._edits.record("note-run", run=id), "run-note", [id], note)

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
        if row is None:
            return None
        # with hundreds of classes a matrix has hundreds of thousands of cells, and lists of runs are read often
        before = self._evaluations.get((id, split))
        if before is None or before[0] != row["payload"]:
            if len(self._evaluations) >= _KEPT_EVALUATIONS:
                self._evaluations.clear()
            before = row["payload"], msgspec.json.decode(row["payload"], type=Evaluation)
            self._evaluations[id, split] = before
        return before[1]

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
        conditions = ["p.run = ?"]
        arguments: list[object] = [_split_code(split), id]
        if true_label is not None:
            conditions.append("coalesce(d.tags, labels.name) = ?")
            arguments.append(true_label)
        if label is not None:
            conditions.append("p.label = ?")
            arguments.append(label)
        if errors_only:
            conditions.append("coalesce(d.tags, labels.name) != p.label")
        rows = self._db.execute(
            "SELECT p.document, d.text, coalesce(d.tags, labels.name), p.label, p.probability"
            f" FROM predictions AS p {_JUDGED} AND {' AND '.join(conditions)}"
            " ORDER BY p.probability DESC, p.document LIMIT ?",
            (*arguments, limit),
        )
        return [Judged(*row) for row in rows]

    def answers(self, id: str, split: str) -> list[Answered]:
        """Everything a run has said of a split's labelled documents, by document."""
        rows = self._db.execute(
            "SELECT p.document, coalesce(d.tags, labels.name), p.label"
            f" FROM predictions AS p {_JUDGED} AND p.run = ? ORDER BY p.document",
            (_split_code(split), id),
        )
        return [Answered(*row) for row in rows]

    def flips(self, first: str, second: str, split: str, limit: int = 500) -> list[Flip]:
        """Documents of which two runs say different things; those that one of them has right come first.

        Scores: the greatest differences first.
        """
        rows = self._db.execute(
            "SELECT p.document, d.text, coalesce(d.tags, labels.name) AS truth, p.label, q.label"
            " FROM predictions AS p JOIN predictions AS q ON q.document = p.document AND q.run = ?"
            f" {_JUDGED} AND p.run = ? AND p.label != q.label"
            " ORDER BY truth NOT IN (p.label, q.label),"
            " abs(CAST(p.label AS REAL) - CAST(q.label AS REAL)) DESC, p.document LIMIT ?",
            (second, _split_code(split), first, limit),
        )
        return [Flip(*row) for row in rows]

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
        """Raises EXPLANATION_MISSING: of typed texts only the newest are kept."""
        row = self._db.execute("SELECT payload FROM attributions WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise KnownError(ErrorKind.EXPLANATION_MISSING, explanation=id)
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

    def put_robustness(self, result: Robustness) -> Robustness:
        """Keep it, and behind it the lines of files measured before that it has not measured again; gives all."""
        again = {line.path for line in result.lines if line.of_file and line.path}
        kept = tuple(line for line in self._file_lines(result.run) if line.path not in again)
        return self._keep_robustness(msgspec.structs.replace(result, lines=result.lines + kept))

    def forget_robustness_files(self, run: str) -> None:
        """Take the lines of files away."""
        found = self.robustness(run)
        if found is not None:
            lines = tuple(line for line in found.lines if not line.of_file)
            self._keep_robustness(msgspec.structs.replace(found, lines=lines))

    def _file_lines(self, run: str) -> tuple[RobustnessLine, ...]:
        before = self.robustness(run)
        return () if before is None else tuple(line for line in before.lines if line.of_file)

    def _keep_robustness(self, result: Robustness) -> Robustness:
        self._db.execute(
            "INSERT OR REPLACE INTO robustness (run, payload) VALUES (?, ?)",
            (result.run, msgspec.json.encode(result).decode()),
        )
        return result

    def robustness(self, run: str) -> Robustness | None:
        row = self._db.execute("SELECT payload FROM robustness WHERE run = ?", (run,)).fetchone()
        return None if row is None else msgspec.json.decode(row["payload"], type=Robustness)

    # --- what a run has labelled itself --------------------------------------------------------------------

    def put_pseudo_labels(self, run: str, labels: Iterable[tuple[int, str, float, int]]) -> None:
        """(document, label, probability or a score's spread, round); what the user has rejected stays rejected."""
        self._db.executemany(
            "INSERT INTO pseudo_labels (run, document, label, probability, round) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (run, document) DO UPDATE SET"
            " label = excluded.label, probability = excluded.probability, round = excluded.round",
            ((run, *row) for row in labels),
        )

    def pseudo_labels(self, run: str, limit: int = 1000) -> list[PseudoLabel]:
        """By round, the least certain first: those are worth a look."""
        scores = self._db.execute("SELECT 1 FROM meta WHERE key = 'task' AND value = 'score'").fetchone()
        order = "DESC" if scores else "ASC"
        rows = self._db.execute(
            "SELECT l.document, d.text, l.label, l.probability, l.round, l.rejected FROM pseudo_labels AS l"
            " JOIN documents AS d ON d.id = l.document WHERE l.run = ?"
            f" ORDER BY l.round, l.probability {order}, l.document LIMIT ?",
            (run, limit),
        )
        return [
            PseudoLabel(document, text, label, None, number, bool(rejected), figure)
            if scores
            else PseudoLabel(document, text, label, figure, number, bool(rejected))
            for document, text, label, figure, number, rejected in rows
        ]

    def count_pseudo_labels(self, run: str) -> tuple[int, int]:
        """(all, those of them that are rejected)"""
        row = self._db.execute(
            "SELECT count(*), coalesce(sum(rejected), 0) FROM pseudo_labels WHERE run = ?", (run,)
        ).fetchone()
        return int(row[0]), int(row[1])

    def reject_pseudo_label(self, run: str, document: int, rejected: bool = True) -> bool:
        """Take a label back (or, False, let it count again); trainings leave rejected ones out.

        False where the run has given the document no label.
        """
        changed = self._db.execute(
            "UPDATE pseudo_labels SET rejected = ? WHERE run = ? AND document = ?",
            (int(rejected), run, document),
        )
        return changed.rowcount > 0

    def rejected_pseudo_labels(self) -> frozenset[tuple[int, str]]:
        """(document, label) that the user has taken back in any run: no training may give them again."""
        rows = self._db.execute("SELECT DISTINCT document, label FROM pseudo_labels WHERE rejected = 1")
        return frozenset((int(row[0]), str(row[1])) for row in rows)


def _split_code(split: str) -> int:
    from engine.api.store.documents import SPLIT_CODES

    return SPLIT_CODES[split]
