"""A pack as a PDF, set by reportlab: words on their tints, the seal, how it was computed; the pack in its keywords."""

from __future__ import annotations

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from html import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from engine.api.explaining.pack import Pack, PackItem
from engine.api.results import Explanation, WordScore
from engine.api.wording_explaining import seal_words
from engine.pack.content import encoded
from engine.pack.fonts import BOLD, CJK, LATIN, is_cjk, is_drawn, register
from engine.pack.item_lines import SEAL_COLOURS, facts_line, headline, said, strongest, word_tint
from engine.pack.page import facts_of, item_facts, page_of
from engine.pack.reading import for_keywords
from engine.pack.words import pack_words

_PIECE = 3000  # characters of a paragraph, about: a very long one is laid out again at each page
_SPACE = re.compile(r"\s+")


def pdf_of(pack: Pack, language: str) -> bytes:
    """The whole file."""
    own = pack_words(language)
    # the words around the texts are Chinese too in that language
    register({c for c in page_of(pack, language) if is_cjk(c)})
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=own("title"),
        author="Lexplain",
        keywords=for_keywords(encoded(pack)),
        invariant=True,
    )
    scale = max((abs(w.score) for item in pack.items for w in item.explanation.words), default=0.0) or 1.0
    story: list[Flowable] = [
        Paragraph(_text(own("title")), _style(9, "#63635D")),
        Paragraph(
            _text(f"{said(pack.run_name or pack.run, own)} · {said(pack.project, own)}"),
            _style(17, bold=True),
        ),
        Paragraph(_text(own("about", count=len(pack.items))), _style(10)),
        Spacer(1, 4 * mm),
        *_facts(facts_of(pack, language), own),
    ]
    for number, item in enumerate(pack.items, 1):
        story += [Spacer(1, 6 * mm), *_item(item, number, scale, language)]
    story += [Spacer(1, 8 * mm), Paragraph(_text(own("footer", digest=pack.digest)), _style(7.5, "#63635D"))]
    document.build(story)
    return out.getvalue()


def _item(item: PackItem, number: int, scale: float, language: str) -> list[Flowable]:
    own, one = pack_words(language), item.explanation
    parts: list[Flowable] = [
        Paragraph(_text(own("item", number=number)), _style(8, "#63635D")),
        Paragraph(_text(headline(item, language)), _style(11, bold=True)),
        *_reading(one, scale, own),
    ]
    if item.seal is not None:
        words = seal_words(item.seal, language)
        parts.append(Paragraph(_text(words), _style(9, SEAL_COLOURS[item.seal.colour])))
    listed = strongest(one, own)
    return [*parts, Paragraph(_text(listed), _style(8.5)), *_facts(item_facts(item, language), own)]


def _facts(rows: list[tuple[str, str]], own: Callable[..., str]) -> list[Flowable]:
    return [Paragraph(_text(facts_line(rows, own)), _style(7.5, "#63635D"))]


def _reading(one: Explanation, scale: float, own: Callable[..., str]) -> list[Flowable]:
    """The whole text, a very long one in pieces, which are set faster."""
    if not is_drawn(one.text):
        return [Paragraph(_text(own("not_drawn")), _style(10.5, "#9A5B00", leading=17))]
    words = sorted(one.words, key=lambda word: word.start)
    starts = [word.start for word in words]
    found: list[Flowable] = []
    for start, end in _pieces(one.text):
        first = max(0, bisect_right(starts, start) - 1)  # a word may have begun in the piece before
        inside = words[first : bisect_left(starts, end)]
        markup = _tinted(one.text, inside, start, end, scale, is_signed=one.signed)
        found.append(Paragraph(markup, _style(10.5, leading=17)))
    return found


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The text in pieces that end at white space where there is some near."""
    start = 0
    while len(text) - start > 2 * _PIECE:
        gap = _SPACE.search(text, start + _PIECE, start + 2 * _PIECE)
        end = gap.end() if gap else start + 2 * _PIECE
        yield start, end
        start = end
    yield start, len(text)


def _tinted(
    text: str, words: Sequence[WordScore], start: int, end: int, scale: float, *, is_signed: bool
) -> str:
    """Markup of [start, end) with its words on their tints; nothing of it is the user's but escaped."""
    parts: list[str] = []
    position = start
    for word in words:
        if max(word.start, start) < position or word.end <= start:
            continue
        parts.append(_text(text[position : max(word.start, start)]))
        tint = word_tint(word, scale, is_signed=is_signed)
        shown = text[max(word.start, start) : min(word.end, end)]
        parts.append(f'<font backColor="{tint}">{_text(shown)}</font>')
        position = min(word.end, end)
    return "".join((*parts, _text(text[position:end])))


def _text(text: str) -> str:
    """Escaped, each run of characters in a font that has them; line breaks stay."""
    parts: list[str] = []
    run, cjk = "", False
    for character in text:
        wide = is_cjk(character)
        if wide != cjk and run:
            parts.append(_in_font(run, cjk))
            run = ""
        cjk = wide
        run += character
    parts.append(_in_font(run, cjk))
    return "".join(parts).replace("\r\n", "\n").replace("\n", "<br/>")


def _in_font(run: str, cjk: bool) -> str:
    shown = "".join(c if c.isprintable() or c == "\n" else " " for c in run)
    escaped = escape(shown.encode("utf-8", "replace").decode(), quote=True)
    return f'<font name="{CJK}">{escaped}</font>' if cjk else escaped


def _style(
    size: float, colour: str = "#1B1B19", *, bold: bool = False, leading: float = 0.0
) -> ParagraphStyle:
    return ParagraphStyle(
        "text",
        fontName=BOLD if bold else LATIN,
        fontSize=size,
        leading=leading or 1.45 * size,
        textColor=HexColor(colour),
        splitLongWords=1,
    )
