"""Judging a run on labelled texts: predictions and figures go to the store."""

from __future__ import annotations

import numpy as np

from engine.api.messages import Evaluate, Evaluated
from engine.api.project import Project
from engine.api.results import Evaluation
from engine.api.store.runs import Prediction
from engine.evaluate.evaluating import evaluation
from engine.models.text_model import RunModel, softmax
from engine.progress import Progressed, Work
from engine.transfer.examples import Examples, examples_of


def evaluate_run(project: Project, request: Evaluate, model: RunModel) -> Work[Evaluated]:
    """Score a split of the project again. Raises SPLIT_EMPTY."""
    examples = examples_of(project, request.split, model.labels)
    return Evaluated(
        request.run, (yield from evaluate_examples(project, request.run, model, request.split, examples))
    )


def evaluate_examples(
    project: Project, run: str, model: RunModel, split: str, examples: Examples
) -> Work[Evaluation]:
    """Predict in fp32, store every prediction, compute the figures with their intervals."""
    logits = yield from model.score(examples.texts, stage="evaluate")
    probabilities = softmax(logits)
    yield Progressed("measure", 0, 1)
    result = evaluation(split, model.labels, examples.targets, probabilities)
    top = np.sort(probabilities, axis=1)
    called = probabilities.argmax(1)
    with project.transaction():
        project.runs.put_predictions(
            run,
            (
                Prediction(
                    document,
                    model.labels[called[row]],
                    float(top[row, -1]),
                    float(top[row, -1] - top[row, -2]),
                    tuple(float(p) for p in probabilities[row]),
                )
                for row, document in enumerate(examples.documents)
            ),
        )
        project.runs.put_evaluation(run, result)
    yield Progressed("measure", 1, 1)
    return result
