"""Signs that a word should not decide: how it is written, where it stands, which files and labels it is tied to.

Only what can be seen without another model: no part-of-speech tags, no name recogniser.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.api.store.corpus import fold

# every repetition is bounded, so that no text takes more than linear time
_MARKUP = re.compile(
    r"</?[a-z][^<>]{0,1000}>|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});"
    r"|(?:https?://|www\.)[^\s<>\"]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:^|[\s\[({<|,;\"'])(?:label|class|category|topic|sentiment|target|tag|rating|score|标签|类别|分类|情感|评分)"
    r"[\"']?\s{0,3}[:=：]\s{0,3}[\"']?$",
    re.IGNORECASE,
)
_FIELD_REACH = 24  # code points before a word in which a field's name may stand
_SENTENCE_END = ".!?…\"'“”‘’:;\n。！？"
_LEAST_OCCURRENCES = 5
_MOSTLY = 0.8
# a language that writes so many words with a capital inside its sentences does so with all nouns
_CAPITALS_COMMON = 0.25
_LEAST_TIED = 0.95  # of the texts with a word, from one file or of one label
_LARGEST_SOURCE = 0.75  # a file that holds more of all texts says nothing
_BY_CHANCE = 1e-3
_LEAST_COVERED = 0.02  # of a label's training texts that hold a word: a lucky word is rarer


@dataclass(frozen=True)
class Seen:
    """One occurrence of a word in its text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Facts:
    """What is known of a word (folded) that speaks for a label.

    ``sources``: of the documents with it, by file. ``training``: of the training texts with it, by label.
    """

    word: str
    label: str
    seen: Sequence[Seen]
    sources: Mapping[int, int]
    training: Mapping[str, int]


@dataclass(frozen=True)
class Background:
    """The same of all documents; ``capitals``: the share of words inside sentences that begin with a capital."""

    labels: tuple[str, ...]
    sources: Mapping[int, int]
    training: Mapping[str, int]
    capitals: float


def reason_of(facts: Facts, background: Background) -> str:
    """The weightiest of SHORTCUT_REASONS that holds; '' for none."""
    return next((reason for reason, holds in _SIGNS.items() if holds(facts, background)), "")


def capital_inside(seen: Seen) -> bool | None:
    """Whether a word inside a sentence begins with a capital; None at the beginning of a sentence."""
    before = seen.text[: seen.start].rstrip(" \t")
    if not before or before[-1] in _SENTENCE_END:
        return None
    word = seen.text[seen.start : seen.end]
    return word[:1].isupper() and not word.isupper()


def tied(counts: Mapping[int, int] | Mapping[str, int]) -> float:
    """The share of the most frequent; 0 of nothing."""
    total = sum(counts.values())
    return max(counts.values()) / total if total else 0.0


def _label_leak(facts: Facts, background: Background) -> bool:
    names = {fold(part) for label in background.labels for part in re.findall(r"\w+", label)}
    if facts.word in {fold(facts.label), *(name for name in names if len(name) > 2)} - {""}:
        return True
    fields = [_FIELD.search(s.text[max(0, s.start - _FIELD_REACH) : s.start]) is not None for s in facts.seen]
    return _mostly(fields)


def _markup(facts: Facts, _: Background) -> bool:
    return _mostly([any(m.start() < s.end and s.start < m.end() for m in _near(s)) for s in facts.seen])


def _near(seen: Seen) -> list[re.Match[str]]:
    return list(_MARKUP.finditer(seen.text, max(0, seen.start - 2000), seen.end + 2000))


def _number(facts: Facts, _: Background) -> bool:
    return any(c.isdigit() for c in facts.word) and not any(c.isalpha() for c in facts.word)


def _punctuation(facts: Facts, _: Background) -> bool:
    # emoji are of the category So: they mean something
    return all(unicodedata.category(c)[0] in "PSMZC" and unicodedata.category(c) != "So" for c in facts.word)


def _source(facts: Facts, background: Background) -> bool:
    if not facts.sources or len(background.sources) < 2 or tied(facts.sources) < _LEAST_TIED:
        return False
    count = sum(facts.sources.values())
    source = max(facts.sources, key=lambda each: facts.sources[each])
    base = background.sources.get(source, 0) / max(1, sum(background.sources.values()))
    return base <= _LARGEST_SOURCE and base ** (_LEAST_TIED * count) < _BY_CHANCE


def _name(facts: Facts, background: Background) -> bool:
    if background.capitals > _CAPITALS_COMMON:
        return False
    inside = [capital for seen in facts.seen if (capital := capital_inside(seen)) is not None]
    return len(inside) >= min(3, len(facts.seen)) and _mostly(inside)


def _one_class(facts: Facts, background: Background) -> bool:
    count, own = sum(facts.training.values()), facts.training.get(facts.label, 0)
    everything, all_own = sum(background.training.values()), background.training.get(facts.label, 0)
    if count < _LEAST_OCCURRENCES or own < _LEAST_TIED * count or not all_own:
        return False
    base = all_own / everything
    return own >= _LEAST_COVERED * all_own and base ** (_LEAST_TIED * count) < _BY_CHANCE


def _mostly(signs: Sequence[bool]) -> bool:
    return bool(signs) and sum(signs) >= _MOSTLY * len(signs)


# in the order of SHORTCUT_REASONS
_SIGNS: dict[str, Callable[[Facts, Background], bool]] = {
    "label-leak": _label_leak,
    "markup": _markup,
    "number": _number,
    "punctuation": _punctuation,
    "source": _source,
    "name": _name,
    "one-class": _one_class,
}
