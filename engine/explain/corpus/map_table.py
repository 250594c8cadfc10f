"""A map as a table: a document a row; for spreadsheets and other programs, with formulas disarmed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from engine.api.explaining.corpus import MapPoint
from engine.data.exported import disarmed

MAP_COLUMNS = ("document", "x", "y", "label", "predicted", "error", "confidence")


def map_table(points: Sequence[MapPoint], task: str) -> str:
    """CSV with a head. Unknown is empty.

    ``error`` is 1 where the answer is not the label, else 0; of a score, how far the answer lies above the true one.
    ``confidence`` is the probability of the answer; a score has none.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(MAP_COLUMNS)
    for point in points:
        sure = "" if task == "score" else f"{point.probability:.6g}"
        row = [
            str(point.document),
            f"{point.x:.6g}",
            f"{point.y:.6g}",
            point.truth,
            point.label,
            _error(point, task),
            sure,
        ]
        writer.writerow([disarmed(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def _error(point: MapPoint, task: str) -> str:
    if not point.truth:
        return ""
    if task == "score":
        return f"{float(point.label) - float(point.truth):.6g}"
    return str(int(point.label != point.truth))
