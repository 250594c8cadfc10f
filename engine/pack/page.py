"""A pack as one HTML page: offline, escaped, printable, light and dark; the pack itself lies in it as JSON."""

from __future__ import annotations

from importlib import resources

from engine.api.explaining.pack import Pack, PackItem
from engine.api.wording import figure_words, method_words
from engine.api.wording_explaining import seal_words
from engine.api.words import WORD
from engine.pack.content import encoded
from engine.pack.reading import SCRIPT_ID, for_markup
from engine.pack.words import pack_words
from engine.report_parts.direction import isolated
from engine.report_parts.html import Child, Html, join, table, tag, void
from engine.report_parts.texts import example, legend, score_of
from engine.report_parts.words import percent, signed, words

_HASH = 16  # characters of a hash that are shown


def page_of(pack: Pack, language: str) -> str:
    """The page as text."""
    say, own = words(language), pack_words(language)
    scales = [abs(word.score) for item in pack.items for word in item.explanation.words]
    scale = max(scales, default=0.0) or 1.0
    body = tag(
        "main",
        tag(
            "header",
            tag("p", own("title"), class_="over"),
            tag("h1", f"{isolated(pack.run_name or pack.run)} · {isolated(pack.project)}"),
            tag("p", own("about", count=len(pack.items)), class_="verdict"),
        ),
        tag("section", tag("h2", own("provenance")), _provenance(pack, language)),
        tag(
            "section",
            tag("h2", own("explanations")),
            legend([item.explanation for item in pack.items], scale, say),
            *(_item(item, number, scale, language) for number, item in enumerate(pack.items, 1)),
        ),
        tag("footer", own("footer", digest=pack.digest)),
    )
    style = resources.files("engine.report_parts").joinpath("report.css").read_text("utf-8")
    data = for_markup(encoded(pack))
    page = tag(
        "html",
        tag(
            "head",
            void("meta", charset="utf-8"),
            void("meta", name="viewport", content="width=device-width, initial-scale=1"),
            void(
                "meta",
                http_equiv="Content-Security-Policy",
                content="default-src 'none'; style-src 'unsafe-inline'",
            ),
            tag("title", own("title")),
            tag(
                "style", Html(style + resources.files("engine.pack").joinpath("pack.css").read_text("utf-8"))
            ),
        ),
        tag("body", body, Html(f'<script type="application/json" id="{SCRIPT_ID}">{data}</script>')),
        lang="zh-CN" if language == "zh_CN" else "en",
    )
    return f"<!DOCTYPE html>\n{page}\n"


def facts_of(pack: Pack, language: str) -> list[tuple[str, str]]:
    """(name, value) of what the pack was made from."""
    own = pack_words(language)
    rows = [
        (own("run"), f"{pack.run_name} ({pack.run})" if pack.run_name else pack.run),
        (own("method"), method_words(pack.method, language).name),
        (own("source"), pack.source or "–"),
        (own("model_hash"), pack.model_hash),
        (own("data_digest"), pack.data_digest),
        (own("created"), pack.created_at),
        ("Lexplain", pack.lexplain),
    ]
    if pack.value is not None:
        value, low, high = pack.value
        name = figure_words(pack.figure, language).name
        rows.insert(2, (name, f"{value:.3f} [{low:.3f}, {high:.3f}]"))
    return rows


def item_facts(item: PackItem, language: str) -> list[tuple[str, str]]:
    """(name, value) of how an explanation was computed."""
    own, one = pack_words(language), item.explanation
    rows = [
        (own("baseline"), one.baseline or "–"),
        (own("steps"), str(one.steps)),
        (own("seed"), str(one.seed)),
        (own("margin"), signed(one.margin)),
        (own("markers"), percent(one.special_share)),
        (own("text_hash"), item.text_hash[:_HASH]),
    ]
    if one.relative_delta is not None:
        rows.append((own("delta"), percent(one.relative_delta)))
    if one.fit is not None:
        rows.append((own("fit"), f"{one.fit:.3f}"))
    if one.word_unit == WORD:
        rows.append((own("unit"), own("segmented")))
    if one.document is not None:
        rows.append((own("document"), str(one.document)))
    return rows


def _provenance(pack: Pack, language: str) -> Html:
    return _facts(facts_of(pack, language))


def _facts(rows: list[tuple[str, str]]) -> Html:
    return tag("dl", *(join(tag("dt", name), tag("dd", tag("bdi", value))) for name, value in rows))


def _item(item: PackItem, number: int, scale: float, language: str) -> Html:
    say, own, one = words(language), pack_words(language), item.explanation
    seal = None
    if item.seal is not None:
        seal = tag("p", seal_words(item.seal, language), class_=f"trust {item.seal.colour}")
    rows: list[list[Child]] = [
        [one.text[word.start : word.end], f"{word.start}–{word.end}", score_of(one, word)]
        for word in sorted(one.words, key=lambda word: -abs(word.score))
    ]
    listed = tag(
        "details",
        tag("summary", own("word_list", count=len(rows))),
        table([own("word"), own("place"), own("score")], rows),
    )
    return tag(
        "article",
        tag("h3", own("item", number=number)),
        example(one, scale, item.truth, say, language, most=None),
        seal,
        # outside of what is folded: an older browser prints nothing of that
        tag("div", _facts(item_facts(item, language)), class_="how"),
        listed,
    )
