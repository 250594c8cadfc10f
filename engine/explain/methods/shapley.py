"""Shapley values by sampled orders (Castro et al. 2009) through Captum: what a word adds when words come one by one."""

from __future__ import annotations

import numpy as np
import torch
from captum.attr import ShapleyValueSampling

from engine.explain.attribution import Scores
from engine.explain.coalitions import BATCH, Game
from engine.explain.contrast import Asked
from engine.explain.seeds import seeded
from engine.models.run_model import RunModel

_MOST_ORDERS, _LEAST_ORDERS = 25, 8
_EVALUATIONS = 1000  # about so many, in as many orders as they make


def explain(model: RunModel, text: str, asked: Asked) -> Scores:
    """Word scores that add up to the margin over that of the text with every word erased, in every order exactly."""
    game = Game(model, text, asked)
    players = game.players
    if players < 2:
        return game.alone()
    orders = int(np.clip(_EVALUATIONS // players, _LEAST_ORDERS, _MOST_ORDERS))
    with seeded(game.seed):
        found = ShapleyValueSampling(game).attribute(
            torch.ones(1, players),
            baselines=torch.zeros(1, players),
            n_samples=orders,
            perturbations_per_eval=min(BATCH, players),
        )
    return game.scores(found[0].double().numpy(), steps=orders)
