"""Which words of a batch are compared, and how: the words of a tag are drawn together, all others apart.

Outside words are no tag of their own: nothing draws them together, they only stand apart from the entities. (Drawing
them together cost 1 to 3 points of entity F1: SNIPS, dev file, one draw of 48 sentences.)
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

MOST_WORDS = 512  # compared at once: a megabyte of cosines
_TEMPERATURE = 0.1


def chosen_words(tags: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Places (K, 2) in ``tags`` (B, T) of the words to compare: 0 is outside, below 0 no word begins.

    All entities' words, and outside words drawn at random, no more than there are of the entities.
    """
    entities, outside = np.argwhere(tags > 0), np.argwhere(tags == 0)
    if len(entities) > MOST_WORDS // 2:
        entities = entities[random.permutation(len(entities))[: MOST_WORDS // 2]]
    return np.concatenate([entities, outside[random.permutation(len(outside))[: len(entities)]]])


def tag_loss(states: Tensor, tags: Tensor, itself: Tensor) -> Tensor:
    """Supervised contrastive loss (Khosla et al. 2020, arXiv:2004.11362) of the words' ``states`` (K, H).

    The mean over the words of entities that have another of their tag (K,) here; ``itself`` (K, K) marks a word's
    pairs with itself, which do not count. 0 where no word has another.
    """
    directions = functional.normalize(states, dim=-1)
    cosines = (directions @ directions.T / _TEMPERATURE).masked_fill(itself, -torch.inf)
    alike = (tags[:, None] == tags[None, :]) & (tags > 0)[:, None] & ~itself
    anchors = alike.any(1)
    if not bool(anchors.any()):
        return states.sum() * 0.0
    shares = cosines[anchors].log_softmax(1).masked_fill(~alike[anchors], 0.0)
    return -(shares.sum(1) / alike[anchors].sum(1)).mean()
