"""What is measured of tagged words for an argument: the entity that it may be about, and every word's tag."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.entities import Spans
from engine.explain.contrast import TagContrast
from engine.explain.tag_contrast import runs_of_words
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.transfer.examples import Examples
from engine.transfer.rationales import Wanted


def entities_of(examples: Examples, row: int) -> list[list[int]]:
    """The words of each entity that a text has been given, as places among the text's words."""
    first, last = examples.firsts[row : row + 2]
    return runs_of_words(examples.targets[first:last])


def entity_asked(
    model: RunModel, examples: Examples, row: int, strike: Wanted, mark: Wanted
) -> tuple[int, int] | None:
    """The span of the entity, as the text was tagged, in which a word of the argument stands, or nearest to which.

    The same for the run before and after. None where the model reads none: then the surest entity is asked about.
    """
    if not isinstance(model, AnyTaggingModel):
        return None
    words, document, text = examples.words[row], examples.documents[row], examples.texts[row]
    read = model.words_read(text, words)
    entities = [run for run in entities_of(examples, row) if read.intersection(run)]
    meant = [
        at
        for at, word in enumerate(words)
        if strike.meets(document, text, word) or mark.meets(document, text, word)
    ]
    if not entities or not meant:
        return None
    nearest = min(entities, key=lambda run: min(max(run[0] - at, at - run[-1], 0) for at in meant))
    return words[nearest[0]][0], words[nearest[-1]][1]


def every_word(model: AnyTaggingModel, text: str, words: Spans) -> TagContrast:
    """All words that the model reads, as what is asked of a text: their logits are its answer."""
    read = tuple(words[at] for at in sorted(model.words_read(text, words)))
    return TagContrast(read, (0,) * len(read), (0,) * len(read))


def entity_words(logits: NDArray[np.float32]) -> list[tuple[int, list[int]]]:
    """The answer of words (W, C): each entity's type, as a tag's pair, and its words."""
    tags = logits.argmax(1)
    return [((int(tags[run[0]]) + 1) // 2, run) for run in runs_of_words(tags)]
