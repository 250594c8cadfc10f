"""What a training left in its run's folder: the curve (``metrics.jsonl``, a ``TrainingPoint`` a line), a checkpoint."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.api.results import TrainingPoint

_LONGEST_BYTES = 32 * 2**20  # far above any real curve; a bound against a damaged file
_decoder = msgspec.json.Decoder(TrainingPoint)


def read_points(folder: Path) -> list[TrainingPoint]:
    """The points in the order of their steps; a line cut off by a crash is left out.

    After a resume the steps since the checkpoint stand there twice: the later line counts.
    """
    path = folder / "metrics.jsonl"
    try:
        with path.open("rb") as file:
            lines = file.read(_LONGEST_BYTES).splitlines()
    except OSError:  # no curve was written, or the run was deleted by hand
        return []
    found: dict[int, TrainingPoint] = {}
    for line in lines:
        try:
            point = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        found[point.step] = point
    return [found[step] for step in sorted(found)]


def has_checkpoint(folder: Path) -> bool:
    """Whether an ended training can go on from somewhere."""
    checkpoint = folder / "checkpoint"
    return checkpoint.is_dir() and any(checkpoint.iterdir())
