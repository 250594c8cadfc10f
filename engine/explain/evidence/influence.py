"""The training texts that pushed a decision most: TracIn on the last linear layer, in closed form; and the nearest.

Pruthi, Liu, Kale, Sundararajan: Estimating Training Data Influence by Tracing Gradient Descent, NeurIPS 2020. The
gradient of the cross-entropy by the last layer's weights is (p - y) x h, by its bias p - y, so that a step on text i
lowers the loss of text j by ((p_i - y_i) . (p_j - y_j)) (h_i . h_j + 1) times the learning rate. The sum is over the
states that a run keeps of its way (``engine.models.trajectory``), each with the learning rates of the steps that led
to it, the finished model the last; a run that keeps none has the paper's sum with one term. Where the head was fitted
on frozen states, these are the states of the whole training, and they are standardised as the head learnt them.
The loss is the plain one: class weights, focal loss and smoothing are left out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import FindInfluences, Influence, Influences, InfluencesFound
from engine.api.project import Project
from engine.api.store.runs import Run
from engine.data.digest import data_digest
from engine.explain.evidence.label_doubt import judge_labels, whole_texts
from engine.explain.evidence.state_cache import StateCache, StateFiles, row_lengths
from engine.models.answers import answers, probabilities_of
from engine.models.linear_model import LinearModel
from engine.models.run_model import RunModel
from engine.models.states import LastStates, WholeTextModel, read_states
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.models.trajectory import State, as_it_was, kept_states
from engine.progress import Work
from engine.transfer.examples import Examples, examples_of

Floats = NDArray[np.float64]

_FITTED = {"features", "fusion"}  # methods whose head learns from standardised states
_RECORD = "run.json"


@dataclass(frozen=True)
class Space:
    """How the states stood when the head learnt from them: (h - mean) / scale."""

    mean: Floats | float = 0.0
    scale: Floats | float = 1.0


class _Record(msgspec.Struct, frozen=True):
    """What of ``run.json`` tells whether the project was edited since."""

    data_digest: str = ""


def find_influences(project: Project, request: FindInfluences, model: RunModel) -> Work[InfluencesFound]:
    """What in the training split, as the project has it now, speaks for and against the run's decision on a text.

    The training texts are read once a model; after that a question takes milliseconds. Raises EVIDENCE_TASK for a run
    that tags words, TEXT_EMPTY, DOCUMENT_MISSING, SPLIT_EMPTY.
    """
    started = time.perf_counter()
    whole = whole_texts(model)
    text = request.text or ""
    if request.document is not None:
        text = project.documents.get(request.document).text
    if not text.strip():
        raise KnownError(ErrorKind.TEXT_EMPTY)
    run = project.runs.get(request.run)
    training = examples_of(project, "train", whole.labels)
    cache = StateCache(project.cache, whole)
    rows = yield from cache.fill(training.texts)
    asked = yield from read_states(whole, [text])
    doubts = yield from _doubts(project, whole, cache)
    space = Space() if isinstance(whole, LinearModel) else space_of(run, cache, rows)
    states, last_rates = kept_states(project.run_folder(run.id))
    pushes = last_rates * pushes_of(whole, cache, rows, training.targets, asked, asked, space)
    for state in states:
        pushes += yield from _earlier_pushes(project, run, state, training, text, asked)
    likeness = _cosines(cache, rows, asked)
    others = np.asarray(training.documents) != (-1 if request.document is None else request.document)
    total = float(np.abs(pushes[others]).sum()) or 1.0
    labels = _labels(project, training)

    def told(order: NDArray[np.int64]) -> tuple[Influence, ...]:
        return tuple(
            Influence(
                document=training.documents[i],
                text=training.texts[i],
                label=labels[training.documents[i]],
                push=float(pushes[i] / total),
                likeness=float(likeness[i]),
                doubt=doubts.get(training.documents[i], 0.0),
            )
            for i in order.tolist()
        )

    forth = smallest(-pushes, others & (pushes > 0), request.count)
    against = smallest(pushes, others & (pushes < 0), request.count)
    (decision,) = answers(whole, asked.logits)
    return InfluencesFound(
        Influences(
            run=request.run,
            text=text,
            label=decision.label,
            pushes=told(forth) + told(against),
            neighbours=told(smallest(-likeness, others, request.count)),
            checkpoints=1 + len(states),
            training_texts=len(training),
            seconds=time.perf_counter() - started,
            edited=edited_since(project, run),
        )
    )


def _earlier_pushes(
    project: Project, run: Run, state: State, training: Examples, text: str, decided: LastStates
) -> Work[Floats]:
    """The pushes at a state that the training passed, times the learning rates that led to it."""
    loaded = load_run(project, run.id)
    assert isinstance(loaded, TorchModel)
    earlier = as_it_was(loaded, state)
    cache = StateCache(project.cache, earlier)
    rows = yield from cache.fill(training.texts)
    asked = yield from read_states(earlier, [text])
    products = pushes_of(earlier, cache, rows, training.targets, asked, decided, Space())
    return state.passage.rates * products


def pushes_of(
    model: WholeTextModel,
    cache: StateCache,
    rows: NDArray[np.int64],
    targets: NDArray[Any],
    asked: LastStates,
    decided: LastStates,
    space: Space,
) -> Floats:
    """TracIn's products (N,) of training texts with the decision on one text, > 0 for it.

    ``targets`` are the training texts' as ``Examples`` has them, ``asked`` the states (1, H) and logits (1, C) by
    ``model``, ``decided`` those by the finished one, whose decision it is.
    """
    left = residuals(model.task, cache.logits(rows), targets)
    return left @ decision_residual(model, asked, decided) * (_kernel(cache, rows, asked, space) + 1)


def residuals(task: str, logits: NDArray[np.float32], targets: NDArray[Any]) -> Floats:
    """The loss's gradients (N, C) by the logits: p - y; of a score half of the squared error's."""
    found = probabilities_of(task, logits)
    if task == "single":
        found[np.arange(len(targets)), targets] -= 1
        return found
    return found - (targets if task == "multi" else targets[:, None])  # type: ignore[no-any-return]


def decision_residual(model: WholeTextModel, asked: LastStates, decided: LastStates) -> Floats:
    """The gradient (C,) by the logits of the loss that the text has with the decision as its label.

    A score agrees with itself, so that its gradient would be 0: what is pushed is the score, upwards.
    """
    if model.task == "score":
        return np.array([-1.0])
    if model.task == "single":
        return residuals("single", asked.logits, decided.logits.argmax(1))[0]  # type: ignore[no-any-return]
    held = probabilities_of("multi", decided.logits)[0] >= np.asarray(model.thresholds or 0.5)
    return probabilities_of("multi", asked.logits)[0] - held  # type: ignore[no-any-return]


def space_of(run: Run, cache: StateFiles, rows: NDArray[np.int64]) -> Space:
    """Standardised for a head that was fitted on frozen states, else as they are."""
    if not _FITTED & {run.method, run.options.get("base")}:
        return Space()
    return standardised(cache, rows)


def standardised(cache: StateFiles, rows: NDArray[np.int64]) -> Space:
    """The space of a head that learnt from standardised states."""
    mean, deviation = cache.moments(rows)
    return Space(mean, deviation + 1e-6)


def _kernel(cache: StateCache, rows: NDArray[np.int64], asked: LastStates, space: Space) -> Floats:
    """h_i . h_j (N,) in the head's space, in one product with a single vector."""
    direction = (_vector(asked) - space.mean) / space.scale**2
    return cache.products(rows, direction) - float(np.sum(direction * space.mean))


