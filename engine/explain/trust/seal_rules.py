"""From what was measured of an explanation to the reasons of its seal. The colour is that of the weightiest reason.

Red, one of:
- removing the strongest words does no more to what is explained than at least half of the random removals;
- the mean rank correlation with other methods is below 0.1;
- of more than half of the strongest words the others say that they speak against the decision.

Green, all of:
- removing the strongest words does more than at least 95 % of the random removals, and the answer changes or the
  probability falls, and by at least 0.05 more than by random removal (a score: by 5 % of what all words make of it);
- the mean rank correlation with other methods is at least 0.4, and no sign of a strongest word is disputed;
- the relative delta is at most 5 %, markers hold at most half of the scores, at least 90 % of the text were read.

Amber is what lies between, and what cannot be tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.api.explaining.trust import SEAL_REASONS, Removal

RED_BEATEN, GREEN_BEATEN = 0.5, 0.95
LEAST_GAP = 0.05
RED_AGREEMENT, GREEN_AGREEMENT = 0.1, 0.4
MOST_DELTA = 0.05
MOST_MARKERS = 0.5
MOST_UNREAD = 0.1


@dataclass(frozen=True)
class Evidence:
    """What is known; ``scale`` is the size of a whole drop, ``strongest`` the removed words, the rest as in a Seal."""

    removal: Removal | None
    scale: float
    strongest: tuple[int, ...]
    agreement: float | None
    disputed: tuple[int, ...]
    relative_delta: float | None
    special_share: float
    unread_share: float
    view: bool = False


def reasons_of(evidence: Evidence) -> tuple[str, ...]:
    """Words of SEAL_REASONS, the weightiest first; never empty."""
    found = set(_reasons(evidence))
    return tuple(reason for reason in SEAL_REASONS if reason in found)


def _reasons(evidence: Evidence) -> Iterator[str]:
    yield from _of_removal(evidence)
    yield from _of_methods(evidence)
    if evidence.view:
        yield "view"
    if evidence.relative_delta is not None and evidence.relative_delta > MOST_DELTA:
        yield "delta-large"
    if evidence.special_share > MOST_MARKERS:
        yield "markers"
    if evidence.unread_share > MOST_UNREAD:
        yield "unread"


def _of_removal(evidence: Evidence) -> Iterator[str]:
    removal = evidence.removal
    if removal is None:
        yield "nothing-to-remove"
    elif removal.beaten <= RED_BEATEN:
        yield "removal-random"
    elif removal.beaten < GREEN_BEATEN:
        yield "removal-unclear"
    elif removal.flips and removal.random_flips < 0.5:
        yield "removal-turns"
    elif removal.drop > 0 and removal.drop - removal.random_drop >= LEAST_GAP * evidence.scale:
        yield "removal-strong"
    else:
        yield "removal-small"


def _of_methods(evidence: Evidence) -> Iterator[str]:
    if evidence.agreement is None:
        yield "no-other-method"
    elif evidence.agreement < RED_AGREEMENT:
        yield "methods-contradict"
    elif evidence.agreement < GREEN_AGREEMENT:
        yield "methods-differ"
    else:
        yield "methods-agree"
    disputed = len(set(evidence.disputed) & set(evidence.strongest))
    if disputed * 2 > len(evidence.strongest):
        yield "signs-contradict"
    elif disputed:
        yield "signs-disputed"
