"""KernelSHAP (Lundberg, Lee 2017) through Captum: Shapley values as the weights of an additive model.

Captum draws coalitions by the Shapley kernel, so that they weigh the same; 25 of them, its default, tell nothing: we
draw eight a word and 256 at least, from a seed of the text's own.
"""

from __future__ import annotations

import numpy as np
import torch
from captum.attr import KernelShap

from engine.explain.attribution import Scores
from engine.explain.coalitions import BATCH, Game, Recorded, weighted_fit
from engine.explain.contrast import Asked
from engine.explain.seeds import seeded
from engine.models.run_model import RunModel

_LEAST, _A_PLAYER = 256, 8


def explain(model: RunModel, text: str, asked: Asked) -> Scores:
    """Word scores that add up to the margin over that of the text with every word erased."""
    game = Game(model, text, asked)
    players = game.players
    if players < 2:  # one word has all of it
        return game.scores(np.full(players, game.whole - game.nothing), steps=players, fit=1.0)
    samples = max(_LEAST, _A_PLAYER * players)
    drawn = Recorded(game)
    with seeded(game.seed):
        found = KernelShap(drawn).attribute(
            torch.ones(1, players),
            baselines=torch.zeros(1, players),
            n_samples=samples,
            perturbations_per_eval=min(BATCH, samples),
        )
    scores = found[0].double().numpy()
    present, values = drawn.coalitions()
    inner = (present.any(1)) & ~(present.all(1))  # the two ends are met exactly
    fit = weighted_fit(present[inner], values[inner], np.ones(int(inner.sum())), scores, game.nothing)
    return game.scores(scores, steps=samples, fit=fit)
