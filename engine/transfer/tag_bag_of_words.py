"""Bag-of-words of tagged words: logistic regression on what stands in and around each word.

The strength is chosen by the validation words' entity F1. What training holds at a time bounds the features: of more
than ``_MOST_WEIGHTS`` weights, those that the fewest texts have are left out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.models.linear_tagging_model import LinearTaggingModel, keys_of, word_rows, words_in
from engine.models.ngrams import longest_for
from engine.models.tagging_model import outside_where, tag_names
from engine.progress import Progressed, Work
from engine.transfer.examples import Examples
from engine.transfer.judging import judge_tags
from engine.transfer.method import Job, Outcome
from engine.transfer.objective import Judgement
from engine.transfer.regression import Problem, fit_judged
from engine.transfer.tag_features import some_texts

STRENGTHS = (1.0, 6.0, 30.0)
_MOST_WORDS = 400_000
_MOST_WEIGHTS = 2**22  # some copies of 16 MB while it fits
_PASSES = 20  # over many words; half as many more gained nothing (WNUT-17 and SNIPS, dev files)
_LEAST_READ = 400_000  # a few words are read more often
_BLOCK = 500  # texts


def train_tagged(job: Job) -> Work[Outcome]:
    """Read the words, number their features, fit; the strength is chosen on validation where the user set none."""
    started = time.monotonic()
    seed = job.option("seed", int)
    train, unseen = (some_texts(each, _MOST_WORDS, seed) for each in (job.data.train, job.data.validation))
    longest = longest_for(train.texts, job.option("longest_ngram", int))
    tags = tag_names(job.data.labels)
    learnt, judged_words = _read(train, job.cleaning), _read(unseen, job.cleaning)
    most = max(1, _MOST_WEIGHTS // len(tags))
    vocabulary = yield from _vocabulary(learnt, longest, job.option("min_documents", int), most)
    rows = word_rows(learnt, vocabulary, longest)
    kept = _are_read(learnt)
    validation, lost = word_rows(judged_words, vocabulary, longest), ~_are_read(judged_words)

    def judged(weights: NDArray[np.float64], intercept: NDArray[np.float64]) -> Judgement:
        logits = (validation @ weights.T.astype(np.float32, order="C") + intercept).astype(np.float32)
        return judge_tags(outside_where(logits, lost), unseen.targets, unseen.firsts, tags)

    wanted = job.optional("regularisation", float)
    balanced = job.options.get("class_weights") == "balanced"
    passes = max(_PASSES, _LEAST_READ // len(kept))
    problem = Problem(job.data.task, len(tags), balanced, passes)
    strengths = (wanted,) if wanted else STRENGTHS
    fit = yield from fit_judged(rows[kept], train.targets[kept], judged, strengths, problem)
    model = LinearTaggingModel(
        job.data.labels,
        vocabulary,
        fit.weights.T.astype(np.float32, order="C"),
        fit.intercept,
        longest,
        cleaning=job.cleaning,
    )
    return Outcome(model, None, time.monotonic() - started, 0)


def _read(examples: Examples, cleaning: Sequence[str]) -> list[list[str]]:
    pairs = zip(examples.texts, examples.words, strict=True)
    return [words_in(text, words, cleaning) for text, words in pairs]


def _are_read(texts: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
    """Of all words (W,) whether cleaning leaves anything of them."""
    return np.array([bool(word) for words in texts for word in words], np.bool_)


def _vocabulary(
    texts: Sequence[Sequence[str]], longest: int, min_documents: int, most: int
) -> Work[dict[str, int]]:
    """Feature -> column, sorted, so that the same texts always give the same; the ``most`` frequent ones."""
    counts: dict[str, int] = {}
    for done, words in enumerate(texts):
        if done % _BLOCK == 0:
            yield Progressed("tokenise", done, len(texts))
        for key in {key for keys in keys_of([words], longest) for key in keys}:
            counts[key] = counts.get(key, 0) + 1
    kept = [key for key, count in counts.items() if count >= min_documents] or list(counts) or [""]
    if len(kept) > most:
        kept = sorted(kept, key=lambda key: (-counts[key], key))[:most]
    return {key: column for column, key in enumerate(sorted(kept))}
