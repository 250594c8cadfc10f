"""Explaining two encoders under one linear head: the head adds their logits, so their words' scores add up too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.api.results import WordScore
from engine.explain.attribution import Scores, word_spans
from engine.explain.contrast import Asked
from engine.explain.windows import whole_text
from engine.models.run_model import FusedModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel

Span = tuple[int, int]


def explain_fused(
    explain_part: Callable[[TorchModel | TaggingModel, str, Asked], Scores],
    model: FusedModel,
    text: str,
    asked: Asked,
) -> Scores:
    """Each part explained as a model of its own, the scores of a word added.

    The relative delta is a bound: how far the parts are from adding up, as if none made up for another.
    """
    parts = [explain_part(part, text, asked) for part in model.parts]
    spans = joined([[(word.start, word.end) for word in part.words] for part in parts])
    sums = np.zeros(len(spans))
    starts = [start for start, _ in spans]
    for part in parts:
        at = np.searchsorted(starts, [word.start for word in part.words], side="right") - 1
        np.add.at(sums, at, [word.score for word in part.words])
    words = tuple(WordScore(start, end, float(s)) for (start, end), s in zip(spans, sums, strict=True))
    markers = sum(_markers(part) for part in parts)
    total = markers + float(np.abs(sums).sum())
    return Scores(
        words=words,
        logits=np.sum([part.logits for part in parts], axis=0, dtype=np.float32),
        baseline=parts[0].baseline,
        steps=max(part.steps for part in parts),
        relative_delta=_delta(parts, float(sums.sum())),
        special_share=markers / total if total else 0.0,
    )


def read_words(model: FusedModel, text: str) -> list[Span]:
    """The words that the parts read, as spans of the text."""
    found = []
    for part in model.parts:
        windows = part.tokenizer.encode_windows(text)
        whole, _ = whole_text(windows, [np.zeros(len(window.ids)) for window in windows])
        found.append([(word.start, word.end) for word in word_spans(whole)])
    return joined(found)


def joined(readings: Sequence[Sequence[Span]]) -> list[Span]:
    """Words of several tokenizers as one list: what overlaps is one word."""
    found: list[Span] = []
    for start, end in sorted(span for reading in readings for span in reading):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _markers(part: Scores) -> float:
    """The absolute scores of a part's special tokens, from their share."""
    words = sum(abs(word.score) for word in part.words)
    return words * part.special_share / (1 - part.special_share) if part.special_share < 1 else 0.0


def _delta(parts: Sequence[Scores], total: float) -> float | None:
    """A bound: |S - D| = delta |D| leaves a part's |D| at most |S| / (1 - delta), and its error delta times that."""
    error = 0.0
    for part in parts:
        if part.relative_delta is None or part.relative_delta >= 1:
            return part.relative_delta
        error += part.relative_delta * abs(sum(w.score for w in part.words)) / (1 - part.relative_delta)
    return error / max(abs(total) - error, 1e-6)
