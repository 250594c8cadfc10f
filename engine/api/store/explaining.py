"""What is known of runs' decisions beyond single explanations: seals, findings about a run, the user's rationales."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from engine.api.explaining.argue import Rationale
from engine.api.explaining.trust import Seal
from engine.api.results import Explanation

FindingT = TypeVar("FindingT", bound=msgspec.Struct)
_LOOKED_AT = 20  # explanations of the same document, or of typed texts


class ExplainingStore:
    """A view of the project's connection; write inside ``project.transaction()``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put_seal(self, seal: Seal) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO seals (explanation, payload) VALUES (?, ?)",
            (seal.explanation, msgspec.json.encode(seal).decode()),
        )

    def seal(self, explanation: int) -> Seal | None:
        row = self._db.execute("SELECT payload FROM seals WHERE explanation = ?", (explanation,)).fetchone()
        return None if row is None else msgspec.json.decode(row["payload"], type=Seal)

    def seal_of_same(self, explanation: Explanation) -> Seal | None:
        """The newest seal of the same explanation, made at another time: it would be given the same again."""
        rows = self._db.execute(
            "SELECT a.payload, s.payload AS seal FROM attributions AS a JOIN seals AS s ON s.explanation = a.id"
            " WHERE a.run = ? AND a.method = ? AND a.document IS ? ORDER BY a.id DESC LIMIT ?",
            (explanation.run, explanation.method, explanation.document, _LOOKED_AT),
        )
        asked = _question_of(explanation)
        for row in rows:
            if _question_of(msgspec.json.decode(row["payload"], type=Explanation)) == asked:
                return msgspec.json.decode(row["seal"], type=Seal)
        return None

    def put_finding(self, run: str, finding: msgspec.Struct) -> None:
        """Keep the newest of its kind; the kind is the name of its class."""
        self._db.execute(
            "INSERT OR REPLACE INTO findings (run, kind, payload) VALUES (?, ?, ?)",
            (run, type(finding).__name__, msgspec.json.encode(finding).decode()),
        )

    def finding(self, run: str, kind: type[FindingT]) -> FindingT | None:
        row = self._db.execute(
            "SELECT payload FROM findings WHERE run = ? AND kind = ?", (run, kind.__name__)
        ).fetchone()
        return None if row is None else msgspec.json.decode(row["payload"], type=kind)

    def put_rationales(self, rationales: Iterable[Rationale]) -> None:
        """Strike or mark spans of documents; what was said of the same span before is replaced."""
        self._db.executemany(
            "INSERT OR REPLACE INTO rationales (document, start, end, kind) VALUES (?, ?, ?, ?)",
            ((each.document, each.start, each.end, each.kind) for each in rationales),
        )

    def remove_rationales(self, rationales: Iterable[Rationale]) -> None:
        self._db.executemany(
            "DELETE FROM rationales WHERE document = ? AND start = ? AND end = ?",
            ((each.document, each.start, each.end) for each in rationales),
        )

    def count_rationales(self) -> tuple[int, int]:
        """(documents that are not deleted and have one, rationales of them)."""
        row = self._db.execute(
            "SELECT COUNT(DISTINCT r.document), COUNT(*) FROM rationales AS r JOIN documents AS d ON d.id = r.document"
            " WHERE NOT d.deleted"
        ).fetchone()
        return row[0], row[1]

    def rationales(self, document: int | None = None) -> list[Rationale]:
        """Of one document or of all that are not deleted, in their order."""
        rows = self._db.execute(
            "SELECT r.document, r.start, r.end, r.kind FROM rationales AS r JOIN documents AS d ON d.id = r.document"
            " WHERE NOT d.deleted AND (? IS NULL OR r.document = ?) ORDER BY r.document, r.start, r.end",
            (document, document),
        )
        return [Rationale(*row) for row in rows]


def _question_of(explanation: Explanation) -> tuple[object, ...]:
    """What explanations by one method must share to be the same."""
    return (
        explanation.model_hash,
        explanation.text,
        explanation.target,
        explanation.rival,
        explanation.span,
        explanation.baseline,
        explanation.words,
    )
