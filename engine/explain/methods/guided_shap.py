"""Shapley values from few readings: a regression that departs from an instant method's scores only where they err.

KernelSHAP's regression (Lundberg, Lee 2017) knows nothing before its first reading, so that it needs some readings a
word. Here 96 masked texts, drawn by the same kernel and each with its complement, correct the scores of LRP and
gradients: a ridge regression towards them instead of towards zero (they are the mean of a Gaussian prior). The scores
add up to the margin over the masked text. On 120 dev texts of SST-2 64 readings around LRP alone were the least of what
was tried (comprehensiveness 0.654), 96 around both the most (0.666).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.explain.attribution import Scores
from engine.explain.coalitions import Game, weighted_fit
from engine.explain.contrast import Asked
from engine.explain.methods import lrp_gradients
from engine.explain.windows import Model

READINGS = 96
_STRENGTH = 1.0  # of the prior, in readings
_SUM = 10.0  # the weight of adding up, as a reading that counts for a hundred


def explain(model: Model, text: str, asked: Asked) -> Scores:
    """Signed scores of words; neighbouring words of very long texts play as one."""
    game = Game(model, text, asked)
    guess = game.of_words(_guess(model, text, asked))
    whole = game.whole - game.nothing
    if game.players < 2:
        return game.alone()
    present = _drawn(game.players, game.seed)
    values = game.margins(present)
    scores = _corrected(guess, present.astype(np.float64), values - game.nothing, whole)
    fit = weighted_fit(present, values, np.ones(len(values)), scores, game.nothing)
    return game.scores(scores, steps=len(present), fit=fit)


def _guess(model: Model, text: str, asked: Asked) -> Scores:
    try:
        return lrp_gradients.explain(model, text, asked)
    except KnownError as error:
        if error.kind is not ErrorKind.EXPLAINER_NO_RULE:
            raise
        return lrp_gradients.guess(model, text, asked)


def _drawn(players: int, seed: int) -> NDArray[np.bool_]:
    """Who is present (READINGS, P): sizes by Shapley's kernel, each draw followed by its complement."""
    random = np.random.default_rng(seed)
    sizes = np.arange(1, players)
    chances = 1 / (sizes * (players - sizes))
    found = np.zeros((READINGS, players), bool)
    for row in range(0, READINGS, 2):
        size = random.choice(sizes, p=chances / chances.sum())
        found[row, random.permutation(players)[:size]] = True
        found[row + 1] = ~found[row]
    return found


def _corrected(
    guess: NDArray[np.float64], present: NDArray[np.float64], gains: NDArray[np.float64], whole: float
) -> NDArray[np.float64]:
    """The ridge regression's scores (P,) around the guess, in the gains' size; they add up to ``whole``."""
    said = present @ guess
    prior = guess * (said @ gains / (said @ said)) if said.any() else guess
    rows = np.vstack([present, np.full(len(guess), _SUM)])
    errors = np.append(gains, _SUM * whole) - rows @ prior
    found = prior + np.linalg.solve(rows.T @ rows + _STRENGTH * np.eye(len(guess)), rows.T @ errors)
    return found + (whole - found.sum()) / len(found)  # type: ignore[no-any-return]
