"""Which run of a race is kept."""

from __future__ import annotations

from collections.abc import Sequence

from engine.api.results_transfer import RaceLine

_POINT = 0.01


def smallest_of_the_best(lines: Sequence[RaceLine]) -> str:
    """The smallest model within one point of the best figure; of equal sizes the better one."""
    best = max(line.figure.value for line in lines)
    close = [line for line in lines if line.figure.value >= best - _POINT]
    return min(close, key=lambda line: (line.size_bytes, -line.figure.value)).run
