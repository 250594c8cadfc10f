"""A bag-of-words student: word weights fitted to what a teacher says, on all texts that it has read."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack
from scipy.special import expit, log_softmax, softmax
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import Ridge

from engine.data.cleaning import clean_text
from engine.models.linear_model import LinearModel, tf_idf
from engine.models.ngrams import keys, longest_for
from engine.progress import Progressed, Work
from engine.transfer.bag_of_words import STRENGTHS, blocks, inverse_frequencies, vocabulary_of
from engine.transfer.judging import judge
from engine.transfer.method import Job, Outcome
from engine.transfer.objective import Judgement
from engine.transfer.regression import label_thresholds

_LONGEST = 2
_MOST_STEPS = 400

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Wanted:
    """``said`` (N, C) by the teacher or None; ``true`` (M, C) targets of the first M texts, ``hard_share`` theirs."""

    task: str
    said: Floats | None
    true: Floats
    temperature: float
    hard_share: float

    @property
    def shares(self) -> Floats:
        """The weight (N, 1) of the true targets."""
        count = len(self.true) if self.said is None else len(self.said)
        share = 1.0 if self.said is None else self.hard_share
        return np.where(np.arange(count) < len(self.true), share, 0.0)[:, None]


def train_soft_bag_of_words(
    job: Job, texts: list[str], said: NDArray[np.float32] | None, started: float
) -> Work[Outcome]:
    """Count all texts, weigh, fit to the mixture; the penalty is chosen on validation by the true labels."""
    texts = [clean_text(text, job.cleaning) for text in texts]
    unseen = [clean_text(text, job.cleaning) for text in job.data.validation.texts]
    longest = longest_for(texts, _LONGEST)
    vocabulary = yield from vocabulary_of(texts, longest, 1)
    counter = CountVectorizer(
        analyzer=lambda text: keys(text, longest), vocabulary=vocabulary, dtype=np.float64
    )
    counts = vstack([counter.transform(block) for block in blocks(texts)], format="csr")
    idf = inverse_frequencies(counts)
    features, validation = tf_idf(counts, idf), tf_idf(csr_matrix(counter.transform(unseen)), idf)
    wanted = Wanted(
        job.data.task,
        None if said is None else said.astype(np.float64),
        _true(job),
        job.option("temperature", float),
        job.option("hard_share", float),
    )
    best: tuple[Judgement, Floats, Floats] | None = None
    for done, strength in enumerate(STRENGTHS):
        yield Progressed("fit", done, len(STRENGTHS))
        weights, intercept = fit_soft(features, wanted, strength)
        found = judge(
            job.data.task,
            np.asarray(validation @ weights.T + intercept, np.float32),
            job.data.validation.targets,
        )
        if best is None or (found.figure, -found.loss) > (best[0].figure, -best[0].loss):
            best = (found, weights, intercept)
    assert best is not None
    yield Progressed("fit", len(STRENGTHS), len(STRENGTHS))
    _, weights, intercept = best
    model = LinearModel(
        job.data.labels,
        vocabulary,
        idf,
        weights,
        intercept,
        longest,
        task=job.data.task,
        thresholds=label_thresholds(job, np.asarray(validation @ weights.T + intercept)),
        cleaning=job.cleaning,
    )
    return Outcome(model, None, time.monotonic() - started, 0)


def fit_soft(features: csr_matrix, wanted: Wanted, strength: float) -> tuple[Floats, Floats]:
    """Weights (C, V) and intercept (C,) at one strength (the inverse of the penalty), by L-BFGS.

    Minimises the sum of the texts' losses times ``strength`` plus half the squared weights, as scikit-learn's
    logistic regression does, with soft targets in place of classes.
    """
    if wanted.task == "score":
        return _ridge(features, wanted, strength)
    columns = features.shape[1]
    classes = wanted.true.shape[1]

    def value(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(classes, columns + 1)
        losses, gradient = _losses(np.asarray(features @ weights[:, :-1].T + weights[:, -1]), wanted)
        slope = np.empty_like(weights)
        slope[:, :-1] = strength * np.asarray(features.T @ gradient).T + weights[:, :-1]
        slope[:, -1] = strength * gradient.sum(0)
        return strength * losses + 0.5 * float((weights[:, :-1] ** 2).sum()), slope.ravel()

    start = np.zeros(classes * (columns + 1))
    found = minimize(value, start, jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS})
    weights = found.x.reshape(classes, columns + 1)
    return np.ascontiguousarray(weights[:, :-1]), weights[:, -1].copy()


def _losses(logits: Floats, wanted: Wanted) -> tuple[float, Floats]:
    """The sum of the losses of logits (N, C), without what does not depend on them, and its gradient (N, C)."""
    total, gradient = 0.0, np.zeros_like(logits)
    shares = wanted.shares
    chance = expit if wanted.task == "multi" else _softmax
    if wanted.said is not None:
        t = wanted.temperature
        target = chance(wanted.said / t)
        total += t**2 * float(((1 - shares) * _entropy(logits / t, target, wanted.task)).sum())
        gradient += (1 - shares) * t * (chance(logits / t) - target)
    known = len(wanted.true)
    total += float((shares[:known] * _entropy(logits[:known], wanted.true, wanted.task)).sum())
    gradient[:known] += shares[:known] * (chance(logits[:known]) - wanted.true)
    return total, gradient


def _entropy(logits: Floats, target: Floats, task: str) -> Floats:
    """Cross-entropies (N, C) of each class's share."""
    if task == "multi":
        found: Floats = np.logaddexp(0.0, logits) - target * logits
        return found
    return -target * log_softmax(logits, axis=1)  # type: ignore[no-any-return]


def _softmax(logits: Floats) -> Floats:
    return softmax(logits, axis=1)  # type: ignore[no-any-return]


def _ridge(features: csr_matrix, wanted: Wanted, strength: float) -> tuple[Floats, Floats]:
    shares = wanted.shares
    target = np.zeros((len(shares), 1)) if wanted.said is None else (1 - shares) * wanted.said
    target[: len(wanted.true)] += shares[: len(wanted.true)] * wanted.true
    ridge = Ridge(alpha=1 / strength).fit(features, target[:, 0])
    return np.asarray(ridge.coef_, np.float64)[None], np.asarray([ridge.intercept_], np.float64)


def _true(job: Job) -> Floats:
    """The training texts' targets (M, C): one-hot, zeros and ones, or scores."""
    targets = job.data.train.targets
    if job.data.task == "single":
        one_hot: Floats = np.eye(len(job.data.labels))[targets]
        return one_hot
    values: Floats = targets.astype(np.float64).reshape(len(targets), -1)
    return values
