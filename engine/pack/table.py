"""A pack as a table: a word a row; for spreadsheets, with their formulas disarmed. It cannot be verified."""

from __future__ import annotations

import csv
import io

from engine.api.explaining.pack import Pack
from engine.data.exported import disarmed

_HEAD = (
    "item", "document", "text", "label", "target", "rival", "truth", "probability", "margin", "word", "start", "end",
    "score", "method", "baseline", "steps", "seed", "relative_delta", "special_share", "seal", "run", "model_hash",
    "text_hash",
)  # fmt: skip


def table_of(pack: Pack) -> str:
    """CSV with a head; the text stands in the first row of each explanation."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for number, item in enumerate(pack.items, 1):
        one = item.explanation
        delta = "" if one.relative_delta is None else f"{one.relative_delta:.6g}"
        for place, word in enumerate(one.words):
            row = [
                str(number),
                "" if one.document is None else str(one.document),
                "" if place else one.text,
                one.label,
                one.target,
                one.rival,
                item.truth,
                f"{one.probability:.6g}",
                f"{one.margin:.6g}",
                one.word(place),
                str(word.start),
                str(word.end),
                f"{word.score:.9g}",
                one.method,
                one.baseline,
                str(one.steps),
                str(one.seed),
                delta,
                f"{one.special_share:.6g}",
                "" if item.seal is None else item.seal.colour,
                one.run,
                one.model_hash,
                item.text_hash,
            ]
            writer.writerow([disarmed(cell) for cell in row])
    return "\ufeff" + out.getvalue()
