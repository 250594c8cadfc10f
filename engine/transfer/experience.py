"""By how much gradient training lowers the error of frozen features, by the labelled texts there are for a class.

With 8 labels a class: our own measurements on eight public sets (tests/benchmarks/bench_recommend.py), of
pseudo-labels on two (bench_pseudo_label.py). Else rounded readings of published tables: 64 labels from SetFit's result
files (Tunstall et al. 2022: fine-tuned, contrastive and frozen encoders on CR, Emotion, SST-5 and AG News); many labels
from test scores of TweetEval emotion, SST-2 and TREC-6 with and without fine-tuning. The wide ``spread`` says how far
apart the sets lie.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np


class Share(NamedTuple):
    """With ``texts_per_class`` labelled texts, ``share`` of the features' error remains; ``spread`` over the sets."""

    texts_per_class: float
    share: float
    spread: float


SHARES: dict[str, tuple[Share, ...]] = {
    "fine-tune": (
        Share(8, 1.34, 0.47),
        Share(64, 0.95, 0.15),
        Share(500, 0.72, 0.15),
        Share(3000, 0.55, 0.2),
    ),
    "adversarial": (
        Share(8, 1.30, 0.59),
        Share(64, 0.96, 0.15),
        Share(500, 0.73, 0.15),
        Share(3000, 0.56, 0.2),
    ),
    "contrastive": (
        Share(8, 0.80, 0.19),
        Share(64, 0.85, 0.12),
        Share(500, 0.8, 0.15),
        Share(3000, 0.75, 0.2),
    ),
    "pseudo-label": (Share(8, 0.89, 0.15), Share(64, 0.97, 0.1), Share(500, 1.0, 0.1)),
}

# the same of a score (a quarter of the scores counts as a class; the error is what is missing to a correlation of 1),
# SST-5's labels as scores, dev texts: contrastive with 40 and 120 texts, three draws. Of self-training on features,
# with 150 training texts and 2,000 without labels (three seeds, tried by hand), no round was clearly better; they lay
# from 0.03 below the base to 0.01 above it in Pearson's r, so that the base alone is kept
SCORED: dict[str, tuple[Share, ...]] = {
    "contrastive": (Share(8, 0.93, 0.12), Share(25, 0.91, 0.06)),
    "pseudo-label": (Share(37, 1.0, 0.1),),
}

# what a student of BERT-tiny's size lost of its teacher's figure on average: AG News 1.3 points, SMS spam 0.2
STUDENT_LOSS = 0.008
# and of its teacher's entity F1 on dev sentences, one seed: SNIPS (500 tagged, 3,000 without tags) 6 points, WNUT-17
# (1,000 and 2,000) 20; a quarter of the width that holds both
TAG_STUDENT_LOSS, TAG_STUDENT_SPREAD = 0.13, 0.035
# (figure, a quarter of its width) where there are no features to start from
UNMEASURED = (0.7, 0.15)
# entity F1 by the training sentences, the mean of WNUT-17 and SNIPS, which lie far apart: with 200 and 1,000 of them
# that of 400 dev sentences, one seed, tried by hand; with all that of the test files
# (tests/benchmarks/bench_all_data.py); with 40 that of 400 dev sentences, three draws (of contrastive tuning with 200
# one). Adversarial training as fine-tuning. Fusion a point above features: with 200 and 1,000 sentences it gained 1.8
# and 2.4 points on SNIPS, and on WNUT-17 the second model was left out. Self-training as features, its base: with 150
# training sentences of SNIPS or 300 of WNUT-17, and 1,000 to 1,500 without tags, no round was kept
TAGGED: dict[str, tuple[tuple[int, float], ...]] = {
    "bag-of-words": ((40, 0.14), (200, 0.26), (1000, 0.41), (7000, 0.51)),
    "features": ((40, 0.21), (200, 0.44), (1000, 0.54), (7000, 0.55)),
    "fusion": ((40, 0.21), (200, 0.45), (1000, 0.55), (7000, 0.56)),
    "pseudo-label": ((40, 0.21), (200, 0.44), (1000, 0.54), (7000, 0.55)),
    "contrastive": ((40, 0.31), (200, 0.48)),
    "fine-tune": ((200, 0.11), (1000, 0.50), (7000, 0.69)),
    "adversarial": ((200, 0.11), (1000, 0.50), (7000, 0.69)),
}
FEW_SENTENCES = 200  # with more, contrastive tuning of tagged words has not been measured


def tagged(method: str, texts: int, line: float | None = None) -> tuple[float, float]:
    """(entity F1, a quarter of its width) that a method reaches with so many training sentences.

    ``line``: what bag-of-words reaches on the project's own; the method leaves as much of its error as on the two sets.
    """
    figure = _on_the_sets(method, texts)
    if line is not None:
        figure = 1 - (1 - line) * (1 - figure) / (1 - _on_the_sets("bag-of-words", texts))
    return max(0.0, figure), UNMEASURED[1]


def _on_the_sets(method: str, texts: int) -> float:
    sizes, figures = zip(*TAGGED[method], strict=True)
    return float(np.interp(math.log(max(1, texts)), np.log(sizes), figures))


def remaining(method: str, texts_per_class: float, task: str = "single") -> tuple[float, float]:
    """(share of the features' error, its spread), between the measured sizes on a logarithmic scale."""
    known = SCORED.get(method, SHARES[method]) if task == "score" else SHARES[method]
    if texts_per_class <= known[0].texts_per_class:
        return known[0].share, known[0].spread
    for before, after in pairwise(known):
        if texts_per_class <= after.texts_per_class:
            way = math.log(texts_per_class / before.texts_per_class) / math.log(
                after.texts_per_class / before.texts_per_class
            )
            return (
                before.share + way * (after.share - before.share),
                before.spread + way * (after.spread - before.spread),
            )
    return known[-1].share, known[-1].spread
