"""The weight-scramble check (Adebayo et al., NeurIPS 2018): an explanation of a model must change with its weights.

Cumulatively from the top (head, last layer, ... first layer) the weights of a copy of the model become random, each
tensor from a normal distribution of its own mean and deviation; the word embeddings stay. The same question about the
same texts is explained again, and the absolute rank correlation of the word scores with the first ones is averaged.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.trust import ScrambleCheck, ScrambleStep, ScrambleWeights, WeightsScrambled
from engine.api.project import Project
from engine.explain.contrast import Asked
from engine.explain.defaults import explained_by_default
from engine.explain.drawing import SEED, drawn_texts
from engine.explain.erasing import read_words
from engine.explain.explaining import compute
from engine.explain.faithfulness import questions_of
from engine.explain.trust.likeness import LEAST_WORDS, rank_correlation
from engine.models.run_model import BagOfWords, FusedModel, RunModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel
from engine.progress import Progressed, Work

SHUFFLES = 20

Scores = list[NDArray[np.float64]]
NetworkModel = TorchModel | FusedModel | TaggingModel
Question = tuple[str, Asked]


def scramble_weights(project: Project, request: ScrambleWeights, model: RunModel) -> Work[WeightsScrambled]:
    """Check an explainer ('' is the run's default) of a run on validation texts, and keep the check.

    The loaded model is not touched. Raises NOTHING_TO_SCRAMBLE (a bag of words has no layers), SPLIT_EMPTY,
    TEXT_EMPTY (no text has three words), EXPLAINER_UNKNOWN, EXPLAINER_NO_RULE (where a method is named).
    """
    run = project.runs.get(request.run)
    if isinstance(model, BagOfWords):
        raise KnownError(ErrorKind.NOTHING_TO_SCRAMBLE, run=run.id)
    texts, words = drawn_texts(project, "validation", request.texts)
    asked = [
        each for each in questions_of(model, texts, words) if len(read_words(model, each[0])) >= LEAST_WORDS
    ]
    if not asked:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    yield Progressed("explain", 0, len(asked))
    checked = partial(check_scrambled, model, run.id, asked=asked)
    check = yield from explained_by_default(project, run, request.method, checked)
    with project.transaction():
        project.explaining.put_finding(run.id, check)
    return WeightsScrambled(check)


def check_scrambled(
    model: NetworkModel, run: str, method: str, asked: Sequence[Question]
) -> Work[ScrambleCheck]:
    """Explain each question with ever fewer layers as they were; texts have three words at least."""
    depth = max(len(layers_from_top(module)) for module in modules_of(model))
    total = (1 + depth) * len(asked)
    original = yield from _explained(model, method, asked, (0, total))
    scrambled = copied(model)
    random = torch.Generator().manual_seed(SEED)
    layers = [layers_from_top(module) for module in modules_of(scrambled)]
    steps = []
    for step in range(depth):
        for groups in layers:
            # of two encoders the shallower one is all random first
            for parameter in groups[step] if step < len(groups) else ():
                randomise(parameter, random)
        found = yield from _explained(scrambled, method, asked, ((1 + step) * len(asked), total))
        steps.append(ScrambleStep(layers=step + 1, likeness=_likeness(original, found)))
    chance = _chance(original)
    return ScrambleCheck(
        run=run,
        method=method,
        texts=len(asked),
        chance=chance,
        steps=tuple(steps),
        passed=steps[-1].likeness - chance < 1 - steps[-1].likeness,
    )


def modules_of(model: NetworkModel) -> list[Any]:
    """The network of a model, or those of both its parts."""
    return [part.module for part in model.parts] if isinstance(model, FusedModel) else [model.module]


def copied(model: NetworkModel) -> NetworkModel:
    """The same model with weights of its own."""
    if isinstance(model, FusedModel):
        parts: Any = tuple(copied(part) for part in model.parts)
        return replace(model, parts=parts)
    module: Any = copy.deepcopy(model.module)
    return replace(model, module=module)


def layers_from_top(module: Any) -> list[list[nn.Parameter]]:
    """The parameters of the head (and what else lies above the layers), then of each layer from the last to the first.

    Those of the embeddings are in none. A layer that is used several times is one.
    """
    encoder: nn.Module = module.encoder
    stacks = [part for part in encoder.modules() if isinstance(part, nn.ModuleList)]
    stack: Sequence[nn.Module] = max(stacks, key=len, default=())  # type: ignore[arg-type]
    layers = [list(layer.parameters()) for layer in reversed(list(stack))]
    embeddings: nn.Module = getattr(encoder, "embeddings", module.embeddings)
    below = {id(parameter) for parameter in [*embeddings.parameters(), *module.embeddings.parameters()]}
    below |= {id(parameter) for layer in layers for parameter in layer}
    head = [parameter for parameter in module.parameters() if id(parameter) not in below]
    return [head, *layers]


@torch.no_grad()
def randomise(parameter: nn.Parameter, random: torch.Generator) -> None:
    """Draw it anew from a normal distribution of its own mean and deviation."""
    noise = torch.randn(parameter.shape, generator=random).to(parameter)
    parameter.copy_(parameter.mean() + parameter.std(unbiased=False) * noise)


def _explained(
    model: NetworkModel, method: str, asked: Sequence[Question], done: tuple[int, int]
) -> Work[Scores]:
    found = []
    for at, (text, question) in enumerate(asked, 1):
        found.append(np.array([word.score for word in compute(model, method, text, question).words]))
        yield Progressed("explain", done[0] + at, done[1])
    return found


def _likeness(first: Scores, second: Scores) -> float:
    return float(np.mean([abs(each) for each in _correlations(first, second)]))


def _correlations(first: Scores, second: Scores) -> Iterator[float]:
    for one, other in zip(first, second, strict=True):
        found = rank_correlation(one, other)
        if found is not None:
            yield found


def _chance(scores: Scores) -> float:
    """The likeness of the scores with themselves in a shuffled order: short texts are somewhat alike by chance."""
    random = np.random.default_rng(SEED)
    return float(
        np.mean([_likeness(scores, [random.permutation(each) for each in scores]) for _ in range(SHUFFLES)])
    )
