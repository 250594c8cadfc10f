"""Training texts that are other ones every time they are read: slightly changed, or with words masked out.

Which texts, and how, is a pure function of the training's ``Moment``, so a resumed training reads what the first
one would have. Deletion and swap follow EDA (Wei & Zou 2019), typos Pruthi et al. 2019; masking Madsen et al.
(arXiv 2310.07819): half of a batch loses 0 to 100 % of its words, so that a text with erased words, by which
explanations are checked, is nothing new to the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.api.option_tasks import fitting_choices
from engine.api.results import Entity
from engine.data.cleaning import clean_text
from engine.data.entities import tags_to_entities
from engine.data.perturbing import Neighbours, augmented, perturb_tagged
from engine.explain.attribution import word_spans
from engine.models.neighbours import MOST_WORDS, nearest_words
from engine.models.ngrams import words
from engine.models.source import SourceModel
from engine.models.tagging_model import WordTable, word_table
from engine.models.text_tokens import EncodedText, TextTokenizer, TokenTable
from engine.models.word_vectors import word_vectors
from engine.transfer.compact import CompactVocabulary
from engine.transfer.examples import Examples
from engine.transfer.leanings import leanings_of
from engine.transfer.method import Job
from engine.transfer.objective import Moment

LEAST_WORDS, MOST_WORDS_CHANGED = 0.05, 0.3  # of a changed text's words; drawn evenly between
_DRAW, _MASK = 1, 2  # purposes of ``Moment.generator``


@dataclass(frozen=True)
class ChangeSettings:
    """``kinds`` of the catalog's AUGMENTATIONS for a ``share`` of the texts; ``masked``: masked training."""

    kinds: tuple[str, ...] = ()
    share: float = 0.0
    masked: bool = False
    neighbours: Neighbours = field(default_factory=dict)

    @property
    def new_words(self) -> bool:
        """Whether the model reads tokens that no text of the project has."""
        return bool(self.kinds)

    def __bool__(self) -> bool:
        return bool(self.kinds) or self.masked


def change_settings(job: Job, source: SourceModel, tokenizer: TextTokenizer) -> ChangeSettings:
    """The job's options; for synonyms the neighbours of its most frequent words are looked up (seconds).

    Words that go with other labels than a word do not replace it.
    """
    wanted_kinds = tuple(kind for kind in str(job.options.get("augment") or "").split(",") if kind)
    # a run that goes on may have been begun when what does not fit its task was left out without a word
    chosen = fitting_choices("augment", wanted_kinds, job.data.task)
    neighbours: Neighbours = {}
    if "synonyms" in chosen:
        counts = Counter(text[a:b].lower() for text in job.data.train.texts for a, b in words(text))
        wanted = [word for word, _ in counts.most_common(MOST_WORDS)]
        with word_vectors(source.folder, tokenizer.tokenizer) as vectors:
            leanings = leanings_of(job.data.train, job.data.task, vectors)
            neighbours = nearest_words(vectors, wanted, alike=leanings.alike)
    return ChangeSettings(
        chosen,
        float(job.options.get("augment_share") or 0.0),
        bool(job.options.get("masked_training")),
        neighbours,
    )


@dataclass(frozen=True)
class _Draw:
    """For each row of a batch: the seed of its change or None, and the share of its words masked or None."""

    changes: list[int | None]
    masks: list[float | None]


class TextChanges:
    """The training rows of whole texts. ``table`` holds them unchanged, in ``compact``'s numbers if there is one."""

    def __init__(
        self,
        settings: ChangeSettings,
        tokenizer: TextTokenizer,
        examples: Examples,
        table: TokenTable,
        compact: CompactVocabulary | None,
    ) -> None:
        self._settings = settings
        self._tokenizer = tokenizer
        self._texts = examples.texts
        self._table = table
        self._compact = compact
        self._owners, self._windows = _places(table)

    def rows(self, rows: NDArray[np.int64], moment: Moment) -> TokenTable:
        """The rows as they are read at this moment."""
        draw = _drawn(self._settings, len(rows), moment)
        random = moment.generator(_MASK)
        pieces = []
        for row, change, masked in zip(rows, draw.changes, draw.masks, strict=True):
            if change is None and masked is None:
                pieces.append(self._table.ids(int(row)))
                continue
            text = clean_text(self._texts[self._owners[row]], self._tokenizer.cleaning)
            if change is not None:
                text = _changed(text, self._settings, change)
            windows = self._tokenizer.encode_windows(text)
            window = windows[min(int(self._windows[row]), len(windows) - 1)]
            ids = _masked(window, masked, self._tokenizer.mask_id, random)
            pieces.append(ids if self._compact is None else self._compact.numbers(ids))
        return TokenTable(np.concatenate(pieces), _starts(pieces))


