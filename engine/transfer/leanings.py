"""Which labels a word speaks for in the user's own labelled texts, so that none is exchanged for one of another label.

Word embeddings put opposites close together ("good", "bad"), since they stand in the same sentences. The labels tell
them apart where it matters to what is learnt: by the texts in which each word was seen, and, for words that were
seldom or never seen, by what a linear reading of the embeddings learns from the same texts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from engine.api.project import Project
from engine.api.tasks import split_labels
from engine.data.entities import entities_to_tags
from engine.models.ngrams import words
from engine.models.word_vectors import Vectors, WordVectors
from engine.transfer.examples import Examples

CLEARLY = 1.0  # log-odds by which two words may differ: chances 2.7 times as good
FAR = 1.0  # standard deviations of all words by which the linear reading may tell two words apart
_MOST_TEXTS = 20_000  # seconds; more say nothing new about a word
_MOST_LABELS = 64  # the most frequent ones
_RIDGE = 10.0

Labels = Sequence[str | int]


@dataclass(frozen=True)
class Occurrences:
    """Words that stand together, lower-cased (a text's, or a tagged word alone), and the labels they stand with."""

    words: Sequence[Sequence[str]]
    labels: Sequence[Labels]

    def thinned(self, most: int) -> Occurrences:
        """Some of them, evenly drawn."""
        step = max(1, -(-len(self.words) // most))
        return Occurrences(self.words[::step], self.labels[::step])


class Leanings:
    """How far each word speaks for each label."""

    def __init__(self, found: Occurrences, vectors: WordVectors) -> None:
        self._seen = Seen(found)
        self._read = _Reading(found, vectors)

    def alike(self, one: str, other: str) -> bool:
        """Whether the words go with the same labels, as far as can be known."""
        return self._seen.alike(one, other) and self._read.alike(one, other)


class Seen:
    """How often each word stood with each label, as log-odds against the label's share of all words.

    Smoothed by one imagined occurrence for and against: a word seen once leans by 0.7, an unseen one not at all.
    """

    def __init__(self, found: Occurrences) -> None:
        self._counts: defaultdict[str, Counter[str | int]] = defaultdict(Counter)
        self._totals = Counter[str]()
        every = Counter[str | int]()
        for held, labels in zip(found.words, found.labels, strict=True):
            for word in set(held):
                self._counts[word].update(labels)
                self._totals[word] += 1
                every.update(labels)
        total = self._totals.total()
        self._shares = {label: count / total for label, count in every.items() if count < total}

    def alike(self, one: str, other: str) -> bool:
        """Whether no label tells the words apart."""
        labels = self._counts.get(one, {}).keys() | self._counts.get(other, {}).keys()
        return all(
            abs(self.log_odds(one, label) - self.log_odds(other, label)) <= CLEARLY
            for label in labels
            if label in self._shares
        )

    def log_odds(self, word: str, label: str | int) -> float:
        """Above 0 where the word stands with the label more often than words do."""
        share = self._shares[label]
        imagined = 1 / min(share, 1 - share)
        total = self._totals.get(word, 0)
        hits = self._counts[word][label] if total else 0
        against = total - hits + imagined * (1 - share)
        return math.log((hits + imagined * share) / against) - math.log(share / (1 - share))


class _Reading:
    """A ridge regression from the mean embedding of a text to its labels, read off every word of the model."""

    def __init__(self, found: Occurrences, vectors: WordVectors) -> None:
        self._place = vectors.place
        found = found.thinned(_MOST_TEXTS)
        known = sorted({word for held in found.words for word in held if word in vectors.place})
        labels = [label for label, _ in Counter(x for each in found.labels for x in each).most_common()]
        labels = labels[:_MOST_LABELS]
        self._scores = np.zeros((len(vectors.names), len(labels)), np.float32)
        if not known or not labels:
            return
        features = _means(found, known, vectors.of(known))
        targets = np.array([[label in each for label in labels] for each in found.labels], np.float64)
        features, targets = features - features.mean(0), targets - targets.mean(0)
        squares = features.T @ features
        damping = _RIDGE * max(1e-9, np.trace(squares) / len(squares))
        weights = np.linalg.solve(squares + damping * np.eye(len(squares)), features.T @ targets)
        for start, block in vectors.blocks():
            self._scores[start : start + len(block)] = block @ weights
        self._scores /= np.maximum(self._scores.std(0), 1e-9)

    def alike(self, one: str, other: str) -> bool:
        """Words without a vector cannot be told apart."""
        if one not in self._place or other not in self._place:
            return True
        apart = self._scores[self._place[one]] - self._scores[self._place[other]]
        return not len(apart) or float(np.sqrt(np.mean(apart**2))) <= FAR


def _means(found: Occurrences, known: Sequence[str], vectors: Vectors) -> NDArray[np.float64]:
    """(N, D) mean vectors of words that stand together."""
    place = {word: i for i, word in enumerate(known)}
    features = np.zeros((len(found.words), vectors.shape[1]))
    for row, held in enumerate(found.words):
        rows = [place[word] for word in held if word in place]
        if rows:
            features[row] = vectors[rows].mean(0)
    return features


def leanings_of(examples: Examples, task: str, vectors: WordVectors) -> Leanings:
    """Of the words of training texts; of scores, those of the lower and of the upper half."""
    step = max(1, -(-len(examples) // _MOST_TEXTS))
    chosen = examples.subset(np.arange(0, len(examples), step)) if step > 1 else examples
    return Leanings(_tagged(chosen) if task == "tagging" else _labelled(chosen, task), vectors)


def leanings_of_project(project: Project, vectors: WordVectors) -> Leanings:
    """Of the words of the texts that a training would learn from, as they are stored."""
    for split in ("train", ""):
        found = _stored(project, split)
        if found.words:
            break
    return Leanings(found, vectors)


def _stored(project: Project, split: str) -> Occurrences:
    held, labels = list[Sequence[str]](), list[Labels]()
    if project.task == "tagging":
        for _, text, spans, entities in islice(project.documents.tagged(split), _MOST_TEXTS):
            for (start, end), tag in zip(spans, entities_to_tags(spans, entities), strict=True):
                held.append((text[start:end].lower(),))
                labels.append((tag[2:],))
        return Occurrences(held, labels)
    rows = list(islice(project.documents.labelled(split), _MOST_TEXTS))
    held = [_words(text) for _, text, _ in rows]
    if project.task == "score" and rows:
        values = np.array([float(label) for _, _, label in rows])
        return Occurrences(held, _halves(values))
    several = project.task == "multi"
    return Occurrences(held, [split_labels(label) if several else (label,) for _, _, label in rows])


def _labelled(examples: Examples, task: str) -> Occurrences:
    targets = examples.targets
    labels: list[Labels]
    if task == "multi":
        labels = [np.flatnonzero(row).tolist() for row in targets]
    elif task == "score":
        labels = _halves(targets)
    else:
        labels = [(int(target),) for target in targets]
    return Occurrences([_words(text) for text in examples.texts], labels)


def _tagged(examples: Examples) -> Occurrences:
    """Each word alone with its type: the tags 2k + 1 and 2k + 2 of ``tag_names`` begin and go on with one type."""
    found, labels = list[Sequence[str]](), list[Labels]()
    for text, spans, (first, last) in zip(
        examples.texts, examples.words, pairwise(examples.firsts), strict=True
    ):
        for (start, end), tag in zip(spans, examples.targets[first:last], strict=True):
            found.append((text[start:end].lower(),))
            labels.append(((int(tag) + 1) // 2,))
    return Occurrences(found, labels)


def _halves(values: NDArray[np.float64]) -> list[Labels]:
    """Whether each score is in the upper half."""
    return [(int(high),) for high in values > np.median(values)]


def _words(text: str) -> list[str]:
    return [text[start:end].lower() for start, end in words(text)]
