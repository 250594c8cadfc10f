"""Small changes to a text that leave its meaning to a reader: for augmentation, and to see what a model bears.

Pure functions of the text and a seed. Words of a tagged text keep their tags: typos and case change letters
alone, words are exchanged within one entity or outside of all, and a deleted word takes its tag with it.
Typos follow Pruthi et al. 2019 (swap, drop, add, keyboard neighbour; the first letter stays).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.api.pairs import parted
from engine.api.results import Entity
from engine.models.ngrams import Span, words

Neighbours = Mapping[str, Sequence[str]]  # lower-cased word -> words of like meaning, nearest first

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST_MISTYPED = 3  # what is left of a shorter word with a typo is another word
_CASES: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.title)


def _keyboard() -> dict[str, str]:
    """The letters beside, above and below each letter of a QWERTY keyboard."""
    near: dict[str, str] = {}
    for row, letters in enumerate(_ROWS):
        for column, letter in enumerate(letters):
            places = [(row, column - 1), (row, column + 1)]
            # a lower row stands half a key to the right of the one above it
            places += [(row - 1, column), (row - 1, column + 1), (row + 1, column - 1), (row + 1, column)]
            near[letter] = "".join(
                _ROWS[r][c] for r, c in places if 0 <= r < len(_ROWS) and 0 <= c < len(_ROWS[r])
            )
    return near


_NEAR_KEYS = _keyboard()


@dataclass
class _Words:
    """A text in pieces: ``gaps[i]`` stands before word i, the last gap after the last word.

    ``owners[i]`` is the entity that word i belongs to, -1 for none.
    """

    words: list[str]
    gaps: list[str]
    owners: list[int]

    @classmethod
    def of(cls, text: str, spans: Sequence[Span], owners: list[int]) -> _Words:
        edges = [0, *(edge for span in spans for edge in span), len(text)]
        return cls(
            [text[start:end] for start, end in spans],
            [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)],
            owners,
        )

    def text(self) -> str:
        pieces = [piece for pair in zip(self.gaps, self.words, strict=False) for piece in pair]
        return "".join([*pieces, self.gaps[-1]])

    def spans(self) -> list[Span]:
        found = []
        at = 0
        for gap, word in zip(self.gaps, self.words, strict=False):
            at += len(gap)
            found.append((at, at + len(word)))
            at += len(word)
        return found


def perturb(text: str, kind: str, amount: float, seed: int, neighbours: Neighbours | None = None) -> str:
    """``text`` with a share ``amount`` of its words changed, one at least where one can be.

    ``kind``: typos, case, swaps (also swap), deletion or synonyms, which needs ``neighbours``. The text comes
    back as it is where nothing can be changed; of a pair each text is changed. Raises ``ValueError`` for another
    kind.
    """
    both = parted(text)
    if both:
        (_, end), (start, _) = both
        first = perturb(text[:end], kind, amount, seed, neighbours)
        return first + text[end:start] + perturb(text[start:], kind, amount, seed + 1, neighbours)
    spans = words(text)
    pieces = _Words.of(text, spans, [-1] * len(spans))
    _kind(kind)(pieces, amount, random.Random(seed), neighbours or {})
    return pieces.text()


def perturb_tagged(
    text: str,
    spans: Sequence[Span],
    entities: Sequence[Entity],
    kind: str,
    amount: float,
    seed: int,
    neighbours: Neighbours | None = None,
) -> tuple[str, list[Span], list[Entity]]:
    """The same for a tagged text: its changed text, words and entities (those that lost all words are gone)."""
    owners = [
        next((i for i, e in enumerate(entities) if e.start < end and start < e.end), -1)
        for start, end in spans
    ]
    pieces = _Words.of(text, spans, owners)
    _kind(kind)(pieces, amount, random.Random(seed), neighbours or {})
    moved = pieces.spans()
    kept = []
    for i, entity in enumerate(entities):
        own = [span for span, owner in zip(moved, pieces.owners, strict=True) if owner == i]
        if own:
            kept.append(Entity(own[0][0], own[-1][1], entity.label))
    return pieces.text(), moved, kept


def augmented(
    text: str, kinds: Sequence[str], amount: float, seed: int, neighbours: Neighbours | None = None
) -> str:
    """``text`` changed in one of ``kinds`` (the catalog's AUGMENTATIONS), drawn by the seed."""
    draw = random.Random(seed)
    kind = kinds[draw.randrange(len(kinds))]
    return perturb(text, kind, amount, draw.getrandbits(48), neighbours)


# --- the kinds: each changes the pieces in place ------------------------------------------------------------


def _typos(pieces: _Words, amount: float, draw: random.Random, _neighbours: Neighbours) -> None:
    able = [i for i in range(len(pieces.words)) if _can_be_mistyped(pieces, i)]
    for i in _drawn(able, amount, len(pieces.words), draw):
        if len(pieces.words[i]) == 1:
            _mistype_character(pieces, i, draw)
        else:
            pieces.words[i] = _mistyped(pieces.words[i], draw)


def _can_be_mistyped(pieces: _Words, i: int) -> bool:
    word = pieces.words[i]
    if len(word) == 1:  # of CJK text; a single Latin letter or sign has nothing to mistype
        return not word.isascii() and word.isalpha()
    return len(word) >= _SHORTEST_MISTYPED and bool(_slipping(word))


def _slipping(word: str) -> list[int]:
    """The letters where a slip may happen."""
    return [i for i in range(1, len(word)) if word[i].isalpha() and word[i - 1].isalpha()]


def _mistype_character(pieces: _Words, i: int, draw: random.Random) -> None:
    """A character of CJK text and its right neighbour in the wrong order, or the character twice."""
    j = i + 1
    beside = j < len(pieces.words) and not pieces.gaps[j] and pieces.owners[i] == pieces.owners[j]
    if beside and len(pieces.words[j]) == 1 and pieces.words[i] != pieces.words[j] and draw.random() < 0.7:
        pieces.words[i], pieces.words[j] = pieces.words[j], pieces.words[i]
    else:
        pieces.words[i] *= 2


def _mistyped(word: str, draw: random.Random) -> str:
    """The word with one slip: two letters in the wrong order, one missing, one twice, or a neighbouring key."""
    # not the letter of "don't" after its apostrophe, which would be left hanging
    at = draw.choice(_slipping(word))
    letter = word[at]
    slip = draw.randrange(4)
    following = word[at + 1 : at + 2]
    if slip == 0 and following.isalpha() and following != letter:
        return word[:at] + following + letter + word[at + 2 :]
    if slip == 1:
        return word[:at] + word[at + 1 :]
    near = _NEAR_KEYS.get(letter.lower())
    if slip == 2 and near:
        key = draw.choice(near)
        return word[:at] + (key.upper() if letter.isupper() else key) + word[at + 1 :]
    return word[: at + 1] + word[at:]


def _case(pieces: _Words, amount: float, draw: random.Random, _neighbours: Neighbours) -> None:
    """One other form for all the words that are changed: nobody shouts every second word."""
    forms = [form for form in _CASES if any(form(word) != word for word in pieces.words)]
    if not forms:
        return
    form = draw.choice(forms)
    able = [i for i, word in enumerate(pieces.words) if form(word) != word]
    for i in _drawn(able, amount, len(pieces.words), draw):
        pieces.words[i] = form(pieces.words[i])


def _swaps(pieces: _Words, amount: float, draw: random.Random, _neighbours: Neighbours) -> None:
    """Neighbouring words exchanged; no word moves twice. Each exchange changes two words."""
    able = [
        i
        for i in range(len(pieces.words) - 1)
        if pieces.owners[i] == pieces.owners[i + 1] and pieces.words[i] != pieces.words[i + 1]
    ]
    wanted = max(1, round(amount * len(pieces.words) / 2))
    moved: set[int] = set()
    for i in draw.sample(able, len(able)):
        if wanted and not moved & {i, i + 1}:
            pieces.words[i], pieces.words[i + 1] = pieces.words[i + 1], pieces.words[i]
            moved |= {i, i + 1}
            wanted -= 1


def _deletion(pieces: _Words, amount: float, draw: random.Random, _neighbours: Neighbours) -> None:
    """Words gone with the gap behind them; one word always stays."""
    count = min(_count(amount, len(pieces.words)), len(pieces.words) - 1)
    if count < 1:
        return
    for i in sorted(draw.sample(range(len(pieces.words)), count), reverse=True):
        # the last word takes the gap before it, so that what ends the text stays at its end
        del pieces.gaps[i + 1 if i + 1 < len(pieces.words) else i]
        del pieces.words[i], pieces.owners[i]


def _synonyms(pieces: _Words, amount: float, draw: random.Random, neighbours: Neighbours) -> None:
    able = [i for i, word in enumerate(pieces.words) if neighbours.get(word.lower())]
    for i in _drawn(able, amount, len(pieces.words), draw):
        word = pieces.words[i]
        other = draw.choice(list(neighbours[word.lower()]))
        if len(word) > 1 and word.isupper():
            other = other.upper()
        elif word[0].isupper():
            other = other[0].upper() + other[1:]
        pieces.words[i] = other


_Change = Callable[[_Words, float, random.Random, Neighbours], None]
_KINDS: dict[str, _Change] = {
    "typos": _typos,
    "case": _case,
    "swaps": _swaps,
    "swap": _swaps,
    "deletion": _deletion,
    "synonyms": _synonyms,
}


def _kind(kind: str) -> _Change:
    if kind not in _KINDS:
        raise ValueError(f"no such change: {kind}")
    return _KINDS[kind]


def _count(amount: float, total: int) -> int:
    return max(1, round(amount * total))


def _drawn(able: Sequence[int], amount: float, total: int, draw: random.Random) -> list[int]:
    """Which of the words that can be changed are: a share of all words, in the order of the text."""
    return sorted(draw.sample(able, min(_count(amount, total), len(able))))
