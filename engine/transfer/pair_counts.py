"""How much a training on pairs has to do, and what its validation texts can tell."""

from __future__ import annotations

import math
from dataclasses import replace

from engine.transfer.method import Job

# pairs an epoch: so many of few texts, eight a text of some hundred, so many of some thousand, then one a text
_LEAST_PAIRS, _PAIRS_PER_TEXT, _MANY_PAIRS = 800, 8, 8000
# fewer validation texts cannot tell layers, strengths or moments of a training apart: at 200 a figure's
# interval is still 12 points wide
_ENOUGH_TO_CHOOSE = 200


def can_choose(job: Job) -> bool:
    """Whether there are validation texts enough to choose by."""
    return len(job.data.validation) >= _ENOUGH_TO_CHOOSE


def looped(job: Job) -> Job:
    """The job as the loop sees it: with few validation texts all epochs are one, judged at its end alone.

    The best of several moments by five texts would be a moment taken at random.
    """
    if can_choose(job):
        return job
    return replace(job, options={**job.options, "epochs": 1.0, "evaluations_per_epoch": 1})


def pairs_per_epoch(job: Job, rows: int) -> int:
    """How many pairs an epoch of the loop has, of ``rows`` texts or windows of texts."""
    usual = max(1, math.ceil(_LEAST_PAIRS / rows), min(_PAIRS_PER_TEXT, _MANY_PAIRS // rows))
    epochs = 1.0 if can_choose(job) else job.option("epochs", float)
    return max(1, math.ceil(rows * (job.optional("pairs_per_text", int) or usual) * epochs))
