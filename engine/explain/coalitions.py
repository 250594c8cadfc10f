"""A text as a game: its words are the players, what is explained of the words that stay is what they win."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import Lime
from numpy.typing import NDArray
from torch import Tensor

from engine.api.results import WordScore
from engine.explain.attribution import Scores, relative_delta
from engine.explain.contrast import Asked
from engine.explain.erasing import NOTHING, Erasing, Outputs, Span, erased_outputs, read_words
from engine.explain.seeds import seed_of, seeded
from engine.models.run_model import RunModel
from engine.progress import finish

# of a longer text neighbouring words play as one: samples grow with the players, and time with both
MOST_PLAYERS = 256
BATCH = 512  # coalitions evaluated in one call; the batches of the forward passes are the model's own
_LEAST, _A_PLAYER = 256, 8  # coalitions that are drawn


class Game:
    """``spans`` (W) are the words that the model reads; ``players`` (P) groups of neighbouring ones, mostly single.

    ``whole`` and ``nothing`` are the margins with all words and with none, ``logits`` those of the untouched text.
    Every coalition is evaluated once.
    """

    def __init__(self, model: RunModel, text: str, asked: Asked) -> None:
        self._model = model
        self._text = text
        self._asked = asked
        self.spans: list[Span] = read_words(model, text)
        self.seed = seed_of(text)
        self._groups = np.array_split(np.arange(len(self.spans)), min(MOST_PLAYERS, len(self.spans)) or 1)
        self._known: dict[bytes, float] = {}
        self.logits: Outputs = self._outputs(np.ones((1, self.players), bool))[0]
        ends = np.stack([np.ones(self.players, bool), np.zeros(self.players, bool)])
        self.whole, self.nothing = (float(margin) for margin in self.margins(ends))

    @property
    def players(self) -> int:
        return len(self._groups) if self.spans else 0

    def margins(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What is explained (M,) when the ``present`` players (M, P) stay and the others are erased."""
        keys = [row.tobytes() for row in present]
        new = {key: row for key, row in zip(keys, present, strict=True) if key not in self._known}
        if new:
            outputs = self._outputs(np.stack(list(new.values())))
            for key, found in zip(new, outputs, strict=True):
                self._known[key] = self._asked.margin(found.astype(np.float64))
        return np.array([self._known[key] for key in keys])

    def __call__(self, present: Tensor) -> Tensor:
        """The same for Captum: (M, P) ones and zeros -> (M,)."""
        return torch.from_numpy(self.margins(present.numpy() > 0.5))

    def of_words(self, found: Scores) -> NDArray[np.float64]:
        """The scores of the players (P,): those of their words, as another method gave them, added up."""
        words = np.array([word.score for word in found.words])
        return np.array([float(words[group].sum()) for group in self._groups][: self.players])

    def scores(self, of_players: NDArray[np.float64], steps: int, fit: float | None = None) -> Scores:
        """Word scores from scores of the players (P,); those who play as one share equally."""
        words = np.zeros(len(self.spans))
        for group, value in zip(self._groups, of_players, strict=False):
            words[group] = value / max(1, len(group))
        found = tuple(
            WordScore(start, end, float(s)) for (start, end), s in zip(self.spans, words, strict=True)
        )
        delta = relative_delta(float(words.sum()), self.whole - self.nothing)
        return Scores(
            words=found,
            logits=self.logits,
            baseline="mask",
            steps=steps,
            relative_delta=delta,
            seed=self.seed,
            fit=fit,
        )

    def alone(self, fit: float | None = None) -> Scores:
        """Of one player, who has all of it, or none."""
        return self.scores(np.full(self.players, self.whole - self.nothing), steps=self.players, fit=fit)

    def _outputs(self, present: NDArray[np.bool_]) -> list[Outputs]:
        erasures = []
        for row in present:
            gone = [group for group, stays in zip(self._groups, row, strict=False) if not stays]
            erasures.append(np.concatenate(gone) if gone else NOTHING)
        return finish(erased_outputs(self._model, [Erasing(self._text, self._asked, erasures)]))[0]


class _Recorded:
    """A game that remembers the coalitions it was asked about."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self._present: list[NDArray[np.bool_]] = []
        self._values: list[NDArray[np.float64]] = []

    def __call__(self, present: Tensor) -> Tensor:
        values = self._game(present)
        self._present.append(present.numpy() > 0.5)
        self._values.append(values.numpy())
        return values

    def coalitions(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Those asked about (M, P) and what they won (M,)."""
        return np.concatenate(self._present), np.concatenate(self._values)


@dataclass(frozen=True)
class Drawn:
    """Captum's ``scores`` (P,) of the players, from the coalitions ``present`` (M, P) that won ``values`` (M,)."""

    scores: NDArray[np.float64]
    present: NDArray[np.bool_]
    values: NDArray[np.float64]


def drawn_by(method_of: Callable[[_Recorded], Lime], game: Game) -> Drawn:
    """Let a method of Captum's draw coalitions of two players and more, eight a player and 256 at least.

    25 of them, its default, tell nothing. The seed is the text's own.
    """
    recorded = _Recorded(game)
    samples = max(_LEAST, _A_PLAYER * game.players)
    with seeded(game.seed):
        found = method_of(recorded).attribute(
            torch.ones(1, game.players),
            baselines=torch.zeros(1, game.players),
            n_samples=samples,
            perturbations_per_eval=min(BATCH, samples),
        )
    return Drawn(found[0].double().numpy(), *recorded.coalitions())


def weighted_fit(
    present: NDArray[np.bool_],
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    scores: NDArray[np.float64],
    intercept: float,
) -> float:
    """The weighted R² of the additive model ``intercept + present @ scores``; 1 where there is nothing to explain."""
    errors = values - intercept - present @ scores
    around = values - np.average(values, weights=weights)
    total = float(weights @ around**2)
    return float(1.0 - weights @ errors**2 / total) if total > 0 else 1.0
