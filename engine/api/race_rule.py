"""Which methods fit into a time, and which run of a race is kept."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.api.results_transfer import RaceLine, Ranked

_POINT = 0.01


def within(ranking: Sequence[Ranked], minutes: float | None) -> tuple[Ranked, ...]:
    """The same methods in the same order, but those last that take longer than ``minutes`` (None: any time)."""
    if minutes is None:
        return tuple(ranking)
    long = [each for each in ranking if each.minutes > minutes]
    fitting = [each for each in ranking if each.minutes <= minutes]
    return (*fitting, *(msgspec.structs.replace(each, why=(*each.why, "too-long")) for each in long))


def smallest_of_the_best(lines: Sequence[RaceLine]) -> str:
    """The smallest model within one point of the best figure; of equal sizes the better one."""
    best = max(line.figure.value for line in lines)
    close = [line for line in lines if line.figure.value >= best - _POINT]
    return min(close, key=lambda line: (line.size_bytes, -line.figure.value)).run
