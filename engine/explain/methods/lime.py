"""LIME (Ribeiro et al. 2016) through Captum: the weights of a ridge regression on texts with words taken out.

As in the authors' text explainer: the number of words that go is drawn evenly, near texts weigh more (an exponential
kernel of width 25 on a hundred times the cosine distance), alpha is 1. Unlike there, words are the model's own, they
are erased by mask tokens, and the seed is the text's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from captum._utils.models.linear_model import SkLearnRidge
from captum.attr import Lime
from numpy.typing import NDArray
from torch import Tensor

from engine.explain.attribution import Scores
from engine.explain.coalitions import Game, drawn_by, weighted_fit
from engine.explain.contrast import Asked
from engine.models.run_model import RunModel

_WIDTH, _SCALE, _ALPHA = 25.0, 100.0, 1.0


def explain(model: RunModel, text: str, asked: Asked) -> Scores:
    """What each word adds to the margin in texts near this one; the scores need not add up."""
    game = Game(model, text, asked)
    if game.players < 2:
        return game.alone(fit=1.0)
    regression = SkLearnRidge(alpha=_ALPHA)
    drawn = drawn_by(lambda played: Lime(played, regression, _nearness, _some_words), game)
    bias = regression.bias()
    assert bias is not None
    fit = weighted_fit(drawn.present, drawn.values, _weights(drawn.present), drawn.scores, float(bias))
    return game.scores(drawn.scores, steps=len(drawn.values), fit=fit)


def _some_words(_: Tensor, **given: Any) -> Tensor:
    """(1, P): how many words go is drawn first, then which."""
    players = int(given["num_interp_features"])
    gone = int(torch.randint(1, players + 1, (1,)))
    stays = torch.ones(1, players)
    stays[0, torch.randperm(players)[:gone]] = 0.0
    return stays


def _nearness(_: Tensor, __: Tensor, present: Tensor, **___: Any) -> Tensor:
    return torch.from_numpy(_weights(present.numpy() > 0.5))


def _weights(present: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(M,) of coalitions (M, P): the cosine of a text with k of P words to the whole is sqrt(k / P)."""
    distance = _SCALE * (1 - np.sqrt(present.mean(1)))
    near: NDArray[np.float64] = np.sqrt(np.exp(-((distance / _WIDTH) ** 2)))
    return near