def _cosines(cache: StateCache, rows: NDArray[np.int64], asked: LastStates) -> Floats:
    lengths = cache.lengths(rows) * float(row_lengths(asked.states)[0])
    return np.clip(cache.products(rows, _vector(asked)) / np.maximum(lengths, 1e-12), -1.0, 1.0)


def _vector(asked: LastStates) -> Floats:
    states = asked.states
    dense = states if isinstance(states, np.ndarray) else states.toarray()
    return np.asarray(dense[0], np.float64)


def smallest(values: Floats, among: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """The places of the smallest values, the earlier text first where they are equal."""
    places = np.flatnonzero(among)
    return places[np.argsort(values[places], kind="stable")[:count]]


def _doubts(project: Project, model: WholeTextModel, cache: StateCache) -> Work[dict[int, float]]:
    try:
        found = yield from judge_labels(project, model, cache)
    except KnownError as error:
        if error.kind is not ErrorKind.TOO_FEW_TEXTS:
            raise
        return {}  # too few labelled texts to judge any by the others
    return dict(zip(found.documents, found.verdict.doubt.tolist(), strict=True))


def _labels(project: Project, training: Examples) -> dict[int, str]:
    """The labels as they are stored: of several labels also those that the model does not know."""
    wanted = set(training.documents)
    return {id: label for id, _, label in project.documents.labelled("train") if id in wanted}


def edited_since(project: Project, run: Run) -> bool:
    """Whether the run's record speaks of other data than the project has now; an old record does not speak."""
    path = project.run_folder(run.id) / _RECORD
    try:
        record = msgspec.json.decode(path.read_bytes(), type=_Record)
    except (OSError, msgspec.MsgspecError):
        return False
    return bool(record.data_digest) and record.data_digest != data_digest(project)
