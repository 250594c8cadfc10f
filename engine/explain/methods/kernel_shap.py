"""KernelSHAP (Lundberg, Lee 2017) through Captum: Shapley values as the weights of an additive model.

Captum draws coalitions by the Shapley kernel, so that they weigh the same.
"""

from __future__ import annotations

import numpy as np
from captum.attr import KernelShap

from engine.explain.attribution import Scores
from engine.explain.coalitions import Game, drawn_by, weighted_fit
from engine.explain.contrast import Asked
from engine.models.run_model import RunModel


def explain(model: RunModel, text: str, asked: Asked) -> Scores:
    """Word scores that add up to the margin over that of the text with every word erased."""
    game = Game(model, text, asked)
    if game.players < 2:
        return game.alone(fit=1.0)
    drawn = drawn_by(KernelShap, game)
    inner = drawn.present.any(1) & ~drawn.present.all(1)  # the two ends are met exactly
    present, values = drawn.present[inner], drawn.values[inner]
    fit = weighted_fit(present, values, np.ones(len(values)), drawn.scores, game.nothing)
    return game.scores(drawn.scores, steps=len(drawn.values), fit=fit)
