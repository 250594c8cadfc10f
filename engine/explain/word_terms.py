"""What a bag of words is told of tagged words, as terms that the words of the text hold: the ground of its reasons.

The words that are scored are cut by the rule for texts that bring no words, so that they depend on the text alone; a
word of the text is one of them, or several.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.entities import words_of
from engine.explain.contrast import TagContrast
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.ngrams import Span


@dataclass(frozen=True)
class WordTerms:
    """Of one word asked about: ``shares`` (G, C) and ``alone`` (C,), without any share, add up to its logits.

    ``parts``: for each share the words of the text that it reads, each as places among the words that are scored.
    """

    shares: NDArray[np.float64]
    parts: list[list[list[int]]]
    alone: NDArray[np.float64]

    def touched(self, words: int) -> NDArray[np.bool_]:
        """Which of the ``words`` that are scored each share reads (G, words)."""
        found = np.zeros((len(self.parts), words), np.bool_)
        for row, parts in enumerate(self.parts):
            for places in parts:
                found[row, places] = True
        return found


def word_terms(
    model: LinearTaggingModel, text: str, asked: TagContrast
) -> tuple[list[Span], list[WordTerms]]:
    """The words that are scored, and the terms of each word that is asked about."""
    spans = words_of(text)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    among = asked.among or asked.words
    places = [list(range(bisect_right(ends, start), bisect_left(starts, end))) for start, end in among]
    row_of = {word: row for row, word in enumerate(among)}
    found = []
    for terms, alone in model.contributions(text, among, [row_of[word] for word in asked.words]):
        shares = np.array([share for _, share in terms]).reshape(len(terms), model.outputs)
        found.append(WordTerms(shares, [[places[at] for at in read] for read, _ in terms], alone))
    return spans, found
