"""The fewest words without which an answer turns: a search over sets of masked words, within a number of readings.

All sets of one word, of two and so on as long as they are few; then the pairs of the strongest words, the strongest
words together, and a beam between those (as the greedy search of Jin et al. 2020 and the beam of Ebrahimi et al. 2018,
by removal); what is found is pruned until no word of it can stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from math import comb
from typing import TypeVar

import numpy as np

from engine.explain.decision import Decision
from engine.explain.erasing import Erasing, Outputs, erased_outputs
from engine.models.run_model import RunModel
from engine.progress import Progressed, Work, retold

MOST_WORDS = 8  # of a change: more are no small change
_BEAM, _EXTENSIONS = 4, 8
_PRUNING = 3 * MOST_WORDS  # readings kept back for it
STAGE = "change"

T = TypeVar("T")

WordSet = tuple[int, ...]  # indices of words, ascending


@dataclass
class Readings:
    """Sets of words that were erased, each read once; at most ``most`` of them."""

    model: RunModel
    text: str
    decision: Decision
    most: int
    outputs: dict[WordSet, Outputs] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return self.most - len(self.outputs)

    def ask(self, sets: Iterable[WordSet], pruning: bool = False) -> Work[bool]:
        """Read what is new as far as there are readings left; whether all could be read. Some are kept for pruning."""
        keep = 0 if pruning else min(_PRUNING, self.most // 4)
        new = [each for each in dict.fromkeys(sets) if each not in self.outputs]
        taken = new[: max(0, self.left - keep)]
        if taken:
            erasures = [np.array(each, np.intp) for each in taken]
            done = len(self.outputs)
            work = erased_outputs(self.model, [Erasing(self.text, self.decision.asked, erasures)])
            (found,) = yield from counted(work, done, len(taken), self.most)
            self.outputs.update(zip(taken, found, strict=True))
        return len(taken) == len(new)

    def distance(self, words: WordSet) -> float:
        return self.decision.distance(self.outputs[words])

    def turning(self, sets: Iterable[WordSet]) -> list[WordSet]:
        """Those that turn the answer, the most decisive first."""
        found = [s for s in sets if s in self.outputs and self.decision.turned(self.outputs[s])]
        return sorted(found, key=lambda words: (self.distance(words), words))


def counted(work: Work[T], done: int, count: int, most: int) -> Work[T]:
    """The progress of reading ``count`` texts as progress of a search that has read ``done`` of ``most``."""

    def tell(step: Progressed) -> Progressed:
        return Progressed(STAGE, min(most, done + count * step.done // max(1, step.total)), most)

    return retold(work, tell)


@dataclass(frozen=True)
class Removals:
    """``sets`` of one size turn the answer, the most decisive first; none: nothing was found.

    ``smallest``: every smaller set of the text's words was read (and where there are no ``sets``, every set).
    ``effects`` say how far the removal of each candidate moves the answer towards another.
    """

    sets: list[WordSet]
    smallest: bool
    effects: dict[int, float]


def fewest_removed(readings: Readings, candidates: Sequence[int], words: int) -> Work[Removals]:
    """Search among ``candidates``, ascending, of a text's ``words``."""
    limit = min(len(candidates), MOST_WORDS)
    whole = len(candidates) == words  # whether all smaller sets of the text were read so far
    enough = readings.most // 2  # readings for trying out all sets
    effects: dict[int, float] = {}
    for size in range(1, limit + 1):
        if size > 1 and comb(len(candidates), size) > enough - len(readings.outputs):
            break
        sets = list(combinations(candidates, size))
        read_all = yield from readings.ask(sets)
        if size == 1:
            effects = _effects(readings, candidates)
        found = readings.turning(sets)
        if found:
            return Removals(found, whole, effects)
        whole = whole and read_all
    else:
        return Removals([], whole and limit == words, effects)
    strongest = _strongest(readings, effects)
    if size == 2:
        pairs = _best_pairs(strongest, effects, readings.left // 3)
        yield from readings.ask(pairs)
        found = readings.turning(pairs)
        if found:
            return Removals(found, whole, effects)
        whole = False
    found = yield from _beam(readings, strongest, max(size, 3), limit)
    return Removals(found, whole and bool(found) and len(found[0]) == size, effects)


def _effects(readings: Readings, candidates: Sequence[int]) -> dict[int, float]:
    before = readings.decision.distance(readings.decision.outputs)
    return {word: before - readings.distance((word,)) for word in candidates if (word,) in readings.outputs}


def _strongest(readings: Readings, effects: dict[int, float]) -> list[int]:
    """The words whose removal moves the answer most, those first; a score is moved one way, not to and fro."""
    order = sorted(effects, key=lambda word: (-effects[word], word))
    if not order:
        return order
    way = readings.decision.direction(readings.outputs[order[0],])
    same = [word for word in order if readings.decision.direction(readings.outputs[word,]) == way]
    return same if way else order


def _best_pairs(strongest: Sequence[int], effects: dict[int, float], most: int) -> list[WordSet]:
    """The pairs whose effects add up to most."""
    reach = next((n for n in range(len(strongest), 1, -1) if comb(n, 2) <= 4 * most), 2)
    pairs = combinations(strongest[:reach], 2)
    order = sorted(pairs, key=lambda pair: (-effects[pair[0]] - effects[pair[1]], pair))
    return [_set(pair) for pair in order[:most]]


def _beam(readings: Readings, strongest: Sequence[int], size: int, limit: int) -> Work[list[WordSet]]:
    """One minimal set of ``size`` words or more, as small as a beam finds it; none where nothing turns."""
    tops = [_set(strongest[:count]) for count in range(size, min(limit, len(strongest)) + 1)]
    yield from readings.ask(tops)
    together = next((top for top in tops if readings.turning([top])), None)
    most = limit if together is None else len(together) - 1
    known = sorted(
        (s for s in readings.outputs if len(s) == size - 1), key=lambda s: (readings.distance(s), s)
    )
    beam = known[:_BEAM] or [_set(strongest[: size - 1])]
    found = [] if together is None else [together]
    for _ in range(size, most + 1):
        wider = [
            _set((*words, word))
            for words in beam
            for word in islice((w for w in strongest if w not in words), _EXTENSIONS)
        ]
        yield from readings.ask(wider)
        turned = readings.turning(wider)
        if turned:
            found = turned[:1]
            break
        read = [words for words in dict.fromkeys(wider) if words in readings.outputs]
        beam = sorted(read, key=lambda s: (readings.distance(s), s))[:_BEAM]
        if not beam:
            break
    return [(yield from _pruned(readings, found[0]))] if found else []


def _pruned(readings: Readings, words: WordSet) -> Work[WordSet]:
    """Without the words that it turns the answer without."""
    while len(words) > 1:
        smaller = [words[:i] + words[i + 1 :] for i in range(len(words))]
        yield from readings.ask(smaller, pruning=True)
        turned = readings.turning(smaller)
        if not turned:
            break
        words = turned[0]
    return words


def _set(words: Iterable[int]) -> WordSet:
    return tuple(sorted(words))
