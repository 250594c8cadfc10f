"""The queue, kept where a crash or a power cut cannot reach it."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from engine.api import wire
from engine.api.errors import ErrorReport
from engine.api.messages import JobState, Request, Result
from engine.api.messages_transfer import RunsCompared
from engine.api.results_transfer import Comparison


class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    request: Request
    state: JobState
    run: str
    created_at: str
    ended_at: str | None
    result: Result | None
    error: ErrorReport | None


class JobStore:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, request: Request) -> int:
        cursor = self._db.execute(
            "INSERT INTO jobs (request, state, created_at) VALUES (?, ?, ?)",
            (wire.encode(request).decode(), JobState.WAITING, _now()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def set_state(self, id: int, state: JobState, run: str = "") -> None:
        """Also remembers the run that the job made, once it is known."""
        self._db.execute(
            "UPDATE jobs SET state = ?, run = CASE WHEN ? = '' THEN run ELSE ? END, ended_at = ? WHERE id = ?",
            (state, run, run, _now() if state.ended else None, id),
        )

    def finish(self, id: int, result: Result) -> None:
        self._db.execute(
            "UPDATE jobs SET state = ?, result = ?, ended_at = ? WHERE id = ?",
            (JobState.DONE, wire.encode(result).decode(), _now(), id),
        )

    def fail(self, id: int, error: ErrorReport, state: JobState = JobState.FAILED) -> None:
        self._db.execute(
            "UPDATE jobs SET state = ?, error = ?, ended_at = ? WHERE id = ?",
            (state, msgspec.json.encode(error).decode(), _now(), id),
        )

    def mark_interrupted(self) -> int:
        """At start: what was running when the last window ended was interrupted. Gives how many."""
        return self._db.execute(
            "UPDATE jobs SET state = ?, ended_at = ? WHERE state IN (?, ?)",
            (JobState.INTERRUPTED, _now(), JobState.RUNNING, JobState.PAUSED),
        ).rowcount

    def in_state(self, *states: JobState) -> list[JobRecord]:
        """Oldest first."""
        marks = ",".join("?" * len(states))
        rows = self._db.execute(f"SELECT * FROM jobs WHERE state IN ({marks}) ORDER BY id", states)
        return [self._record(row) for row in rows]

    def last(self, count: int = 100) -> list[JobRecord]:
        """Newest first."""
        return [
            self._record(r) for r in self._db.execute("SELECT * FROM jobs ORDER BY id DESC LIMIT ?", (count,))
        ]

    def comparisons(self) -> list[Comparison]:
        """All that comparing runs has found, newest first; what cannot be read any more is left out."""
        rows = self._db.execute(
            "SELECT result FROM jobs WHERE state = ? AND json_extract(result, '$.type') = ? ORDER BY id DESC",
            (JobState.DONE, RunsCompared.__name__),
        )
        found: list[Comparison] = []
        for row in rows:
            with suppress(msgspec.DecodeError):
                result = wire.decode_result(row["result"])
                found += result.comparisons if isinstance(result, RunsCompared) else ()
        return found

    @staticmethod
    def _record(row: sqlite3.Row) -> JobRecord:
        return JobRecord(
            id=row["id"],
            request=wire.decode_request(row["request"]),
            state=JobState(row["state"]),
            run=row["run"],
            created_at=row["created_at"],
            ended_at=row["ended_at"],
            result=None if row["result"] is None else wire.decode_result(row["result"]),
            error=None if row["error"] is None else msgspec.json.decode(row["error"], type=ErrorReport),
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
