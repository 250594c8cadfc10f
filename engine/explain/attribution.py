"""From token scores to words of the original text, and from words to an ``Explanation``."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.results import WordScore
from engine.models.text_tokens import EncodedText

# scripts that write no spaces: their tokens are joined to words only where it is known where words begin
_UNSPACED = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "BOPOMOFO",
    "IDEOGRAPHIC",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
    "TIBETAN",
)
_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True)
class Word:
    """A word as code points [start, end) of the original text, and the tokens it was read as."""

    start: int
    end: int
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Scores:
    """What a method found: signed scores of words in the order of the text, and how they were computed.

    ``logits`` (C,) are those of the explaining pass itself, of tagged words theirs (W, C). ``steps`` are points of a
    path or samples. ``fit`` is the weighted R² of a surrogate that the scores are the weights of.
    """

    words: tuple[WordScore, ...]
    logits: NDArray[np.float32]
    baseline: str = ""
    steps: int = 0
    relative_delta: float | None = None
    special_share: float = 0.0
    seed: int = 0
    fit: float | None = None


def word_spans(encoded: EncodedText) -> list[Word]:
    """The words that the model read, in order, as spans of the original text; markers are no words.

    Subwords are joined where letters, digits or combining marks meet without a gap; tokens that share a
    character (the bytes of an emoji) are one word; punctuation stays apart, and so do the characters of scripts
    without spaces, as the tokenizer has them, unless ``encoded`` says where their words begin.
    """
    text, begins = encoded.text, encoded.word_begins
    words: list[tuple[int, int, list[int]]] = []
    waiting: list[int] = []  # tokens that stand for white space alone: they belong to the word that follows
    for token, ((start, end), special) in enumerate(zip(encoded.offsets, encoded.special, strict=True)):
        if special:
            continue
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        # some tokenizers drop combining marks; on the page they belong to their letter
        while start < end < len(text) and _continues(text[end]):
            end += 1
        if start >= end:
            waiting.append(token)
        elif words and (start < words[-1][1] or (start == words[-1][1] and one_word(text, start, begins))):
            first, last, tokens = words[-1]
            words[-1] = (first, max(last, end), [*tokens, *waiting, token])
            waiting = []
        else:
            words.append((start, end, [*waiting, token]))
            waiting = []
    if waiting and words:
        words[-1][2].extend(waiting)
    return [Word(start, end, tuple(tokens)) for start, end, tokens in words]


def one_word(text: str, border: int, begins: frozenset[int] | None) -> bool:
    """Whether what meets at ``border`` belongs together; ``text[border]`` begins the second part.

    ``begins``: where words of scripts without spaces begin; None: with every character.
    """
    before, after = text[border - 1], text[border]
    if _continues(after) or before == _ZERO_WIDTH_JOINER:
        return True
    if not (_letter(before) and _letter(after)):
        return False
    unspaced = is_unspaced(before), is_unspaced(after)
    return begins is not None and border not in begins if all(unspaced) else not any(unspaced)


def _letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _continues(character: str) -> bool:
    """Combining marks, joiners, variation selectors and skin tones never begin a word."""
    return (
        unicodedata.category(character)[0] == "M"
        or character == _ZERO_WIDTH_JOINER
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script that writes no spaces."""
    return unicodedata.name(character, "").startswith(_UNSPACED)


def to_word_scores(
    encoded: EncodedText, token_scores: NDArray[np.floating]
) -> tuple[tuple[WordScore, ...], float]:
    """(word scores, share of the markers) from signed ``token_scores`` (T,).

    A word's score is the signed sum over its tokens. The share is what special tokens hold of the sum of
    absolute scores.
    """
    scores = np.asarray(token_scores, np.float64)
    found = tuple(
        WordScore(word.start, word.end, float(scores[list(word.tokens)].sum()))
        for word in word_spans(encoded)
    )
    markers = float(np.abs(scores[: len(encoded.special)][np.array(encoded.special)]).sum())
    total = markers + sum(abs(word.score) for word in found)
    return found, markers / total if total else 0.0


def relative_delta(total: float, difference: float) -> float:
    """|sum of scores - margin difference| / |margin difference|: how far the scores are from adding up."""
    # below this a margin difference is rounding, and the error is taken as it is
    return abs(total - difference) / max(abs(difference), 1e-6)