class TagChanges:
    """The same for tagged texts: words stay as many and in their places, so that each keeps its tag."""

    def __init__(
        self,
        settings: ChangeSettings,
        tokenizer: TextTokenizer,
        examples: Examples,
        table: WordTable,
        tags: Sequence[str],
        compact: CompactVocabulary | None,
    ) -> None:
        self._settings = settings
        self._tokenizer = tokenizer
        self._examples = examples
        self._entities = _entities(examples, tags) if settings.kinds else []
        self._table = table
        self._compact = compact
        self._owners, self._windows = _places(table.table)

    def rows(self, rows: NDArray[np.int64], moment: Moment) -> WordTable:
        """The rows as they are read at this moment; their words have the numbers that they have unchanged."""
        draw = _drawn(self._settings, len(rows), moment)
        random = moment.generator(_MASK)
        pieces, begun = [], []
        for row, change, masked in zip(rows, draw.changes, draw.masks, strict=True):
            ids, words_of_row = self._row(int(row), change, masked, random)
            pieces.append(ids)
            begun.append(words_of_row)
        table = TokenTable(np.concatenate(pieces), _starts(pieces))
        return WordTable(table, np.concatenate(begun), self._table.firsts)

    def _row(
        self, row: int, change: int | None, masked: float | None, random: np.random.Generator
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        table = self._table.table
        owner = int(self._owners[row])
        if change is None and masked is None:
            return table.ids(row), self._table.words[table.starts[row] : table.starts[row + 1]]
        text, spans = self._examples.texts[owner], self._examples.words[owner]
        if change is not None:
            text, spans = _changed_tagged(text, spans, self._entities[owner], self._settings, change)
        found = word_table(self._tokenizer, [text], [spans])
        window = min(int(self._windows[row]), len(found.table) - 1)
        begun = found.words[found.table.starts[window] : found.table.starts[window + 1]]
        begun = np.where(begun >= 0, begun + self._table.firsts[owner], begun)
        ids = found.table.ids(window)
        if masked is not None:
            ids = _masked(
                self._tokenizer.encode_windows(text)[window], masked, self._tokenizer.mask_id, random
            )
        return (ids if self._compact is None else self._compact.numbers(ids)), begun


def _drawn(settings: ChangeSettings, count: int, moment: Moment) -> _Draw:
    random = moment.generator(_DRAW)
    chosen = random.random(count) < (settings.share if settings.kinds else 0.0)
    seeds = random.integers(0, 2**48, count)
    half = random.permutation(count) < (count / 2 if settings.masked else 0)
    shares = random.random(count)
    return _Draw(
        [int(seed) if taken else None for seed, taken in zip(seeds, chosen, strict=True)],
        [float(share) if taken else None for share, taken in zip(shares, half, strict=True)],
    )


def changed_words(seed: int) -> float:
    """The share of a text's words that are changed where a text is."""
    return float(np.random.default_rng(seed).uniform(LEAST_WORDS, MOST_WORDS_CHANGED))


def _changed(text: str, settings: ChangeSettings, seed: int) -> str:
    return augmented(text, settings.kinds, changed_words(seed), seed, settings.neighbours)


def _changed_tagged(
    text: str,
    spans: Sequence[tuple[int, int]],
    entities: Sequence[Entity],
    settings: ChangeSettings,
    seed: int,
) -> tuple[str, Sequence[tuple[int, int]]]:
    kind = settings.kinds[seed % len(settings.kinds)]
    found, moved, _ = perturb_tagged(
        text, spans, entities, kind, changed_words(seed), seed, settings.neighbours
    )
    assert len(moved) == len(spans)
    return found, moved


def _masked(
    window: EncodedText, share: float | None, mask_id: int, random: np.random.Generator
) -> NDArray[np.int32]:
    """The window's ids with a share of its words masked, each word with all its tokens."""
    ids = np.asarray(window.ids, np.int32)
    if share is not None:
        found = word_spans(window)
        for i in random.permutation(len(found))[: round(share * len(found))]:
            ids[list(found[i].tokens)] = mask_id
    return ids


def _places(table: TokenTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each row: the text it belongs to, and which of the text's windows it is."""
    owners = np.arange(len(table)) if table.owners is None else table.owners
    firsts = np.searchsorted(owners, owners)
    return owners, np.arange(len(owners)) - firsts


def _starts(pieces: Sequence[NDArray[np.int32]]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum([len(piece) for piece in pieces], dtype=np.int64)])


def _entities(examples: Examples, tags: Sequence[str]) -> list[list[Entity]]:
    return [
        tags_to_entities(spans, [tags[t] for t in examples.targets[a:b]])[0]
        for spans, (a, b) in zip(examples.words, pairwise(examples.firsts), strict=True)
    ]
