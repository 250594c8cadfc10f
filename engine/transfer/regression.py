"""Linear heads with their strength chosen on validation: for frozen features and for bag-of-words."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from torch import nn

from engine.evaluate.thresholds import tune
from engine.models.text_model import sigmoid
from engine.progress import Progressed, Work
from engine.transfer.judging import judge
from engine.transfer.method import Job
from engine.transfer.objective import Judgement

STRENGTHS = (0.003, 0.01, 0.03, 0.1)  # tried on standardised states
_ITERATIONS = 400
FEW_JUDGED = 60  # validation texts below which they choose no layer

Features: TypeAlias = "NDArray[np.float32] | csr_matrix"


@dataclass(frozen=True)
class Fit:
    """``weights`` (C, F) and ``intercept`` (C,) give logits for every class, two classes included."""

    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]
    strength: float
    figure: float
    loss: float


@dataclass(frozen=True)
class Head:
    """A fitted head and what standardised its inputs, ``mean`` and ``scale`` (F,)."""

    fit: Fit
    mean: NDArray[np.float32]
    scale: NDArray[np.float32]

    def linear(self) -> nn.Linear:
        """One layer that standardises and decides: W' = W / scale, b' = b - W' mean."""
        weights = self.fit.weights / self.scale
        head = nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            head.weight.copy_(torch.from_numpy(weights))
            head.bias.copy_(torch.from_numpy(self.fit.intercept - weights @ self.mean))
        return head

    def split(self, width: int) -> tuple[Head, Head]:
        """One on the first ``width`` features, with the intercept, and one on the others: their logits add up."""
        left, right = (
            replace(
                self,
                fit=replace(self.fit, weights=self.fit.weights[:, side]),
                mean=self.mean[side],
                scale=self.scale[side],
            )
            for side in (slice(None, width), slice(width, None))
        )
        return left, replace(right, fit=replace(right.fit, intercept=np.zeros_like(right.fit.intercept)))


@dataclass(frozen=True)
class Problem:
    """What a head is to learn: the task, its number of classes or labels, whether rare ones weigh more.

    ``passes``: of many rows and weights, so often are the rows read by SAGA (Defazio et al. 2014), which holds less and
    comes as far in less time; 0: L-BFGS.
    """

    task: str
    classes: int
    balanced: bool = False
    passes: int = 0


def problem_of(job: Job) -> Problem:
    """The problem that a job poses to a linear head."""
    balanced = job.options.get("class_weights") == "balanced"
    return Problem(job.data.task, len(job.data.labels), balanced)


def label_thresholds(job: Job, logits: NDArray[np.floating]) -> tuple[float, ...]:
    """For several labels, their thresholds by the validation logits (N, L); else none."""
    if job.data.task != "multi":
        return ()
    return tune(sigmoid(logits.astype(np.float32)), job.data.validation.targets)


def fit_best(
    train: Features,
    targets: NDArray[Any],
    validation: Features,
    validation_targets: NDArray[Any],
    strengths: tuple[float, ...],
    problem: Problem,
) -> Work[Fit]:
    """Fit at every strength and keep the best on validation, by the task's main figure."""

    def judged(weights: NDArray[np.float64], intercept: NDArray[np.float64]) -> Judgement:
        logits = np.asarray(validation @ weights.T + intercept, np.float32)
        return judge(problem.task, logits, validation_targets)

    return (yield from fit_judged(train, targets, judged, strengths, problem))


def fit_judged(
    train: Features,
    targets: NDArray[Any],
    judged: Callable[[NDArray[np.float64], NDArray[np.float64]], Judgement],
    strengths: tuple[float, ...],
    problem: Problem,
) -> Work[Fit]:
    """Fit at every strength (scikit-learn's C, the inverse of the penalty) and keep what is ``judged`` best.

    ``judged`` is given the weights and the intercept. By the figure, then by the loss; the first wins a tie.
    """
    best: Fit | None = None
    for done, strength in enumerate(strengths):
        yield Progressed("fit", done, len(strengths))
        weights, intercept = fit(train, targets, strength, problem)
        found = judged(weights, intercept)
        if best is None or (found.figure, -found.loss) > (best.figure, -best.loss):
            best = Fit(weights, intercept, strength, found.figure, found.loss)
    assert best is not None
    yield Progressed("fit", len(strengths), len(strengths))
    return best


def fit(
    train: Features, targets: NDArray[Any], strength: float, problem: Problem
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(C, F) weights and (C,) intercepts at one strength."""
    if problem.task == "score":
        ridge = Ridge(alpha=1 / strength).fit(train, targets)
        return np.asarray(ridge.coef_, np.float64)[None], np.asarray([ridge.intercept_], np.float64)
    if problem.task == "multi":
        rows = [_logistic(train, targets[:, k] > 0, strength, problem) for k in range(problem.classes)]
        return np.concatenate([w for w, _ in rows]), np.concatenate([b for _, b in rows])
    present = np.unique(targets)
    if len(present) == 1:
        weights, intercept = np.zeros((1, train.shape[1])), np.zeros(1)
    else:
        weights, intercept = _logistic(train, targets, strength, problem)
    if len(weights) < len(present):
        # two classes: one row, the second class's; halved it gives each class its own logit
        weights = np.concatenate([-weights / 2, weights / 2])
        intercept = np.concatenate([-intercept / 2, intercept / 2])
    return _with_unseen(weights, intercept, present.astype(np.intp), len(targets), problem.classes)


def _with_unseen(
    weights: NDArray[np.float64],
    intercept: NDArray[np.float64],
    present: NDArray[np.intp],
    texts: int,
    classes: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows for all classes: one that no text has (a part of the training texts may lack some) counts as half a text."""
    if len(present) == classes:
        return weights, intercept
    every = np.tile(weights.mean(0), (classes, 1))
    offset = np.full(classes, intercept.mean() - np.log(2.0 * texts))
    every[present], offset[present] = weights, intercept
    return every, offset


def _logistic(
    train: Features, targets: NDArray[Any], strength: float, problem: Problem
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if problem.task == "multi" and len(np.unique(targets)) == 1:
        # a label that every training text has, or none: its share is all that can be learnt
        share = (float(targets.sum()) + 0.5) / (len(targets) + 1)
        return np.zeros((1, train.shape[1])), np.array([np.log(share / (1 - share))])
    model = LogisticRegression(
        C=strength,
        solver="saga" if problem.passes else "lbfgs",
        max_iter=problem.passes or _ITERATIONS,
        tol=1e-3 if problem.passes else 1e-4,
        class_weight="balanced" if problem.balanced else None,
        random_state=0,
    )
    with warnings.catch_warnings():
        # the iterations are a bound on time; what has not converged is judged by validation all the same
        warnings.simplefilter("ignore", ConvergenceWarning)
        # a few texts of many classes are just that
        warnings.filterwarnings("ignore", "The number of unique classes is greater than", UserWarning)
        model.fit(train, targets)
    return np.asarray(model.coef_, np.float64), np.asarray(model.intercept_, np.float64)
