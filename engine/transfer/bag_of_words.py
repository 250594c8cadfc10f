"""Bag-of-words: TF-IDF n-grams and logistic regression. No transfer: the line every run is compared with.

Tagged words have ``tag_bag_of_words``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import CountVectorizer

from engine.data.cleaning import clean_text
from engine.models.linear_model import LinearModel, tf_idf
from engine.models.ngrams import keys, longest_for
from engine.progress import Progressed, Work
from engine.transfer.method import Job, Outcome
from engine.transfer.rationales import words_of
from engine.transfer.regression import fit_best, label_thresholds, problem_of
from engine.transfer.tag_bag_of_words import train_tagged

STRENGTHS = (1.0, 4.0, 16.0, 64.0)  # scikit-learn's C, the inverse of the penalty
_MARKED = 3.0
_BLOCK = 2000


def train(job: Job) -> Work[Outcome]:
    """Count, weigh, fit; the regularisation is chosen on validation where the user set none."""
    if job.data.task == "tagging":
        return (yield from train_tagged(job))
    started = time.monotonic()
    texts, unseen = (
        [clean_text(text, job.cleaning) for text in examples.texts]
        for examples in (job.data.train, job.data.validation)
    )
    longest = longest_for(texts, job.option("longest_ngram", int))
    struck, marked = (words_of(job.options.get(kind)) for kind in ("strike", "mark"))
    vocabulary = yield from vocabulary_of(texts, longest, job.option("min_documents", int), struck)
    counter = CountVectorizer(
        analyzer=lambda text: keys(text, longest), vocabulary=vocabulary, dtype=np.float64
    )
    train_counts = vstack([counter.transform(block) for block in blocks(texts)], format="csr")
    # what a penalty on weights takes from a marked word's n-grams is given back in their counts
    idf = inverse_frequencies(train_counts) * np.array(
        [_MARKED if marked & set(key.split(" ")) else 1.0 for key in vocabulary]
    )
    features = tf_idf(train_counts, idf)
    validation = tf_idf(csr_matrix(counter.transform(unseen)), idf)
    wanted = job.optional("regularisation", float)
    problem = problem_of(job)
    fit = yield from fit_best(
        features,
        job.data.train.targets,
        validation,
        job.data.validation.targets,
        (wanted,) if wanted else STRENGTHS,
        problem,
    )
    model = LinearModel(
        job.data.labels,
        vocabulary,
        idf,
        fit.weights,
        fit.intercept,
        longest,
        task=job.data.task,
        thresholds=label_thresholds(job, np.asarray(validation @ fit.weights.T + fit.intercept)),
        cleaning=job.cleaning,
    )
    return Outcome(model, None, time.monotonic() - started, 0)


def vocabulary_of(
    texts: list[str], longest: int, min_documents: int, struck: frozenset[str] = frozenset()
) -> Work[dict[str, int]]:
    """N-gram -> column, sorted, so that the same texts always give the same columns; none with a ``struck`` word."""
    counts: dict[str, int] = {}
    done = 0
    for block in blocks(texts):
        for text in block:
            for key in set(keys(text, longest)):
                counts[key] = counts.get(key, 0) + 1
        done += len(block)
        yield Progressed("tokenise", done, len(texts))
    if struck:
        counts = {key: count for key, count in counts.items() if not struck & set(key.split(" "))}
    kept = sorted(key for key, count in counts.items() if count >= min_documents)
    return {key: column for column, key in enumerate(kept or sorted(counts) or [""])}


def inverse_frequencies(counts: csr_matrix) -> NDArray[np.float64]:
    """Smoothed inverse document frequency (V,), as scikit-learn's."""
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.log((1 + counts.shape[0]) / (1 + documents)) + 1.0  # type: ignore[no-any-return]


def blocks(texts: list[str]) -> Iterator[list[str]]:
    """The texts in lists that do not keep a front end waiting."""
    for start in range(0, len(texts), _BLOCK):
        yield texts[start : start + _BLOCK]
