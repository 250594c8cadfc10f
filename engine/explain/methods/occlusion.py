"""Occlusion (Zeiler, Fergus 2014; leave-one-out): what is lost when one word is erased."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.explain.attribution import Scores
from engine.explain.coalitions import Game
from engine.explain.contrast import Asked
from engine.models.run_model import RunModel


def explain(model: RunModel, text: str, asked: Asked) -> Scores:
    """The margin with all words less the margin without each. The scores need not add up: words overlap."""
    game = Game(model, text, asked)
    lost = game.whole - game.margins(~np.eye(game.players, dtype=bool)) if game.players else np.zeros(0)
    return replace(game.scores(lost, steps=game.players), relative_delta=None, seed=0)
