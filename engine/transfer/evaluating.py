"""Judging a run on labelled texts: predictions and figures go to the store."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec
import numpy as np

from engine.api.messages import Evaluate, Evaluated
from engine.api.project import Project
from engine.api.results import Entity, Evaluation
from engine.api.store.runs import Prediction
from engine.data.entities import tags_to_entities
from engine.evaluate.evaluating import evaluation
from engine.evaluate.metrics import Floats
from engine.evaluate.scores import score_evaluation
from engine.evaluate.several import several_labels_evaluation
from engine.evaluate.tagging import tagging_evaluation
from engine.models.answers import answers, probabilities_of
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.text_model import TextModel, softmax
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
    if isinstance(model, AnyTaggingModel):
        found = yield from model.score(examples.texts, examples.words, "evaluate")
        probabilities = softmax(np.concatenate(found)) if found else np.zeros((0, model.outputs))
        yield Progressed("measure", 0, 1)
        result = tagging_evaluation(
            split, model.labels, model.tags, examples.targets, probabilities, examples.firsts
        )
        predictions = _tagged(model, examples, probabilities)
    else:
        logits = yield from model.score(examples.texts, stage="evaluate")
        yield Progressed("measure", 0, 1)
        result = text_evaluation(model, split, examples, probabilities_of(model.task, logits))
        predictions = (
            Prediction(document, a.label, a.probability, a.margin, a.probabilities)
            for document, a in zip(examples.documents, answers(model, logits), strict=True)
        )
    with project.transaction():
        project.runs.put_predictions(run, predictions)
        project.runs.put_evaluation(run, result)
    yield Progressed("measure", 1, 1)
    return result


def text_evaluation(model: TextModel, split: str, examples: Examples, probabilities: Floats) -> Evaluation:
    """The figures of (N, C) probabilities, or scores (N, 1), for the model's task."""
    if model.task == "multi":
        limits = model.thresholds or (0.5,) * len(model.labels)
        return several_labels_evaluation(split, model.labels, examples.targets, probabilities, limits)
    if model.task == "score":
        return score_evaluation(split, model.labels, examples.targets, probabilities[:, 0])
    return evaluation(split, model.labels, examples.targets, probabilities)


def entities_label(entities: list[Entity]) -> str:
    """Entities in the stored form of ``documents.tags``, so that right and wrong are one comparison."""
    return msgspec.json.encode(entities).decode()


def _tagged(model: AnyTaggingModel, examples: Examples, probabilities: Floats) -> Iterator[Prediction]:
    """A sentence is as sure as its least sure word."""
    for row, (first, last) in enumerate(pairwise(examples.firsts)):
        found = probabilities[first:last]
        tags = [model.tags[k] for k in found.argmax(1)]
        top = np.sort(found, axis=1)
        entities, _ = tags_to_entities(examples.words[row], tags)
        yield Prediction(
            examples.documents[row],
            entities_label(entities),
            float(top[:, -1].min()) if len(found) else 1.0,
            float((top[:, -1] - top[:, -2]).min()) if len(found) else 1.0,
            tuple(float(p) for p in top[:, -1]),
        )
