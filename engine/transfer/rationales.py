"""Which tokens of the texts a user has struck or marked: words everywhere, and spans of single documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.api.project import Project
from engine.explain.attribution import is_unspaced, word_spans
from engine.explain.windows import whole_text
from engine.models.text_tokens import EncodedText, TextTokenizer, TokenTable

Span = tuple[int, int]


@dataclass(frozen=True)
class Wanted:
    """Words (case does not count) everywhere, and ``spans`` of code points in some documents."""

    words: frozenset[str]
    spans: Mapping[int, Sequence[Span]]

    def __bool__(self) -> bool:
        return bool(self.words or self.spans)

    def may_be_in(self, document: int, text: str) -> bool:
        """Whether it is worth reading the text: a word of it may be part of another word."""
        if document in self.spans:
            return True
        folded = text.casefold()
        return any(word in folded for word in self.words)

    def meets(self, document: int, text: str, word: Span) -> bool:
        """Whether a word of a text is meant."""
        if text[word[0] : word[1]].casefold() in self.words:
            return True
        places = (*self.spans.get(document, ()), *_unspaced(text, self.words))
        return any(start < word[1] and word[0] < end for start, end in places)


@lru_cache(maxsize=4096)
def _unspaced(text: str, words: frozenset[str]) -> tuple[Span, ...]:
    """Where words of a script without spaces stand, whose characters a model may read one by one."""
    wanted = [word for word in words if len(word) > 1 and not word.isascii() and is_unspaced(word[0])]
    return tuple(match.span() for word in wanted for match in re.finditer(re.escape(word), text))


def words_of(option: object) -> frozenset[str]:
    """The words of an option of the kind ``words``."""
    return frozenset(str(option or "").casefold().split())


def wanted_of(
    project: Project, strike: frozenset[str], mark: frozenset[str], *, rationales: bool
) -> tuple[Wanted, Wanted]:
    """What is struck and what is marked: words, and with ``rationales`` what the project holds of its documents.

    Of tagged words only words: a place in a text does not say for which of its entities it is a reason.
    """
    spans: dict[str, dict[int, list[Span]]] = {"strike": {}, "mark": {}}
    for each in project.explaining.rationales() if rationales and project.task != "tagging" else ():
        spans[each.kind].setdefault(each.document, []).append((each.start, each.end))
    return Wanted(strike, spans["strike"]), Wanted(mark, spans["mark"])


def token_mask(
    tokenizer: TextTokenizer,
    table: TokenTable,
    documents: Sequence[int],
    texts: Sequence[str],
    wanted: Wanted,
) -> NDArray[np.bool_]:
    """(len(table.flat),) true for tokens of the words that are meant; ``table`` is of ``texts``, row by row."""
    found = np.zeros(len(table.flat), bool)
    if not wanted:
        return found
    row = 0
    for i, (document, text) in enumerate(zip(documents, texts, strict=True)):
        rows = 1 if table.owners is None else int((table.owners[row:] == i).argmin() or len(table) - row)
        if wanted.may_be_in(document, text):
            windows = tokenizer.encode_windows(text)[:rows]
            meant = _meant(windows, document, text, wanted)
            for at, window in enumerate(windows):
                tokens = np.array([position in meant for position in window.positions], bool)
                found[table.starts[row + at] : table.starts[row + at + 1]] = tokens
        row += rows
    return found


def tokens_of(tokenizer: TextTokenizer, words: frozenset[str]) -> list[NDArray[np.int32]]:
    """The tokens of each word, as inside a text."""
    found = []
    for word in sorted(words):
        window = tokenizer.encode_windows(f". {word}")[0]
        inner = [id for id, special in zip(window.ids, window.special, strict=True) if not special]
        found.append(np.array(inner[1:], np.int32))
    return [tokens for tokens in found if len(tokens)]


def _meant(windows: Sequence[EncodedText], document: int, text: str, wanted: Wanted) -> set[int]:
    """The positions, in the whole text, of the tokens of the words that are meant."""
    whole, _ = whole_text(windows, [np.zeros(len(window.ids)) for window in windows])
    return {
        whole.positions[token]
        for word in word_spans(whole)
        if wanted.meets(document, text, (word.start, word.end))
        for token in word.tokens
    }
