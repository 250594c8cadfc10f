"""Two readings of one text on one scale: how much of its own decision each gave to the words that both have read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from engine.api.results import WordScore


class Shift(msgspec.Struct, frozen=True, array_like=True):
    """Code points [start, end) that both have read, and their signed share of each one's absolute scores."""

    start: int
    end: int
    first: float
    second: float

    @property
    def change(self) -> float:
        return self.second - self.first


def shifts(first: Sequence[WordScore], second: Sequence[WordScore]) -> tuple[Shift, ...]:
    """The words that both have read, in their order; the absolute shares of each reading add up to 1, or are all 0.

    Where one cuts the text finer than the other, what overlaps counts as one word.
    """
    found = list(_shared(first, second))
    sizes = [sum(abs(pair[side]) for _, _, pair in found) or 1.0 for side in (0, 1)]
    return tuple(Shift(start, end, pair[0] / sizes[0], pair[1] / sizes[1]) for start, end, pair in found)


def reason_distance(found: Sequence[Shift]) -> float:
    """Half of the summed absolute changes: 0 for the same reason, 1 where no weight is on the same word and side."""
    return min(1.0, sum(abs(each.change) for each in found) / 2)


def by_change(found: Sequence[Shift]) -> list[Shift]:
    """Those that changed at all, the largest change first."""
    return sorted((each for each in found if each.change), key=lambda each: (-abs(each.change), each.start))


def _shared(
    first: Sequence[WordScore], second: Sequence[WordScore]
) -> Iterator[tuple[int, int, tuple[float, float]]]:
    """(start, end, scores of both) of the pieces in which both have words; overlapping words are one piece."""
    marked = [(word.start, word.end, 0, word.score) for word in first]
    marked += [(word.start, word.end, 1, word.score) for word in second]
    start = end = -1
    scores, seen = [0.0, 0.0], [False, False]
    for word_start, word_end, side, score in sorted(marked):
        if word_start >= end:
            if all(seen):
                yield start, end, (scores[0], scores[1])
            start, end, scores, seen = word_start, word_end, [0.0, 0.0], [False, False]
        end = max(end, word_end)
        scores[side] += score
        seen[side] = True
    if all(seen):
        yield start, end, (scores[0], scores[1])
