"""What a reader sees of a pack, as a page and on paper: whole texts, both directions of writing."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from reportlab.platypus import Paragraph

from engine.api.explaining.pack import Pack, PackItem
from engine.api.results import Explanation, WordScore
from engine.pack import printed
from engine.pack.content import FORMAT, VERSION, digest_of, text_hash
from engine.pack.fonts import is_drawn
from engine.pack.page import page_of
from engine.pack.reading import read_pack
from engine.pack.words import pack_words
from engine.report_parts.direction import isolated

HEBREW, ARABIC, HANGUL, HINDI = "הסרט היה good", "الفيلم جيد", "영화가 좋았다", "फ़िल्म अच्छी"
ISOLATE = "\u2068"


def pack_of(*texts: str, label: str = "up") -> Pack:
    """A pack of explanations made up: each word has a score."""
    items = []
    for text in texts:
        words = tuple(
            WordScore(found.start(), found.end(), (found.start() % 7 - 3) / 3)
            for found in re.finditer(r"\S{1,40}", text)
        )
        explanation = Explanation(
            run="fine-tune-1",
            document=None,
            text=text,
            method="integrated-gradients",
            label=label,
            target=label,
            rival="down",
            labels=(label, "down"),
            probabilities=(0.75, 0.25),
            margin=1.1,
            words=words,
            signed=True,
            baseline="mask",
            steps=77,
            seed=4321,
            relative_delta=None,
            special_share=0.0,
            read_to=len(text),
            seconds=0.1,
            model_hash="0" * 64,
        )
        items.append(PackItem(explanation=explanation, seal=None, text_hash=text_hash(text)))
    bare = Pack(
        format=FORMAT,
        version=VERSION,
        lexplain="1",
        created_at="2026-01-01T00:00:00+00:00",
        project="p",
        data_digest="",
        run="fine-tune-1",
        run_name="",
        method="fine-tune",
        source="s",
        task="single",
        model_hash="0" * 64,
        figure="macro_f1",
        value=None,
        items=tuple(items),
    )
    return msgspec.structs.replace(bare, digest=digest_of(bare))


class Page(HTMLParser):
    """The page's text, what of it is folded, and the attributes of the paragraphs of texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown, self.folded = "", ""
        self.readings: list[dict[str, str | None]] = []
        self._within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        if dict(attrs).get("class") == "reading":
            self.readings.append(dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A meta element holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        self._within.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._within or "script" in self._within:
            return
        if "details" in self._within:
            self.folded += data
        else:
            self.shown += data


def paragraphs(monkeypatch: pytest.MonkeyPatch, pack: Pack, language: str = "en") -> list[str]:
    """What stands in the paragraphs of the PDF."""
    found: list[str] = []

    class Recorded(Paragraph):  # type: ignore[misc]
        def __init__(self, text: str, *given: Any, **named: Any) -> None:
            if not named.get("frags") and isinstance(text, str):
                found.append(unescape(re.sub("<[^>]+>", "", text)))
            super().__init__(text, *given, **named)

    monkeypatch.setattr(printed, "Paragraph", Recorded)
    assert printed.pdf_of(pack, language).startswith(b"%PDF")
    return found


LONG = " ".join(f"word{number}" for number in range(4000))  # more than 30,000 characters


def test_a_page_shows_its_texts_whole() -> None:
    page = Page(page_of(pack_of(LONG, "short one"), "en"))
    assert LONG in page.shown
    assert "more characters" not in page.shown
    # it scrolls in a window of its own, which a keyboard reaches
    assert [reading.get("tabindex") for reading in page.readings] == ["0", None]


@pytest.mark.parametrize("text", [LONG, "x" * 20_000, "我们很喜欢这部电影。" * 1500])
def test_paper_shows_texts_whole(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    found = paragraphs(monkeypatch, pack_of(text))
    assert text in "".join(found)
    assert max(map(len, found)) <= 6000


def test_how_it_was_computed_is_not_folded_and_what_is_folded_is_printed() -> None:
    page = Page(page_of(pack_of("good film"), "en"))
    for fact in ("mask", "77", "4321", "+1.10", text_hash("good film")[:16]):
        assert fact in page.shown
    assert "film" in page.folded
    css = resources.files("engine.pack").joinpath("pack.css").read_text("utf-8")
    paper = css[css.index("@media print") :]
    assert "details::details-content { content-visibility: visible" in paper
    assert "display: none" not in paper


@pytest.mark.parametrize("text", [HEBREW, ARABIC])
def test_a_page_sets_texts_from_right_to_left(text: str) -> None:
    made = page_of(pack_of(text, label="שלילי"), "en")
    page = Page(made)
    assert [reading["dir"] for reading in page.readings] == ["auto"]
    word = text.split(maxsplit=1)[0]
    assert f'<td dir="auto">{word}</td>' in made
    assert f"{isolated(word)} " in page.shown
    assert isolated(word) != word
    assert isolated("שלילי") in page.shown
    assert ISOLATE not in page_of(pack_of("good film"), "en")


@pytest.mark.parametrize("text", [HEBREW, ARABIC, HANGUL, HINDI])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_paper_says_where_to_read_what_it_cannot_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, language: str
) -> None:
    pack = pack_of(text, "good film", label=text.split(maxsplit=1)[0])
    found = paragraphs(monkeypatch, pack, language)
    own = pack_words(language)
    assert own("not_drawn") in found
    assert "good film" in found
    assert not [part for part in found if text.split(maxsplit=1)[0] in part]
    assert any(own("not_drawn_word") in part for part in found)
    out = tmp_path / "evidence.pdf"
    out.write_bytes(printed.pdf_of(pack, language))
    assert read_pack(out) == pack


@pytest.mark.parametrize(
    "text", ["Straße, café", "我们 爱 あ ﾎ", "Жизнь ελληνικά", "ok 😀 ❤️ \ud800", "e\u0301"]
)
def test_paper_sets_what_it_has_letters_for(text: str) -> None:
    assert is_drawn(text)
