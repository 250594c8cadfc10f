"""A pack as a PDF, set by reportlab: words on their tints, the seal, how it was computed; the pack in its keywords."""

from __future__ import annotations

import io
from html import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from engine.api.explaining.pack import Pack, PackItem
from engine.api.results import Explanation
from engine.api.wording import explainer_words
from engine.api.wording_explaining import seal_words
from engine.pack.content import encoded
from engine.pack.fonts import BOLD, CJK, LATIN, is_cjk, register
from engine.pack.page import facts_of, item_facts, page_of
from engine.pack.reading import for_pdf
from engine.pack.words import pack_words
from engine.report_parts.words import percent, signed

_FOR, _AGAINST = (253, 184, 99), (146, 197, 222)
_SEALS = {"green": "#2E8B57", "amber": "#B07800", "red": "#C0392B"}
_STRONGEST = 10
_SHOWN = 6000  # characters of a text on paper; the pack has all


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
        keywords=for_pdf(encoded(pack)),
        invariant=True,
    )
    scale = max((abs(w.score) for item in pack.items for w in item.explanation.words), default=0.0) or 1.0
    story: list[Flowable] = [
        Paragraph(_text(own("title")), _style(9, "#63635D")),
        Paragraph(_text(f"{pack.run_name or pack.run} · {pack.project}"), _style(17, bold=True)),
        Paragraph(_text(own("about", count=len(pack.items))), _style(10)),
        Spacer(1, 4 * mm),
        *_facts(facts_of(pack, language)),
    ]
    for number, item in enumerate(pack.items, 1):
        story += [Spacer(1, 6 * mm), *_item(item, number, scale, language)]
    story += [Spacer(1, 8 * mm), Paragraph(_text(own("footer", digest=pack.digest)), _style(7.5, "#63635D"))]
    document.build(story)
    return out.getvalue()


def _item(item: PackItem, number: int, scale: float, language: str) -> list[Flowable]:
    own, one = pack_words(language), item.explanation
    decision = f"{one.label} · {percent(one.probability)}" if one.task != "score" else one.label
    against = f" · {one.target} – {one.rival}" if one.rival else f" · {one.target}"
    method = explainer_words(one.method, language).name
    strongest = sorted(one.words, key=lambda word: -abs(word.score))[:_STRONGEST]
    parts: list[Flowable] = [
        Paragraph(_text(own("item", number=number)), _style(8, "#63635D")),
        Paragraph(_text(decision + against + f" · {method}"), _style(11, bold=True)),
        Paragraph(_tinted(one, scale), _style(10.5, leading=17)),
    ]
    if item.seal is not None:
        words = seal_words(item.seal, language)
        parts.append(Paragraph(_text(words), _style(9, _SEALS[item.seal.colour])))
    listed = "   ".join(f"{one.text[w.start : w.end]} {signed(w.score)}" for w in strongest)
    return [*parts, Paragraph(_text(listed), _style(8.5)), *_facts(item_facts(item, language))]


def _facts(rows: list[tuple[str, str]]) -> list[Flowable]:
    line = " · ".join(f"{name}: {value}" for name, value in rows)
    return [Paragraph(_text(line), _style(7.5, "#63635D"))]


def _tinted(one: Explanation, scale: float) -> str:
    """Markup of the text with its words on their tints; nothing of it is the user's but escaped."""
    parts: list[str] = []
    position = 0
    for word in sorted(one.words, key=lambda word: word.start):
        if word.start < position or word.end > _SHOWN:
            continue
        parts.append(_text(one.text[position : word.start]))
        tint = _tint(_FOR if word.score > 0 else _AGAINST, min(1.0, abs(word.score) / scale))
        parts.append(f'<font backColor="{tint}">{_text(one.text[word.start : word.end])}</font>')
        position = word.end
    parts.append(_text(one.text[position:_SHOWN]))
    if len(one.text) > _SHOWN:
        parts.append("…")
    return "".join(parts)


def _tint(colour: tuple[int, int, int], strength: float) -> str:
    mixed = (round(255 + (part - 255) * strength) for part in colour)
    return "#" + "".join(f"{part:02X}" for part in mixed)


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
