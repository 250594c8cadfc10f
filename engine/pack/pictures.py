"""A pack as pictures, PNG or SVG: one as long as it stays handy, else several, each a pack of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.pack import Pack, PackItem
from engine.api.results import Explanation
from engine.api.wording_explaining import seal_words
from engine.pack.content import digest_of
from engine.pack.fonts import is_drawn
from engine.pack.item_lines import (
    AGAINST,
    FOR,
    MATTERED,
    SEAL_COLOURS,
    facts_line,
    headline,
    said,
    strongest,
    tint,
    word_tint,
)
from engine.pack.layout import MARGIN, Line, Mark, gap, height_of, printable, set_text
from engine.pack.page import facts_of, item_facts
from engine.pack.words import pack_words
from engine.progress import Progressed, Work
from engine.report_parts.texts import score_of
from engine.report_parts.words import percent, words

_TALL = 8_000  # pixels of a plain screen: a taller picture is opened with trouble, and the next one is begun
TALLEST = 16_000  # of a PNG, which one very long text may need
_GAP = 18
_TEXT, _MUTED, _CAREFUL = "#1B1B19", "#63635D", "#9A5B00"
_UNREAD = "#E4E4DF"
_RAMP = 11  # shades of the legend


@dataclass(frozen=True)
class Drawing:
    """What stands in one picture: ``pack`` holds the explanations that it shows."""

    pack: Pack
    title: str
    lines: Sequence[Line]

    @property
    def height(self) -> float:
        return height_of(self.lines) + 2 * MARGIN


def parts_of(pack: Pack, language: str, kind: str) -> Work[list[Pack]]:
    """The pack cut where a picture becomes too tall; yields "write" in explanations.

    Raises PICTURE_TOO_TALL where a single text is too much for a PNG.
    """
    around = 2 * MARGIN + height_of([*_head(pack, 1, 2, 1.0, language), *_foot(pack, language)])
    parts: list[list[PackItem]] = [[]]
    used = 0.0
    for done, item in enumerate(pack.items):
        yield Progressed("write", done, len(pack.items))
        height = height_of(_item(item, 1, 1.0, language))
        if kind == "png" and height + around > TALLEST:
            raise KnownError(ErrorKind.PICTURE_TOO_TALL, characters=len(item.explanation.text))
        if parts[-1] and used + height + around > _TALL:
            parts.append([])
            used = 0.0
        parts[-1].append(item)
        used += height
    return [_sealed(pack, items) for items in parts]


def drawings(pack: Pack, parts: Sequence[Pack], language: str) -> Iterator[Drawing]:
    """One a part; all of them on the colour scale of the whole pack."""
    scale = max((abs(w.score) for item in pack.items for w in item.explanation.words), default=0.0) or 1.0
    own = pack_words(language)
    for number, part in enumerate(parts, 1):
        title = printable(f"{own('title')}: {pack.run_name or pack.run}")
        lines = _head(part, number, len(parts), scale, language)
        for place, item in enumerate(part.items, 1):
            lines += _item(item, place, scale, language)
        yield Drawing(part, title, [*lines, *_foot(part, language)])


def _sealed(pack: Pack, items: Sequence[PackItem]) -> Pack:
    part = msgspec.structs.replace(pack, items=tuple(items))
    return msgspec.structs.replace(part, digest=digest_of(part))


def _head(part: Pack, number: int, count: int, scale: float, language: str) -> list[Line]:
    own = pack_words(language)
    over = own("title") if count == 1 else f"{own('title')} · {own('part', number=number, count=count)}"
    return [
        *set_text(over, 12, _MUTED),
        *set_text(
            f"{said(part.run_name or part.run, own)} · {said(part.project, own)}", 21, _TEXT, bold=True
        ),
        *set_text(own("about", count=len(part.items)), 13, _TEXT),
        gap(8),
        *set_text(facts_line(facts_of(part, language), own), 10.5, _MUTED),
        gap(10),
        *_legend([item.explanation for item in part.items], scale, language),
    ]


def _foot(part: Pack, language: str) -> list[Line]:
    return [gap(_GAP), *set_text(pack_words(language)("footer", digest=part.digest), 10.5, _MUTED)]


def _item(item: PackItem, number: int, scale: float, language: str) -> list[Line]:
    own, one = pack_words(language), item.explanation
    lines = [
        gap(_GAP),
        *set_text(own("item", number=number), 11, _MUTED),
        *set_text(headline(item, language), 15, _TEXT, bold=True),
        *_reading(one, scale, language),
    ]
    if item.seal is not None:
        lines += set_text(seal_words(item.seal, language), 12.5, SEAL_COLOURS[item.seal.colour])
    lines += set_text(strongest(one, own), 12, _TEXT)
    return lines + set_text(facts_line(item_facts(item, language), own), 10.5, _MUTED)


def _reading(one: Explanation, scale: float, language: str) -> list[Line]:
    if not is_drawn(one.text):
        return set_text(pack_words(language)("not_drawn"), 14, _CAREFUL)
    lines = set_text(one.text, 15, _TEXT, leading=1.75, marks=list(_marks(one, scale)))
    if one.read_to < len(one.text):
        share = percent(1 - one.read_to / len(one.text), 0)
        lines += set_text(words(language)("not_read", share=share), 12, _CAREFUL)
    return lines


def _marks(one: Explanation, scale: float) -> Iterator[Mark]:
    position = 0
    for word in sorted(one.words, key=lambda word: word.start):
        if word.start >= position:
            colour = word_tint(word, scale, is_signed=one.signed)
            note = printable(f"{one.text[word.start : word.end]} {score_of(one, word)}")
            yield Mark(word.start, word.end, colour, note)
            position = word.end
    if max(position, one.read_to) < len(one.text):
        yield Mark(max(position, one.read_to), len(one.text), _UNREAD)


def _legend(shown: Sequence[Explanation], scale: float, language: str) -> list[Line]:
    """A line a kind of method: shades between their words."""
    say = words(language)
    lines: list[Line] = []
    half = _RAMP // 2
    if any(one.signed for one in shown):
        shades = [tint(FOR if at > 0 else AGAINST, abs(at) / half) for at in range(-half, half + 1)]
        lines += _ramp(say("against"), shades, say("for"))
    if any(not one.signed for one in shown):
        shades = [tint(MATTERED, at / half) for at in range(half + 1)]
        lines += _ramp(say("hardly_mattered"), shades, say("mattered"))
    return lines + set_text(say("scale", score=f"{scale:.2f}"), 10.5, _MUTED)


def _ramp(low: str, shades: Sequence[str], high: str) -> list[Line]:
    """Each shade is as wide as two spaces."""
    first = len(low) + 1
    marks = [Mark(first + 2 * at, first + 2 * at + 2, colour) for at, colour in enumerate(shades)]
    return set_text(f"{low} {'  ' * len(shades)} {high}", 13, _MUTED, marks=marks)
