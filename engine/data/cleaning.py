"""Text cleaning as a choice: each step changes stretches of the text and remembers where they stood.

Models read the cleaned text; explanations stay on the untouched one, through ``Cleaned.positions``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.api.catalog_methods import CLEANINGS
from engine.api.pairs import parted

# (start, end, replacement): a stretch of the text and what stands there afterwards
_Change = tuple[int, int, str]

# every repetition is bounded, so that no text takes more than linear time
_SCRIPT = r"<(?:script|style)\b[^<>]{0,1000}>[^<]{0,100000}</(?:script|style)\s{0,9}>"
_TAG = re.compile(rf"{_SCRIPT}|<!--[^>]{{0,1000}}-->|</?[a-z][^<>]{{0,1000}}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});", re.IGNORECASE)
# CJK text goes on right after a link, without a space
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"\u2018-\u201d\u3000-\u303f\u3040-\u30ff\u4e00-\u9fff\uff00-\uffef]+",
    re.IGNORECASE,
)
_AFTER_LINK = ".,;:!?)]}'"
_MENTION = re.compile(r"(?<![\w@.])@\w[\w-]{0,49}")
# one emoji or many in a row, with what joins them and colours them
_EMOJI = re.compile(
    "(?:"
    "(?:[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55"
    "\u231a\u231b\u23e9-\u23fa]"
    "|[0-9#*]\ufe0f?\u20e3)"
    "[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    ")+"
)
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_LAST_WITH_ACCENTS = "\u0400"  # Latin and Greek; the marks of Cyrillic and other scripts make other letters


@dataclass(frozen=True)
class Cleaned:
    """``positions[i]`` is the code point of the original that character i comes from; one more for the end."""

    text: str
    positions: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters [start, end) of the cleaned text stand in the original."""
        return self.positions[start], self.positions[end - 1] + 1


def clean_text(text: str, steps: Sequence[str]) -> str:
    """``text`` after ``steps`` (ids of the catalog's CLEANINGS, always in that order); itself where none are.

    Where nothing would be left the text stays as it is. Links and mentions become the words "http" and "@user",
    as in the texts that models of social media have learnt from (TweetEval, Barbieri et al. 2020). Of a pair each
    text is cleaned alone, and the mark between them stays.
    """
    both = parted(text) if steps else None
    if both:
        (_, end), (start, _) = both
        return clean_text(text[:end], steps) + text[end:start] + clean_text(text[start:], steps)
    cleaned = text
    for step in _in_order(steps):
        cleaned = _lowered(cleaned) if step == "lowercase" else _changed(cleaned, _CHANGES[step](cleaned))
    return cleaned if cleaned.strip() else text


def clean(text: str, steps: Sequence[str]) -> Cleaned:
    """The same with the place of every character in the original."""
    both = parted(text) if steps else None
    if both:
        (_, end), (start, _) = both
        first, second = clean(text[:end], steps), clean(text[start:], steps)
        places = [*first.positions[:-1], *range(end, start), *(start + at for at in second.positions)]
        return Cleaned(first.text + text[end:start] + second.text, places)
    cleaned = text
    positions: Sequence[int] = range(len(text) + 1)
    for step in _in_order(steps):
        changes = list(_lowering(cleaned) if step == "lowercase" else _CHANGES[step](cleaned))
        positions = _moved(positions, changes) if changes else positions
        cleaned = _lowered(cleaned) if step == "lowercase" else _changed(cleaned, changes)
    return Cleaned(cleaned, positions) if cleaned.strip() else Cleaned(text, range(len(text) + 1))


def _in_order(steps: Sequence[str]) -> list[str]:
    unknown = set(steps) - set(CLEANINGS)
    if unknown:
        raise ValueError(f"no such cleaning: {', '.join(sorted(unknown))}")
    return [step for step in CLEANINGS if step in steps]


def _changed(text: str, changes: Iterable[_Change]) -> str:
    pieces = []
    done = 0
    for start, end, replacement in changes:
        pieces += [text[done:start], replacement]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def _moved(positions: Sequence[int], changes: Iterable[_Change]) -> list[int]:
    """Positions after the changes: what replaces a stretch stands at its start."""
    found: list[int] = []
    done = 0
    for start, end, replacement in changes:
        found += positions[done:start]
        found += [positions[start]] * len(replacement)
        done = end
    return [*found, *positions[done:]]


# --- the steps ---------------------------------------------------------------------------------------------


def _html(text: str) -> Iterator[_Change]:
    """Tags become a space, entities their character. What an entity spells is never read as a tag."""
    if "<" not in text and "&" not in text:
        return
    found = [(m.start(), m.end(), " ") for m in _TAG.finditer(text)]
    inside = {place for start, end, _ in found for place in range(start, end)}
    for match in _ENTITY.finditer(text):
        meaning = html.unescape(match.group())
        if match.start() not in inside and meaning != match.group():
            found.append((match.start(), match.end(), meaning))
    yield from sorted(found)


def _links(text: str) -> Iterator[_Change]:
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_AFTER_LINK)
        yield match.start(), match.start() + len(link), "http"


def _mentions(text: str) -> Iterator[_Change]:
    for match in _MENTION.finditer(text):
        yield match.start(), match.end(), "@user"


def _emoji(text: str) -> Iterator[_Change]:
    if text.isascii():
        return
    for match in _EMOJI.finditer(text):
        start, end = match.span()
        between_words = text[max(0, start - 1) : start].strip() and text[end : end + 1].strip()
        yield start, end, " " if between_words else ""


def _spaces(text: str) -> Iterator[_Change]:
    for match in _SPACES.finditer(text):
        start, end = match.span()
        wanted = "" if start == 0 or end == len(text) else " "
        if match.group() != wanted:
            yield start, end, wanted


def _accents(text: str) -> Iterator[_Change]:
    if text.isascii():
        return
    for place, character in enumerate(text):
        if character.isascii():
            continue
        if "\u0300" <= character <= "\u036f":  # a mark of its own, after its letter
            if place and text[place - 1] < _LAST_WITH_ACCENTS:
                yield place, place + 1, ""
            continue
        parts = unicodedata.normalize("NFD", character)
        if len(parts) > 1 and parts[0] < _LAST_WITH_ACCENTS and "\u0300" <= parts[1] <= "\u036f":
            yield place, place + 1, parts[0]


def _lowered(text: str) -> str:
    return text.lower()


def _lowering(text: str) -> Iterator[_Change]:
    """The characters that become longer; the others keep their place."""
    if len(text.lower()) != len(text):
        for place, character in enumerate(text):
            if len(character.lower()) != 1:
                yield place, place + 1, character.lower()


_CHANGES = {
    "html": _html,
    "links": _links,
    "mentions": _mentions,
    "emoji": _emoji,
    "spaces": _spaces,
    "accents": _accents,
}
