"""Features of tagged words: the frozen source model's states of each word's first token, and a linear head on them.

One layer is read, chosen by the validation texts' entity F1; where they are too few to choose by, the middle one. The
upper layers together gained less than a point of F1 (WNUT-17 and SNIPS, dev files) and cost several times the memory.

Words are many: to choose the layer by, the states of all layers are held of at most ``_LEARNT`` and ``_JUDGED`` words.
The head learns from, and is judged by, ``MOST_NUMBERS`` of the chosen layer's states at most: 174,000 words of MiniLM.
Of more, texts are drawn at random, by the seed.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.models.modules import TagFeatureModule
from engine.models.tagging_model import TaggingModel, outside_where, tag_names
from engine.progress import Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.examples import Examples
from engine.transfer.judging import judge_tags
from engine.transfer.method import Job, Outcome
from engine.transfer.objective import Judgement
from engine.transfer.regression import FEW_JUDGED, Head, Problem, fit_judged
from engine.transfer.word_encoding import ReadWords, WordReader, word_reader

_LEARNT = 4000  # words that each layer's probe learns from
_JUDGED = 8000  # words that judge it
_PROBE_STRENGTH = 0.01
_STRENGTHS = (0.01, 0.03)  # a weaker or a stronger one was best on neither set
MOST_NUMBERS = 2**26  # a quarter of a gigabyte


def train_tagged(job: Job) -> Work[Outcome]:
    """Choose the layer, read the words (or take them from the project's cache), fit the head, fold the scaling in."""
    started = time.monotonic()
    yield Progressed("load", 0, 1)
    source = yield from starting_source(job)
    reader = yield from word_reader(job, source)
    model, tokens = yield from fitted(job, reader, (yield from choose_layer(job, reader)))
    return Outcome(model, source.folder, time.monotonic() - started, tokens)


def fitted(
    job: Job, reader: WordReader, layer: int, strengths: tuple[float, ...] = _STRENGTHS
) -> Work[tuple[TaggingModel, int]]:
    """(the encoder with a head on a layer, tokens read); of the strengths that which validation finds best."""
    train, validation = yield from read_splits(job, reader, layer, int(reader.source.config.hidden_size))
    head = yield from tag_head(job, train, validation, strengths)
    return tag_model(job, reader, layer, head), train.tokens + validation.tokens


def read_splits(job: Job, reader: WordReader, layer: int, width: int) -> Work[tuple[ReadWords, ReadWords]]:
    """What a layer says of the training and validation words: of so many that ``width`` numbers a word can be held."""
    seed = job.option("seed", int)
    train = yield from reader.read(learnt_texts(job.data.train, width, seed), (layer,))
    validation = yield from reader.read(learnt_texts(job.data.validation, width, seed), (layer,))
    return train, validation


def most_words(width: int) -> int:
    """How many words with states of ``width`` numbers the head learns from, and is judged by, at most."""
    return MOST_NUMBERS // width


def tag_model(job: Job, reader: WordReader, layer: int, head: Head) -> TaggingModel:
    """The encoder and the fitted head as one model."""
    module = TagFeatureModule(reader.encoder, (layer,), head.linear()).to(reader.device).eval()
    return TaggingModel(module, reader.tokenizer, job.data.labels, "", reader.device)


def choose_layer(job: Job, reader: WordReader) -> Work[int]:
    """The hidden state, 0 the embeddings, whose probe is best on a part of the validation words."""
    last = reader.source.layers
    wanted = job.options.get("layer")
    if isinstance(wanted, int):
        return min(wanted, last)
    best = (last + 1) // 2
    if len(job.data.validation) < FEW_JUDGED:
        return best
    every, seed = tuple(range(last + 1)), job.option("seed", int)
    train = yield from reader.read(some_texts(job.data.train, _LEARNT, seed), every)
    validation = yield from reader.read(some_texts(job.data.validation, _JUDGED, seed), every)
    best_figure = (-np.inf, -np.inf)
    for layer in every:
        yield Progressed("fit", layer, len(every))
        learnt, judged = (_of_layer(each, layer, len(every)) for each in (train, validation))
        head = yield from fit_tags(job, learnt, judged, (_PROBE_STRENGTH,))
        if (head.fit.figure, -head.fit.loss) > best_figure:
            best, best_figure = layer, (head.fit.figure, -head.fit.loss)
    return best


def learnt_texts(examples: Examples, width: int, seed: int) -> Examples:
    """The texts that a head on states of so many numbers learns from."""
    return some_texts(examples, most_words(width), seed)


def some_texts(examples: Examples, most: int, seed: int) -> Examples:
    """All texts, or as many, drawn at random, as have ``most`` words together, and the first text of every tag."""
    rows = some_rows(examples, most, seed)
    return examples if len(rows) == len(examples) else examples.subset(rows)


def some_rows(examples: Examples, most: int, seed: int) -> NDArray[np.int64]:
    """Where the same texts stand."""
    firsts = examples.firsts
    if firsts[-1] <= most:
        return np.arange(len(examples))
    order = np.random.default_rng(seed).permutation(len(examples))
    drawn = order[np.cumsum(np.diff(firsts)[order]) <= most]
    first_words = np.unique(examples.targets, return_index=True)[1]
    holding = np.searchsorted(firsts, first_words, side="right") - 1
    return np.union1d(drawn, holding)


def _of_layer(words: ReadWords, layer: int, held: int) -> ReadWords:
    """The same words with the states of one of the ``held`` layers."""
    return replace(words, states=np.split(words.states, held, axis=1)[layer])


def tag_head(
    job: Job, train: ReadWords, validation: ReadWords, strengths: tuple[float, ...] = _STRENGTHS
) -> Work[Head]:
    """A head of the user's strength, or the best of ``strengths``."""
    wanted = job.optional("regularisation", float)
    return (yield from fit_tags(job, train, validation, (wanted,) if wanted else strengths))


def fit_tags(job: Job, train: ReadWords, validation: ReadWords, strengths: tuple[float, ...]) -> Work[Head]:
    """A head over the tags on standardised states, its strength by the validation words' entity F1."""
    # where no word at all was read there is nothing to learn but the tags' shares
    kept = np.flatnonzero(train.read) if train.read.any() else np.arange(len(train.read))
    inputs = train.states[kept]
    mean = inputs.mean(0, dtype=np.float64).astype(np.float32)
    inputs -= mean
    scale = np.sqrt(np.einsum("wf,wf->f", inputs, inputs) / len(inputs)) + np.float32(1e-6)
    inputs /= scale
    tags = tag_names(job.data.labels)

    def judged(weights: NDArray[np.float64], intercept: NDArray[np.float64]) -> Judgement:
        folded = weights / scale
        logits = validation.states @ folded.T.astype(np.float32)
        logits += (intercept - folded @ mean).astype(np.float32)
        examples = validation.examples
        called = outside_where(logits, ~validation.read)
        return judge_tags(called, examples.targets, examples.firsts, tags)

    problem = Problem(job.data.task, len(tags), job.options.get("class_weights") == "balanced")
    fit = yield from fit_judged(inputs, train.examples.targets[kept], judged, strengths, problem)
    return Head(fit, mean, scale)
