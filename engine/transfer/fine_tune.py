"""Fine-tuning: all weights of the source model, or its top layers, with the model family's own head."""

from __future__ import annotations

from engine.progress import Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.method import Job, Outcome
from engine.transfer.tuning import tune


def train(job: Job) -> Work[Outcome]:
    """Fine-tune ``job.source``; goes on from the run's checkpoint where there is one."""
    yield Progressed("load", 0, 1)
    source = yield from starting_source(job)
    return (yield from tune(job, source))
