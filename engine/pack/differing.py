"""What an explanation, and its seal, differ in from the same ones computed again: another machine rounds otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.api.explaining.trust import Removal, Seal
from engine.api.results import Explanation

SCORE_TOLERANCE = 1e-3  # of the largest score of an explanation
PROBABILITY_TOLERANCE = 1e-5  # of a score: of its size, where it is above 1
SHARE_TOLERANCE = 1e-3  # of shares, drops and correlations


def differences(one: Explanation, again: Explanation) -> tuple[tuple[str, ...], float]:
    """Words of PACK_DIFFERENCES, and the largest difference of the words' scores and the margin."""
    if [(word.start, word.end) for word in one.words] != [(word.start, word.end) for word in again.words]:
        return ("words", *_of_decision(one, again)), 0.0
    most = SCORE_TOLERANCE * max(1e-9, abs(one.margin), *(abs(word.score) for word in one.words))
    score = max(abs(a.score - b.score) for a, b in zip(one.words, again.words, strict=True))
    margin = abs(one.margin - again.margin)
    found = [name for name, off in (("scores", score), ("margin", margin)) if off > most]
    return (*found, *_of_decision(one, again)), max(score, margin)


def same_seal(one: Seal, again: Seal) -> bool:
    """Whether verdict and figures are the same; how long it took does not count."""
    pairs = (
        (one.relative_delta, again.relative_delta),
        (one.agreement, again.agreement),
        (one.special_share, again.special_share),
        (one.unread_share, again.unread_share),
    )
    return (
        (one.reasons, one.disputed, one.methods) == (again.reasons, again.disputed, again.methods)
        and all(_near(*pair) for pair in pairs)
        and _same_removal(one.removal, again.removal)
    )


def _of_decision(one: Explanation, again: Explanation) -> Iterator[str]:
    if not _same_label(one, again):
        yield "label"
    size = max(1.0, *map(abs, again.probabilities)) if again.task == "score" else 1.0
    if len(one.probabilities) != len(again.probabilities) or any(
        abs(a - b) > PROBABILITY_TOLERANCE * size
        for a, b in zip(one.probabilities, again.probabilities, strict=True)
    ):
        yield "probabilities"
    if not _same_computation(one, again):
        yield "computation"


def _same_label(one: Explanation, again: Explanation) -> bool:
    if again.task != "score" or one.label == again.label:
        return one.label == again.label
    try:  # a score's label is the score, rounded to six digits
        return math.isclose(float(one.label), float(again.label), rel_tol=2e-5, abs_tol=PROBABILITY_TOLERANCE)
    except ValueError:
        return False


def _same_computation(one: Explanation, again: Explanation) -> bool:
    """Whether what is told of how it was computed is the same."""
    exact = ("method", "task", "labels", "target", "rival", "signed", "baseline", "steps", "seed", "read_to")
    near = ("relative_delta", "special_share", "fit")
    return all(getattr(one, name) == getattr(again, name) for name in exact) and all(
        _near(getattr(one, name), getattr(again, name)) for name in near
    )


def _same_removal(one: Removal | None, again: Removal | None) -> bool:
    if one is None or again is None:
        return one is again
    if (one.words, one.flips, one.draws) != (again.words, again.flips, again.draws):
        return False
    draw = 1.0 / max(1, again.draws) + SHARE_TOLERANCE  # a draw at the border may fall to either side
    return (
        _near(one.drop, again.drop)
        and _near(one.random_drop, again.random_drop)
        and abs(one.beaten - again.beaten) <= draw
        and abs(one.random_flips - again.random_flips) <= draw
    )


def _near(one: float | None, again: float | None) -> bool:
    if one is None or again is None:
        return one is again
    return abs(one - again) <= SHARE_TOLERANCE * max(1.0, abs(again))
