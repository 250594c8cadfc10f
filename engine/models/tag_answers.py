"""From the logits of tagged words to the entities they make, each with how sure the model is of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.api.results import FoundEntity
from engine.data.entities import Spans, tags_to_entities
from engine.models.text_model import softmax

Floats = NDArray[np.float64]


def kind_probabilities(tags: Floats) -> Floats:
    """Probabilities of tags (W, 1 + 2 L) -> of kinds (W, 1 + L): none, then each type however it begins."""
    return np.concatenate([tags[:, :1], tags[:, 1::2] + tags[:, 2::2]], axis=1)


def found_entities(
    labels: Sequence[str], tags: Sequence[str], words: Spans, logits: NDArray[np.float32]
) -> tuple[FoundEntity, ...]:
    """The entities of one text, in order, from its words' logits (W, C); ``tags`` name the C outputs."""
    if not len(logits):
        return ()
    kinds = kind_probabilities(softmax(logits))
    entities, _ = tags_to_entities(words, [tags[k] for k in logits.argmax(1)])
    found = []
    for entity in entities:
        rows = [row for row, (start, end) in enumerate(words) if start < entity.end and entity.start < end]
        sure = float(kinds[rows, 1 + labels.index(entity.label)].mean())
        found.append(FoundEntity(entity.start, entity.end, entity.label, sure))
    return tuple(found)
